"""Changes of many rows by one statement, which can be made row by row where one of the rows stands in the way."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Delete, Update, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.among import one_of

Change = Update | Delete
"""Of a table whose rows have a number for a key; not made yet."""


async def make(
    session: AsyncSession, only: int | None = None, *, change: Change, without: Collection[int] = ()
) -> None:
    """Change what it concerns, but for some, or only this one of it."""
    if without:
        change = change.where(~one_of(_key(change), without))
    if only is not None:
        change = change.where(_key(change) == only)
    await session.execute(change.execution_options(synchronize_session=False))


async def concerned(
    session: AsyncSession, without: Collection[int], *, after: int, change: Change, limit: int
) -> Sequence[int]:
    """The lowest keys above `after` of what this would change, but for some; nothing else of the rows is read."""
    key, which = _key(change), change.whereclause
    some = select(key).where(key > after, ~one_of(key, without)).order_by(key).limit(limit)
    return (await session.scalars(some if which is None else some.where(which))).all()


def _key(change: Change) -> ColumnElement[int]:
    (key,) = change.table.primary_key
    return key
