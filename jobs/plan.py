"""The first half of the tick: due reminders become deliveries, and `next_due_at` moves on."""

import logging
from datetime import datetime

from db import reminders, users
from db.engine import Sessions
from jobs.fire import Row, fire
from jobs.owing import owe
from jobs.watch import Unwatched, Watch

log = logging.getLogger(__name__)

# After a long outage one transaction would hold up everything else for seconds.
MOST_ROWS = 2000


async def plan(sessions: Sessions, *, now: datetime, batch: int = 100, watch: Watch | None = None) -> int:
    """Plan up to `batch` due reminders in one transaction; the number planned, 0 when none is due.

    Fewer when they owe more than MOST_ROWS deliveries: the next transaction goes on from there.
    """
    planned = 0
    async with sessions.begin() as session:
        due = await reminders.due(session, now=now, limit=batch)
        owners = {user.id: user for user in await users.by_ids(session, (r.user_id for r in due))}
        owed: list[Row] = []
        for reminder in due:
            if (owner := owners.get(reminder.user_id)) is None:  # on SQLite rows can be deleted by hand, one by one
                log.error("reminder of nobody", extra={"reminder_id": reminder.id})
                reminder.next_due_at = None
            else:
                owed += fire(reminder, owner, now)
            planned += 1
            if len(owed) >= MOST_ROWS:
                break
        await reminders.write(session, due[:planned])
        await owe(session, owed, now=now)
    (watch or Unwatched()).planned(len(owed))
    return planned
