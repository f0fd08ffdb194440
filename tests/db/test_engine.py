"""What every connection to a database is set to."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.exc import DBAPIError, StatementError

from db import users
from db.engine import Sessions, is_away, make_engine
from db.models import LONG_AGO, UTCDateTime

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_a_missing_folder_of_the_sqlite_file_is_made(tmp_path: Path) -> None:
    """The default file lies in data/, which a fresh clone does not have; SQLite is set for many readers."""
    engine = make_engine(f"sqlite:///{tmp_path}/new/deep/file.db")
    async with engine.connect() as connection:
        pragmas = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    await engine.dispose()

    assert pragmas == ["wal", 1, 10000]


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        (None, None),
        ("2026-03-02 12:00:00.000000", NOON),
        ("2026-03-02 12:00:00", NOON),
        ("2026-03-02T14:00+02:00", NOON),
        ("2026-03-02", NOON.replace(hour=0)),
        ("20260302", NOON.replace(hour=0)),
        ("noon", LONG_AGO),
        ("", LONG_AGO),
        (20260302, LONG_AGO),
        (1.5, LONG_AGO),
        (b"2026-03-02 12:00:00", LONG_AGO),
    ],
)
def test_an_instant_of_a_file_is_aware_whatever_is_written_there(stored: object, meant: datetime | None) -> None:
    """SQLite keeps anything, as somebody may have written by hand."""
    read = UTCDateTime().result_processor(aiosqlite.dialect(), None)(stored)

    assert meant == read
    assert read is None or read.tzinfo is UTC


async def test_instants_come_back_aware_and_in_utc(sessions: Sessions) -> None:
    """Whatever zone an instant was written in."""
    local = datetime(2026, 3, 2, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    async with sessions.begin() as session:
        await users.ensure(session, chat_id=1, language="en", now=local)
    async with sessions() as session:
        alice = await users.by_chat(session, 1)

    assert alice is not None
    assert datetime(2026, 3, 2, 12, 0, tzinfo=UTC) == alice.seen_at
    assert alice.seen_at.tzinfo == UTC


async def test_postgresql_gives_instants_in_utc_whatever_zone_is_set(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a rollback on the same connection; to move each of them costs more than to read it."""
    if database.startswith("sqlite"):
        pytest.skip("SQLite's instants have no zone")
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    engine = make_engine(database)
    async with engine.connect() as connection:
        await connection.rollback()
        now = (await connection.execute(text("SELECT now()"))).scalar_one()
        await connection.rollback()
        set_to = (await connection.execute(text("SHOW TIME ZONE"))).scalar_one()
    await engine.dispose()

    assert now.tzinfo is UTC
    assert "UTC" == set_to


async def test_a_database_that_is_read_only_for_a_while_is_away(database: str) -> None:
    """So is PostgreSQL while it hands over to another server: what was to be written is tried again."""
    if database.startswith("sqlite"):
        pytest.skip("a file of SQLite's is locked or full")
    engine = make_engine(database)
    with pytest.raises(DBAPIError) as refusal:
        async with engine.begin() as connection:
            await connection.execute(text("SET TRANSACTION READ ONLY"))
            await connection.execute(text("DELETE FROM users"))
    await engine.dispose()

    assert is_away(refusal.value)
    assert refusal.value.connection_invalidated


async def test_a_naive_instant_is_refused(sessions: Sessions) -> None:
    """A wall clock without its zone never reaches a table."""
    with pytest.raises(StatementError, match="no time zone"):
        async with sessions.begin() as session:
            await users.ensure(session, chat_id=1, language="en", now=datetime(2026, 3, 2))  # noqa: DTZ001


async def test_a_new_sqlite_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """Whoever has the file reads people's health."""
    file = tmp_path / "new.db"
    engine = make_engine(f"sqlite:///{file}")
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE some (id INTEGER)"))
    modes = _modes(tmp_path)
    await engine.dispose()

    assert {"new.db", "new.db-wal", "new.db-shm"} == set(modes)
    assert {0o600} == set(modes.values())


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def test_whoever_waits_for_sqlite_gets_it_in_turn(tmp_path: Path) -> None:
    """It does one transaction at a time, and a drain records and claims without a pause."""
    engine = make_engine(f"sqlite:///{tmp_path}/file.db")
    served: list[int] = []

    async def ask(number: int) -> None:
        async with engine.begin() as connection:
            for _statement in range(20):
                await connection.execute(text("SELECT 1"))
            served.append(number)

    await asyncio.gather(*(ask(number) for number in range(12)))
    await engine.dispose()

    assert served == list(range(12))
