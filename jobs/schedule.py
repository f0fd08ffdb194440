"""When a person's reminders fire next: the only place that sets `next_due_at` on a person's wish."""

from collections.abc import Iterable
from datetime import datetime

from db import claims, deliveries, reminders
from db.engine import Session
from db.models import Reminder, ReminderState, User
from jobs.almanac import Almanac
from jobs.fire import each_once, fire, move_on, report
from jobs.rule_json import from_json, to_json
from jobs.rules import Rule


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
    if reminder.state != ReminderState.ON:
        await deliveries.withdraw(session, reminder_id=reminder.id)
    reminder.rests_since, reminder.ignored, reminder.last_day = None, 0, None
    _aim(reminder, user, now)


async def realign(session: Session, user: User, now: datetime) -> None:
    """Aim every reminder anew: the person's zone or landmarks changed, or they are reachable again."""
    mine = await reminders.of_user(session, user.id)
    await _settle(session, user, mine, now)
    for reminder in mine:
        _aim(reminder, user, now)


async def pause(session: Session, user: User, *, until: datetime | None, now: datetime) -> None:
    """No reminder fires before `until`; None ends a pause. What is on its way is dropped by a pause."""
    mine = await reminders.of_user(session, user.id)
    user.paused_until = until
    if until is not None:
        for reminder in mine:
            await deliveries.withdraw(session, reminder_id=reminder.id)
    for reminder in mine:
        _aim(reminder, user, now)


async def heard(session: Session, user: User, *, kind: str, now: datetime) -> None:
    """The person answered a nudge of this kind: nothing of it is ignored, and what rested goes on."""
    for reminder in await reminders.of_user(session, user.id):
        if reminder.kind == kind:
            reminder.ignored, reminder.last_day = 0, None
            if reminder.rests_since is not None:
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
    await claims.owe(session, each_once(owed))


def _aim(reminder: Reminder, user: User, now: datetime) -> None:
    awake = user.zone and user.asleep_at is None and reminder.rests_since is None
    if reminder.state != ReminderState.ON or not awake:
        reminder.next_due_at = None
        return
    try:
        rule, almanac = from_json(reminder.rule), Almanac.of(user, reminder)
        dues = almanac.upcoming(rule, now, 1)
        move_on(reminder, rule, dues[0] if dues else None, now)
    except Exception as error:  # noqa: BLE001 - one damaged row must not stop the person's others
        report(reminder, error)
        reminder.next_due_at = None
