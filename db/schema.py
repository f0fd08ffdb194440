"""Which schema a database has and which this code needs. Without Alembic, which takes 11 MB as long as it lives."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import Base

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
    if "alembic_version" not in tables:
        # On PostgreSQL extensions may have tables of their own beside ours.
        if strange := tables if connection.dialect.name == "sqlite" else tables & Base.metadata.tables.keys():
            raise ForeignDatabaseError(f"a table {min(strange)}")
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if revision is not None and revision not in _known():
        raise NewerDatabaseError(revision) if _OURS.fullmatch(revision) else ForeignDatabaseError(f"schema {revision}")
    return revision
