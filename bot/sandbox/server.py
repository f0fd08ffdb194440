"""The sandbox's server: one web application on the loopback interface."""

import time
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.sandbox.api.params import MAX_BODY_BYTES
from bot.sandbox.bot_api import BotApi
from bot.sandbox.control import ClockControl
from bot.sandbox.guard import add_headers, loopback_only
from bot.sandbox.page_api import PageApi
from bot.sandbox.state import SandboxState

HOST = "127.0.0.1"
_CLOSING_SECONDS = 2.0


class Sandbox:
    """A Bot API server for one bot, with a chat page at its root.

    `token` is any token of Telegram's form; the digits before its colon become the bot's id.
    `clock` gives aware UTC datetimes and dates every message.
    """

    def __init__(
        self,
        *,
        token: str,
        clock: Callable[[], datetime],
        control: ClockControl | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        bot_id, colon, _ = token.partition(":")
        if not colon or not bot_id.isdecimal():
            raise ValueError("a bot token looks like 123456789:letters-and-digits")
        self.state = SandboxState(bot_id=int(bot_id), clock=clock, monotonic=monotonic)
        self.state.control = control
        self._token = token
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        """Listen on 127.0.0.1 and return the base URL. Raises OSError when the port is taken."""
        app = web.Application(middlewares=[loopback_only], client_max_size=MAX_BODY_BYTES)
        app.on_response_prepare.append(add_headers)
        app.add_routes(BotApi(self.state, self._token).routes())
        app.add_routes(PageApi(self.state).routes())
        self.state.feed.open()
        self.state.updates.open()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSING_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        return f"http://{HOST}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening; long polls, hanging calls and page streams end at once."""
        self.state.faults.clear()
        self.state.updates.close()
        self.state.feed.close()
        await self.state.webhook.set(None)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        # aiohttp remembers handlers of the last thousand applications; through this one the whole bot would stay.
        self.state.control = None
