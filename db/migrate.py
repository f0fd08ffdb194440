"""Bring a database to the schema that this code needs."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import Base

# Any fixed number: replicas that start together migrate one after the other.
_ADVISORY_LOCK = 7_261_003
# While a change waits for a table, everybody else's statements on it wait behind the change: better give up, to be
# tried again, than stop the running bot for as long as a pg_dump takes.
_PATIENCE = "3s"


class NewerDatabaseError(Exception):
    """The database was migrated by a later version of this program."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def head() -> str:
    """The revision that this code needs."""
    return str(_scripts().get_current_head())


def _current(connection: Connection) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerDatabaseError(revision)
    return revision


def _upgrade(connection: Connection, target: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
    if _current(connection) != target:
        command.upgrade(_config(connection), target)


def _downgrade(connection: Connection, target: str) -> None:
    command.downgrade(_config(connection), target)


def _differences(connection: Connection) -> list[str]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [str(difference) for difference in compare_metadata(context, Base.metadata)]


async def current(engine: AsyncEngine) -> str | None:
    """The revision of the database; None for an empty one. Raises NewerDatabaseError."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current)


async def upgrade(engine: AsyncEngine) -> None:
    """Migrate to `head()` in one transaction, under a lock on PostgreSQL. Raises NewerDatabaseError."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, head())


async def downgrade(engine: AsyncEngine, target: str = "base") -> None:
    async with engine.begin() as connection:
        await connection.run_sync(_downgrade, target)


async def differences(engine: AsyncEngine) -> list[str]:
    """What the models have and the database has not, or the other way round."""
    async with engine.connect() as connection:
        return await connection.run_sync(_differences)
