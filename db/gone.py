"""People who have gone: who is to be told that all about them will be deleted, and who is to be forgotten."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.among import one_of
from db.changes import Change
from db.models import User

Which = ColumnElement[bool]
"""Of all people."""

_AT_ONCE = 100


def unmarking(*, leaving_after: datetime) -> Change:
    """Nobody goes later than then: a day that is, was set by a clock that was ahead."""
    return update(User).where(User.leaving_at > leaving_after).values(leaving_at=None)


def untold(*, seen_before: datetime) -> Which:
    """Who can be reached, has not written since then and does not know yet what follows."""
    return and_(User.seen_at <= seen_before, User.leaving_at.is_(None), User.asleep_at.is_(None))


def marking(*, asleep_before: datetime, seen_before: datetime, overdue: datetime, day: datetime) -> Change:
    """Who cannot be told, and has no day yet on which they go, goes on this one; and so do those whose day was before
    `overdue`, as nobody was there to see it."""
    since_long = or_(User.asleep_at <= asleep_before, User.seen_at <= seen_before)
    unreachable = and_(User.asleep_at.is_not(None), since_long, User.leaving_at.is_(None))
    return update(User).where(or_(unreachable, User.leaving_at < overdue)).values(leaving_at=day)


def over(*, now: datetime, overdue: datetime) -> Which:
    """Whose day has come; not where it was before `overdue`, as nobody was there to see it."""
    return and_(User.leaving_at <= now, User.leaving_at >= overdue)


async def ids(session: AsyncSession, without: Collection[int], *, after: int, which: Which) -> Sequence[int]:
    """Some of them, from the lowest id above `after` on, but for some; nothing else of them is read."""
    these = select(User.id).where(which, User.id > after, ~one_of(User.id, without)).order_by(User.id).limit(_AT_ONCE)
    return (await session.scalars(these)).all()


async def person(session: AsyncSession, user_id: int, which: Which) -> User | None:
    """This person, if they are one of them and nobody else is at their row; it is locked."""
    found = select(User).where(which, User.id == user_id).with_for_update(skip_locked=True, key_share=True)
    return (await session.scalars(found)).one_or_none()


async def lock(session: AsyncSession, user_id: int, which: Which) -> bool:
    """The same without reading it, against everybody: nobody is forgotten who is just writing."""
    found = select(User.id).where(which, User.id == user_id).with_for_update(skip_locked=True)
    return (await session.scalars(found)).one_or_none() is not None
