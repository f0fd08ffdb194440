"""python -m bot run, worker, web, sandbox: the bot, until it is stopped."""

import uuid
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot import garbage, logs
from bot.app import running
from bot.clock import MovableClock
from bot.errors import StartError
from bot.opening import open_database
from bot.roles import Role
from bot.sandbox.server import Sandbox
from bot.sandbox_clock import SandboxControl
from bot.settings import Settings
from bot.stopping import stop_on_signals
from db import users
from db.crypto import new_key
from db.engine import make_sessions
from db.models import User

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
