"""Long polling: updates are fetched in batches and confirmed once they have been handled.

python-telegram-bot's own Updater confirms a batch when it has put it into a queue in memory, and loses it
in a crash. Here the next fetch confirms, after the work; a repeated update is recognised by its id.
"""

import asyncio
import logging
from collections.abc import Sequence

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.gateway import transport
from bot.gateway.lanes import ChatLanes
from bot.gateway.login import BadTokenError
from bot.gateway.transport import GatewayBot

log = logging.getLogger(__name__)

_WANTED = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER]
_PAUSES = (0.5, 1, 2, 5, 10, 20, 30)
# Another poller that is just stopping causes one conflict or two; a second bot never ends.
_CONFLICTS_AT_START = 3
_CONFLICTS_LATER = 20
# One chat that Telegram keeps waiting must not keep everybody's next messages waiting.
_SLOWEST = 5


class RivalryError(Exception):
    """Another program keeps polling with the same token."""


class Poller:
    """Fetches until it is stopped. `pauses`: seconds between failed fetches, the last one repeated."""

    def __init__(self, bot: GatewayBot, lanes: ChatLanes, *, pauses: tuple[float, ...] = _PAUSES) -> None:
        self._bot = bot
        self._lanes = lanes
        self._pauses = pauses
        self._offset: int | None = None
        self._failures = 0
        self._conflicts = 0
        self._most_conflicts = _CONFLICTS_AT_START

    async def run(self) -> None:
        """Poll until cancelled; raises RivalryError or BadTokenError when going on makes no sense."""
        while True:
            try:
                updates, confirming = await self._bot.fetch(
                    offset=self._offset, wait=transport.POLL_SECONDS, wanted=_WANTED
                )
            except InvalidToken as error:
                raise BadTokenError from error
            except TelegramError as error:
                await self._rest(error)
                continue
            self._failures = self._conflicts = 0
            self._most_conflicts = _CONFLICTS_LATER
            await self._work(updates)
            self._offset = confirming

    async def confirm(self) -> None:
        """Tell Telegram what has been handled, so that it is not sent again after a restart."""
        if self._offset is not None:
            try:
                await self._bot.fetch(offset=self._offset, wait=0, wanted=_WANTED)
            except TelegramError as error:
                log.info("last updates not confirmed: %s", type(error).__name__)

    async def _work(self, updates: Sequence[Update]) -> None:
        tasks = [await self._lanes.put(update) for update in updates]
        if tasks:
            await asyncio.wait(tasks, timeout=_SLOWEST)

    async def _rest(self, error: TelegramError) -> None:
        if isinstance(error, Conflict):
            self._conflicts += 1
            if self._conflicts >= self._most_conflicts:
                raise RivalryError from error
        pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
        if isinstance(error, RetryAfter):
            pause = transport.pause_of(error).total_seconds()
        self._failures += 1
        log.warning("updates not fetched (%s); again in %s s", type(error).__name__, pause)
        await asyncio.sleep(pause)
