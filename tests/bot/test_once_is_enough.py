"""What is answered is not asked for once more, and what is still owed is not lost."""

from datetime import UTC, datetime, timedelta

from jobs.fire import IGNORED_DAYS
from tests.world import World

HALF_PAST_NINE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


async def test_another_time_on_the_same_day_does_not_bring_it_again(world: World) -> None:
    """Done at 21:40, moved to 22:20: the next one is tomorrow's, and the answer says so."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await world.until(HALF_PAST_NINE + timedelta(minutes=10))
    await alice.taps("Done")
    await alice.says("/reminders")
    await alice.taps("1. 🦵 every day at 21:30")
    await alice.taps("Change time")
    await alice.says("22:20")
    echo, count = alice.last.text, len(alice.messages)
    await world.passes(hours=3)
    quiet = len(alice.messages)
    await world.until(HALF_PAST_NINE + timedelta(days=1, minutes=50))

    assert "Next: tomorrow 22:20" in echo
    assert count == quiet
    assert count + 1 == len(alice.messages)


async def test_a_held_nudge_that_is_ticked_and_unticked_still_comes(world: World) -> None:
    """At the end of the quiet hours, as before."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet 22:00-07:30")
    await alice.says("/remind stretch 6:00")
    await world.until(datetime(2026, 3, 3, 5, 30, tzinfo=UTC))
    await alice.says("/today")
    tick = next(label for label in alice.last.labels if label.startswith("☐"))
    await alice.taps(tick)
    await alice.taps(tick.replace("☐", "✓"))
    count = len(alice.messages)
    await world.until(datetime(2026, 3, 3, 6, 30, tzinfo=UTC))

    assert count + 1 == len(alice.messages)
    assert "Done" in alice.last.labels


async def test_a_single_reminder_comes_while_its_kind_rests(world: World) -> None:
    """The question is about what repeats."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 12:00")
    await alice.says("/remind stretch 9 march 20:00")
    await world.until(datetime(2026, 3, 3 + IGNORED_DAYS, 11, 0, tzinfo=UTC))
    question = alice.last.labels
    await world.until(datetime(2026, 3, 9, 19, 0, tzinfo=UTC))

    assert "Keep them" in question
    assert "Done" in alice.last.labels
