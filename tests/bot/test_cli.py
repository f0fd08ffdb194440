"""The command line as scripts and service managers see it: real processes, exit statuses, signals."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import insert

from bot import cli
from bot.clock import system_clock
from bot.sandbox.faults import FaultKind
from bot.sandbox.server import Sandbox
from bot.sandbox.webhook import Hook
from db import migrate
from db.engine import make_engine, make_sessions
from db.models import Reminder, ReminderState, User
from tests.world import TOKEN

ROOT = Path(__file__).parents[2]
OTHER_TOKEN = TOKEN.replace("TEST", "ELSE")


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Nothing of this machine's own settings, and a database in `folder`."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("COV_", "COVERAGE_", "PATH", "LANG"))}
    database = {"DATABASE_URL": f"sqlite:///{folder / 'bot.db'}"}
    quiet = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "HEALTH_LISTEN": ""}
    return kept | quiet | database | settings


@asynccontextmanager
async def started(*arguments: str, env: Mapping[str, str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot …` in an empty folder; killed if the test leaves it running."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env=dict(env), cwd=folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ends(*arguments: str, env: Mapping[str, str], folder: Path) -> tuple[int, str, str]:
    """Exit status, output and errors of a command that ends by itself."""
    async with started(*arguments, env=env, folder=folder) as process:
        out, err = await asyncio.wait_for(process.communicate(), 30)
        return int(process.returncode or 0), out.decode(), err.decode()


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[Sandbox, str]]:
    server = Sandbox(token=TOKEN, clock=system_clock)
    server.state.feed.patience = 30.0  # a process has to start first
    yield server, await server.start()
    await server.stop()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "BOT_TOKEN is not set"),
        ({"BOT_TOKEN": "hello"}, "BOT_TOKEN cannot be used: it must look like 1234567890:AAE…"),
        ({"BOT_TOKEN": TOKEN, "DATABASE_URL": "postgresql://u:p@ss@h/x"}, "DATABASE_URL cannot be used: an @ in the"),
        ({"BOT_TOKEN": TOKEN, "DATABASE_URL": "mysql://x"}, "DATABASE_URL cannot be used: it must begin with"),
        ({"BOT_TOKEN": TOKEN, "LOG_LEVEL": "loud"}, "LOG_LEVEL cannot be used: "),
        ({"BOT_TOKEN": TOKEN, "LOG_FORMAT": "xml"}, "LOG_FORMAT cannot be used: "),
        ({"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "telegram"}, "TELEGRAM_API_URL cannot be used: it must be"),
        ({"BOT_TOKEN": TOKEN, "SEND_RATE": "0"}, "SEND_RATE cannot be used: "),
        (
            {"BOT_TOKEN": TOKEN, "SEND_RATE": "abc"},
            "it must be a whole number from 1 to 1000",
        ),
        ({"BOT_TOKEN": TOKEN, "ALLOW_PAID_BROADCAST": "maybe"}, "it must be 1 for yes or 0 for no"),
    ],
)
async def test_what_cannot_work_is_one_sentence_and_status_2(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    """Never a traceback."""
    status, out, err = await ends("run", env=environment(tmp_path, **settings), folder=tmp_path)

    assert (status, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


async def test_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    """In the environment or in .env; what is not ours is nobody's business."""
    (tmp_path / ".env").write_text("DATABASE_URI=sqlite:///x.db\nPOSTGRES_PASSWORD=x\n")
    _status, _out, err = await ends("run", env=environment(tmp_path, SEND_RTAE="20", LISTEN_FDS="1"), folder=tmp_path)

    assert "DATABASE_URI is set, but there is no such setting. Did you mean DATABASE_URL?" in err
    assert "SEND_RTAE is set, but there is no such setting. Did you mean SEND_RATE?" in err
    assert 2 == err.count("no such setting")


