"""/settings, how to be talked to: quiet hours, the day, bedtime, units, tone, lock screen. No consent needed."""

from datetime import UTC, date, datetime, time
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import quiet_text
from bot.dialogue.telling.morning import MorningCard
from bot.dialogue.timetext.outcome import Ambiguous, Misunderstood
from bot.dialogue.turn import House, Redirect, Turn
from bot.dialogue.words import words_for
from bot.sandbox.people import Person
from db import reminders, users
from db.models import ReminderState
from jobs import schedule
from jobs.preferences import Preferences, Quiet, Tone, Units
from jobs.rule_json import from_json
from jobs.rules import ALL_DAYS, AtTimes, Landmark, Relative
from tests.world import World

pytestmark = pytest.mark.conversation

TODAY = date(2026, 3, 2)
WEEKDAYS, WEEKEND = frozenset(range(5)), frozenset({5, 6})


async def _preferences(world: World, person: Person) -> Preferences:
    user = await world.row_of(person)
    assert user.consent is None
    return Preferences.from_json(user.preferences)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("quiet 22:00-07:30 weekdays", "✓ Quiet hours: 22:00 to 07:30, on weekdays"),
        ("quiet hours 10pm to 7am", "✓ Quiet hours: 22:00 to 07:00, every day"),
        ("quiet 22:00-07:00 weekdays and 23:30-09:00 weekends",
         "✓ Quiet hours: 22:00 to 07:00, on weekdays; 23:30 to 09:00, at weekends"),
        ("quiet off", "✓ Quiet hours: none"),
        ("quiet none", "✓ Quiet hours: none"),
        ("day 05:00", "✓ Start of day: 05:00"),
        ("start of day 4", "✓ Start of day: 04:00"),
        ("day midnight", "✓ Start of day: 00:00"),
        ("day off", "✓ Start of day: 04:00"),
        ("bedtime 22:30", "✓ Bedtime: 22:30"),
        ("bed 10:30 pm", "✓ Bedtime: 22:30"),
        ("bed time midnight", "✓ Bedtime: 00:00"),
        ("bedtime none", "✓ Bedtime: not told"),
        ("units us", "✓ Units: US: ounces, pounds"),
        ("units clear", "✓ Units: by your language"),
        ("tone brief", "✓ Tone: Brief"),
        ("tone none", "✓ Tone: Friendly"),
        ("preview neutral", "✓ Lock screen: Neutral words"),
        ("lock screen full", "✓ Lock screen: Everything"),
    ],
)  # fmt: skip
async def test_typing_works_without_consent(world: World, typed: str, shown: str) -> None:
    """A contract: others will type and script it."""
    alice = await world.settled("Alice")
    await alice.says(f"/settings {typed}")
    await _preferences(world, alice)

    assert shown == alice.last.text


@pytest.mark.parametrize(
    ("typed", "said", "offered"),
    [
        ("quiet 10-7", "Which hours do you mean? I don't want to guess.", "22:00-07:00"),
        ("quiet 10:00-7:00 weekdays", "Which hours do you mean?", "10:00-07:00 mon-fri"),
        ("quiet 22:00-22:00", "Quiet hours begin and end at different times.", None),
        ("quiet 0-24", "Quiet hours begin and end at different times.", None),
        ("quiet at night", "so nothing is changed. Write it like this: /settings quiet 22:00-07:30 weekdays", None),
        ("quiet 22:00-07:00 whenever", "I don't know “whenever” here", None),
        ("bedtime 10", "Morning or evening? I don't want to guess.", "22:00"),
        ("bedtime 10:30", "Morning or evening? I don't want to guess.", "10:30"),
        ("bedtime late", "I don't know “late” here", None),
        ("bedtime 22:30 weekdays", "I don't know “22:30 weekdays” here", None),
        ("day 9:30 am", "That has to be from 00:00 to 08:00, so nothing is changed.", None),
        ("tone breif", "I don't know “breif” here, so nothing is changed. Did you mean:", "brief"),
        ("units stones", "I don't know “stones” here", None),
        ("queit 22-7", "I don't know “queit”. Did you mean:", "Quiet hours"),
        ("bedtme 22:30", "I don't know “bedtme”. Did you mean:", "Bedtime"),
    ],
)
async def test_what_is_unclear_is_asked_back_and_changes_nothing(
    world: World, typed: str, said: str, offered: str | None
) -> None:
    """A button says it without a question."""
    alice = await world.settled("Alice")
    await alice.says(f"/settings {typed}")
    answer, before = alice.last, await _preferences(world, alice)
    if offered:
        await alice.taps(offered)

    assert said in answer.text
    assert Preferences() == before
    assert bool(offered) == (before != await _preferences(world, alice))
    assert not offered or alice.last.text.startswith("✓")


