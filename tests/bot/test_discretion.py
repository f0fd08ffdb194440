"""What people write and what is secret is in no log, at any level, whatever goes wrong; nor in the metrics."""

import asyncio
import io
import logging
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import logs
from bot.cli import main
from bot.dialogue.turn import Reply, Turn
from bot.dialogue.words import fill
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from bot.settings import Settings
from tests.bot.test_health import figures, watched
from tests.bot.test_webhook import HEADER, JSON, brought, hook
from tests.data_key import DATA_KEY
from tests.world import MONDAY_NOON, TOKEN, World, world_on

pytestmark = pytest.mark.conversation

WORDS = "my-own-words-0815"
SECRET = "webhook-secret-4711"


@pytest.fixture(params=["text", "json"])
def lines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, at DEBUG, as the program has it."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    settings = Settings(
        bot_token=SecretStr(TOKEN), data_key=SecretStr(f"{DATA_KEY},{'B' * 43}="), webhook_secret=SecretStr(SECRET)
    )
    logs.configure("DEBUG", request.param, secrets=settings.secrets)
    yield stream
    logging.basicConfig(force=True)


async def _handler_fails(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_turn: Turn, incoming: object) -> list[Reply]:
        raise ValueError(f"cannot digest {incoming} with {DATA_KEY}") from KeyError(f"{incoming} {TOKEN}")

    monkeypatch.setattr("bot.gateway.inbound.dispatch", fail)
    await person.says(WORDS)


async def _telegram_echoes(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """It refuses the answer, the edit and the plain text after it, each time with the text."""
    monkeypatch.setattr(Fault, "refusal", lambda _self: ApiError(400, f"Bad Request: can't parse entities: {WORDS}"))
    for method in ("sendMessage", "editMessageText", "answerCallbackQuery"):
        world.state.faults.add("server_error", times=3, method=method)
    await person.says(f"/why {WORDS}")
    await world.forges(person, "1:why:b6")


async def _html_is_broken(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unescaped(_turn: Turn, _incoming: object) -> list[Reply]:
        return [Reply(fill("<{word}>", word=WORDS))]

    monkeypatch.setattr("bot.gateway.inbound.dispatch", unescaped)
    await person.says(WORDS)


async def _table_is_gone(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async with world.app.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE reminders RENAME TO elsewhere")
    await person.says("/remind stretch 21:30")
    await person.says(f"/settings dislikes {WORDS}")
    await world.app.tick()


async def _nudge_fails(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise ValueError(WORDS)

    await person.says("/remind stretch in 10 minutes")
    monkeypatch.setattr("bot.gateway.outbound.Outbound._said", fail)
    monkeypatch.setattr("jobs.compose.compose", fail)
    await world.passes(minutes=15)


async def _task_fails(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks what became of it, so the loop complains."""

    async def fail() -> None:
        raise ValueError(WORDS)

    task = asyncio.ensure_future(fail())
    await asyncio.wait({task})
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "future": task, "exception": task.exception()}
    )


async def _data_are_ill_formed(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for broken in ({"message": {"text": WORDS}}, {"message": {"chat": WORDS, "from": {"first_name": WORDS}}}):
        await world.state.handled(world.state.raw_update(broken))


@pytest.mark.parametrize(
    "goes_wrong",
    [
        _handler_fails, _telegram_echoes, _html_is_broken, _table_is_gone, _nudge_fails, _task_fails,
        _data_are_ill_formed,
    ],
)  # fmt: skip
async def test_no_log_repeats_what_somebody_wrote(
    database: str,
    lines: io.StringIO,
    goes_wrong: Callable[[World, Person, pytest.MonkeyPatch], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Something is logged each time, and neither words, names, tokens nor keys are in it."""
    async with world_on(database) as world:
        person = await world.settled(WORDS)
        before = len(lines.getvalue())
        await goes_wrong(world, person, monkeypatch)
        monkeypatch.undo()
    written = lines.getvalue()

    assert len(written) > before
    assert [] == [secret for secret in (WORDS, TOKEN, TOKEN.partition(":")[2], DATA_KEY) if secret in written]


async def test_the_secret_of_the_webhook_is_in_no_log(database: str, lines: io.StringIO) -> None:
    """Neither the right one nor what somebody tries instead."""
    settings = hook() | {"webhook_secret": SecretStr(SECRET)}
    async with world_on(database, MONDAY_NOON, **settings) as world:
        await world.settled("Alice")
        refused, _headers = await brought(world.state, {}, headers={HEADER: WORDS, **JSON})
        broken, _headers = await brought(world.state, b"{" + WORDS.encode(), headers={HEADER: SECRET, **JSON})
        logging.getLogger("bot.any").error("set to %s", SECRET)
    written = lines.getvalue()

    assert (403, 400) == (refused, broken)
    assert "refused" in written
    assert "set to <secret>" in written
    assert [] == [secret for secret in (SECRET, WORDS) if secret in written]


async def test_no_library_logs_below_a_warning(lines: io.StringIO) -> None:
    """At DEBUG some write out each call's address or a statement's parameters."""
    for library in ("httpx", "telegram.Bot", "aiosqlite", "sqlalchemy.engine", "psycopg", "aiohttp.client", "whatever"):
        logging.getLogger(library).info(WORDS)
        logging.getLogger(library).debug(WORDS)

    assert WORDS not in lines.getvalue()


async def test_metrics_name_nobody_and_repeat_nothing(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """After a fault whose error says it all."""
    async with watched(database) as (world, http):
        person = await world.settled(WORDS)
        await _handler_fails(world, person, monkeypatch)
        async with http.get("/metrics") as answer:
            text = await answer.text()
        seen = await figures(http)

    assert 1 == seen["errors_total ValueError"]
    assert [] == [secret for secret in (WORDS, str(person.id), TOKEN) if secret in text]


def test_no_secret_is_an_argument(capsys: pytest.CaptureFixture[str]) -> None:
    """Everybody on the machine can read those: no command takes one."""
    with pytest.raises(SystemExit):
        main(["run", "--token", TOKEN])

    assert "unrecognized arguments" in capsys.readouterr().err


def test_an_end_by_a_fault_is_told_without_the_faults_words(tmp_path: Path) -> None:
    """A traceback of Python's own would repeat them."""
    program = "import bot.cli, bot.upgrade\ndef fail(settings): raise ValueError('my own ' + 'words')\n"
    program += "bot.upgrade.migrate = fail\nraise SystemExit(bot.cli.main(['migrate']))"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert 1 == ended.returncode
    assert "ended by a fault" in ended.stderr
    assert "ValueError" in ended.stderr
    assert "my own words" not in ended.stderr
