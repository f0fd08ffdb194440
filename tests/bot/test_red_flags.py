"""/doctor, and red flags found in what people write."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.red_flags import red_flag_in
from bot.dialogue.routes import COMMANDS
from db.knowledge.care import Urgency
from db.knowledge.loader import load
from tests.db.knowledge.readability import grade
from tests.world import World

pytestmark = pytest.mark.conversation

EDITION = load().edition("en")
FLAGS = EDITION.red_flags
LABELS = {Urgency.EMERGENCY: "Now", Urgency.SAME_DAY: "Today", Urgency.SOON: "Soon"}
PHRASES = [
    (expected, text)
    for line in (Path(__file__).parent / "red_flag_phrases.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
    for expected, _, text in [line.partition(" | ")]
]


def _found(text: str) -> str:
    flag = red_flag_in(text, EDITION)
    return flag.id if flag else "-"


@pytest.mark.parametrize(("expected", "text"), PHRASES, ids=[text for _expected, text in PHRASES])
def test_what_people_write_names_its_red_flag_or_none(expected: str, text: str) -> None:
    """No sign is missed, and no ordinary question is met with alarm."""
    assert expected == _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "i canʼt breathe", "i can′t breathe", "i can＇t breathe", "chést pain", "chest pаin", "сhеst рαin",
        *(mark.join("chest") + " pain" for mark in
          ("\ufe00", "\ufe0d", "\U000e0100", "\U000e0061", "\u115f", "\u3164", "\uffa0", "\u180b", "\u0336")),
    ],
)  # fmt: skip
def test_letters_that_only_look_otherwise_hide_no_sign(text: str) -> None:
    """Another apostrophe, an accent, a letter of another script, and what nobody sees."""
    assert "lung_clot" == _found(text)


@pytest.mark.parametrize("text", ["сосна", "νερό και χαρά", "안녕하세요", "नमस्ते", "pain de seigle, à midi"])
def test_words_of_other_scripts_are_no_words_of_ours(text: str) -> None:
    assert "-" == _found(text)


def test_there_are_enough_phrases_of_both_kinds() -> None:
    """At least forty each, and some for every sign that cannot wait."""
    signs = {expected for expected, _text in PHRASES}

    assert 40 <= sum(expected == "-" for expected, _text in PHRASES)
    assert 40 <= sum(expected != "-" for expected, _text in PHRASES)
    assert {flag.id for u in (Urgency.EMERGENCY, Urgency.SAME_DAY) for flag in FLAGS.of(u)} <= signs | {"pregnancy"}


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isalnum() and char.isascii() else char for char in text)


@pytest.mark.parametrize(
    "change",
    [
        str.upper, lambda text: f"  {text}!!", lambda text: f"hello, {text} what do i do", _wide,
        "\u200d".join, "\u034f".join, "\ufe0f".join,
    ],
)  # fmt: skip
def test_case_and_company_do_not_hide_a_sign(change: Callable[[str], str]) -> None:
    """As people write in haste."""
    for expected, text in PHRASES:
        if expected != "-":
            assert "-" != _found(change(text)), text


def test_a_comma_within_a_sign_does_not_hide_it() -> None:
    """But it ends a denial."""
    assert "long_cramp" == _found("cramp, for 20 minutes")
    assert "leg_clot" == _found("no fever, calf swollen")
    assert "-" == _found("no fever or swollen calf")


def test_the_most_urgent_sign_wins() -> None:
    """A swollen calf and chest pain are an emergency."""
    assert "lung_clot" == _found("my calf is swollen and I have chest pain")


def test_what_can_wait_counts_only_when_asked_for() -> None:
    """Otherwise every question on restless legs would be answered with an alarm."""
    flag = red_flag_in("restless legs", EDITION, least=Urgency.SOON)

    assert "-" == _found("restless legs")
    assert flag is not None
    assert Urgency.SOON is flag.urgency


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """No exception, whatever is written, and always the same answer."""
    assert _found(text) == _found(text)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("my calf is swollen and hot, does magnesium help?", "United Kingdom: 111"),
        ("chest pain and cramp, what vitamin?", "United Kingdom: 999 or 112"),
    ],
)
async def test_a_message_that_names_a_red_flag_gets_it_first(world: World, text: str, call: str) -> None:
    """Before any card that it names too: what to do, whom to call, which sign it was."""
    alice = await world.settled("Alice", "Europe/London")
    await alice.says(text)
    flag = red_flag_in(text, EDITION)

    assert flag is not None
    assert "This may be more than a cramp." == alice.last.text.splitlines()[0]
    assert FLAGS.actions[flag.urgency].text == alice.last.text.splitlines()[1]
    assert call in alice.last.text
    assert flag.sign.text in alice.last.text


async def test_an_ordinary_question_is_answered_as_ever(world: World) -> None:
    """No alarm about magnesium."""
    charlie = world.person("Charlie")
    await charlie.says("does magnesium help at night?")

    assert charlie.last.text.startswith("Magnesium")


@pytest.mark.parametrize("urgency", Urgency)
async def test_every_urgency_has_its_screen_in_place(world: World, urgency: Urgency) -> None:
    """Every sign, what to do about it, in 1,200 characters."""
    charlie = world.person("Charlie")
    await charlie.says("/doctor")
    count = len(charlie.messages)
    if urgency is not Urgency.EMERGENCY:
        await charlie.taps(LABELS[urgency])

    assert all(flag.sign.text in charlie.last.text for flag in FLAGS.of(urgency))
    assert FLAGS.actions[urgency].text in charlie.last.text
    assert f"• {LABELS[urgency]}" in [button.label for button in charlie.last.buttons]
    assert len(charlie.last.text) <= 1200
    assert count == len(charlie.messages)


async def test_the_emergencies_come_first_and_are_plain(world: World) -> None:
    """Calm first line with the number, which stands again beside the buttons; grade eight."""
    charlie = world.person("Charlie")
    await charlie.says("/doctor")
    text = charlie.last.text

    assert "Is it more than a cramp? 📞 112" == text.splitlines()[0]
    assert text.rindex("Call your local emergency number now.") > text.index("tingling round the mouth")
    assert grade(text.partition("Sources")[0].replace("\n", ". ")) <= 8


@pytest.mark.parametrize(
    ("numbers", "zone"),
    [
        ("Germany: 112", "Europe/Berlin"),
        ("United Kingdom: 999 or 112", "Europe/London"),
        ("United States: 911", "America/Chicago"),
        ("Australia: 000", "Australia/Perth"),
        ("New Zealand: 111", "Pacific/Auckland"),
        ("India: 112 or 108", "Asia/Kolkata"),
        ("Brazil: 192", "America/Sao_Paulo"),
        ("112 works in many countries.", "UTC"),
    ],
)
async def test_the_number_is_that_of_the_persons_country(world: World, numbers: str, zone: str) -> None:
    """By the zone they told; what works in many countries where that says nothing."""
    alice = await world.settled("Alice", zone)
    await alice.says("/doctor")

    assert f"📞 {numbers}" in alice.last.text


async def test_a_stranger_gets_the_number_of_many_countries(world: World) -> None:
    """No zone is asked for first."""
    charlie = world.person("Charlie")
    await charlie.says("/doctor")

    assert "📞 112 works in many countries." in charlie.last.text


async def test_quinine_is_one_tap_away_and_back(world: World) -> None:
    """The warning carries the authority's name."""
    charlie = world.person("Charlie")
    await charlie.says("/doctor")
    await charlie.taps("Quinine and tonic water")
    quinine = charlie.last.text
    await charlie.taps("‹ Back")

    assert "should not be used for leg cramps" in quinine
    assert "FDA 2010" in quinine
    assert "Tonic water holds quinine too." in quinine
    assert charlie.last.text.startswith("Is it more than a cramp?")


