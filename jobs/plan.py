"""The first half of the tick: due reminders become deliveries, and `next_due_at` moves on."""

import logging
from datetime import datetime

from db import reminders, users
from db.engine import Sessions, may_be_a_rows, reading
from jobs.fire import POISON_REST, Row, fire, report
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
    frozen: set[int] | None = None,
) -> int:
    """Plan up to `batch` due reminders in one transaction; the number planned or put off, 0 when none can be.

    Fewer when they owe more than MOST_ROWS deliveries: the next transaction goes on from there. `frozen`: ids of
    those whose rows cannot even be written, from call to call.
    """
    try:
        planned, owed = await _plan(sessions, now, batch)
    except Exception as error:
        if not may_be_a_rows(error):
            raise
        (watch or Unwatched()).failed("plan")
        planned, owed = await _plan_each(sessions, now, set() if frozen is None else frozen)
    (watch or Unwatched()).planned(owed)
    return planned


async def _plan(sessions: Sessions, now: datetime, batch: int, only: int | None = None) -> tuple[int, int]:
    """How many reminders were planned, and how many deliveries are owed by that."""
    planned = 0
    async with sessions.begin() as session:
        due = await reminders.due(session, now=now, limit=batch, only=only)
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
    return planned, len(owed)


async def _plan_each(sessions: Sessions, now: datetime, frozen: set[int]) -> tuple[int, int]:
    """The same, one by one: a row that cannot be read or written rests for a day, and stops no other."""
    planned = owed = 0
    async with reading(sessions) as session:
        due = await reminders.due_ids(session, now=now, limit=_ONE_BY_ONE, without=frozen)
    for number in due:
        try:
            planned_now, owed_now = await _plan(sessions, now, 1, number)
        except Exception as fault:
            if not may_be_a_rows(fault):
                raise
            report(number, fault)
            planned_now, owed_now = int(await _put_off(sessions, number, now)), 0
            if not planned_now:
                frozen.add(number)
        planned, owed = planned + planned_now, owed + owed_now
    return planned, owed


async def _put_off(sessions: Sessions, reminder_id: int, now: datetime) -> bool:
    """False where its row cannot be written at all."""
    try:
        async with sessions.begin() as session:
            await reminders.put_off(session, reminder_id, now=now, until=now + POISON_REST)
    except Exception as fault:
        if not may_be_a_rows(fault):
            raise
        log.error("nor can it be put off: %s", type(fault).__name__, extra={"reminder_id": reminder_id})  # noqa: TRY400
        return False
    return True
