"""Words and names that trouble a program, through every door for them, out again in an answer: markup, tricks of
direction, what cannot be seen, what is no character, emoji that are many characters, and too much of anything."""

import re
from collections.abc import Iterator, Mapping, Sequence
from unicodedata import bidirectional

import pytest

from bot.dialogue.fields import FIELDS
from bot.dialogue.routes import COMMANDS
from bot.sandbox.entities import utf16_length
from bot.sandbox.errors import Json
from bot.sandbox.people import Person
from bot.sandbox.views import SeenMessage, seen
from db import users
from tests.bot.owned import id_of, tables_naming
from tests.rows import rows_of
from tests.world import World

pytestmark = pytest.mark.conversation

# In each text that could be taken for markup, and in names: it must never be bold, a link, or in a table.
MARK = "zzqx"
_EMOJI = (
    "#️⃣", "1️⃣", "❤️", "🏳️‍🌈", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏿", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
)  # fmt: skip
HOSTILE: Mapping[str, str] = {
    "a tag": f"<b>{MARK}</b>",
    "the end of an attribute, a link": f'"><script>\'<a href="https://example.org">{MARK}</a>',
    "tags that do not end": f"<b><i>{MARK} <tg-spoiler",
    "references": f"&lt;b&gt;{MARK}&lt;/b&gt; &amp;amp; &#60;",
    "a template": f"{{{MARK}}} {{0}} {{}} {{text.__class__}} %s %(x)d ${{x}} }}{{",
    "overrides, isolates, embeddings": f"{MARK}\u202eliw \u2067{MARK}\u2069\u2069\u2066 \u202b\u202a\u202d",
    "Hebrew, and a line of it": "go \u05e9\u05dc\u05d5\u05dd\n\u05e2\u05d5\u05dc\u05dd",
    "Arabic with its digits": "\u0645\u0631\u062d\u0628\u0627 \u0661\u0662",
    "what cannot be seen": "z\u200bz\u2060q\ufeffx\u00ad \u200d\u200c \x01\x07\x1b[31m\x7f\x85\x9b",
    "nothing else": "\u200b\u2060\ufeff\u200e",
    "white space": " \t\n\u2003\u2028\u3000 ",
    "lines": f"\n\n{MARK}\r\n\n{MARK}",
    "stacked marks": "\u0301" + "z\u0334\u0353\u0301\u0360" * 80 + "\u0301" * 300,
    "emoji": " ".join(_EMOJI),
    "no characters": f"\0{MARK}\0\0 \ud83d{MARK}\udc00\ud83d",
    "4,096 letters": MARK * 1024,
    "4,096 emoji": "🦵" * 4096,
    "4,096 signs to escape": '<&>"' * 1024,
}
# All short ones in one text, as it can stand in a name.
ALL_IN_ONE = " ".join(text for text in HOSTILE.values() if len(text) < 100)

# The words come in place of {}; each of these reads them in another way.
READERS = (
    "{}", "/{}", "/why {}", "/foods magnesium {}, no {}", "/remind {}", "/remind stretch {}", "/settings {}",
    "/settings diet {}", "/timezone {}", "/pause {}", "/workout 45 {}",
)  # fmt: skip
# What leads to these, or hardly looks at them.
OTHER_DOORS = (
    *(f"/{name} {{}}" for name in COMMANDS), *(f"/settings {name} {{}}" for name in FIELDS), "/start why_{}",
    "/start remind_{}", "/why_{}", "/admin {}", "my cramps {} at night", "remind me to stretch {}",
    "/settings workouts mon 18:00 run {}; {}", "/remind stretch 21:30 {}", "/workout {} min", "/pause until {}",
    "/timezone Europe/{}",
)  # fmt: skip
# What is said and tapped before words are the answer to a question of ours.
QUESTIONS: Mapping[str, Sequence[str]] = {
    "of what": ("/remind",),
    "when": ("/remind stretch",),
    "when from now on": ("/reminders", "tap 1. 🦵 every day at 21:30", "tap Change time"),
    "which bedtime": ("/remind stretch at bedtime",),
    "where": ("/timezone",),
    "how long a workout": ("/workout",),
    "how long a pause": ("/pause",),
    "when it was done": ("/nudge stretch", "tap Done", "tap It was earlier"),
    "which food": ("/settings dislikes",),
    "which workouts": ("/cancel", "/setup", *["tap Skip ›"] * 3, "tap Next ›", *["tap Skip ›"] * 2, "tap No"),
}
# A sentence of ours, and where it comes from: the words stand in it as they were written.
ECHOES: Mapping[str, str] = {
    "/why {}": "I have no card about “{}” yet.",
    "/remind {}": "I can't remind you of “{}”, only of these:",
    "/settings diet {}": "I don't know “{}” here, so nothing is changed.",
    "/settings place {}": "I don't know a city called “{}”. Try",
    "/timezone {}": "I don't know a place called “{}”. Try",
}
# What is left of words where they are shown: all that is seen, and nothing that turns what stands around it.
SHOWN: Mapping[str, str] = {
    "<b>zzqx</b>": "<b>zzqx</b>",
    '"><i>zzqx': '"><i>zzqx',
    "zzqx&lt": "zzqx&lt",
    "{zzqx}%s{}{": "{zzqx}%s{}{",
    "".join(_EMOJI[4:]): "".join(_EMOJI[4:]),
    "zz\u202eqx": "zzqx",
    "\u2067zz\u2069qx\u2066": "zzqx",
    "z\u200bz\u2060q\u00adx\ufeff": "zzqx",
    "zz\0qx": "zz\ufffdqx",
    "\ud83dzzqx\udc00": "\ufffdzzqx\ufffd",
    "zz\x1b\x7fqx": "zzqx",
    "z\u0301\u0353\u0334q": "z\u0301\u0353\u0334q",
    "\u05e9\u05dc\u05d5\u05dd": "\u2068\u05e9\u05dc\u05d5\u05dd\u2069",
}

