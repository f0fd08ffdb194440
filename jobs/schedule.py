"""When a person's reminders fire next: the only place that sets `next_due_at` from a rule."""

from datetime import datetime
from zoneinfo import ZoneInfo

from db import deliveries, reminders
from db.engine import Session
from db.models import Reminder, ReminderState, User
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
    """Another rule or state; what has not left yet is withdrawn."""
    if rule is not None:
        reminder.rule = to_json(rule)
    if state is not None:
        reminder.state = state
        reminder.ended_at = now if state is ReminderState.ENDED else None
    await deliveries.withdraw(session, reminder_id=reminder.id)
    _aim(reminder, user, now)


async def realign(session: Session, user: User, now: datetime) -> None:
    """Aim every reminder anew: the person's zone changed, or they are reachable again."""
    for reminder in await reminders.of_user(session, user.id):
        _aim(reminder, user, now)


def _aim(reminder: Reminder, user: User, now: datetime) -> None:
    if reminder.state == ReminderState.ON and user.zone and user.asleep_at is None:
        reminder.next_due_at = next_due(from_json(reminder.rule), ZoneInfo(user.zone), now)
    else:
        reminder.next_due_at = None
