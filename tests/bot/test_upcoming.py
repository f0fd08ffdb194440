"""/next: exactly what comes and when, what is left out, and what waits."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.people import Person
from db import reminders, users
from db.models import Delivery, Status
from jobs.suggest.profile import Profile
from tests.world import World

pytestmark = pytest.mark.conversation

HALF_PAST_NINE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


def _nudges(person: Person) -> int:
    return sum("Done" in message.labels for message in person.messages)


async def _lines(person: Person) -> list[str]:
    await person.says("/next")
    return person.last.text.splitlines()[1:]


async def test_quiet_hours_hold_back_and_next_says_so_to_the_minute(world: World) -> None:
    """06:00 comes at half past seven, as was said."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet 22:00-07:30")
    await alice.says("/remind stretch 06:00")
    first = (await _lines(alice))[0]
    await world.until(datetime(2026, 3, 3, 6, 29, tzinfo=UTC))
    waiting, before = (await _lines(alice))[0], _nudges(alice)
    await world.passes(minutes=1)

    assert "tomorrow 07:30  🦵 Stretch (held back from 06:00 by your quiet hours)" == first
    assert "today 07:30  🦵 Stretch (held back from 06:00 by your quiet hours)" == waiting
    assert (0, 1) == (before, _nudges(alice))


async def test_what_would_be_too_late_after_quiet_hours_is_left_out(world: World) -> None:
    """Half past ten in the evening is no stretch for the morning."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet 22:00-07:30")
    await alice.says("/remind stretch 22:30")
    first = (await _lines(alice))[0]
    await alice.says("/reminders")
    await world.passes(days=2)

    assert "today 22:30  🦵 Stretch (left out: quiet hours until 07:30)" == first
    assert "Its next times are in your quiet hours, so I leave them out." in alice.last.text
    assert 0 == _nudges(alice)


async def test_an_interval_in_quiet_hours_ends_in_one_nudge(world: World) -> None:
    """Every half hour from six: one at half past seven, the next at eight; one line for what is swallowed."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet 22:00-07:30")
    await alice.says("/remind hydrate every 30 min 06:00-09:00")
    lines = await _lines(alice)
    await world.until(datetime(2026, 3, 3, 7, 0, tzinfo=UTC))

    assert [
        "tomorrow 06:00  💧 Hydrate (left out: quiet hours until 07:30)",
        "tomorrow 07:30  💧 Hydrate",
        "tomorrow 08:00  💧 Hydrate",
    ] == lines[:3]
    assert 2 == _nudges(alice)


async def test_one_explicit_wish_overrides_quiet_hours(world: World) -> None:
    """In two taps, and back in one."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet 22:00-07:30")
    await alice.says("/remind stretch 23:00")
    await alice.taps("Let it come anyway")
    card = alice.last
    first = (await _lines(alice))[0]
    await world.until(datetime(2026, 3, 2, 22, 0, tzinfo=UTC))
    came = _nudges(alice)
    await alice.taps("Keep to quiet hours", card)
    await world.passes(days=2)

    assert "every day at 23:00 (in quiet hours too). Next: today 23:00" in card.text
    assert "today 23:00  🦵 Stretch" == first
    assert (1, 1) == (came, _nudges(alice))


async def test_a_nag_that_is_due_is_listed_with_its_number(world: World) -> None:
    """The second of three, at ten to ten."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    await alice.taps("Ask again")
    await alice.taps("20 minutes")
    await world.until(HALF_PAST_NINE)
    lines = await _lines(alice)

    assert ["today 21:50  🦵 Stretch (asks again, 2 of 3)", "tomorrow 21:30  🦵 Stretch"] == lines[:2]


