"""People who have gone: who is to be told that all about them will be deleted, and who is to be forgotten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import User


async def untold(session: AsyncSession, *, seen_before: datetime, limit: int) -> Sequence[User]:
    """Who can be reached, has not written since then and does not know yet what follows; their rows locked."""
    return (
        await session.scalars(
            select(User)
            .where(User.seen_at <= seen_before, User.leaving_at.is_(None), User.asleep_at.is_(None))
            .order_by(User.id)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
    ).all()


async def over(
    session: AsyncSession, *, now: datetime, seen_before: datetime, asleep_before: datetime, limit: int
) -> Sequence[int]:
    """Ids of those whose time has come: they were told of it, cannot be told, or blocked the bot long ago. Their rows
    are locked, so that nobody is forgotten who is just writing."""
    unreachable = and_(User.asleep_at.is_not(None), or_(User.asleep_at <= asleep_before, User.seen_at <= seen_before))
    return (
        await session.scalars(
            select(User.id)
            .where(or_(User.leaving_at <= now, unreachable))
            .order_by(User.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
