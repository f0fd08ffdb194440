"""All that a database holds, row by row, so that a test can say that nothing changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from db.engine import Sessions
from db.inventory import owned_tables
from db.models import Base, Budget, SeenUpdate, User

# Changes with whatever anybody says, and belongs to nobody.
_OF_NOBODY = {SeenUpdate.__tablename__, Budget.__tablename__}


async def all_rows(sessions: Sessions, *, seen: bool = True) -> Mapping[str, list[tuple[Any, ...]]]:
    """Every row of every table that is about somebody. Without `seen` it is left out when people last wrote."""
    found = {}
    async with sessions() as session:
        for name, table in Base.metadata.tables.items():
            columns = [column for column in table.columns if seen or column is not User.__table__.c.seen_at]
            if name not in _OF_NOBODY:
                result = await session.execute(select(*columns).order_by(*table.primary_key.columns))
                found[name] = [tuple(row) for row in result]
    return found


async def rows_of(sessions: Sessions, user_id: int) -> Mapping[str, list[tuple[Any, ...]]]:
    """Every row of this person."""
    found = {}
    async with sessions() as session:
        for model, owner in owned_tables().items():
            table = Base.metadata.tables[model.__tablename__]
            result = await session.execute(
                select(table).where(table.c[owner] == user_id).order_by(*table.primary_key.columns)
            )
            found[model.__tablename__] = [tuple(row) for row in result]
    return found
