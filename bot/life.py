"""The life of a bot: it works until it is stopped, and then ends in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Protocol

from bot.clock import Clock
from bot.errors import StartError
from bot.gateway.login import BadTokenError
from bot.gateway.polling import RivalryError
from bot.gateway.transport import GatewayBot
from bot.gateway.webhook import RefusedError
from bot.opening import BAD_TOKEN
from bot.ticks import Ticks
from bot.vitals import Vitals
from db.engine import Engine, Sessions
from jobs.budget import Budget

log = logging.getLogger(__name__)

# Together under the 9 seconds after which `bot.stopping` leaves.
_FINISH_REPLIES = 4
_FINISH_NUDGES = 3
_LAST_CALL = 1

_RIVAL = (
    "Another program is already polling with this BOT_TOKEN (409): stop it, or remove its webhook, and start again."
)


class Intake(Protocol):
    """How updates come in: asked for, or brought."""

    async def open(self) -> None:
        """From now on it can be found. Raises StartError."""

    async def run(self) -> None:
        """Take updates until cancelled."""

    async def finish(self) -> None:
        """Return when all that was taken has been handled."""

    async def close(self) -> None:
        """The last word."""


class App:
    """The bot of one process. `background`: what else goes on, and never ends by itself."""

    def __init__(
        self,
        *,
        bot: GatewayBot,
        engine: Engine,
        sessions: Sessions,
        clock: Clock,
        vitals: Vitals,
        budget: Budget,
        ticks: Ticks | None,
        intake: Intake | None,
        background: Sequence[Callable[[], Coroutine[Any, Any, None]]],
    ) -> None:
        self.bot = bot
        self.engine = engine
        self.sessions = sessions
        self.clock = clock
        self._vitals = vitals
        self._budget = budget
        self._ticks = ticks
        self._intake = intake
        self._background = background

    @property
    def ticks(self) -> Ticks:
        """Raises LookupError in a role that has none."""
        if self._ticks is None:
            raise LookupError("this role does not tick")
        return self._ticks

    async def tick(self) -> None:
        """Plan, deliver and guide now, without waiting for the second to end."""
        await self.ticks.tick()

    async def tidy(self) -> None:
        """Keep house now."""
        await self.ticks.tidy()

    async def open(self) -> None:
        """Whoever brings updates finds the bot from now on. Raises StartError."""
        if self._intake is not None:
            await self._intake.open()

    async def close(self) -> None:
        """The last word to whoever brings updates."""
        if self._intake is not None:
            await _within(_LAST_CALL, self._intake.close(), "last words")

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is in flight. Raises StartError when Telegram refuses."""
        parts = [*self._background, *([self._intake.run] if self._intake is not None else [])]
        work = [asyncio.create_task(part()) for part in parts]
        stopping = asyncio.create_task(stop.wait())
        if self._ticks is not None:
            self._ticks.start()
        try:
            done, _rest = await asyncio.wait({*work, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for part in done - {stopping}:
                _explain(part.exception())
        finally:
            self._vitals.stopping = True
            for task in (*work, stopping):
                task.cancel()
            await asyncio.wait({*work, stopping})
            await self._finish()

    async def _finish(self) -> None:
        """No new work; what is in flight is finished and recorded, within the time there is."""
        if self._intake is not None:
            await _within(_FINISH_REPLIES, self._intake.finish(), "replies")
        self._budget.close()
        if self._ticks is not None:
            await _within(_FINISH_NUDGES, self._ticks.idle(), "nudges")
            self._ticks.stop()


def _explain(error: BaseException | None) -> None:
    """A part that ended is a fault; some kinds of it the operator can mend."""
    if isinstance(error, RivalryError):
        raise StartError(_RIVAL) from error
    if isinstance(error, BadTokenError):
        raise StartError(BAD_TOKEN) from error
    if isinstance(error, RefusedError):
        raise StartError(f"Telegram does not accept WEBHOOK_URL: {error}.") from error
    if error is not None:
        raise error


async def _within(seconds: float, work: Awaitable[None], what: str) -> None:
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        log.warning("stopped before all %s were finished", what)
