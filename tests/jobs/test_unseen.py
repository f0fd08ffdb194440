"""Nobody ignores what never reached them, and no reminder waits for the answer to a question that was never put."""

from datetime import UTC, datetime, time, timedelta

import pytest

from db import claims, reminders, users
from db.engine import Sessions
from db.models import Reminder, ReminderState, Status, User
from jobs import schedule
from jobs.compose import SAME
from jobs.fire import IGNORED_DAYS, row
from jobs.plan import plan
from jobs.rules import AtTimes
from jobs.sender import Nudge, SendError
from jobs.suggest.profile import Profile
from tests.jobs.cast import MONDAY_NOON, Post, Tick, all_deliveries, person

DUE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
EVENING = AtTimes((time(21, 30),))


async def _set(sessions: Sessions, *rules: AtTimes, kind: str = "stretch", profile: Profile | None = None) -> None:
    async with sessions.begin() as session:
        user = await person(session, 1)
        user.profile = profile.to_json() if profile else None
        for rule in rules or (EVENING,):
            schedule.add(session, user, kind=kind, rule=rule, now=MONDAY_NOON)


async def _mine(sessions: Sessions) -> list[Reminder]:
    async with sessions() as session:
        return list(await reminders.of_user(session, 1))


async def _days(tick: Tick, days: int, *, first: int = 0) -> None:
    for day in range(first, first + days):
        await tick.at(DUE + timedelta(days=day))


async def test_a_kind_that_safety_withholds_is_never_ignored(sessions: Sessions) -> None:
    """Nothing was sent for two weeks, so nothing is asked."""
    await _set(sessions, kind="sun", profile=Profile(traits=frozenset({"light_sensitive"})))
    post = Post()
    await _days(Tick(sessions, post), 14)

    assert [] == post.sent
    assert [(0, None)] == [(reminder.ignored, reminder.last_day) for reminder in await _mine(sessions)]


async def test_a_question_that_could_not_be_sent_is_asked_the_next_day(sessions: Sessions) -> None:
    """Telegram refused it: the reminders do not rest for ever."""
    refusing = [True]

    def refuse(nudge: Nudge) -> SendError | None:
        return SendError("bad request", refused=True) if nudge.suggestion is None and refusing else None

    await _set(sessions)
    post = Post(refuse)
    tick = Tick(sessions, post)
    await _days(tick, IGNORED_DAYS)
    for minutes in range(0, 150, 10):  # until the last try
        await tick.at(DUE + timedelta(days=IGNORED_DAYS, minutes=minutes))
    refusing.clear()
    first = next(delivery for delivery in await all_deliveries(sessions) if delivery.question)
    rests = [reminder.rests_since is not None for reminder in await _mine(sessions)]
    await _days(tick, 1, first=IGNORED_DAYS + 1)

    assert (Status.FAILED, [False]) == (first.status, rests)
    assert post.sent[-1].suggestion is None


async def test_whoever_blocked_the_bot_at_the_question_gets_it_after_the_return(sessions: Sessions) -> None:
    """Asleep meanwhile; then the reminders are there again."""
    blocked = [True]

    def block(nudge: Nudge) -> SendError | None:
        return SendError("blocked", permanent=True) if nudge.suggestion is None and blocked else None

    await _set(sessions)
    post = Post(block)
    tick = Tick(sessions, post)
    await _days(tick, IGNORED_DAYS + 3)
    blocked.clear()
    async with sessions.begin() as session:
        user = await users.by_chat(session, 1)
        assert user is not None
        user.asleep_at = None
        await schedule.realign(session, user, tick.now)
    await _days(tick, 1, first=IGNORED_DAYS + 3)

    assert IGNORED_DAYS + 1 == len(post.sent)
    assert post.sent[-1].suggestion is None


@pytest.mark.parametrize("state", [ReminderState.OFF, ReminderState.ENDED])
async def test_a_question_that_is_withdrawn_lets_the_others_go_on(sessions: Sessions, state: ReminderState) -> None:
    """It was planned, and its reminder is stopped before it left."""
    await _set(sessions, EVENING, AtTimes((time(8),)))
    post = Post()
    tick = Tick(sessions, post)
    for day in range(IGNORED_DAYS):  # the evening's is set today, so it has one day more than the morning's
        await tick.at(DUE + timedelta(days=day))
        await tick.at(DUE + timedelta(days=day, hours=10, minutes=30))
    await plan(sessions, now=DUE + timedelta(days=IGNORED_DAYS))
    resting = [reminder.rests_since is not None for reminder in await _mine(sessions)]
    async with sessions.begin() as session:
        evening, _morning = await reminders.of_user(session, 1)
        now = DUE + timedelta(days=IGNORED_DAYS, seconds=1)
        await schedule.change(session, await session.get_one(User, 1), evening, now=now, state=state)
    on = [reminder for reminder in await _mine(sessions) if reminder.state == ReminderState.ON]

    assert [True, True] == resting
    assert [None] == [reminder.rests_since for reminder in on]
    assert all(reminder.next_due_at is not None for reminder in on)


async def test_a_question_beside_a_nudge_of_its_kind_is_not_asked(sessions: Sessions) -> None:
    """Two reminders at one moment: the first one's nudge comes, so nothing may rest for the second one's question."""
    await _set(sessions, EVENING, EVENING)
    async with sessions.begin() as session:
        _first, second = await reminders.of_user(session, 1)
        second.ignored = IGNORED_DAYS
    post = Post()
    await Tick(sessions, post).at(DUE)
    fates = [(delivery.status, delivery.failure) for delivery in await all_deliveries(sessions)]

    assert [False] == [nudge.suggestion is None for nudge in post.sent]
    assert [(Status.SENT, None), (Status.SKIPPED, SAME)] == fates
    assert [None, None] == [reminder.rests_since for reminder in await _mine(sessions)]


async def test_what_was_ticked_ahead_is_not_ignored(sessions: Sessions) -> None:
    """Done at noon in the day's plan, six days long: the evenings bring nothing, and nothing is asked."""
    await _set(sessions)
    tick = Tick(sessions, Post())
    for day in range(IGNORED_DAYS + 1):
        due = DUE + timedelta(days=day)
        async with sessions.begin() as session:
            (mine,) = await reminders.of_user(session, 1)
            await claims.owe(session, [row(mine, due, Status.DONE)])
        await tick.at(due)
    statuses = {delivery.status for delivery in await all_deliveries(sessions)}

    assert {Status.DONE} == statuses
    assert [(0, None)] == [(reminder.ignored, reminder.last_day) for reminder in await _mine(sessions)]
