"""People who have gone: who is to be told that all about them will be deleted, and who is to be forgotten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import User


async def unmark(session: AsyncSession, *, leaving_after: datetime) -> None:
    """Nobody goes later than then: a day that is, was set by a clock that was ahead."""
    await session.execute(update(User).where(User.leaving_at > leaving_after).values(leaving_at=None))


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


async def unmarked(
    session: AsyncSession, *, asleep_before: datetime, seen_before: datetime, overdue: datetime, limit: int
) -> Sequence[User]:
    """Who cannot be told, and has no day yet on which they go; and those whose day was before `overdue`, as nobody was
    there to see it. Their rows locked."""
    since_long = or_(User.asleep_at <= asleep_before, User.seen_at <= seen_before)
    unreachable = and_(User.asleep_at.is_not(None), since_long, User.leaving_at.is_(None))
    return (
        await session.scalars(
            select(User)
            .where(or_(unreachable, User.leaving_at < overdue))
            .order_by(User.id)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
    ).all()


async def over(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[int]:
    """Ids of those whose day has come. Their rows are locked, so that nobody is forgotten who is just writing."""
    return (
        await session.scalars(
            select(User.id)
            .where(User.leaving_at <= now)
            .order_by(User.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
