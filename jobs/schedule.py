"""When a person's reminders fire next: the only place that sets `next_due_at` on a person's wish."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from db import deliveries, reminders
from db.engine import Session
from db.models import Reminder, ReminderState, Status, User
from jobs.almanac import Almanac
from jobs.fire import fire, move_on, report, rests
from jobs.owing import owe
from jobs.rule_json import from_json, to_json
from jobs.rules import AtTimes, Every, Once, Rule, RuleError
from jobs.stored import UnreadableError

_A_MOMENT = timedelta(microseconds=1)


def add(session: Session, user: User, *, kind: str, rule: Rule, now: datetime) -> Reminder:
    """A new reminder of this person, on."""
    reminder = Reminder(
        user_id=user.id, kind=kind, rule=to_json(rule), state=ReminderState.ON, created_at=now, fired=0, ignored=0,
        anyway=False, nag=0,
    )  # fmt: skip
    _aim(reminder, user, now)
    session.add(reminder)
    return reminder


async def change(
    session: Session,
    user: User,
    reminder: Reminder,
    *,
    now: datetime,
    rule: Rule | None = None,
    state: ReminderState | None = None,
) -> None:
    """Another rule or state. What is due already still comes, unless the reminder is turned off or deleted.

    One that is on and has no more occasions is ended. One that rested goes on: its owner has spoken.
    """
    wanted = state or ReminderState(reminder.state)
    await _settle(session, user, [reminder], now)
    if rule is not None:
        reminder.rule = to_json(rule)
    if rule is not None or state is not None:
        reminder.state = wanted
        reminder.ended_at = now if wanted is ReminderState.ENDED else None
    if reminder.state != ReminderState.ON and await deliveries.withdraw(session, reminder_id=reminder.id):
        # Nobody was asked, so the others of its kind must not wait for an answer.
        await wake(session, user, kind=reminder.kind, now=now)
    _listen(reminder)
    _aim(reminder, user, now, after=await _answered_until(session, user, reminder, now) if rule else now)


async def realign(session: Session, user: User, now: datetime) -> None:
    """Aim every reminder anew: the person's zone or landmarks changed, or they are reachable again."""
    mine = await reminders.of_user(session, user.id)
    await _settle(session, user, mine, now)
    for reminder in mine:
        _aim(reminder, user, now)


async def move(session: Session, user: User, *, zone: str | None, now: datetime) -> None:
    """The person goes by another zone's clock. A pause that ends with the start of a day ends with that day there."""
    before, until = Almanac.of(user), user.paused_until
    user.zone = zone
    if zone is not None and until is not None and until > now:
        day = before.day_of(until)
        user.paused_until = Almanac.of(user).begin(day) if before.begin(day) == until else until
    await realign(session, user, now)


async def keep_moment(
    session: Session, user: User, *, zone: str, told_at: datetime, now: datetime
) -> Sequence[Reminder]:
    """Reminders that are on, go by the clock and were there at `told_at` stay with the clock of `zone`: these."""
    kept = [
        reminder
        for reminder in await going_by_clock(session, user)
        if reminder.zone is None and reminder.created_at <= told_at
    ]
    for reminder in kept:
        reminder.zone = zone
    await realign(session, user, now)
    return kept


async def keep_hour(session: Session, user: User, *, zone: str, now: datetime) -> Sequence[Reminder]:
    """Reminders that keep the clock of `zone` go by their owner's again: these."""
    kept = [reminder for reminder in await reminders.of_user(session, user.id) if reminder.zone == zone]
    for reminder in kept:
        reminder.zone = None
    await realign(session, user, now)
    return kept


async def going_by_clock(session: Session, user: User) -> Sequence[Reminder]:
    """The person's reminders that are on and name hours of the clock."""
    return [
        reminder
        for reminder in await reminders.of_user(session, user.id)
        if reminder.state == ReminderState.ON and isinstance(_rule_of(reminder), AtTimes | Every)
    ]


