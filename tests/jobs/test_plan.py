"""Due reminders become deliveries, once each."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import update

from db.engine import Sessions
from db.models import Reminder, Status
from jobs.plan import HISTORY, plan
from jobs.recurrence import AtTimes, Every, Once
from tests.jobs.cast import MONDAY_NOON, all_deliveries, reminded

HALF_PAST_NINE_IN_BERLIN = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


async def _reminder(sessions: Sessions, number: int = 1) -> Reminder:
    async with sessions() as session:
        found = await session.get(Reminder, number)
    assert found is not None
    return found


async def test_a_due_reminder_becomes_one_delivery_and_moves_on(sessions: Sessions) -> None:
    """At 21:30 in Berlin, and again a day later."""
    await reminded(sessions)
    early = await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN - timedelta(seconds=1))
    on_time = await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)
    again = await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)
    [delivery] = await all_deliveries(sessions)

    assert (early, on_time, again) == (0, 1, 0)
    assert (delivery.due_at, delivery.status) == (HALF_PAST_NINE_IN_BERLIN, Status.PLANNED)
    assert HALF_PAST_NINE_IN_BERLIN + timedelta(days=1) == (await _reminder(sessions)).next_due_at


async def test_after_three_days_down_only_a_useful_nudge_is_sent(sessions: Sessions) -> None:
    """What was missed is in the history; nothing comes in a burst."""
    await reminded(sessions)
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN + timedelta(days=3, hours=1))

    assert [d.status for d in await all_deliveries(sessions)] == [Status.MISSED] * 3 + [Status.PLANNED]


async def test_a_nudge_two_hours_late_is_missed(sessions: Sessions) -> None:
    """A second over two hours is too late, two hours are not."""
    await reminded(sessions, chat_id=1)
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN + timedelta(hours=2))
    await reminded(sessions, chat_id=2)
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN + timedelta(hours=2, seconds=1))

    assert [d.status for d in await all_deliveries(sessions)] == [Status.PLANNED, Status.MISSED]


async def test_of_an_interval_only_the_newest_missed_one_is_sent(sessions: Sessions) -> None:
    """An hour down with water every 15 minutes brings one nudge, not four."""
    await reminded(sessions, rule=Every(15, time(9), time(18)), kind="hydrate")
    await plan(sessions, now=MONDAY_NOON + timedelta(minutes=61))
    statuses = [delivery.status for delivery in await all_deliveries(sessions)]

    assert statuses == [Status.MISSED] * 3 + [Status.PLANNED]


async def test_a_long_outage_leaves_a_week_of_history(sessions: Sessions) -> None:
    """A bot that was off for a year does not write a year of missed nudges."""
    await reminded(sessions)
    await plan(sessions, now=MONDAY_NOON + timedelta(days=365))

    assert HISTORY.days == len(await all_deliveries(sessions))


async def test_a_single_occasion_ends_its_reminder(sessions: Sessions) -> None:
    """ "In ten minutes" comes once and is gone from the list."""
    await reminded(sessions, rule=Once(MONDAY_NOON + timedelta(minutes=10)))
    await plan(sessions, now=MONDAY_NOON + timedelta(minutes=10))
    reminder = await _reminder(sessions)

    assert (reminder.state, reminder.next_due_at) == ("ended", None)
    assert len(await all_deliveries(sessions)) == 1


async def test_a_single_occasion_missed_by_weeks_is_recorded(sessions: Sessions) -> None:
    """Older than the history that is kept, but the only one there is."""
    await reminded(sessions, rule=Once(MONDAY_NOON + timedelta(minutes=10)))
    await plan(sessions, now=MONDAY_NOON + timedelta(days=30))

    assert [delivery.status for delivery in await all_deliveries(sessions)] == [Status.MISSED]


async def test_a_damaged_rule_does_not_stop_the_others(sessions: Sessions) -> None:
    """It rests for a day and is reported; the neighbour's nudge is planned."""
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    async with sessions.begin() as session:
        await session.execute(update(Reminder).where(Reminder.id == 1).values(rule={"kind": "nonsense"}))
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)

    assert [delivery.reminder_id for delivery in await all_deliveries(sessions)] == [2]
    assert HALF_PAST_NINE_IN_BERLIN + timedelta(days=1) == (await _reminder(sessions, 1)).next_due_at


async def test_a_clock_that_goes_back_owes_nothing_twice(sessions: Sessions) -> None:
    """The same occasion of the same reminder is one delivery, whatever the clock does."""
    await reminded(sessions)
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)
    async with sessions.begin() as session:
        await session.execute(update(Reminder).values(next_due_at=HALF_PAST_NINE_IN_BERLIN))
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)

    assert len(await all_deliveries(sessions)) == 1


async def test_ordinals_count_the_nudges_of_a_reminder(sessions: Sessions) -> None:
    """So that the wording can take turns."""
    await reminded(sessions, rule=AtTimes((time(14), time(15))))
    for day in range(2):
        await plan(sessions, now=MONDAY_NOON + timedelta(days=day, hours=1))
        await plan(sessions, now=MONDAY_NOON + timedelta(days=day, hours=2))

    assert [delivery.ordinal for delivery in await all_deliveries(sessions)] == [0, 1, 2, 3]
