"""/remind where times have passed, or lie in quiet hours or a pause: it is said at once."""

from datetime import UTC, datetime, time

import pytest

from jobs.preferences import Preferences, Quiet
from tests.world import World

pytestmark = pytest.mark.conversation


async def test_a_time_that_has_passed_is_offered_for_tomorrow(world: World) -> None:
    """It is 13:00, so eight in the morning can only be meant for tomorrow; but nobody guesses."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch today 8:00")
    question = alice.last
    await alice.taps("tomorrow 08:00")

    assert question.text == "“today 08:00” has passed already. Shall it come then?"
    assert question.labels == ["tomorrow 08:00"]
    assert "once, tomorrow 08:00" in alice.last.text


async def test_both_readings_of_an_hour_that_has_passed_are_offered(world: World) -> None:
    """At ten in the evening eight has passed twice."""
    alice = await world.settled("Alice")
    await world.passes(hours=9)
    await alice.says("/remind stretch today 8")

    assert alice.last.labels == ["tomorrow 08:00", "tomorrow 20:00"]


async def test_a_time_in_quiet_hours_is_held_back_and_says_so(world: World) -> None:
    """For as long as it is useful; a tap lets it come."""
    alice = await world.settled("Alice")
    await world.prefers(alice, Preferences(quiet=(Quiet(time(22), time(7, 30)),)))
    await alice.says("/remind stretch 7:00")

    assert alice.last.text.splitlines() == [
        "✓ 🦵 Stretch: every day at 07:00.",
        "Next: tomorrow 07:00 and Wed 4 Mar 07:00.",
        "Tomorrow 07:00 is in your quiet hours (until 07:30), so I hold it back until then.",
    ]
    assert "Let it come anyway" in alice.last.labels


async def test_a_time_deep_in_quiet_hours_is_left_out_and_says_so(world: World) -> None:
    """In the morning it would be of no use."""
    alice = await world.settled("Alice")
    await world.prefers(alice, Preferences(bedtime=time(23), quiet=(Quiet(time(22), time(7, 30)),)))
    await alice.says("/remind stretch at bedtime")

    assert "Today 23:00 is in your quiet hours (until 07:30), so I leave it out." in alice.last.text
    assert "Let it come anyway" in alice.last.labels


async def test_quiet_hours_of_a_weekday_further_on_are_said(world: World) -> None:
    """Not only for the next two times."""
    alice = await world.settled("Alice")
    friday = Quiet(time(22), time(9), frozenset({4}))
    await world.prefers(alice, Preferences(quiet=(friday,)))
    await alice.says("/remind stretch 8:00")
    await alice.says("/remind stretch 12:00")
    outside = alice.last.text
    await alice.says("/remind stretch 8:15 and 22:15 mon-fri")

    assert "quiet hours" not in outside
    assert "Fri 6 Mar 22:15 is in your quiet hours (until 09:00), so I leave it out." in alice.last.text


async def test_several_reminders_at_once_tell_of_quiet_hours_too(world: World) -> None:
    """Which one may come anyway is chosen on its card."""
    alice = await world.settled("Alice")
    await world.prefers(alice, Preferences(quiet=(Quiet(time(22), time(7, 30)),)))
    await alice.says("/remind stretch mon-fri 21:00 and sat 23:00")

    assert "Sat 7 Mar 23:00 is in your quiet hours" in alice.last.text
    assert alice.last.labels == ["My reminders"]


async def test_a_pause_is_said_and_counts(world: World) -> None:
    """The next times are those behind it."""
    alice = await world.settled("Alice")
    await world.kept(alice, paused_until=datetime(2026, 3, 9, 3, tzinfo=UTC))
    await alice.says("/remind stretch 21:30")
    repeated = alice.last.text
    await alice.says("/remind stretch tomorrow 9:00")
    once = alice.last.text
    await alice.says("/remind stretch 22:00 until friday")

    assert repeated.splitlines()[1:] == [
        "You have a pause: nothing comes before Mon 9 Mar 04:00.",
        "Next: Mon 9 Mar 21:30 and Tue 10 Mar 21:30.",
    ]
    assert "Next: Mon 9 Mar 04:00." in once
    assert "that would not come even once: every day at 22:00, until Fri 6 Mar." in alice.last.text
    assert "You have a pause" in alice.last.text
