"""What comes in is let in, or left out when its chat says too much: before it is read, so that a flood costs little."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot.gateway.lanes import ChatLanes
from bot.gateway.limits import Limits, Verdict
from bot.gateway.tally import Result, Tally

# Whoever is left out can still block the bot, and unblock it.
_ALWAYS = "my_chat_member"


class Admission:
    """`read` makes an update of what Telegram sent, or None; `tell` says to its sender that it was too much."""

    def __init__(
        self,
        lanes: ChatLanes,
        *,
        read: Callable[[dict[str, Any]], Update | None],
        tell: Callable[[Update], Coroutine[Any, Any, None]],
        limits: Limits,
        tally: Tally,
    ) -> None:
        self._lanes = lanes
        self._read = read
        self._tell = tell
        self._limits = limits
        self._tally = tally

    @property
    def full(self) -> bool:
        """Whether the next update would have to wait for room in memory."""
        return self._lanes.full

    def is_busy(self, raw: dict[str, Any]) -> bool:
        """Whether an earlier update of its chat is still under way."""
        return self._lanes.is_busy(whose(raw))

    async def admit(self, raw: dict[str, Any]) -> asyncio.Task[None] | None:
        """Begin to handle it; the task ends when it has been handled. None: there is nothing to be done."""
        chat_id = whose(raw)
        is_limited = chat_id and _ALWAYS not in raw
        verdict = self._limits.take(chat_id) if is_limited else Verdict.PASSES
        if verdict is Verdict.DROP:
            self._tally.updated(Result.LEFT_OUT, seconds=None)
            return None
        update = self._read(raw)
        if update is None:  # it costs only itself, and would be no better the next time
            self._tally.updated(Result.UNREADABLE, seconds=None)
            return None
        if verdict is Verdict.PASSES:
            return await self._lanes.put(update)
        self._tally.updated(Result.LEFT_OUT, seconds=None)
        return self._lanes.aside(self._tell(update))

    async def drain(self) -> None:
        """Return when everything that was admitted has been handled."""
        await self._lanes.drain()


def whose(raw: dict[str, Any]) -> int:
    """The chat that an update is from, or the person; 0 where it does not say."""
    for part in raw.values():
        if isinstance(part, dict):
            message = part.get("message")
            for place in (part.get("chat"), message.get("chat") if isinstance(message, dict) else None,
                          part.get("from"), part.get("user")):  # fmt: skip
                if isinstance(place, dict) and isinstance(place.get("id"), int):
                    return int(place["id"])
    return 0
