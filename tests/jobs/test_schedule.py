"""Changing reminders: what is due already is not lost, what is over is ended."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update

from db.engine import Sessions
from db.models import Delivery, Reminder, ReminderState, Status, User
from jobs import schedule
from jobs.plan import plan
from jobs.rules import AtTimes, Once, Rule
from tests.jobs.cast import EVENING, MONDAY_NOON, all_deliveries, reminded

DUE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
LATER = AtTimes((time(22),))


async def _change(
    sessions: Sessions, now: datetime, *, rule: Rule | None = None, state: ReminderState | None = None
) -> Reminder:
    async with sessions.begin() as session:
        user, reminder = await session.get_one(User, 1), await session.get_one(Reminder, 1)
        await schedule.change(session, user, reminder, now=now, rule=rule, state=state)
        return reminder


async def _realign(sessions: Sessions, now: datetime, **user_now: object) -> None:
    async with sessions.begin() as session:
        await session.execute(update(User).values(**user_now))
        await schedule.realign(session, await session.get_one(User, 1), now)


async def test_a_change_keeps_what_is_due_but_not_planned(sessions: Sessions) -> None:
    """A second after 21:30 alice moves it to 22:00: both come."""
    await reminded(sessions)
    reminder = await _change(sessions, DUE + timedelta(seconds=1), rule=LATER)

    assert [(DUE, Status.PLANNED)] == [(d.due_at, d.status) for d in await all_deliveries(sessions)]
    assert DUE + timedelta(minutes=30) == reminder.next_due_at


async def test_a_new_zone_keeps_what_is_due_but_not_planned(sessions: Sessions) -> None:
    """Also the single one, which has no other occasion."""
    await reminded(sessions)
    await reminded(sessions, rule=Once(DUE), kind="sun")
    await _realign(sessions, DUE, zone="Europe/Lisbon")

    assert [Status.PLANNED] * 2 == [delivery.status for delivery in await all_deliveries(sessions)]


async def test_a_change_keeps_a_nudge_that_is_being_tried(sessions: Sessions) -> None:
    """Planned and perhaps refused once: it is due, so it still comes."""
    await reminded(sessions)
    await plan(sessions, now=DUE)
    await _change(sessions, DUE + timedelta(minutes=1), rule=LATER)

    assert [DUE] == [delivery.due_at for delivery in await all_deliveries(sessions)]


@pytest.mark.parametrize("state", [ReminderState.OFF, ReminderState.ENDED])
async def test_off_and_delete_withdraw_all_that_has_not_left(sessions: Sessions, state: ReminderState) -> None:
    """Planned already or just due: nothing comes after it."""
    await reminded(sessions)
    await plan(sessions, now=DUE)
    await _change(sessions, DUE + timedelta(days=1), state=state)

    assert [] == await all_deliveries(sessions)


async def test_a_single_occasion_just_due_can_be_moved(sessions: Sessions) -> None:
    """It comes, and comes again at the new time."""
    await reminded(sessions, rule=Once(DUE))
    reminder = await _change(sessions, DUE, rule=Once(DUE + timedelta(hours=1)))

    assert (ReminderState.ON, DUE + timedelta(hours=1)) == (reminder.state, reminder.next_due_at)
    assert 1 == len(await all_deliveries(sessions))


async def test_a_single_occasion_that_passed_while_off_is_ended(sessions: Sessions) -> None:
    """Turned on again it would stay in the list for ever."""
    await reminded(sessions, rule=Once(DUE))
    await _change(sessions, MONDAY_NOON, state=ReminderState.OFF)
    reminder = await _change(sessions, DUE + timedelta(days=1), state=ReminderState.ON)

    assert (ReminderState.ENDED, DUE + timedelta(days=1)) == (reminder.state, reminder.ended_at)


async def test_a_single_occasion_that_passed_while_asleep_is_ended_at_the_return(sessions: Sessions) -> None:
    """Not before: who cannot be reached, or has no zone, loses nothing."""
    await reminded(sessions, rule=Once(DUE))
    states = []
    for now, asleep_at in ((MONDAY_NOON, MONDAY_NOON), (DUE + timedelta(days=1), None)):
        await _realign(sessions, now, asleep_at=asleep_at)
        async with sessions() as session:
            states.append((await session.get_one(Reminder, 1)).state)

    assert [ReminderState.ON, ReminderState.ENDED] == states


async def test_one_damaged_reminder_does_not_stop_the_others(sessions: Sessions) -> None:
    """The person's other reminders move with the zone."""
    await reminded(sessions)
    await reminded(sessions, rule=EVENING, kind="sun")
    async with sessions.begin() as session:
        await session.execute(update(Reminder).where(Reminder.id == 1).values(rule="nonsense"))
    await _realign(sessions, MONDAY_NOON, zone="Europe/Lisbon")
    async with sessions() as session:
        dues = [(await session.get_one(Reminder, number)).next_due_at for number in (1, 2)]

    assert [None, DUE + timedelta(hours=1)] == dues


async def test_a_snoozed_nudge_is_withdrawn_with_its_reminder_only(sessions: Sessions) -> None:
    """A new time leaves Later alone; turned off, it comes no more."""
    await reminded(sessions)
    await plan(sessions, now=DUE)
    async with sessions.begin() as session:
        await session.execute(update(Delivery).values(status=Status.SNOOZED, send_at=DUE + timedelta(hours=1)))
    statuses = []
    for rule, state in ((LATER, None), (None, ReminderState.OFF)):
        await _change(sessions, DUE + timedelta(minutes=1), rule=rule, state=state)
        statuses += [delivery.status for delivery in await all_deliveries(sessions)]

    assert [Status.SNOOZED, Status.SKIPPED] == statuses
