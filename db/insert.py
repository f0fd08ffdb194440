"""INSERT that passes over rows that are there already: both databases can do it, each in a dialect of its own."""

from functools import cache

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Base


def new_rows(session: AsyncSession, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Rows of this table, but those that a unique key forbids; for another transaction's that is under way it waits."""
    return _of(session.get_bind().dialect.name, table)


@cache
def _of(dialect: str, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()
