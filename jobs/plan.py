"""The first half of the tick: due reminders become deliveries, and `next_due_at` moves on."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db import claims, reminders, users
from db.engine import Sessions
from db.models import Reminder, ReminderState, Status, User
from jobs.recurrence import Once, Rule, RuleError, from_json, next_due
from jobs.suggest.kinds import KINDS

log = logging.getLogger(__name__)

# After an outage only the newest occasion of a reminder is sent, if it is still useful. Older ones are
# recorded as missed so that the history stays honest; beyond a week they would only repeat the outage.
HISTORY = timedelta(days=7)

# A reminder that cannot be read must not come back every second.
_POISON_REST = timedelta(days=1)


async def plan(sessions: Sessions, *, now: datetime, batch: int = 500) -> int:
    """Plan up to `batch` due reminders in one transaction; the number planned, 0 when none is due."""
    async with sessions.begin() as session:
        due = await reminders.due(session, now=now, limit=batch)
        owners = {user.id: user for user in await users.by_ids(session, (r.user_id for r in due))}
        owed: list[dict[str, Any]] = []
        for reminder in due:
            try:
                owed += _fire(reminder, owners[reminder.user_id], now)
            except (RuleError, ZoneInfoNotFoundError, KeyError):
                log.exception("reminder cannot be planned", extra={"reminder_id": reminder.id})
                reminder.next_due_at = now + _POISON_REST
        await claims.owe(session, _each_once(owed))
    return len(due)


def _each_once(owed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two reminders that bring the same kind at the same moment send one nudge; the others are noted as that one."""
    seen = set()
    for row in owed:
        same = (row["user_id"], row["kind"], row["due_at"])
        if row["status"] == Status.PLANNED and same in seen:
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
    reminder.fired += len(rows)
    reminder.next_due_at = next_due(rule, zone, now)
    if isinstance(rule, Once):
        reminder.state, reminder.ended_at = ReminderState.ENDED, now
    return rows


def _occasions(reminder: Reminder, rule: Rule, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    """What fell due up to `now`, oldest first, no further back than HISTORY."""
    occasion = reminder.next_due_at
    if occasion is not None and occasion < now - HISTORY and not isinstance(rule, Once):
        occasion = next_due(rule, zone, now - HISTORY)
    while occasion is not None and occasion <= now:
        yield occasion
        occasion = next_due(rule, zone, occasion)
