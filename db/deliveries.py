"""Deliveries as their owner sees them. Claiming and recording are in db/claims.py."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Delivery, Status

WAITING = (Status.PLANNED, Status.SNOOZED)


async def owned(session: AsyncSession, *, user_id: int, delivery_id: int) -> Delivery | None:
    """This delivery if it is this person's."""
    return (
        await session.scalars(select(Delivery).where(Delivery.id == delivery_id, Delivery.user_id == user_id))
    ).one_or_none()


async def waiting(session: AsyncSession, user_id: int) -> Sequence[Delivery]:
    """What is on its way to this person, earliest first."""
    return (
        await session.scalars(
            select(Delivery)
            .where(Delivery.user_id == user_id, Delivery.status.in_(WAITING))
            .order_by(Delivery.send_at, Delivery.id)
        )
    ).all()


async def earliest_waiting(session: AsyncSession) -> datetime | None:
    return (
        await session.scalars(
            select(Delivery.send_at).where(Delivery.status.in_(WAITING)).order_by(Delivery.send_at).limit(1)
        )
    ).one_or_none()


async def withdraw(session: AsyncSession, *, reminder_id: int) -> None:
    """Deliveries of this reminder that have not left yet are dropped: its owner changed or stopped it."""
    await session.execute(
        delete(Delivery).where(Delivery.reminder_id == reminder_id, Delivery.status == Status.PLANNED)
    )
    await session.execute(
        update(Delivery)
        .where(Delivery.reminder_id == reminder_id, Delivery.status == Status.SNOOZED)
        .values(status=Status.SKIPPED)
    )
