"""The command line. What cannot work ends with one sentence and status 2."""

import argparse
import asyncio
import logging
import os
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop
from pydantic import SecretStr

from bot import backup, doctor, garbage, key_commands, logs
from bot.app import running
from bot.clock import MovableClock
from bot.opening import StartError, open_database
from bot.roles import Role
from bot.sandbox.server import Sandbox
from bot.sandbox_clock import SandboxControl
from bot.settings import Settings, SettingsError
from bot.stopping import StoppedError, stop_on_signals
from db import users
from db.crypto import new_key
from db.engine import make_sessions
from db.models import User

log = logging.getLogger(__name__)

_SANDBOX_TOKEN = "1000000001:SANDBOX-token-that-opens-nothing-else"  # noqa: S105 - the sandbox's own, no secret


async def run(settings: Settings) -> int:
    """The whole bot in one process."""
    return await _serve(settings, Role.RUN)


async def worker(settings: Settings) -> int:
    """Its nudges: one of several processes."""
    return await _serve(settings, Role.WORKER)


async def web(settings: Settings) -> int:
    """Its answers: one of several processes."""
    return await _serve(settings, Role.WEB)


async def _serve(settings: Settings, role: Role) -> int:
    name = str(uuid.uuid4())
    logs.configure(settings.log_level, settings.log_format, secrets=settings.secrets, role=role, worker=name)
    stop = stop_on_signals()
    async with running(settings, role=role, worker=name, stop=stop) as app:
        print(f"@{app.bot.username} is running. Stop it with Ctrl+C.", flush=True)
        garbage.settle()
        await app.run(stop)
    return 0


async def sandbox(settings: Settings) -> int:
    """The bot with a Telegram of its own and a chat page, on this machine only.

    Without DATABASE_URL it begins anew each time: its clock can be moved, which no real database should see.
    With it the people of the database are there again, and the clock is not behind what they have seen.
    """
    clock = MovableClock()
    met = await _met_before(settings) if settings.database_url else ()
    for user in met:
        clock.move_to(user.seen_at)
    server = Sandbox(token=_SANDBOX_TOKEN, clock=clock)
    server.state.returning({user.chat_id: user.language for user in met})
    stop = stop_on_signals()
    try:
        url = await server.start(settings.sandbox_port)
    except OSError:
        raise StartError(
            f"Port {settings.sandbox_port} is taken: choose another one with SANDBOX_PORT=8090, or 0 for any."
        ) from None
    with TemporaryDirectory(prefix="cramp-coach-") as folder:
        values = {
            "bot_token": SecretStr(_SANDBOX_TOKEN),
            "telegram_api_url": url,
            "database_url": settings.database_url or f"sqlite:///{Path(folder) / 'sandbox.db'}",
            "data_key": settings.data_key or (None if settings.database_url else SecretStr(new_key())),
            "webhook_url": None,
            "health_listen": None,
        }
        try:
            async with running(settings.model_copy(update=values), clock, monotonic=clock.monotonic, stop=stop) as app:
                server.state.control = SandboxControl(app, clock)
                print(f"Open {url} in your browser to chat with the bot. Stop it with Ctrl+C.", flush=True)
                await app.run(stop)
        finally:
            await server.stop()
    return 0


async def _met_before(settings: Settings) -> Sequence[User]:
    """The people of the database."""
    engine = await open_database(settings)
    async with make_sessions(engine).begin() as session:
        met = await users.everybody(session)
    await engine.dispose()
    return met


async def migrate(settings: Settings) -> int:
    """Bring the database to this version's schema."""
    engine = await open_database(settings)
    await engine.dispose()
    print("The database is up to date.")
    return 0


COMMANDS: Mapping[str, tuple[Callable[..., Awaitable[int]], str]] = {
    "run": (run, "the whole bot in one process, against Telegram (needs BOT_TOKEN)"),
    "worker": (worker, "its nudges only: one of several processes on one PostgreSQL"),
    "web": (web, "its answers only, by webhook: one of several processes on one PostgreSQL"),
    "sandbox": (sandbox, "try the bot in the browser, without a token"),
    "migrate": (migrate, "bring the database to this version's schema"),
    "new-key": (key_commands.make, "print a key for DATA_KEY"),
    "rotate-key": (key_commands.rotate, "encrypt everything with the first key of DATA_KEY, while the bot runs"),
    "backup": (backup.back_up, "copy the SQLite database to FILE, while the bot runs"),
    "doctor": (doctor.examine, "check settings, database, Telegram and time zones"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status. Without one: run if there is a token, else sandbox."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Cramp Coach, a Telegram bot.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, (_work, text) in COMMANDS.items():
        commands.add_parser(name, help=text, description=text)
    commands.choices["backup"].add_argument("file", type=Path, metavar="FILE", help="a file that does not exist yet")
    given = vars(parser.parse_args(arguments))
    command = given.pop("command")
    try:
        settings = Settings.load()
        logs.configure(settings.log_level, settings.log_format, secrets=settings.secrets)
        for name, meant in Settings.misspelt():
            log.warning("%s is set, but there is no such setting. Did you mean %s?", name, meant)
        command = command or ("run" if settings.bot_token else "sandbox")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_awaited(COMMANDS[command][0](settings, **given)))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except StartError as error:
        print(error, file=sys.stderr)
        return error.status
    except StoppedError:
        return 0
    except BrokenPipeError:  # whoever read what is printed has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python would say so when it ends
        return 1
    except Exception:  # Python's own traceback would repeat what the error says, which may be anybody's words
        log.critical("ended by a fault of its own", exc_info=True)
        return 1


async def _awaited(work: Awaitable[int]) -> int:
    status = await work
    sys.stdout.flush()  # while it can still be caught that nobody reads it
    return status
