"""Everything of one person, by `db.inventory`: read it, count it, delete it."""

from collections.abc import AsyncIterator, Mapping

from sqlalchemy import RowMapping, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import inventory
from db.engine import Sessions, reading
from db.models import Base

# So many rows are in memory at once, and whoever waits has a turn in between: 40 ms at most for people with many.
_PAGE = 200


async def rows(sessions: Sessions, table: type[Base], user_id: int) -> AsyncIterator[RowMapping]:
    """The person's rows of this table with all that the inventory names, oldest first, a page in memory at a time.

    Each page is read in a transaction of its own, so what changes meanwhile is there as it is when its turn comes.
    """
    (key,) = table.__table__.primary_key
    columns = [table.__table__.c[column.name] for column in inventory.of_table(table)]
    mine, after = inventory.theirs(table, [user_id]), None
    while True:
        query = select(*columns).where(mine).order_by(key).limit(_PAGE)
        async with reading(sessions) as session:
            page = (await session.execute(query if after is None else query.where(key > after))).mappings().all()
        for row in page:
            yield row
        if len(page) < _PAGE:
            return
        after = page[-1][key.name]


async def count(session: AsyncSession, user_id: int) -> Mapping[type[Base], int]:
    """How many rows of each table are this person's."""
    return {
        table: (await session.scalars(select(func.count()).where(inventory.theirs(table, [user_id])))).one()
        for table in inventory.owned_tables()
    }


async def forget(session: AsyncSession, user_id: int) -> None:
    """Delete every row of this person. What the session still holds of them is not written any more."""
    await session.flush()
    tables = {table.__table__: table for table in inventory.owned_tables()}
    for table in reversed(Base.metadata.sorted_tables):  # what points to others goes first
        if table in tables:
            await session.execute(delete(table).where(inventory.theirs(tables[table], [user_id])))
    session.expunge_all()
