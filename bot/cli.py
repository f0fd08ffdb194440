"""The command line: run, sandbox, migrate, doctor. What cannot work ends with one sentence and status 2."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot import doctor, logs
from bot.app import SandboxControl, StartError, open_database, running
from bot.clock import MovableClock
from bot.sandbox.server import Sandbox
from bot.settings import Settings, SettingsError

_SANDBOX_TOKEN = "1000000001:SANDBOX-token-that-opens-nothing-else"  # noqa: S105 - the sandbox's own, no secret


async def run(settings: Settings) -> int:
    """Everything in one process, against Telegram."""
    async with running(settings) as app:
        print(f"@{app.bot.username} is running. Stop it with Ctrl+C.", flush=True)
        await app.run(_stop_on_signals())
    return 0


async def sandbox(settings: Settings) -> int:
    """The bot with a Telegram of its own and a chat page, on this machine only.

    Without DATABASE_URL it begins anew each time: its clock can be moved, which no real database should see.
    """
    clock = MovableClock()
    server = Sandbox(token=_SANDBOX_TOKEN, clock=clock)
    stop = _stop_on_signals()
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
        }
        try:
            async with running(settings.model_copy(update=values), clock) as app:
                server.state.control = SandboxControl(app, clock)
                print(f"Open {url} in your browser to chat with the bot. Stop it with Ctrl+C.", flush=True)
                await app.run(stop)
        finally:
            await server.stop()
    return 0


async def migrate(settings: Settings) -> int:
    """Bring the database to this version's schema."""
    engine = await open_database(settings)
    await engine.dispose()
    print("The database is up to date.")
    return 0


_COMMANDS: Mapping[str, tuple[Callable[[Settings], Awaitable[int]], str]] = {
    "run": (run, "the bot, against Telegram (needs BOT_TOKEN)"),
    "sandbox": (sandbox, "try the bot in the browser, without a token"),
    "migrate": (migrate, "bring the database to this version's schema"),
    "doctor": (doctor.examine, "check settings, database, Telegram and time zones"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status. Without one: run if there is a token, else sandbox."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Cramp Coach, a Telegram bot.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, (_work, text) in _COMMANDS.items():
        commands.add_parser(name, help=text, description=text)
    command = parser.parse_args(arguments).command
    try:
        settings = Settings.load()
        logs.configure(settings.log_level, settings.log_format)
        command = command or ("run" if settings.bot_token else "sandbox")
        return asyncio.run(_awaited(_COMMANDS[command][0](settings)))
    except (SettingsError, StartError) as error:
        print(error, file=sys.stderr)
        return 2


async def _awaited(work: Awaitable[int]) -> int:
    return await work


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