@pytest.mark.parametrize(
    "address", ["sqlite:////proc/nowhere/x.db", "postgresql://127.0.0.1:1/x", "postgres://[::1]:1/x"]
)
async def test_a_database_that_is_away_is_one_sentence_and_status_1(tmp_path: Path, address: str) -> None:
    """It may come back: whoever watches over the bot is to start it again."""
    status, out, err = await ends(
        "run", env=environment(tmp_path, BOT_TOKEN=TOKEN, DATABASE_URL=address), folder=tmp_path
    )

    assert (status, out) == (1, "")
    assert err.startswith("The database in DATABASE_URL cannot be reached or used")
    assert len(err.strip().splitlines()) == 1


async def test_whoever_reads_only_the_first_line_of_the_doctor_gets_no_error(tmp_path: Path) -> None:
    """`python -m bot doctor | head -1`."""
    command = f"{sys.executable} -m bot doctor | true"
    process = await asyncio.create_subprocess_shell(
        command, env=environment(tmp_path), cwd=tmp_path, stderr=asyncio.subprocess.PIPE
    )
    _out, err = await process.communicate()

    assert b"" == err


async def test_a_token_that_telegram_refuses_is_one_sentence(tmp_path: Path, telegram: tuple[Sandbox, str]) -> None:
    """401 at the start."""
    env = environment(tmp_path, BOT_TOKEN=OTHER_TOKEN, TELEGRAM_API_URL=telegram[1])
    status, _out, err = await ends("run", env=env, folder=tmp_path)

    assert status == 2
    assert "Telegram does not accept this BOT_TOKEN (401)" in err
    assert "Traceback" not in err


async def test_a_webhook_in_the_way_is_one_sentence(tmp_path: Path, telegram: tuple[Sandbox, str]) -> None:
    """Somebody else serves this token and takes its updates away while we poll: 409, again and again."""
    server, url = telegram
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=url, LOG_LEVEL="ERROR")
    async with started("run", env=env, folder=tmp_path) as process:
        await server.state.feed.until(lambda: server.state.updates.waiting, lambda: "the bot does not poll")
        async with aiohttp.ClientSession() as http:
            await http.post(f"{url}/bot{TOKEN}/setWebhook", json={"url": "http://127.0.0.1:9/hook"})
        _out, err = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 2
    assert "Another program is already polling with this BOT_TOKEN (409)" in err.decode()
    assert "Traceback" not in err.decode()


async def test_a_database_of_a_newer_version_is_one_sentence(tmp_path: Path) -> None:
    """Nothing is changed in it."""
    env = environment(tmp_path, BOT_TOKEN=TOKEN)
    engine = make_engine(env["DATABASE_URL"])
    await migrate.upgrade(engine)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await engine.dispose()
    status, _out, err = await ends("migrate", env=env, folder=tmp_path)

    assert status == 2
    assert "The database was made by a newer version of this program (its schema is 9999" in err


async def test_a_terminal_shows_that_a_migration_goes_on(tmp_path: Path) -> None:
    """What is being done and for how long; gone at the end, and nothing where nobody looks."""
    terminal, stderr = os.openpty()
    env = environment(tmp_path, TERM="xterm")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "migrate", env=env, cwd=tmp_path, stdout=asyncio.subprocess.DEVNULL, stderr=stderr,
    )  # fmt: skip
    status = await asyncio.wait_for(process.wait(), 30)
    shown = os.read(terminal, 65536).decode()
    os.close(stderr)
    os.close(terminal)
    unseen = await ends("migrate", env=env, folder=tmp_path)

    assert 0 == status
    assert "Bringing the database up to date" in shown
    assert "0:00:0" in shown
    assert (0, "The database is up to date.\n", "") == unseen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_run_answers_people_and_stops_cleanly(
    tmp_path: Path, telegram: tuple[Sandbox, str], number: signal.Signals
) -> None:
    """Exit status 0 on a signal, with everything confirmed; the token is nowhere in the logs."""
    server, url = telegram
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=url, LOG_LEVEL="DEBUG", LOG_FORMAT="json")
    async with started("run", env=env, folder=tmp_path) as process:
        assert process.stdout is not None
        first = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        charlie = server.state.person("Charlie")
        await charlie.says("/why magnesium")
        process.send_signal(number)
        _out, err = await asyncio.wait_for(process.communicate(), 10)

    assert "is running" in first
    assert process.returncode == 0
    assert charlie.last.text.startswith("Magnesium")
    assert TOKEN not in err.decode()
    assert all(line.startswith("{") for line in err.decode().splitlines())