async def test_forged_urgencies_change_nothing(world: World) -> None:
    """Answered, not opened."""
    charlie = world.person("Charlie")
    await charlie.says("/doctor")
    before = charlie.last.text
    for data in ("1:doctor:never", "1:doctor", "1:doctor:soon:soon", "1:doctor:EMERGENCY"):
        tap = await world.forges(charlie, data)
        assert "I no longer have that screen." == tap.text
    assert before == charlie.last.text


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_red_flag_behind_a_command_is_answered(world: World, command: str) -> None:
    """Whatever else the command would have said."""
    alice = await world.settled("Alice")
    await alice.says(f"/{command} my calf is swollen and hot")

    assert "This may be more than a cramp." in alice.last.text


@pytest.mark.parametrize(
    "text", ["/cramp chest pain", "/chest pain", "/ chest pain", "//chest pain", "/chest_pain", "/admin chest pain"]
)
async def test_a_red_flag_behind_a_slash_is_answered_where_there_is_no_such_command(world: World, text: str) -> None:
    """The name of a command that does not exist is a word like any other."""
    charlie = world.person("Charlie")
    await charlie.says(text)

    assert "This may be more than a cramp." in charlie.last.text


async def test_a_command_behind_which_a_red_flag_stands_does_nothing_else(world: World) -> None:
    """What was asked stays open."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch")
    await alice.says("/cancel chest pain")
    await alice.says("21:30")

    assert alice.last.text.startswith("✓ 🦵 Stretch")


@pytest.mark.parametrize(
    "text", ["/start why_magnesium", "/start doctor", "/timezone Lisbon", "/remind stretch 21:30", "/help magnesium"]
)
async def test_a_command_with_plain_words_raises_no_alarm(world: World, text: str) -> None:
    """Links, places and times are what they were."""
    alice = await world.settled("Alice")
    await alice.says(text)

    assert not any("This may be more than a cramp." in message.text for message in alice.messages)


def test_no_place_is_taken_for_a_red_flag() -> None:
    """So that each can stand behind /timezone."""
    assert [] == [zone for zone in sorted(available_timezones()) if "-" != _found(zone.replace("/", " "))]


async def test_a_condition_that_names_a_red_flag_is_kept_as_well(world: World) -> None:
    """The warning comes first, then what was asked about."""
    alice = await world.settled("Alice")
    await alice.says("/settings")
    await alice.taps("Agree")
    before = alice.last.id
    await alice.says("/settings conditions thrombosis")
    told = [message.text for message in alice.messages if message.from_bot and message.id > before]
    await alice.says("/settings conditions chest pain")
    alarm = alice.messages[-2].text

    assert "This may be more than a cramp." in told[0]
    assert told[1].startswith("✓ Conditions: A recent clot in the leg")
    assert "This may be more than a cramp." in alarm
