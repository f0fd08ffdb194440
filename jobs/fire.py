"""What a reminder owes up to now: deliveries for its occasions, and the move to its next one. No database."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db.models import Reminder, ReminderState, Status, User
from jobs.recurrence import Once, Rule, from_json, next_due
from jobs.suggest.kinds import KINDS

log = logging.getLogger(__name__)

# After an outage only the newest occasion of a reminder is sent, if it is still useful. Older ones are
# recorded as missed so that the history stays honest; beyond a week they would only repeat the outage.
HISTORY = timedelta(days=7)

# A reminder that cannot be read must not come back every second.
_POISON_REST = timedelta(days=1)


def fire(reminder: Reminder, owner: User, now: datetime) -> list[dict[str, Any]]:
    """Rows for what fell due up to `now`; `next_due_at` moves on. One that cannot be read rests for a day."""
    try:
        return _fire(reminder, owner, now)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one row must not stop the others
        report(reminder, error)
        reminder.next_due_at = now + _POISON_REST
        return []


def move_on(reminder: Reminder, due: datetime | None, now: datetime) -> None:
    """It fires next at `due`; a rule that has no more occasions is over."""
    reminder.next_due_at = due
    if due is None:
        reminder.state, reminder.ended_at = ReminderState.ENDED, now


def report(reminder: Reminder, error: Exception) -> None:
    """Log that it cannot be read, without what is in it."""
    log.error("reminder cannot be planned: %s", type(error).__name__, extra={"reminder_id": reminder.id})


def each_once(owed: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Two reminders that bring the same kind at the same moment send one nudge; the others are noted as that one."""
    seen = set()
    for row in owed:
        same = (row["user_id"], row["kind"], row["due_at"])
        if row["status"] != Status.PLANNED:
            continue
        if same in seen:
            row |= {"status": Status.SKIPPED, "failure": "same as another"}
        seen.add(same)
    return owed


def _fire(reminder: Reminder, owner: User, now: datetime) -> list[dict[str, Any]]:
    rule, zone = from_json(reminder.rule), ZoneInfo(owner.zone or "UTC")
    usefulness = KINDS[reminder.kind].usefulness
    occasions = list(_occasions(reminder, rule, zone, now))
    rows = [
        {
            "user_id": owner.id,
            "reminder_id": reminder.id,
            "kind": reminder.kind,
            "ordinal": reminder.fired + index,
            "due_at": due_at,
            "promised_at": due_at,
            "send_at": due_at,
            "status": Status.MISSED,
            "attempts": 0,
            "failure": None,
        }
        for index, due_at in enumerate(occasions)
    ]
    if rows and now - occasions[-1] <= usefulness:
        rows[-1]["status"] = Status.PLANNED
    following = next_due(rule, zone, now)
    reminder.fired += len(rows)
    move_on(reminder, following, now)
    return rows


def _occasions(reminder: Reminder, rule: Rule, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    """What fell due up to `now`, oldest first, no further back than HISTORY."""
    occasion = reminder.next_due_at
    if occasion is not None and occasion < now - HISTORY and not isinstance(rule, Once):
        occasion = next_due(rule, zone, now - HISTORY)
    while occasion is not None and occasion <= now:
        yield occasion
        occasion = next_due(rule, zone, occasion)
