"""Which schema a database has and which this code needs. Without Alembic, which takes 11 MB as long as it lives."""

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import Base

# The table in which Alembic keeps a database's revision.
_RECORD = "alembic_version"
_OURS = re.compile(r"\d{4}")
MIGRATIONS = Path(__file__).parent / "migrations"


class NewerDatabaseError(Exception):
    """The database was migrated by a later version of this program; its text is that schema's revision."""


class ForeignDatabaseError(Exception):
    """It belongs to another program; its text says by what one sees that."""


@cache
def _known() -> tuple[str, ...]:
    """All revisions, oldest first: a migration's file is named by its revision, in rising order."""
    return tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def head() -> str:
    """The revision that this code needs."""
    return _known()[-1]


async def current(engine: AsyncEngine) -> str | None:
    """The revision of the database; None for an empty one. Raises NewerDatabaseError, ForeignDatabaseError."""
    async with engine.connect() as connection:
        return await connection.run_sync(revision_of)


def revision_of(connection: Connection) -> str | None:
    """The same on an open connection."""
    tables = set(inspect(connection).get_table_names())
    revision: str | None = None
    if _RECORD in tables:
        revision = connection.execute(text(f"SELECT version_num FROM {_RECORD}")).scalar_one_or_none()  # noqa: S608
    if revision is None and (strange := _not_to_be_there(connection.dialect.name, tables)):
        raise ForeignDatabaseError(f"a table {min(strange)}")
    if revision is not None and revision not in _known():
        raise NewerDatabaseError(revision) if _OURS.fullmatch(revision) else ForeignDatabaseError(f"schema {revision}")
    return revision


def _not_to_be_there(dialect: str, tables: Collection[str]) -> Collection[str]:
    """Of the tables of a database without a revision. Extensions of PostgreSQL may have some of their own beside ours,
    and so may what copies SQLite's files elsewhere: by its names it is to be passed over."""
    if dialect == "postgresql":
        return Base.metadata.tables.keys() & tables
    return [name for name in tables if name != _RECORD and not name.startswith("_")]