async def test_the_card_works_without_a_profile(world: World) -> None:
    """The consent question leads to it, and it leads back to the question."""
    alice = await world.settled("Alice")
    await alice.says("/settings")
    count = len(alice.messages)
    await alice.taps("Use without a profile")
    card = alice.last
    await alice.taps("Tell me about yourself")
    question = alice.last.text
    await alice.taps("Agree")

    assert "Quiet hours: none\nStart of day: 04:00\nBedtime: not told\nUnits: by your language" in card.text
    assert "What you told me" not in card.text
    assert "Forget all of this" not in card.labels
    assert "May I keep what you tell me about yourself?" in question
    assert count + 1 == len(alice.messages)
    assert "What you told me" in alice.last.text


async def test_values_are_tapped_in_place(world: World) -> None:
    """Each is shown with its reason, switched, and cleared."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet")
    count = len(alice.messages)
    asked = alice.last.text
    await alice.taps("☐ 23:00 to 08:00, every day")
    await alice.taps("☐ 22:00 to 07:00, on weekdays")
    await alice.taps("☑ 23:00 to 08:00, every day")
    await alice.taps("‹ Back")
    for title, label in (("Bedtime", "☐ 22:30"), ("Tone", "☐ Brief"), ("Units", "☐ US: ounces, pounds"),
                         ("Lock screen", "☐ Neutral words"), ("Start of day", "☐ 05:00")):  # fmt: skip
        await alice.taps(title)
        await alice.taps(label)
        await alice.taps("‹ Back")
    kept = await _preferences(world, alice)
    await alice.taps("Quiet hours")
    await alice.taps("Clear, or rather not say")
    await alice.taps("‹ Back")
    await alice.taps("Bedtime")
    await alice.taps("☑ 22:30")
    cleared = await _preferences(world, alice)

    assert "Nothing comes in these hours; it waits until they are over." in asked
    assert count == len(alice.messages)
    assert Preferences(
        quiet=(Quiet(time(22), time(7), WEEKDAYS),), day_start=time(5), bedtime=time(22, 30), units=Units.US,
        tone=Tone.BRIEF, neutral=True,
    ) == kept  # fmt: skip
    assert ((), None) == (cleared.quiet, cleared.bedtime)


async def test_own_hours_have_a_button_too(world: World) -> None:
    """What was typed can be tapped away; there is an end to spans."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet 13:00-14:00 mon and 14:00-15:00 tue and 15:00-16:00 wed and 16:00-17:00 thu and "
                     "17:00-18:00 fri and 18:00-19:00 sat")  # fmt: skip
    await alice.taps("Change")
    await alice.taps("☐ 22:00 to 07:00, every day")
    full = alice.last.text
    await alice.taps("‹ Back")
    await alice.taps("☑ 13:00 to 14:00, on Mon")
    await alice.taps("‹ Back")

    assert "I can keep 6 spans. Take one away first." == full
    assert 5 == len((await _preferences(world, alice)).quiet)
    assert len(alice.last.text) <= 1200


async def test_reminders_go_by_bedtime(world: World) -> None:
    """A reminder before bed is aimed anew when bedtime is told."""
    alice = await world.settled("Alice")
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        schedule.add(session, user, kind="stretch", rule=Relative(Landmark.BEDTIME, -30), now=world.clock())
    await alice.says("/settings bedtime 23:00")
    async with world.app.sessions() as session:
        (reminder,) = await reminders.of_user(session, 1)

    assert datetime(2026, 3, 2, 21, 30, tzinfo=UTC) == reminder.next_due_at


async def test_damaged_preferences_can_be_cleared(world: World) -> None:
    """The profile is left alone."""
    alice = await world.settled("Alice")
    await world.kept(alice, preferences={"bedtime": "25:99"})
    await alice.says("/settings bedtime 23:00")
    said = alice.last.text
    forged = await world.forges(alice, "1:settings:mend:profile")
    await alice.taps("Clear it")
    await alice.says("/settings bedtime 23:00")

    assert "I cannot read how you want to be talked to" in said
    assert "This button no longer works." == forged.text
    assert "✓ Bedtime: 23:00" == alice.last.text


