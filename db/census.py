"""Counts over everybody: what falls due when, and what waits to be sent."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.deliveries import WAITING
from db.models import Delivery, Reminder, Status


async def due_between(session: AsyncSession, since: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """How many reminders come next at each instant from `since` on and before `until`, in that order.

    A reminder counts once, with its next occasion. Grouped by the instant itself and not by its minute, so that the
    index is read in its order and nothing is sorted.
    """
    at = Reminder.next_due_at
    counted = await session.execute(select(at, func.count()).where(at >= since, at < until).group_by(at).order_by(at))
    return [(instant, count) for instant, count in counted if instant is not None]


async def ripe(session: AsyncSession, now: datetime) -> int:
    """Deliveries whose time to be sent has come and that nobody has on record as sent."""
    waiting = select(func.count()).where(Delivery.status.in_(WAITING), Delivery.send_at <= now)
    claimed = select(func.count()).where(Delivery.status == Status.CLAIMED)
    return sum((await session.scalars(waiting.union_all(claimed))).all())
