"""Counts over everybody: what falls due when, and what waits to be sent."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.deliveries import WAITING, has_status
from db.models import Delivery, Reminder, ReminderState, Status, User


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
    waiting = select(func.count()).where(has_status(Delivery.status, *WAITING), Delivery.send_at <= now)
    claimed = select(func.count()).where(has_status(Delivery.status, Status.CLAIMED))
    return sum((await session.scalars(waiting.union_all(claimed))).all())


class People(NamedTuple):
    """How many there are, and how many of them wrote within the last day and week."""

    all: int
    day: int
    week: int


async def people(session: AsyncSession, now: datetime) -> People:
    """Everybody counted, by when they last wrote."""
    day, week = (func.count().filter(User.seen_at > now - timedelta(days=days)) for days in (1, 7))
    found = (await session.execute(select(func.count(), day, week).select_from(User))).one()
    return People(found[0], found[1], found[2])


async def reminders_on(session: AsyncSession) -> int:
    """Reminders that are on, everybody's."""
    counted = select(func.count()).select_from(Reminder).where(Reminder.state == ReminderState.ON)
    return (await session.execute(counted)).scalar_one()
