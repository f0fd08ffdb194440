"""The first half of the tick: due reminders become deliveries, and `next_due_at` moves on."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from db import reminders, users
from db.engine import Sessions
from db.models import Status
from jobs.fire import Row, fire
from jobs.one_by_one import OneByOne
from jobs.owing import owe
from jobs.watch import Unwatched, Watch

log = logging.getLogger(__name__)

# After a long outage one transaction would hold up everything else for seconds.
MOST_ROWS = 2000
# Where one among many cannot be planned, so many are looked at each for itself, and then all together again.
_ONE_BY_ONE = 10


async def plan(
    sessions: Sessions,
    *,
    now: datetime,
    batch: int = 100,
    watch: Watch | None = None,
    one_by_one: OneByOne | None = None,
) -> int:
    """Plan up to `batch` due reminders in one transaction; the number planned, 0 when none can be.

    Fewer when they owe more than MOST_ROWS deliveries: the next transaction goes on from there. `one_by_one` keeps in
    mind from call to call which ones cannot be planned.
    """
    each = one_by_one or OneByOne(sessions, "reminder", clock=lambda: now, watch=watch)
    planned = await each.do(
        "plan",
        lambda: _plan(sessions, now, batch, without=each.left_out),
        choose=partial(reminders.due_ids, now=now, limit=_ONE_BY_ONE),
        alone=lambda number: _plan(sessions, now, 1, only=number),
    )
    _tell(watch or Unwatched(), [row for step in planned for row in step.new])
    return sum(step.planned for step in planned)


def _tell(watch: Watch, new: Collection[Row]) -> None:
    """Of what will not be sent nobody else tells."""
    watch.planned(len(new))
    for row in new:
        if row["status"] != Status.PLANNED:
            watch.settled(row["kind"], row["status"], late_by=None)


class _Step(NamedTuple):
    """How many reminders were planned, and the deliveries that are new by that."""

    planned: int
    new: Sequence[Row]


async def _plan(
    sessions: Sessions, now: datetime, batch: int, *, only: int | None = None, without: Collection[int] = ()
) -> _Step:
    planned = 0
    async with sessions.begin() as session:
        due = await reminders.due(session, now=now, limit=batch, only=only, without=without)
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
        new = await owe(session, owed, now=now)
    return _Step(planned, new)
