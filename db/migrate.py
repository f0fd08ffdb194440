"""Bring a database to the schema that this code needs."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import take_time
from db.models import Base
from db.schema import MIGRATIONS, head, revision_of

# Any fixed number: replicas that start together migrate one after the other.
_ADVISORY_LOCK = 7_261_003
# While a change waits for a table, everybody else's statements on it wait behind the change: better give up, to be
# tried again, than stop the running bot for as long as a pg_dump takes.
_PATIENCE = "3s"


def config(connection: Connection | None = None) -> Config:
    """Alembic's, for a connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, target: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
    if revision_of(connection) != target:
        command.upgrade(config(connection), target)


def _downgrade(connection: Connection, target: str) -> None:
    command.downgrade(config(connection), target)


def _differences(connection: Connection) -> list[str]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [str(difference) for difference in compare_metadata(context, Base.metadata)]


async def upgrade(engine: AsyncEngine, target: str | None = None) -> None:
    """Migrate to `target`, or `head()`, in one transaction, under a lock on PostgreSQL. Raises NewerDatabaseError."""
    async with engine.begin() as connection:
        await take_time(connection)
        await connection.run_sync(_upgrade, target or head())


async def downgrade(engine: AsyncEngine, target: str = "base") -> None:
    async with engine.begin() as connection:
        await take_time(connection)
        await connection.run_sync(_downgrade, target)


async def differences(engine: AsyncEngine) -> list[str]:
    """What the models have and the database has not, or the other way round."""
    async with engine.connect() as connection:
        return await connection.run_sync(_differences)
