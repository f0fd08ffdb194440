"""Which schema a database has and which this code needs. Without Alembic, which takes 11 MB as long as it lives."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

MIGRATIONS = Path(__file__).parent / "migrations"


class NewerDatabaseError(Exception):
    """The database was migrated by a later version of this program; its text is that schema's revision."""


@cache
def _known() -> tuple[str, ...]:
    """All revisions, oldest first: a migration's file is named by its revision, in rising order."""
    return tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def head() -> str:
    """The revision that this code needs."""
    return _known()[-1]


async def current(engine: AsyncEngine) -> str | None:
    """The revision of the database; None for an empty one. Raises NewerDatabaseError."""
    async with engine.connect() as connection:
        return await connection.run_sync(revision_of)


def revision_of(connection: Connection) -> str | None:
    """The same on an open connection."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if revision is not None and revision not in _known():
        raise NewerDatabaseError(revision)
    return revision