# Isolates (U+2068 to U+2069) keep what is in them from turning what is outside.
_APART = re.compile("\u2068[^\u2068\u2069\n\u2028\u2029]*\u2069")
_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_TURN = {"R", "AL", "AN", *_CONTROLS}
_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "blockquote"}


async def _hears(world: World, person: Person, **content: object) -> list[SeenMessage]:
    """What the bot says to a message with exactly this in it, which Telegram or an app may not have cleaned."""
    before = person.chat.last_message_id
    about: Json = {"message_id": before + 1, "date": world.state.now(), "chat": person.chat.wire, "from": person.user}
    await world.state.handled(world.state.raw_update({"message": about | content}))
    kept = person.chat.history
    return [seen(kept[number], world.state.files) for number in range(before + 1, person.chat.last_message_id + 1)]


def _faults(answers: Sequence[SeenMessage]) -> Iterator[str]:
    """What is wrong with the answers to somebody."""
    if not answers:
        yield "no answer"
    for answer in answers:
        if "went wrong" in answer.text:
            yield "an apology"
        if utf16_length(answer.text) > (1024 if answer.document or answer.photo else 4096):
            yield "too long"
        if any(MARK in _covered(answer.text, entity) for entity in answer.entities if entity["type"] in _STYLES):
            yield f"markup of theirs is ours: {answer.html}"
        for shown in (answer.text, *answer.labels):
            if _turns(shown):
                yield f"turned around: {shown!a}"


def _covered(text: str, entity: Json) -> str:
    units = text.encode("utf-16-le")[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])]
    return units.decode("utf-16-le", "replace")


def _turns(shown: str) -> bool:
    """Whether something in it can change the order of the words around it."""
    outside = {bidirectional(sign) for sign in _APART.sub("", shown)}
    inside = {bidirectional(sign) for apart in _APART.findall(shown) for sign in apart[1:-1]}
    return bool(outside & _TURN or inside & _CONTROLS)


def _refused(world: World) -> list[str]:
    """What Telegram would not take of what the bot sent."""
    return [f"{call.method} {call.outcome}: {call.params}" for call in world.state.calls if call.outcome != 200]


