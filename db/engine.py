"""Engines for the two databases. Nothing happens at import time."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from db.address import parse_url
from db.crypto import Keyring, give_keys, loads

Engine = AsyncEngine
Session = AsyncSession
Sessions = async_sessionmaker[AsyncSession]

# An execution option: the statement that begins a transaction on SQLite, or none.
_BEGIN = "sqlite_begin"

# What a database that is away, full or broken raises.
DATABASE_ERRORS = (SQLAlchemyError, OSError)

# Seconds that a transaction waits for its turn on SQLite before the database counts as away.
_PATIENCE = 10
# What PostgreSQL says while it hands over to another server, or has no room (SQLSTATE).
_READ_ONLY = "25006"
# What it says of a transaction that did nothing for too long (`db.postgresql`), and which it has undone.
_WAS_IDLE = "25P03"
# What it says of one row: raised by a trigger, or damaged.
_OF_A_ROW = {"P0001", "XX001", "XX002"}
# What one row is too deep for, or in a file that is gone: others can succeed.
_OF_ONE = {"54001", "58P01"}
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={_PATIENCE * 1000}",
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten
)


def make_engine(url: str, keyring: Keyring | None = None) -> AsyncEngine:
    """An engine for `sqlite:///file` or `postgresql://…`; a missing file and its folder are made.

    Without a keyring sealed columns can be neither written nor read.

    SQLite transactions begin IMMEDIATE, but for those of `reading`: a deferred one that reads before it writes fails
    with "database is locked" instead of waiting its turn.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        file = Path(str(parsed.database))
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)  # it holds what people told of their health; its companions get the same mode
        # One connection, for one transaction at a time is all that SQLite does: whoever waits for it gets it in turn,
        # while several would wait for the file's lock, which goes to whoever happens to look at the right moment.
        engine = create_async_engine(
            parsed, hide_parameters=True, json_deserializer=loads, pool_size=1, max_overflow=0, pool_timeout=_PATIENCE
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin)
    else:
        from db import postgresql  # noqa: PLC0415 - SQLite can do without the 9 MB of its driver

        engine = create_async_engine(
            parsed,
            hide_parameters=True,  # what people wrote stays out of error messages
            json_deserializer=loads,
            pool_size=10,
            max_overflow=0,  # what PostgreSQL has to allow is then known: ten a process
            pool_pre_ping=True,
            connect_args=postgresql.CONNECT,
        )
        event.listen(engine.sync_engine, "connect", postgresql.prepare)
        event.listen(engine.sync_engine, "checkin", postgresql.give_back)
        event.listen(engine.sync_engine, "handle_error", _leave_what_is_read_only)
    if keyring is not None:
        give_keys(engine.sync_engine.dialect, keyring)
    return engine


def is_away(error: Exception) -> bool:
    """The database is out of reach, locked, full or read-only: the same transaction can succeed later."""
    if isinstance(error, OperationalError | InterfaceError):
        # SQLite says OperationalError of wrong SQL too, and tells them apart by this code only. What is stored but
        # cannot be read has none.
        code = getattr(error.orig, "sqlite_errorcode", None)
        is_of_one = getattr(error.orig, "sqlstate", None) in _OF_ONE
        return not is_of_one and not (isinstance(error.orig, sqlite3.Error) and code in {None, sqlite3.SQLITE_ERROR})
    if isinstance(error, DBAPIError):
        return getattr(error.orig, "sqlstate", None) in {_READ_ONLY, _WAS_IDLE}
    return isinstance(error, PoolTimeoutError)


def can_pass(error: Exception) -> bool:
    """The same transaction can succeed later."""
    return is_away(error) or isinstance(error, OSError)


def may_be_a_rows(error: Exception) -> bool:
    """It can be for what is in one row that a transaction fails: the same without that row can succeed."""
    if isinstance(error, OperationalError):
        return isinstance(error.orig, sqlite3.Error) and not hasattr(error.orig, "sqlite_errorcode")
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _OF_A_ROW:
        return True
    return isinstance(error, DataError | IntegrityError | ValueError | LookupError | OverflowError)


def is_a_rows(error: Exception) -> bool:
    """The same, and it is the database that says so: a fault of ours is no reason to change a row."""
    return may_be_a_rows(error) and isinstance(error, DBAPIError)


async def ping(engine: AsyncEngine) -> None:
    """Ask the database for an answer. Raises DATABASE_ERRORS."""
    async with engine.connect() as connection:
        await connection.exec_driver_sql("SELECT 1")


def make_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions whose objects stay readable after a commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


async def take_time(connection: AsyncConnection) -> None:
    """PostgreSQL may take an hour for each statement over this connection, until it is given back, and not a minute. On
    SQLite nothing has an end but the wait for others."""
    if connection.dialect.name == "postgresql":
        from db import postgresql  # noqa: PLC0415 - as above

        postgresql.be_patient((await connection.get_raw_connection()).driver_connection)


@asynccontextmanager
async def reading(sessions: Sessions) -> AsyncIterator[Session]:
    """A transaction that must change nothing: on SQLite, where one writes at a time, no other process waits for it."""
    async with sessions.begin() as session:
        await session.connection(execution_options={_BEGIN: "BEGIN"})
        yield session


async def scour(engine: Engine) -> bool:
    """Write a SQLite file anew, without what had been deleted or overwritten, and empty its log. PostgreSQL's own
    vacuum and checkpoints do as much. False when somebody reads, so that the log has to stay. Raises DATABASE_ERRORS.
    """
    if engine.dialect.name != "sqlite":
        return True
    async with engine.connect() as connection:
        await connection.execution_options(**{_BEGIN: None})  # neither can be done within a transaction
        await connection.exec_driver_sql("VACUUM")
        checkpoint = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy = bool(checkpoint.one()[0])
    return not is_busy


async def fold(sessions: Sessions) -> None:
    """Take the log of a SQLite file into the file and empty it: what was deleted can be read in it until then.

    Nobody waits for it: while somebody reads, it is left to the next time. PostgreSQL recycles its own.
    """
    async with sessions() as session:
        connection = await session.connection(execution_options={_BEGIN: None})
        if connection.dialect.name == "sqlite":
            for pragma in ("busy_timeout=0", "wal_checkpoint(TRUNCATE)", f"busy_timeout={_PATIENCE * 1000}"):
                await connection.exec_driver_sql(f"PRAGMA {pragma}")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _leave_what_is_read_only(context: ExceptionContext) -> None:
    """The next transaction gets a new connection, which may lead to the server that took over."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _begin(connection: Connection) -> None:
    if statement := connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE"):
        connection.exec_driver_sql(statement)