@pytest.mark.parametrize("fault", ["hang", "server_error"])
async def test_a_stop_while_telegram_cannot_be_reached_is_clean(
    tmp_path: Path, telegram: tuple[Sandbox, str], fault: FaultKind
) -> None:
    """Exit status 0, whether getMe hangs or fails again and again."""
    server, url = telegram
    trouble = server.state.faults.add(fault, method="getMe", times=99)
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=url)
    async with started("run", env=env, folder=tmp_path) as process:
        if fault == "hang":
            await asyncio.wait_for(trouble.caught(), 20)
        else:
            assert process.stderr is not None
            await asyncio.wait_for(process.stderr.readline(), 20)
        process.send_signal(signal.SIGTERM)
        _out, err = await asyncio.wait_for(process.communicate(), 10)

    assert process.returncode == 0
    assert "Traceback" not in err.decode()


async def test_a_stop_while_the_database_is_locked_is_over_in_time(
    tmp_path: Path, telegram: tuple[Sandbox, str]
) -> None:
    """Another process holds SQLite for ever: the program ends, and what it could not do stays with Telegram."""
    server, url = telegram
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=url)
    async with started("run", env=env, folder=tmp_path) as process:
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readline(), 20)
        lock = sqlite3.connect(tmp_path / "bot.db", isolation_level=None, timeout=20)
        lock.execute("BEGIN IMMEDIATE")
        fetched = len(server.state.calls_of("getUpdates"))
        number = server.state.person("Charlie").write("/why magnesium")
        await server.state.feed.until(
            lambda: len(server.state.calls_of("getUpdates")) > fetched, lambda: "the bot fetched nothing"
        )
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 30)
        lock.close()

    assert process.returncode == 0
    assert number in server.state.updates.pending


async def test_settings_come_from_a_file_too(tmp_path: Path) -> None:
    """.env in the working directory."""
    (tmp_path / ".env").write_text("BOT_TOKEN=oops\n")
    status, _out, err = await ends("run", env=environment(tmp_path), folder=tmp_path)

    assert status == 2
    assert "BOT_TOKEN cannot be used" in err


async def test_the_sandbox_starts_without_anything(tmp_path: Path) -> None:
    """No token, no database: an address to open, and a page behind it. No command means the same."""
    env = environment(tmp_path, SANDBOX_PORT="0")
    del env["DATABASE_URL"]
    async with started(env=env, folder=tmp_path) as process:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        url = line.split()[1]
        async with aiohttp.ClientSession() as http, http.get(url) as page:
            body = await page.text()
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)

    assert line.startswith("Open http://127.0.0.1:")
    assert "<html" in body
    assert process.returncode == 0
    assert not any(True for _ in os.scandir(tmp_path))


@asynccontextmanager
async def sandbox_on(env: Mapping[str, str], folder: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """The sandbox as its page's browser reaches it; stopped by a signal at the end."""
    async with started("sandbox", env=env, folder=folder) as process:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().split()[1]
        async with aiohttp.ClientSession(url, raise_for_status=True) as http:
            yield http
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)


async def told(http: aiohttp.ClientSession, path: str, body: object = None) -> Any:
    """What the sandbox answers: to a POST of `body`, or to a GET."""
    method = "GET" if body is None else "POST"
    async with http.request(method, f"/sandbox/{path}", json=body) as answer:
        return await answer.json()


async def says(http: aiohttp.ClientSession, person_id: int, text: str, *, answer: str) -> None:
    """A person writes `text`; returns once the page's stream of events brings the `answer`."""
    async with http.get("/sandbox/events") as events, asyncio.timeout(20):
        await events.content.readline()
        await told(http, f"people/{person_id}/says", {"text": text})
        while answer not in (await events.content.readline()).decode():
            pass