async def test_what_was_answered_before_it_came_is_not_listed_and_does_not_come(world: World) -> None:
    """Done at noon stands for tonight, and for tonight only."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/nudge stretch")
    await alice.taps("Done")
    lines = await _lines(alice)
    count = len(alice.messages)
    await world.until(HALF_PAST_NINE)

    assert "tomorrow 21:30  🦵 Stretch" == lines[0]
    assert count == len(alice.messages)


@pytest.mark.parametrize("status", [Status.DONE, Status.SKIPPED])
async def test_an_occasion_that_was_ticked_early_is_not_listed(world: World, status: Status) -> None:
    """Its row is there before its time."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        (reminder,) = await reminders.of_user(session, user.id)
        session.add(
            Delivery(
                user_id=user.id, reminder_id=reminder.id, kind="stretch", due_at=HALF_PAST_NINE, status=status,
                promised_at=HALF_PAST_NINE, send_at=HALF_PAST_NINE, answered_at=world.clock(), question=False, asked=0,
            )
        )  # fmt: skip
    lines = await _lines(alice)
    count = len(alice.messages)
    await world.until(HALF_PAST_NINE)

    assert "tomorrow 21:30  🦵 Stretch" == lines[0]
    assert count == len(alice.messages)


async def test_a_reached_goal_ends_the_day_in_the_list_and_in_fact(world: World) -> None:
    """Two drinks are enough; it goes on tomorrow."""
    alice = await world.settled("Alice")
    await alice.says("/remind hydrate every hour 14-18")
    await alice.taps("Change")
    await alice.taps("Enough for a day")
    await alice.taps("2")
    card = alice.last.text
    for _hour in range(2):
        await world.passes(hours=1)
        await alice.taps("Done")
    lines = await _lines(alice)
    count = len(alice.messages)
    await world.passes(hours=5)

    assert "(enough after 2 times a day)" in card
    assert "tomorrow 14:00  💧 Hydrate" == lines[0]
    assert count == len(alice.messages)


async def test_two_reminders_at_one_moment_are_one_line(world: World) -> None:
    """As they are one nudge."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/remind stretch 21:30 weekdays")
    lines = await _lines(alice)
    await world.until(HALF_PAST_NINE)

    assert ["today 21:30  🦵 Stretch", "tomorrow 21:30  🦵 Stretch"] == lines[:2]
    assert 1 == _nudges(alice)


async def test_the_question_after_ignored_days_is_announced(world: World) -> None:
    """Nothing is listed behind it, because nothing comes behind it."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await world.until(HALF_PAST_NINE + timedelta(days=4, hours=1))
    lines = await _lines(alice)

    assert ["tomorrow 21:30  🦵 Stretch (first I ask whether these shall go on)"] == lines


async def test_what_waits_for_a_landmark_is_named_below(world: World) -> None:
    """With what it waits for."""
    alice = await world.settled("Alice")
    await alice.says("/remind hydrate after a workout")
    await alice.says("/remind stretch 21:30")
    lines = await _lines(alice)
    await alice.says("/reminders")

    assert "today 21:30  🦵 Stretch" == lines[0]
    assert lines[-1].startswith("💧 Hydrate, after a workout, every day. It waits for a workout.")
    assert "after a workout, every day. It waits for a workout." in alice.last.text


async def test_what_safety_leaves_out_is_not_promised(world: World) -> None:
    """Told after the reminder was set."""
    alice = await world.settled("Alice")
    await alice.says("/remind sun 13:30")
    await world.told(alice, Profile(traits=frozenset({"light_sensitive"})))
    lines = await _lines(alice)

    await alice.says("/reminders")

    assert ["Nothing has a time yet.", "🌤 Daylight: I leave that out, by what you told me."] == lines
    assert "every day at 13:30. I leave that out, by what you told me." in alice.last.text
    assert "Next:" not in alice.last.text


async def test_without_a_zone_reminders_wait_for_it(world: World) -> None:
    """The first zone was wrong and taken back."""
    charlie = world.person("Charlie")
    await charlie.says("/remind stretch 21:30")
    await charlie.says("Tokyo")
    checked = await charlie.sees("right?")
    await charlie.taps("No, choose again", checked)
    lines = await _lines(charlie)

    assert "It waits until I know your time zone: /timezone" in lines[-1]