@pytest.fixture
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing has been logged as an error when the test is over."""
    yield
    logged = [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]
    assert [] == logged


async def _settled(world: World, name: str) -> Person:
    """Somebody with a reminder, a nudge that waits for its answer, and something told about their health."""
    person = await world.settled(name)
    await person.says("/settings conditions kidney")
    await person.taps("Agree")
    await person.says("/remind stretch 21:30")
    await person.says("/nudge stretch")
    return person


async def _kept(world: World, person: Person) -> list[object]:
    """What somebody has told and set, whatever else they are asked just now."""
    async with world.app.sessions() as session:
        user = await users.by_chat(session, person.id)
        assert user is not None
        told = (user.profile, user.preferences, user.zone, user.consent, user.paused_until)
    rows = await rows_of(world.app.sessions, user.id)
    return [told, rows["reminders"], rows["deliveries"]]


async def _harm(
    world: World, person: Person, doors: Sequence[str], texts: Mapping[str, str]
) -> dict[tuple[str, str], list[str]]:
    """What is wrong with the answers to each text behind each door, where something is."""
    wrong = {}
    for door in doors:
        for name, text in texts.items():
            wrong[door, name] = list(_faults(await _hears(world, person, text=door.replace("{}", text))))
    return {where: faults for where, faults in wrong.items() if faults}


async def test_whatever_she_writes_is_answered_kindly(world: World, no_errors: None) -> None:
    """Each text, to whatever reads words; neither what bob has nor what alice has changes."""
    bob, alice = await _settled(world, "Bob"), await _settled(world, "Alice")
    bobs, hers = await rows_of(world.app.sessions, await id_of(world, bob) or 0), await _kept(world, alice)

    assert {} == await _harm(world, alice, READERS, HOSTILE)
    assert [] == _refused(world)
    assert bobs == await rows_of(world.app.sessions, await id_of(world, bob) or 0)
    assert hers == await _kept(world, alice)


async def test_no_command_stumbles(world: World, no_errors: None) -> None:
    """Behind each one, and each setting: all tricks at once."""
    alice = await _settled(world, "Alice")
    hers = await _kept(world, alice)

    assert {} == await _harm(world, alice, OTHER_DOORS, {"all": ALL_IN_ONE})
    assert [] == _refused(world)
    assert hers == await _kept(world, alice)


async def test_no_answer_to_a_question_stumbles(world: World, no_errors: None) -> None:
    """What she told before stays."""
    alice = await _settled(world, "Alice")
    told, *_rows = await _kept(world, alice)
    texts = {"all": ALL_IN_ONE, **{name: HOSTILE[name] for name in ("nothing else", "4,096 emoji")}}
    wrong = {}
    for asked, steps in QUESTIONS.items():
        for name, text in texts.items():
            for step in steps:
                await (alice.taps(step.removeprefix("tap ")) if step.startswith("tap ") else alice.says(step))
            wrong[asked, name] = list(_faults(await _hears(world, alice, text=text)))

    assert {} == {where: faults for where, faults in wrong.items() if faults}
    assert [] == _refused(world)
    assert told == (await _kept(world, alice))[0]


async def test_her_words_are_shown_as_she_wrote_them(world: World, no_errors: None) -> None:
    """In a sentence of ours, whose order they do not change."""
    alice = await _settled(world, "Alice")
    differing = {}
    for door, sentence in ECHOES.items():
        for text, shown in SHOWN.items():
            answer, *_more = await _hears(world, alice, text=door.replace("{}", text))
            if not answer.text.startswith(sentence.replace("{}", shown)):
                differing[door, text] = answer.text

    assert {} == differing


async def test_a_label_sets_her_words_apart_too(world: World) -> None:
    """It is the one that repeats what somebody wrote."""
    alice = await world.settled("Alice")
    await alice.says("/foods magnesium \u05e9\u05dc\u05d5\u05dd")

    assert ["Go on without “\u2068\u05e9\u05dc\u05d5\u05dd\u2069”"] == alice.last.labels


async def test_a_warning_sign_is_seen_through_what_cannot_be_seen(world: World) -> None:
    """Copied words bring marks along: so is a command, and a setting."""
    alice = await _settled(world, "Alice")
    for text, seen_as in {
        "\u202achest pa\u00adin\u202c": "chest pain",
        "\ufeff/why b6": "/why b6",
        "/settings di\u200bet veg\u2060an": "/settings diet vegan",
    }.items():
        (hidden,), (plain,) = await _hears(world, alice, text=text), await _hears(world, alice, text=seen_as)
        assert plain.text == hidden.text


# Names are Telegram's business: the bot needs none, so it neither keeps nor says them.


async def test_names_are_neither_kept_nor_said(world: World, no_errors: None) -> None:
    """First, last, of the account, of the group; of a file, a contact, a place, whoever is quoted or forwarded."""
    name = ALL_IN_ONE
    alice = await world.settled("Alice")
    alice.user.update(first_name=name, last_name=name, username=name)
    alice.chat.wire.update(first_name=name, last_name=name, username=name)
    alice.user["language_code"] = "\0<\u202e>\ud800"
    file = {"file_id": "1", "file_unique_id": "1", "file_name": name, "duration": 1}
    quoted = {"message_id": 1, "date": 0, "chat": alice.chat.wire, "from": alice.user, "text": name}
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": name}
    messages: Sequence[Json] = (
        {"text": "/start"}, {"text": "/now"}, {"text": "/settings"}, {"document": file}, {"audio": file},
        {"contact": {"phone_number": name, "first_name": name, "vcard": name}},
        {"venue": {"location": {"latitude": 1, "longitude": 1}, "title": name, "address": name}},
        {"sticker": {**file, "emoji": name, "type": "regular", "width": 1, "height": 1, "is_animated": False,
                     "is_video": False}},
        {"text": "/why b6", "reply_to_message": quoted, "quote": {"text": name, "position": 0}},
        {"text": "/why b6", "forward_origin": origin, "author_signature": name},
    )  # fmt: skip
    for content in messages:
        assert [] == list(_faults(await _hears(world, alice, **content)))
    group = world.state.group(name, [alice])
    await alice.says("hello", to=group)
    async with world.app.sessions() as session:
        user = await users.by_chat(session, alice.id)
    said = [message.text for message in (*alice.messages, *group.messages) if message.from_bot]

    assert len(messages) < len(said)
    assert user is not None
    assert "en" == user.language
    assert [] == [text for text in said if MARK in text]
    assert set() == await tables_naming(world.app.sessions, MARK)
    assert [] == _refused(world)


async def test_a_caption_is_read_as_a_message_is(world: World, no_errors: None) -> None:
    """Of a picture or a file."""
    alice = await world.settled("Alice")
    wrong = {}
    for name, text in HOSTILE.items():
        wrong[name] = list(_faults(await _hears(world, alice, photo=[], caption=f"/why {text}"[:1024])))

    assert {} == {name: faults for name, faults in wrong.items() if faults}
    assert "I have no card about “" in alice.last.text
    assert [] == _refused(world)


async def test_an_edited_message_is_not_read_again(world: World) -> None:
    """Nobody is answered twice."""
    alice = await world.settled("Alice")
    await alice.says("/why b6")
    asked = [message for message in alice.messages if not message.from_bot][-1]
    before = len(alice.messages)
    await alice.edits(asked, ALL_IN_ONE)
    await alice.says("/help")

    assert before + 2 == len(alice.messages)


async def test_whoever_begins_may_follow_any_link(world: World, no_errors: None) -> None:
    """A link carries what its maker likes; strangers are asked where they are, whatever it is."""
    for number, text in enumerate(HOSTILE.values()):
        charlie = world.person(f"Charlie {number}")
        charlie.chat.opened = True
        answers = await _hears(world, charlie, text=f"/start {text}")
        assert [] == list(_faults(answers))
        assert "Where are you?" in answers[0].text

    assert [] == _refused(world)


async def test_a_search_in_any_chat_finds_cards(world: World, no_errors: None) -> None:
    """They are ours to the last word."""
    alice = await world.settled("Alice")
    asks = {name: await alice.asks_inline(text[:256]) for name, text in HOSTILE.items()}
    asks["all"] = await alice.asks_inline(f"magnesium {ALL_IN_ONE}")

    assert [] == [name for name, ask in asks.items() if not ask.results]
    assert [] == [name for name, ask in asks.items() if MARK in str(ask.results)]
    assert "magnesium" in str(asks["all"].results[0]["id"])
    assert [] == _refused(world)


async def test_made_up_data_of_a_button_is_answered(world: World, no_errors: None) -> None:
    """Up to the 64 bytes that a button has; such as stand for typed words are read like those."""
    alice = await world.settled("Alice")
    wrong, unanswered = {}, []
    await alice.says("/why b6")
    for name, text in HOSTILE.items():
        for start in ("", "1:why:", "1:say:/why ", "1:foods:magnesium "):
            before = alice.chat.last_message_id
            tap = await world.forges(alice, start + text.encode(errors="surrogatepass")[:40].decode(errors="replace"))
            new = [message for message in alice.messages[-3:] if message.from_bot and message.id > before]
            wrong[name, start] = list(_faults([*new, alice.last]))
            unanswered += [] if tap.answered and len(tap.text) <= 200 and "wrong" not in tap.text else [tap.data]

    assert {} == {where: faults for where, faults in wrong.items() if faults}
    assert [] == unanswered
    assert [] == _refused(world)


# What is kept of words that wait for the answer to something else.
KEPT: Mapping[str, str] = {
    f"<b>{MARK}</b> & {{0}} %s": f"<b>{MARK}</b> & {{0}} %s",
    "'; DROP TABLE users; --": "'; DROP TABLE users; --",
    " ".join(_EMOJI): " ".join(_EMOJI),
    "\u05e9\u05dc\n\u05d5\u05dd": "\u05e9\u05dc\n\u05d5\u05dd",
    "zz\0qx \ud83d": "zz\ufffdqx \ufffd",
    "\u202ezz\u200bqx": "zzqx",
    "🦵" * 4080: "🦵" * 4080,
}


async def test_words_that_wait_come_back_as_they_were_written(world: World, no_errors: None) -> None:
    """In the database; and what they wanted goes on."""
    for number, (text, kept) in enumerate(KEPT.items()):
        charlie = world.person(f"Charlie {number}")
        charlie.chat.opened = True
        await _hears(world, charlie, text=f"/remind stretch {text}")
        user = await world.row_of(charlie)
        assert {"what": "zone", "then": f"/remind stretch {kept}"} == user.expecting
        await charlie.says("Lisbon")
        assert [] == list(_faults([charlie.last]))
        assert "as a time." in charlie.last.text

    assert [] == _refused(world)