async def pause(session: Session, user: User, *, until: datetime | None, now: datetime) -> None:
    """No reminder fires before `until`; None ends a pause. What is on its way is dropped by a pause.

    Either way the person has spoken: what rested for want of an answer goes on when there is no pause.
    """
    user.paused_until = until
    if until is not None:
        await deliveries.withdraw_all(session, user.id)
    for reminder in await reminders.of_user(session, user.id):
        _listen(reminder)
        _aim(reminder, user, now)


async def heard(session: Session, user: User, *, kind: str, now: datetime) -> None:
    """The person answered a nudge of this kind: nothing of it is ignored, and what rested goes on."""
    await wake(session, user, kind=kind, now=now)
    for reminder in await reminders.of_user(session, user.id):
        if reminder.kind == kind:
            _listen(reminder)


async def wake(session: Session, user: User, *, kind: str, now: datetime) -> None:
    """What rested goes on. Days without an answer still count, so that its next occasion asks."""
    for reminder in await reminders.of_user(session, user.id):
        if reminder.kind == kind and reminder.rests_since is not None:
            reminder.rests_since = None
            _aim(reminder, user, now)


async def _settle(session: Session, user: User, changing: Iterable[Reminder], now: datetime) -> None:
    """Plan what is due but not yet planned: aiming anew would skip it."""
    owed = [
        row
        for reminder in changing
        if reminder.next_due_at is not None and reminder.next_due_at <= now
        for row in fire(reminder, user, now)
    ]
    await owe(session, owed, now=now)


def _listen(reminder: Reminder) -> None:
    """Its owner has spoken."""
    reminder.rests_since, reminder.ignored, reminder.last_day = None, 0, None


def _rule_of(reminder: Reminder) -> Rule | None:
    """None for one that cannot be read."""
    try:
        return from_json(reminder.rule)
    except RuleError as error:
        report(reminder.id, error)
        return None


async def _answered_until(session: Session, user: User, reminder: Reminder, now: datetime) -> datetime:
    """The end of the day if its one nudge is answered: another time must not bring it once more. Else `now`."""
    newest = next(iter(await deliveries.of_reminder(session, reminder.id, limit=1)), None)
    rule, almanac = _rule_of(reminder), Almanac.of(user)
    if newest is None or newest.answered_at is None or newest.status not in (Status.DONE, Status.SKIPPED):
        return now
    once_a_day = isinstance(rule, AtTimes) and len(rule.times) == 1
    today = almanac.day_of(now)
    return almanac.end(today) - _A_MOMENT if once_a_day and almanac.day_of(newest.due_at) == today else now


def _aim(reminder: Reminder, user: User, now: datetime, *, after: datetime | None = None) -> None:
    awake = user.zone and user.asleep_at is None and reminder.rests_since is None
    if reminder.state != ReminderState.ON or not awake:
        reminder.next_due_at = None
        return
    try:
        rule, almanac = from_json(reminder.rule), Almanac.of(user, reminder)
        dues = almanac.upcoming(rule, after or now, 1)
        if not dues and not isinstance(rule, Once) and almanac.next_due(rule, now) is not None:
            reminder.next_due_at = None  # its last day lies in the pause, which may end before
            return
        move_on(reminder, rule, dues[0] if dues else _owed(reminder, rule, almanac, now), now)
    except UnreadableError as error:  # as it was, for when its owner's row can be read again
        report(reminder.id, error)
    except Exception as error:  # noqa: BLE001 - one damaged row must not stop the person's others
        report(reminder.id, error)
        reminder.next_due_at = None


def _owed(reminder: Reminder, rule: Rule, almanac: Almanac, now: datetime) -> datetime | None:
    """When a single occasion comes that a pause has carried past its time, or a rest; None for every other that is
    over."""
    due = reminder.next_due_at
    if due is None or due <= now or not isinstance(rule, Once):
        return None
    return max(due if rests(due) else now, almanac.pause or now)
