"""How many messages may leave now, for the whole token.

Two lanes: a reply, for which someone waits, goes before bulk, for which nobody does. Within a lane the
chats take turns, so one person's many messages keep nobody else waiting. In any one-second window at most
`rate` messages leave (a sliding log, not a bucket: a bucket lets a burst through that Telegram answers
with 429). A 429 pauses every sender until Telegram's time is up.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from jobs.lane import Lane

_WINDOW = 1.0
# The server counts arrivals, we count departures: what is sent evenly can still arrive bunched.
_MARGIN = 0.02


class BudgetClosedError(Exception):
    """The program is stopping: nothing more leaves."""


class _Turns:
    """Permits that are waited for in one lane, by chat. The chat at the front is the next one."""

    def __init__(self) -> None:
        self._chats: dict[int, deque[asyncio.Future[None]]] = {}

    def __bool__(self) -> bool:
        return bool(self._chats)

    def add(self, chat_id: int, permit: asyncio.Future[None]) -> None:
        self._chats.setdefault(chat_id, deque()).append(permit)

    def take(self) -> asyncio.Future[None]:
        """The next permit; its chat goes to the back."""
        chat_id = next(iter(self._chats))
        permits = self._chats.pop(chat_id)
        permit = permits.popleft()
        if permits:
            self._chats[chat_id] = permits
        return permit


class Budget:
    """Permits in one process. `monotonic` in seconds; `sleep` as asyncio's."""

    def __init__(
        self,
        rate: int,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._sleep = sleep
        self._left: deque[float] = deque(maxlen=rate)
        self._paused_until = 0.0
        self._queues = tuple(_Turns() for _ in Lane)
        self._pump: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def rate(self) -> int:
        """Messages that may leave in a second."""
        return self._rate

    @property
    def closed(self) -> bool:
        """The program is stopping."""
        return self._closed

    async def acquire(self, lane: Lane, chat_id: int = 0) -> None:
        """Return when a message of this lane to this chat may leave.

        Raises BudgetClosedError when the program stops.
        """
        if self._closed:
            raise BudgetClosedError
        permit = asyncio.get_running_loop().create_future()
        self._queues[lane].add(chat_id, permit)
        if self._pump is None:
            self._pump = asyncio.create_task(self._hand_out())
        await permit

    def pause(self, seconds: float) -> None:
        """Nothing leaves for `seconds`: Telegram said so."""
        self._paused_until = max(self._paused_until, self._monotonic() + seconds)

    def close(self) -> None:
        """Whoever waits gets BudgetClosedError; so does whoever comes later."""
        self._closed = True
        for queue in self._queues:
            while queue:
                permit = queue.take()
                if not permit.done():
                    permit.set_exception(BudgetClosedError())
        if self._pump is not None:
            self._pump.cancel()

    async def _hand_out(self) -> None:
        try:
            while waiting := self._next_queue():
                if (wait := self._wait()) > 0:
                    await self._sleep(wait)
                    continue
                permit = waiting.take()
                if not permit.done():  # its caller was cancelled meanwhile
                    self._left.append(self._monotonic())
                    permit.set_result(None)
        finally:
            self._pump = None

    def _next_queue(self) -> _Turns | None:
        return next((queue for queue in self._queues if queue), None)

    def _wait(self) -> float:
        now = self._monotonic()
        full = len(self._left) == self._rate
        free_at = self._left[0] + _WINDOW + _MARGIN if full else 0.0
        return max(free_at, self._paused_until) - now
