"""Who may send the next message of the token, and when.

Two lanes: a reply, for which someone waits, goes before bulk, for which nobody does. Within a lane the
chats take turns, so one person's many messages keep nobody else waiting. How fast messages leave is the pace's to
say. A 429 pauses every sender until Telegram's time is up.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from jobs.chat_pace import ChatPace
from jobs.courtesy import Courtesy
from jobs.lane import Lane
from jobs.pace import OwnPace, Pace
from jobs.watch import Unwatched, Watch
from jobs.window import Flight

# A shorter wait for bulk is not worth being interrupted by a reply.
_SHORT = 0.005
# Seconds that no clock tells from none.
_AN_INSTANT = 1e-6
_REPLIES_IN_A_ROW = 9


class BudgetClosedError(Exception):
    """The program is stopping: nothing more leaves."""


class _Turns:
    """Permits that are waited for in one lane, by chat. The chat at the front is the next one."""

    def __init__(self) -> None:
        self._chats: dict[int, deque[asyncio.Future[Flight]]] = {}

    def __bool__(self) -> bool:
        return bool(self._chats)

    def add(self, chat_id: int, permit: asyncio.Future[Flight]) -> None:
        self._chats.setdefault(chat_id, deque()).append(permit)

    def take(self) -> asyncio.Future[Flight]:
        """The next permit; its chat goes to the back."""
        chat_id = next(iter(self._chats))
        permits = self._chats.pop(chat_id)
        permit = permits.popleft()
        if permits:
            self._chats[chat_id] = permits
        return permit


class Budget:
    """Permits of one process. `monotonic` in seconds; `sleep` as asyncio's. Without a `pace` nobody else sends."""

    def __init__(
        self,
        rate: int,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pace: Pace | None = None,
        watch: Watch | None = None,
        courtesy: Courtesy | None = None,
    ) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._sleep = sleep
        self._pace = pace or OwnPace(rate, monotonic)
        self._watch = watch or Unwatched()
        self._courtesy = courtesy or Courtesy()
        self._chats = ChatPace()
        self._queues = {lane: _Turns() for lane in Lane}
        self._pump: asyncio.Task[None] | None = None
        self._replies = 0
        """Permits that replies got in a row while bulk waited."""
        self._nap: asyncio.Future[None] | None = None
        self._closed = False

    @property
    def rate(self) -> int:
        """Messages that may leave in a second."""
        return self._rate

    @property
    def closed(self) -> bool:
        """The program is stopping."""
        return self._closed

    async def acquire(self, lane: Lane, chat_id: int = 0, *, message: bool = False) -> Flight:
        """Return when a call of this lane for this chat may leave: do it within `with`.

        `message`: it is a new message, of which a chat gets about one a second; not an edit or the answer to a tap.
        Raises BudgetClosedError when the program stops.
        """
        began = self._monotonic()
        while message and not self._closed and (wait := self._chats.wait(lane, chat_id, self._monotonic())) > 0:
            await self._sleep(wait)
        if self._closed:
            raise BudgetClosedError
        asked = self._monotonic()
        permit: asyncio.Future[Flight] = asyncio.get_running_loop().create_future()
        self._queues[lane].add(chat_id, permit)
        if self._pump is None:
            self._pump = asyncio.create_task(self._hand_out())
        elif lane is Lane.REPLY and self._nap is not None:
            self._nap.cancel()  # it may leave before the bulk message that is being waited for
        flight = await permit
        now = self._monotonic()
        flight.waited = now - asked
        if message:
            self._chats.take(chat_id, now)
        self._watch.permitted(lane, waited=now - began)
        return flight

    async def pause(self, seconds: float) -> None:
        """Nothing leaves for `seconds`: Telegram said so."""
        self._watch.halted(seconds)
        await self._pace.pause(seconds)

    def close(self) -> None:
        """Whoever waits gets BudgetClosedError; so does whoever comes later."""
        self._closed = True
        for queue in self._queues.values():
            while queue:
                permit = queue.take()
                if not permit.done():
                    permit.set_exception(BudgetClosedError())
        if self._pump is not None:
            self._pump.cancel()

    async def _hand_out(self) -> None:
        try:
            while self._front() is not None:
                await self._give_way()
                if (lane := self._front()) is None:
                    continue
                if (wait := await self._pace.wait(lane)) > _AN_INSTANT:
                    if self._front() is lane:  # else a reply has come meanwhile, which may leave before
                        await self._rest(wait, lane)
                    continue
                if (front := self._front()) is None:
                    continue
                permit = self._queues[front].take()
                if not permit.done():  # else its caller was cancelled meanwhile
                    flight = self._pace.take(front)
                    self._replies = self._replies + 1 if front is Lane.REPLY and self._queues[Lane.BULK] else 0
                    permit.set_result(flight)
        finally:
            self._pump = None

    async def _give_way(self) -> None:
        """Bulk does, to whoever waits for an answer, until it is ready to leave."""
        if self._front() is Lane.BULK and await self._courtesy.asked() and self._front() is Lane.BULK:
            await self._nap_for(self._courtesy.quiet())

    async def _rest(self, seconds: float, lane: Lane) -> None:
        """Sleep; a reply that comes meanwhile ends it where bulk is waited for."""
        if lane is Lane.REPLY or seconds < _SHORT:
            await self._sleep(seconds)
        else:
            await self._nap_for(self._sleep(seconds))

    async def _nap_for(self, rest: Awaitable[None]) -> None:
        """Rest; a reply that comes ends it."""
        self._nap = asyncio.ensure_future(rest)
        try:
            await asyncio.wait({self._nap})
        finally:
            self._nap.cancel()
            self._nap = None

    def _front(self) -> Lane | None:
        """The lane whose turn it is: replies go first, but a stream of them without end leaves some to bulk."""
        if self._queues[Lane.BULK] and self._replies >= _REPLIES_IN_A_ROW:
            return Lane.BULK
        return next((lane for lane, queue in self._queues.items() if queue), None)
