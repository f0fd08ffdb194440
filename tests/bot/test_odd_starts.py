"""The command line, begun or ended in ways that nobody hopes for: still one sentence, and no traceback."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.sandbox.server import Sandbox
from db.engine import make_engine
from tests.bot.test_cli import ends, environment, started, telegram
from tests.world import TOKEN

__all__ = ["telegram"]


@pytest.fixture
def heard_interrupts() -> Iterator[None]:
    """Whoever runs the tests in the background of a shell has them, and what they start, ignore those."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard_interrupts")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_a_stop_ends_a_command_that_waits(
    tmp_path: Path, telegram: tuple[Sandbox, str], stop: signal.Signals
) -> None:
    """With the status that shells know, also where Telegram never answers."""
    telegram[0].state.faults.add("hang", times=99)
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=telegram[1])
    async with started("doctor", env=env, folder=tmp_path) as process:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            while b"Key" not in (line := await process.stdout.readline()):
                assert line
        process.send_signal(stop)
        _out, err = await asyncio.wait_for(process.communicate(), 15)

    assert (128 + stop, b"") == (process.returncode, err)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
async def test_whoever_closes_what_is_read_and_written_gets_the_work_done(tmp_path: Path, closed: str) -> None:
    """As some schedulers do."""
    env = environment(tmp_path, DATA_KEY_FILE=str(tmp_path / "key"))
    command = f"{sys.executable} -m bot migrate {closed}"
    process = await asyncio.create_subprocess_shell(command, env=env, cwd=tmp_path)

    assert 0 == await asyncio.wait_for(process.wait(), 30)
    assert (tmp_path / "bot.db").exists()


async def test_output_in_another_encoding_is_readable(tmp_path: Path) -> None:
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL="http://127.0.0.1:1", PYTHONIOENCODING="ascii")
    status, out, err = await ends("doctor", env=env, folder=tmp_path)

    assert (2, "") == (status, err)
    assert "? Settings: BOT_TOKEN is set" in out


async def test_what_only_waits_for_the_same_is_not_looked_at(tmp_path: Path) -> None:
    """Telegram would be waited for twice."""
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL="http://127.0.0.1:1")
    _status, out, _err = await ends("doctor", env=env, folder=tmp_path)

    assert "✗ Updates: not looked at, for Telegram failed." in out
    assert "✓ Time zones" in out


@pytest.mark.parametrize(
    ("secret", "sentence"),
    [(b"\xff\xfe", "one in SECRETS_DIR, cannot be read: it is not UTF-8 text."), (b"hello", "BOT_TOKEN cannot be")],
)
async def test_a_secret_that_cannot_be_read_is_one_sentence(tmp_path: Path, secret: bytes, sentence: str) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "bot_token").write_bytes(secret)
    status, out, err = await ends("run", env=environment(tmp_path, SECRETS_DIR=str(folder)), folder=tmp_path)

    assert (2, "", 1) == (status, out, len(err.strip().splitlines()))
    assert sentence in err


async def test_a_misspelt_secret_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "bot_tokn").write_text(TOKEN)
    _status, _out, err = await ends("run", env=environment(tmp_path, SECRETS_DIR=str(folder)), folder=tmp_path)

    assert "BOT_TOKN is set, but there is no such setting. Did you mean BOT_TOKEN?" in err


async def test_settings_that_are_a_folder_are_not_passed_over(tmp_path: Path) -> None:
    """Docker makes one where the file to be mounted is missing."""
    (tmp_path / ".env").mkdir()
    status, _out, err = await ends("run", env=environment(tmp_path), folder=tmp_path)

    assert 2 == status
    assert err.startswith("The file .env cannot be read: it is a folder")


async def test_a_backup_cannot_have_any_name(tmp_path: Path) -> None:
    (tmp_path / "bot.db").touch()
    status, _out, err = await ends("backup", "x" * 300, env=environment(tmp_path), folder=tmp_path)

    assert 2 == status
    assert "cannot be written (File name too long)" in err


@pytest.mark.parametrize("command", ["migrate", "rotate-key", "doctor"])
async def test_a_file_of_another_program_is_left_alone(tmp_path: Path, command: str) -> None:
    """It is not ours to put tables into."""
    with sqlite3.connect(tmp_path / "bot.db") as theirs:
        theirs.execute("CREATE TABLE photos (id INTEGER)")
    theirs.close()
    status, out, err = await ends(command, env=environment(tmp_path), folder=tmp_path)

    assert 2 == status
    assert "another program's: it has a table photos, which" in out + err
    with sqlite3.connect(tmp_path / "bot.db") as theirs:
        assert [("photos",)] == theirs.execute("SELECT name FROM sqlite_master").fetchall()
    theirs.close()


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("CREATE TABLE users (id INTEGER)", "a table users"),
        ("CREATE TABLE alembic_version AS SELECT 'ae1027a6acf' AS version_num", "schema ae1027a6acf"),
    ],
)
async def test_a_database_of_another_program_is_left_alone(
    empty_database: str, tmp_path: Path, made: str, found: str
) -> None:
    """Also where it has tables that are called as ours."""
    engine = make_engine(empty_database)
    async with engine.begin() as connection:
        await connection.execute(text(made))
    await engine.dispose()
    env = environment(tmp_path, DATABASE_URL=empty_database)
    status, _out, err = await ends("migrate", env=env, folder=tmp_path)

    assert 2 == status
    assert f"another program's: it has {found}, which" in err
