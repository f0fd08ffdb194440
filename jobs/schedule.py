"""When a person's reminders fire next: the only place that sets `next_due_at` on a person's wish."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from db import claims, deliveries, reminders
from db.engine import Session
from db.models import Reminder, ReminderState, User
from jobs.fire import each_once, fire, move_on, report
from jobs.recurrence import Rule, from_json, next_due, to_json


def add(session: Session, user: User, *, kind: str, rule: Rule, now: datetime) -> Reminder:
    """A new reminder of this person, on."""
    reminder = Reminder(user_id=user.id, kind=kind, rule=to_json(rule), state=ReminderState.ON, created_at=now, fired=0)
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

    One that is on and has no more occasions is ended.
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
    _aim(reminder, user, now)


async def realign(session: Session, user: User, now: datetime) -> None:
    """Aim every reminder anew: the person's zone changed, or they are reachable again."""
    mine = await reminders.of_user(session, user.id)
    await _settle(session, user, mine, now)
    for reminder in mine:
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
    if reminder.state != ReminderState.ON or not user.zone or user.asleep_at is not None:
        reminder.next_due_at = None
        return
    try:
        move_on(reminder, next_due(from_json(reminder.rule), ZoneInfo(user.zone), now), now)
    except Exception as error:  # noqa: BLE001 - one damaged row must not stop the person's others
        report(reminder, error)
        reminder.next_due_at = None
