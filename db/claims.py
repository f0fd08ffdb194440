"""Claiming deliveries under a lease and recording what became of them.

The only place with a branch on the SQL dialect: PostgreSQL skips rows that another worker has locked,
SQLite has one writer at a time and needs no lock (SQLAlchemy drops SKIP LOCKED there silently).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from db.deliveries import WAITING
from db.models import Delivery, Status


async def claim(
    session: AsyncSession, *, now: datetime, lease_until: datetime, worker: str, limit: int
) -> Sequence[Delivery]:
    """Up to `limit` deliveries whose `send_at` has come, in that order; nobody else gets them until `lease_until`.

    The caller commits before it sends anything.
    """
    ripe = (
        select(Delivery.id)
        .where(Delivery.status.in_(WAITING), Delivery.send_at <= now)
        .order_by(Delivery.send_at, Delivery.id)
        .limit(limit)
    )
    if session.get_bind().dialect.name == "postgresql":
        ripe = ripe.with_for_update(skip_locked=True)
    claimed = await session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(ripe))
        .values(status=Status.CLAIMED, worker=worker, lease_until=lease_until, attempts=Delivery.attempts + 1)
        .returning(Delivery)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(claimed, key=lambda delivery: (delivery.send_at, delivery.id))


async def record(session: AsyncSession, *, delivery_id: int, worker: str, **outcome: Any) -> bool:
    """Write the outcome of a claim. False if it is no longer ours: answered already, or its lease ran out.

    A tap on Done can come before the send is recorded; it must win, so only a claim is overwritten.
    """
    result = await session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.status == Status.CLAIMED, Delivery.worker == worker)
        .values(lease_until=None, **outcome)
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - an UPDATE without RETURNING has a row count
    return bool(result.rowcount)


async def release_expired(session: AsyncSession, *, now: datetime) -> None:
    """A dead worker's claims become ripe again."""
    await session.execute(
        update(Delivery)
        .where(
            Delivery.status == Status.CLAIMED,
            or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now),
        )
        .values(status=Status.PLANNED, lease_until=None)
    )


async def owe(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> set[tuple[int | None, datetime]]:
    """Insert deliveries, and say which were new, as (reminder_id, due_at).

    An occasion that is already owed stays as it is: it was ticked ahead, or a clock went back.
    """
    if not rows:
        return set()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    added = await session.execute(
        insert(Delivery).on_conflict_do_nothing().returning(Delivery.reminder_id, Delivery.due_at), rows
    )
    return {(reminder_id, due_at) for reminder_id, due_at in added}
