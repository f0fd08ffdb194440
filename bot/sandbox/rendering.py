"""A kept message back to Telegram HTML, the way a test or a curious person wants to read it."""

from collections.abc import Iterable

from bot.sandbox.errors import Json

_SIMPLE_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
}


def escape(text: str) -> str:
    """`text` with the characters escaped that Telegram HTML gives a meaning."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_html(text: str, entities: Iterable[Json]) -> str:
    """Telegram HTML that parses to the same text and entities. Detected entities stay plain."""
    units = text.encode("utf-16-le", "surrogatepass")

    def plain(low: int, high: int) -> str:
        return escape(units[2 * low : 2 * high].decode("utf-16-le", "surrogatepass"))

    pieces: list[str] = []
    closing: list[tuple[int, str]] = []
    position = 0

    def move_to(offset: int) -> None:
        nonlocal position
        while closing and closing[-1][0] <= offset:
            end, tag = closing.pop()
            pieces.extend((plain(position, end), tag))
            position = end
        pieces.append(plain(position, offset))
        position = offset

    for entity in entities:
        tags = _tags(entity)
        if tags:
            move_to(entity["offset"])
            pieces.append(tags[0])
            closing.append((entity["offset"] + entity["length"], tags[1]))
    move_to(len(units) // 2)
    return "".join(pieces)


def _tags(entity: Json) -> tuple[str, str] | None:
    kind = entity["type"]
    if tag := _SIMPLE_TAGS.get(kind):
        return f"<{tag}>", f"</{tag}>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if kind == "text_link":
        return f'<a href="{_attribute(entity["url"])}">', "</a>"
    if kind == "custom_emoji":
        return f'<tg-emoji emoji-id="{entity["custom_emoji_id"]}">', "</tg-emoji>"
    if kind == "date_time":
        form = f' format="{entity["date_time_format"]}"' if "date_time_format" in entity else ""
        return f'<tg-time unix="{entity["unix_time"]}"{form}>', "</tg-time>"
    return _pre(entity) if kind == "pre" else None


def _pre(entity: Json) -> tuple[str, str]:
    if language := entity.get("language"):
        return f'<pre><code class="language-{_attribute(language)}">', "</code></pre>"
    return "<pre>", "</pre>"


def _attribute(value: str) -> str:
    return escape(value).replace('"', "&quot;")
