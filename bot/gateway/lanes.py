"""Updates of one chat one after the other, of different chats at the same time, with a bound."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram import Update

# Updates being handled at once, all chats together.
_AT_ONCE = 64
# Updates in memory, most of them waiting for an earlier one of their chat; more wait with Telegram.
_IN_HAND = 1000


class ChatLanes:
    """Runs `handle` for every update it is given."""

    def __init__(self, handle: Callable[[Update], Awaitable[None]]) -> None:
        self._handle = handle
        self._memory = asyncio.Semaphore(_IN_HAND)
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._last: dict[int, asyncio.Task[None]] = {}
        self._aside: set[asyncio.Task[None]] = set()

    @property
    def full(self) -> bool:
        """Whether the next update would have to wait for room in memory."""
        return self._memory.locked()

    def is_busy(self, chat_id: int) -> bool:
        """Whether an update of this chat is still under way."""
        return chat_id in self._last

    async def put(self, update: Update) -> asyncio.Task[None]:
        """Begin to handle an update as soon as there is room; the task ends when it has been handled."""
        await self._memory.acquire()
        lane = _lane(update)
        task = asyncio.create_task(self._run(update, self._last.get(lane)))
        self._last[lane] = task
        task.add_done_callback(lambda done: self._leave(lane, done))
        return task

    def aside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do what waits for nothing, and takes no room."""
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)
        return task

    async def drain(self) -> None:
        """Return when everything that was put has been handled."""
        while under_way := [*self._last.values(), *self._aside]:
            await asyncio.wait(under_way)

    async def _run(self, update: Update, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with self._room:  # only now: a chat that hangs holds one place, however much it writes
            await self._handle(update)

    def _leave(self, lane: int, task: asyncio.Task[None]) -> None:
        self._memory.release()
        if self._last.get(lane) is task:
            del self._last[lane]


def _lane(update: Update) -> int:
    whose = update.effective_chat or update.effective_user  # an inline query has no chat
    return whose.id if whose else 0