async def test_a_sandbox_with_a_database_knows_its_people_again(tmp_path: Path) -> None:
    """A real restart: their nudges reach them, a moved clock does not jump back, and nobody's id is given twice."""
    env = environment(tmp_path, SANDBOX_PORT="0")
    async with sandbox_on(env, tmp_path) as http:
        alice = (await told(http, "people", {"name": "Alice", "language_code": "de"}))["id"]
        await says(http, alice, "/timezone Berlin", answer="(Europe/Berlin)")
        moved = (await told(http, "clock", {"hours": 48}))["now"]
        await says(http, alice, "/remind stretch in 3 hours", answer="Stretch: once")
    async with sandbox_on(env, tmp_path) as http:
        state = await told(http, "state")
        bob = (await told(http, "people", {"name": "Bob"}))["id"]
        await told(http, "clock", {"to": "next"})
        nudge = (await told(http, f"chats/{alice}"))["messages"][-1]

    assert "retch" in nudge.get("text", nudge.get("caption", ""))
    assert [(alice, "Person 1", "de")] == [(one["id"], one["name"], one["language_code"]) for one in state["people"]]
    assert moved <= state["now"]
    assert alice != bob


async def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    """With the setting that helps."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        env = environment(tmp_path, SANDBOX_PORT=str(taken.getsockname()[1]))
        status, _out, err = await ends("sandbox", env=env, folder=tmp_path)

    assert status == 2
    assert "is taken: choose another one with SANDBOX_PORT" in err
    assert "Traceback" not in err


async def test_the_doctor_is_content_with_a_healthy_bot(tmp_path: Path, telegram: tuple[Sandbox, str]) -> None:
    """Seven checks, seven ticks."""
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=telegram[1])
    migrated = await ends("migrate", env=env, folder=tmp_path)
    status, out, _err = await ends("doctor", env=env, folder=tmp_path)

    assert migrated[:2] == (0, "The database is up to date.\n")
    assert status == 0
    assert [line[0] for line in out.splitlines()] == ["✓"] * 7
    assert "✓ Updates: the bot asks Telegram for them" in out
    assert f"✓ Key: {tmp_path}/bot.db.key has the key of this database" in out
    assert "@sandbox_bot" in out


_HOOK = "https://a.example/x"


@pytest.mark.parametrize(
    ("there", "settings", "finding"),
    [
        (None, {}, "✓ Updates: the bot asks Telegram for them"),
        (Hook(_HOOK), {}, "! Updates: Telegram brings them to a.example now; the next start of `run` or `web` changes"),
        (
            None,
            {"WEBHOOK_URL": _HOOK},
            "! Updates: Telegram has no webhook now; the next start of `run` or `web` changes",
        ),
        (Hook(f"{_HOOK}/"), {"WEBHOOK_URL": _HOOK}, "✓ Updates: Telegram brings them to a.example\n"),
        (
            Hook(_HOOK, last_error="503", last_error_at=datetime(2026, 3, 2, 12, tzinfo=UTC)),
            {"WEBHOOK_URL": _HOOK},
            "a.example; what it last could not bring: “503 (2026-03-02 12:00:00 UTC)”",
        ),
    ],
    ids=["asks", "brought elsewhere", "brought nowhere", "brought here", "could not be brought"],
)
async def test_the_doctor_says_how_updates_come(
    tmp_path: Path, telegram: tuple[Sandbox, str], there: Hook | None, settings: dict[str, str], finding: str
) -> None:
    """A webhook that somebody else has set, or that fails, looks healthy otherwise. It may be on its way: status 0."""
    server, address = telegram
    await server.state.webhook.set(there)
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=address, WEBHOOK_SECRET="secret", **settings)
    status, out, _err = await ends("doctor", env=env, folder=tmp_path)

    assert 0 == status
    assert finding in out


async def test_the_doctor_warns_of_files_that_others_can_read(tmp_path: Path, telegram: tuple[Sandbox, str]) -> None:
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=telegram[1])
    await ends("migrate", env=env, folder=tmp_path)
    for name in (".env", "bot.db", "bot.db.key"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o640)
    status, out, _err = await ends("doctor", env=env, folder=tmp_path)

    assert status == 0
    assert [".env", f"{tmp_path}/bot.db.key", f"{tmp_path}/bot.db"] == [
        line.removeprefix("! ").partition(":")[0] for line in out.splitlines() if line.startswith("!")
    ]


async def test_the_doctor_foresees_a_crowd(tmp_path: Path, telegram: tuple[Sandbox, str]) -> None:
    """When twenty thousand people chose the same minute."""
    env = environment(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=telegram[1])
    await ends("migrate", env=env, folder=tmp_path)
    quiet = (await ends("doctor", env=env, folder=tmp_path))[1]
    now = system_clock()
    minute = (now + timedelta(hours=3)).replace(second=0, microsecond=0)
    engine = make_engine(env["DATABASE_URL"])
    async with make_sessions(engine).begin() as session:
        session.add(User(id=1, chat_id=1, language="en", created_at=now, seen_at=now))
        await session.flush()
        reminder = {
            "user_id": 1, "kind": "stretch", "rule": {}, "state": ReminderState.ON, "next_due_at": minute, "fired": 0,
            "created_at": now,
        }  # fmt: skip
        await session.execute(insert(Reminder), [reminder] * 20_000)
    await engine.dispose()
    crowded = (await ends("doctor", env=env, folder=tmp_path))[1]

    assert "✓ Nudges: nothing is due in the coming day" in quiet
    assert (
        f"✓ Nudges: {minute:%H:%M} UTC is the worst minute of the coming day, with 20,000 due; "
        "at 30 a second the last of them leaves 12 min later"
    ) in crowded


@pytest.mark.parametrize(
    ("settings", "finding"),
    [
        ({}, "✗ Settings: BOT_TOKEN is not set"),
        ({"BOT_TOKEN": OTHER_TOKEN}, "✗ Telegram: Telegram does not accept this BOT_TOKEN (401)"),
        ({"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:1"}, "✗ Telegram: http://127.0.0.1:1 does not"),
        ({"BOT_TOKEN": TOKEN, "DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "✗ Database: it cannot be reached"),
        ({"BOT_TOKEN": TOKEN, "SEND_RATE": "200"}, "✗ Settings: SEND_RATE is 200, but without ALLOW_PAID_BROADCAST=1"),
        ({"BOT_TOKEN": TOKEN}, "/bot.db yet; the first start makes it"),
        ({"BOT_TOKEN": TOKEN, "DATABASE_URL": "sqlite:///file/x.db"}, "✗ Database: it cannot be reached or used"),
        ({"BOT_TOKEN": TOKEN, "DATABASE_URL": "sqlite:///file"}, "file reached; it will be migrated at the next start"),
        ({"BOT_TOKEN": TOKEN}, "✓ Key: one is made at the first start, in "),
        ({"BOT_TOKEN": TOKEN, "DATA_KEY": "hello"}, "✗ Key: DATA_KEY cannot be used: a key is 32 bytes"),
    ],
)
async def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(
    tmp_path: Path, telegram: tuple[Sandbox, str], settings: dict[str, str], finding: str
) -> None:
    """One line a check; status 2 when something is wrong."""
    env = environment(tmp_path, **({"TELEGRAM_API_URL": telegram[1]} | settings))
    (tmp_path / "file").touch()
    status, out, err = await ends("doctor", env=env, folder=tmp_path)

    assert finding in out
    assert out.count("BOT_TOKEN is not set") <= 1
    assert err == ""
    assert (2 if "✗" in out else 0) == status
    assert not (tmp_path / "bot.db").exists()


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the list of those there are."""
    with pytest.raises(SystemExit) as stop:
        cli.main(["fly"])

    assert stop.value.code == 2
    assert "doctor" in capsys.readouterr().err
