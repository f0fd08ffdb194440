"""Telegram HTML to entities and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import parse_html, utf16_length
from bot.sandbox.errors import ApiError, Json
from bot.sandbox.formatting import finish
from bot.sandbox.rendering import escape, to_html
from bot.sandbox.tags import normal_url


def entity(kind: str, offset: int, length: int, **more: object) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><STRONG>b</STRONG>", "ab", [entity("bold", 0, 1), entity("bold", 1, 1)]),
        ("<i>a</i><em>b</em>", "ab", [entity("italic", 0, 1), entity("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [entity("strikethrough", n, 1) for n in range(3)]),
        (
            '<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>',
            "ab",
            [entity("spoiler", 0, 1), entity("spoiler", 1, 1)],
        ),
        ("<code>x</code>", "x", [entity("code", 0, 1)]),
        ('<code class="language-py">x</code>', "x", [entity("code", 0, 1)]),
        ("<pre>x</pre>", "x", [entity("pre", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ("<pre><code>x</code> y</pre>", "x y", [entity("code", 0, 1), entity("pre", 0, 3)]),
        ("<a href='https://a.org/b'>x</a>", "x", [entity("text_link", 0, 1, url="https://a.org/b")]),
        ("<a>a.org</a>", "a.org", [entity("text_link", 0, 5, url="http://a.org/")]),
        ('<a href="not a link">x</a>', "x", []),
        ('<a href="https://a.org/?b&amp;c=1">x</a>', "x", [entity("text_link", 0, 1, url="https://a.org/?b&c=1")]),
        ("<blockquote>q</blockquote>", "q", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        (
            '<tg-time unix="1772450000" format="wDt">soon</tg-time>',
            "soon",
            [entity("date_time", 0, 4, unix_time=1772450000, date_time_format="wDt")],
        ),
        ("<tg-time unix=7>soon</tg-time>", "soon", [entity("date_time", 0, 4, unix_time=7)]),
        ("&lt;b&gt; &amp;amp; &quot;x&quot; &#39;&#x2192;", '<b> &amp; "x" \'→', []),
        ("&nbsp; &unknown; &#0; AT&T & co", "&nbsp; &unknown; &#0; AT&T & co", []),
        ("😀<b>é</b>", "😀é", [entity("bold", 2, 1)]),
        ("<b></b>x", "x", []),
        ("<b>x</>", "x", [entity("bold", 0, 1)]),
        ("<b  class=x >x</b >", "x", [entity("bold", 0, 1)]),
        ("a > b", "a > b", []),
    ],
)
def test_accepted_markup(source: str, text: str, entities: list[Json]) -> None:
    """Each tag of the Bot API becomes its entity, with offsets in UTF-16 units."""
    assert (text, entities) == parse_html(source)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("a<br/>", 'Unsupported start tag "br/" at byte offset 1'),
        ("5 < 6", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=http://a.org>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<b />x</b>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ('<tg-time unix="soon">x</tg-time>', 'Invalid date or format specified in tag "tg-time"'),
        ('<tg-time unix="1" format="rr">x</tg-time>', 'Invalid date or format specified in tag "tg-time"'),
    ],
)
def test_refused_markup(source: str, reason: str) -> None:
    """Markup that Telegram refuses is refused with its code and words."""
    with pytest.raises(ApiError) as refusal:
        parse_html(source)

    assert (400, f"Bad Request: can't parse entities: {reason}") == (
        refusal.value.code,
        refusal.value.description,
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.org", "https://a.org/"),
        ("a.org/b", "http://a.org/b"),
        ("tg://user?id=1", "tg://user?id=1"),
        ("mailto:a@b.org", "mailto:a@b.org"),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_links_come_back_normalised(url: str, expected: str | None) -> None:
    """A link gains its scheme and path; what is no link is none."""
    assert expected == normal_url(url)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/why@sandbox_bot salt", ["/why@sandbox_bot"]),
        ("see https://a.org/b, or c.org.", ["https://a.org/b", "c.org"]),
        ("write to a@b.org or @somebody #cramps", ["a@b.org", "@somebody", "#cramps"]),
        ("and/or 1/2 e.g. nothing", []),
    ],
)
def test_links_and_commands_are_detected(text: str, found: list[str]) -> None:
    """Commands, addresses, mentions and tags in plain text become entities, as on Telegram."""
    _, entities = finish(text, [])

    assert found == [text[e["offset"] : e["offset"] + e["length"]] for e in entities]


def test_white_space_around_a_text_goes() -> None:
    """A text loses its outer white space and the entities move along."""
    assert ("x y", [entity("bold", 0, 1)]) == finish("\n x y \n", [entity("bold", 2, 1)])


def test_an_entity_of_only_trimmed_space_goes() -> None:
    """An entity with nothing left under it disappears."""
    assert finish("x  ", [entity("bold", 1, 2)]) == ("x", [])


def test_styles_give_way_to_code() -> None:
    """Bold around code ends where the code begins, since neither may contain the other."""
    text, entities = parse_html("<b>a<code>b</code>c</b>")

    assert [entity("bold", 0, 1), entity("code", 1, 1), entity("bold", 2, 1)] == finish(text, entities)[1]


TAGS = st.sampled_from(["b", "i", "u", "s", "code", "pre", "tg-spoiler", "blockquote"])
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TREES = st.recursive(
    WORDS.map(lambda words: (words, escape(words))),
    lambda inner: st.tuples(TAGS, st.lists(inner, min_size=1, max_size=3)).map(
        lambda made: (
            "".join(text for text, _ in made[1]),
            f"<{made[0]}>{''.join(html for _, html in made[1])}</{made[0]}>",
        )
    ),
    max_leaves=12,
)


@given(st.text(st.one_of(st.sampled_from("<>/&;\"'= abqcode#x1"), st.characters())))
def test_any_text_parses_or_is_refused(source: str) -> None:
    """No input crashes the parser; what it accepts lies within the text."""
    try:
        text, entities = parse_html(source)
    except ApiError as refusal:
        assert refusal.description.startswith("Bad Request: can't parse entities: ")
        return

    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= utf16_length(text) for e in entities)


@given(TREES)
def test_well_formed_markup_keeps_its_text(tree: tuple[str, str]) -> None:
    """Well-formed markup is accepted and leaves exactly the words it holds."""
    text, source = tree

    assert text == parse_html(source)[0]


@given(TREES)
def test_rendered_markup_parses_to_the_same(tree: tuple[str, str]) -> None:
    """Rendering what was kept and parsing that again changes nothing."""
    text, entities = finish(*parse_html(tree[1]))
    again = finish(*parse_html(to_html(text, entities)))

    assert _spans(text, entities) == _spans(*again)


def _spans(text: str, entities: list[Json]) -> tuple[str, list[tuple[str, int, int]]]:
    kept = sorted((e["type"], e["offset"], e["length"]) for e in entities)
    return text, kept


def test_rendering_names_every_kind() -> None:
    """A test can read links, languages and times in the rendered text."""
    source = (
        '<a href="https://a.org/?b&amp;c">l</a><pre><code class="language-py">p</code></pre>'
        '<tg-emoji emoji-id="5">e</tg-emoji><tg-time unix="7" format="t">w</tg-time>'
        "<blockquote expandable>q</blockquote><pre>r</pre>"
    )

    assert source == to_html(*parse_html(source))