@pytest.mark.parametrize("data", ["quiet:nonsense:0", "quiet:2200-2200-0:0", "day:2500:0", "bedtime:abc", "tone:loud",
                                  "morning:9999", "mend:preferences"])  # fmt: skip
async def test_forged_choices_change_nothing(world: World, data: str) -> None:
    """Answered politely."""
    alice = await world.settled("Alice")
    tap = await world.forges(alice, f"1:settings:{data}")

    assert "This button no longer works." == tap.text
    assert Preferences() == await _preferences(world, alice)


# The text of quiet hours --------------------------------------------------------------------------

SPANS = st.builds(
    Quiet,
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.frozensets(st.integers(0, 6), min_size=1),
)


@given(st.lists(SPANS, min_size=1, max_size=quiet_text.MOST_SPANS, unique=True))
def test_what_is_written_is_read_again(spans: list[Quiet]) -> None:
    """A button's text means exactly the hours on it."""
    read = quiet_text.read(quiet_text.write(spans), today=TODAY)

    assert tuple(spans) == read


@given(st.text(max_size=80))
def test_any_text_is_endured(text: str) -> None:
    """Understood, asked or refused."""
    assert isinstance(quiet_text.read(text, today=TODAY), tuple | Ambiguous | Misunderstood)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("22-7", [Quiet(time(22), time(7))]),
        ("22:00 – 07:00", [Quiet(time(22), time(7))]),
        ("between 10 pm and 7 am", [Quiet(time(22), time(7))]),
        (
            "weekdays 22-7, weekends 23:30-9",
            [Quiet(time(22), time(7), WEEKDAYS), Quiet(time(23, 30), time(9), WEEKEND)],
        ),
        ("13:00-14:00 daily and 22-7 daily", [Quiet(time(13), time(14)), Quiet(time(22), time(7), ALL_DAYS)]),
        ("sunday 0:00-9:00", [Quiet(time(0), time(9), frozenset({6}))]),
    ],
)
def test_quiet_hours_as_people_write_them(text: str, spans: list[Quiet]) -> None:
    """Several spans have their days each."""
    assert tuple(spans) == quiet_text.read(text, today=TODAY)


@pytest.mark.parametrize("text", ["", "22:00", "every 2h 9-18", "22-7 until friday", "22-7 and 13-14", "in 2 hours"])
def test_what_is_no_quiet_hours(text: str) -> None:
    """Times without an end, intervals, dates."""
    assert isinstance(quiet_text.read(text, today=TODAY), Misunderstood)


# The morning card ---------------------------------------------------------------------------------


async def test_the_morning_card_is_a_reminder(world: World) -> None:
    """What makes reminders makes it, and answers what is no time."""
    async with world.app.sessions() as session:
        user = await users.ensure(session, chat_id=1, language="en", now=world.clock())
        turn = Turn(user=user, session=session, now=world.clock(), words=words_for("en"), house=cast("House", None))
        made = [await MorningCard().read(turn, text) for text in ("7:30", "soon")]

    assert [Redirect("/remind today 7:30"), Redirect("/remind today soon")] == made


async def test_the_morning_card_is_moved_and_turned_off(world: World) -> None:
    """One card, not several; what can be morning or evening is asked."""
    alice = await world.settled("Alice")
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        schedule.add(session, user, kind="today", rule=AtTimes((time(7, 30),)), now=world.clock())
    await alice.says("/settings morning")
    opened = alice.last.text
    await alice.taps("☐ 08:00")
    moved = alice.last.text
    await alice.says("9")
    unclear = alice.last.text
    await alice.taps("09:00")
    again = alice.last.text
    await alice.says("/settings morning off")
    async with world.app.sessions() as session:
        mine = await reminders.of_user(session, user.id)

    assert "Morning card: every day at 07:30" in opened
    assert "Morning card: every day at 08:00" in moved
    assert "Morning or evening?" in unclear
    assert "✓ Morning card: every day at 09:00" == again
    assert "✓ Morning card: off" == alice.last.text
    assert [("today", ReminderState.OFF, AtTimes((time(9),)))] == [
        (reminder.kind, reminder.state, from_json(reminder.rule)) for reminder in mine
    ]
