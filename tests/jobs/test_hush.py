"""Quiet hours and pauses hold at the moment of leaving too: for what is late, and for what was told since."""

from datetime import UTC, datetime, time, timedelta

import pytest

from db.engine import Sessions
from db.models import Delivery, Reminder, Status, User
from jobs import schedule
from jobs.fire import QUIET
from jobs.plan import plan
from jobs.preferences import Preferences, Quiet
from jobs.rules import AtTimes, Once
from jobs.sender import Nudge, SendError
from tests.jobs.cast import MONDAY_NOON, Post, Tick, all_deliveries, reminded

DUE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
"""Half past nine in the evening in Berlin."""
NIGHT = Quiet(time(22), time(7))
CONCERT = Quiet(time(21), time(22, 15))


async def _prefers(sessions: Sessions, *quiet: Quiet) -> None:
    async with sessions.begin() as session:
        (await session.get_one(User, 1)).preferences = Preferences(quiet=quiet).to_json()


async def _only(sessions: Sessions) -> Delivery:
    (delivery,) = await all_deliveries(sessions)
    return delivery


async def test_what_an_outage_delays_into_the_night_is_left_out(sessions: Sessions) -> None:
    """Due at half past nine, back at half past ten, quiet since ten."""
    await reminded(sessions)
    await _prefers(sessions, NIGHT)
    post = Post()
    await Tick(sessions, post).at(DUE + timedelta(hours=1))

    assert [] == post.sent
    assert (Status.SKIPPED, QUIET) == ((await _only(sessions)).status, (await _only(sessions)).failure)


async def test_what_is_still_useful_afterwards_leaves_when_the_quiet_ends(sessions: Sessions) -> None:
    """Told after it was planned: a quarter past ten is soon enough; it says that it is late."""
    await reminded(sessions)
    await plan(sessions, now=DUE)
    await _prefers(sessions, CONCERT)
    post = Post()
    tick = Tick(sessions, post)
    await tick.at(DUE + timedelta(minutes=1))
    held = await _only(sessions)
    await tick.at(DUE + timedelta(minutes=45))

    assert (Status.PLANNED, DUE + timedelta(minutes=45), 0) == (held.status, held.send_at, held.attempts)
    assert [timedelta(minutes=45)] == [nudge.late_by for nudge in post.sent]


async def test_what_the_person_put_off_comes_when_they_said(sessions: Sessions) -> None:
    """Also into their quiet hours."""
    await reminded(sessions)
    post = Post()
    tick = Tick(sessions, post)
    await tick.at(DUE)
    await _prefers(sessions, NIGHT)
    async with sessions.begin() as session:
        delivery = await session.get_one(Delivery, 1)
        delivery.status, delivery.answered_at, delivery.asked = Status.SNOOZED, DUE, 0
        delivery.send_at = delivery.promised_at = DUE + timedelta(hours=1)
    await tick.at(DUE + timedelta(hours=1))

    assert 2 == len(post.sent)


async def test_a_try_that_failed_before_a_pause_is_not_repeated_in_it(sessions: Sessions) -> None:
    """It was in flight when alice said /pause, and Telegram was away."""
    user, _reminder = await reminded(sessions)
    trouble: list[SendError] = [SendError("502")]

    def once(_nudge: Nudge) -> SendError | None:
        return trouble.pop() if trouble else None

    post = Post(once)
    tick = Tick(sessions, post)
    await tick.at(DUE)
    async with sessions.begin() as session:
        (await session.get_one(User, user.id)).paused_until = DUE + timedelta(days=3)
    await tick.at(DUE + timedelta(minutes=5))

    assert [] == post.sent
    assert Status.SKIPPED == (await _only(sessions)).status


@pytest.mark.parametrize("now", [MONDAY_NOON + timedelta(days=1), MONDAY_NOON + timedelta(days=2)])
async def test_a_single_reminder_outlives_a_pause_whenever_it_is_aimed_anew(sessions: Sessions, now: datetime) -> None:
    """A new zone or bedtime in the middle of the pause used to end it for good."""
    await reminded(sessions, rule=Once(DUE))
    async with sessions.begin() as session:
        user = await session.get_one(User, 1)
        await schedule.pause(session, user, until=MONDAY_NOON + timedelta(days=3), now=MONDAY_NOON)
    async with sessions.begin() as session:
        await schedule.realign(session, await session.get_one(User, 1), now)
        waiting = (await session.get_one(Reminder, 1)).next_due_at
    async with sessions.begin() as session:
        await schedule.pause(session, await session.get_one(User, 1), until=None, now=now)
        resumed = (await session.get_one(Reminder, 1)).next_due_at

    assert (MONDAY_NOON + timedelta(days=3), now) == (waiting, resumed)


async def test_a_pause_that_ends_with_a_day_ends_with_that_day_elsewhere(sessions: Sessions) -> None:
    """And is the same again after the way back; one that ends at noon is left alone."""
    await reminded(sessions, rule=AtTimes((time(9),)))
    ends = []
    async with sessions.begin() as session:
        user = await session.get_one(User, 1)
        for until in (datetime(2026, 3, 9, 3, 0, tzinfo=UTC), datetime(2026, 3, 9, 12, 0, tzinfo=UTC)):
            await schedule.pause(session, user, until=until, now=MONDAY_NOON)
            for zone in ("Asia/Tokyo", "Europe/Berlin"):
                await schedule.move(session, user, zone=zone, now=MONDAY_NOON)
                ends.append(user.paused_until)

    four, noon = datetime(2026, 3, 9, 3, 0, tzinfo=UTC), datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
    assert [four - timedelta(hours=8), four, noon, noon] == ends
