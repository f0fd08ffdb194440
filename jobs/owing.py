"""What fell due is owed: the rows of `jobs.fire` go into the table, and what follows from them for their reminders."""

from collections.abc import Sequence
from datetime import datetime

from db import claims, reminders
from db.engine import Session
from db.models import Status
from jobs.fire import Row


async def owe(session: Session, rows: Sequence[Row], *, now: datetime) -> Sequence[Row]:
    """An occasion that is there already stays as it is: it was ticked ahead, so nobody ignores it. The others.

    A kind that is asked about rests until it is answered.
    """
    new = list[Row]()
    added = await claims.owe(session, rows)
    for row in rows:
        if (row["reminder_id"], row["due_at"]) not in added:
            if row["status"] == Status.PLANNED:
                await reminders.unseen(session, row["reminder_id"])
            continue
        new.append(row)
        if row["question"]:
            await reminders.rest(session, user_id=row["user_id"], kind=row["kind"], now=now)
    return new
