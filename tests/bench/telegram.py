"""The Bot API server in a process of its own, and what a benchmark asks of it: people, trouble, arrivals."""

import asyncio
import gc
import time
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from http import HTTPStatus
from itertools import chain, count
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Self, cast

from bot.clock import system_clock
from bot.sandbox.errors import Json
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.state import as_chat_id
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.webhook import WebhookDelivery
from tests.bench.processes import Child, pipe

TOKEN = "1234567890:BENCH-token-that-opens-nothing-at-all"
_ANSWER_SECONDS = 60


class Arrival(NamedTuple):
    """One message at the server. `at` is in seconds of the machine's monotonic clock; `accepted` is False for a 429."""

    at: float
    chat_id: int
    accepted: bool


class _NotedQueue(UpdateQueue):
    """Remembers when each update was handed out first."""

    def __init__(self, of: UpdateQueue, first_id: int) -> None:
        super().__init__(of._changed, first_id)
        self.handed_out: dict[int, float] = {}

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109 - Telegram's parameter
        batch = await super().poll(offset, limit, timeout)
        for update in batch:
            self.handed_out.setdefault(update["update_id"], time.monotonic())
        return batch

    async def after(self, update_id: int) -> Json:
        update = await super().after(update_id)
        self.handed_out.setdefault(update["update_id"], time.monotonic())
        return update


class _Desk:
    """What the runner can ask, inside the server's process. Every method's name is an order."""

    def __init__(self, server: Sandbox) -> None:
        # With all the calls that it remembers, a search of Python's garbage collector through everything stops the
        # server for so long that a burst shows it: that is done in `forget` only.
        gc.set_threshold(50_000, 20, 1_000_000)
        self._server = server
        self._state = state = server.state
        self._queue = _NotedQueue(state.updates, first_id=int(time.time() * 1000))
        state.updates = self._queue
        state.webhook = WebhookDelivery(self._queue, state.clock, lambda: None)
        state.calls = deque()  # all of them, for as long as it takes
        self._asked: dict[int, int] = {}
        self._asked_at: dict[int, float] = {}
        self._flood: asyncio.Task[None] | None = None

    def crowd(self, *chats: Iterable[int]) -> None:
        """People who have all written before."""
        self._state.crowd(chain.from_iterable(chats))

    def arrivals(self, method: str = "sendMessage") -> Sequence[Arrival]:
        return [
            Arrival(call.at, as_chat_id(call.params.get("chat_id")) or 0, call.outcome == HTTPStatus.OK)
            for call in self._state.calls
            if call.method == method
        ]

    def count(self) -> int:
        """How many messages were accepted."""
        return sum(call.method == "sendMessage" and call.outcome == HTTPStatus.OK for call in self._state.calls)

    def worked(self) -> float:
        """Seconds of CPU that the server has used so far."""
        return time.process_time()

    def greeted(self) -> int:
        """How many processes of the bot have logged in."""
        return len(self._state.calls_of("getMe"))

    def forget(self) -> None:
        """The calls, scripted trouble, and who asked something."""
        self._state.calls.clear()
        self._state.faults.clear()
        self._asked.clear()
        self._asked_at.clear()
        gc.collect()
        gc.freeze()

    def limit(self, per_second: int) -> None:
        """More messages than that in any one second are answered with 429."""
        self._state.faults.limit_rate(per_second)

    def refuse_next(self, retry_after: int) -> None:
        """The next message is answered with 429."""
        self._state.faults.add("too_many_requests", method="sendMessage", retry_after=retry_after)

    def ask(self, chat_id: int, text: str) -> None:
        """This person writes `text`."""
        self._asked_at[chat_id] = time.monotonic()
        self._asked[chat_id] = self._state.people[chat_id].write(text)

    def flood(self, chat_id: int, text: str, per_second: int) -> None:
        """This person writes so often, until `calm`."""
        self._flood = asyncio.create_task(_write(self._state.people[chat_id], text, per_second))

    def calm(self) -> None:
        """Nobody floods any more, and what has not been taken of it is gone."""
        if self._flood is not None:
            self._flood.cancel()
        self._queue.confirm(list(self._queue.pending))

    def answered(self) -> Sequence[float]:
        """Seconds from each question's handing out to the first message to whoever asked it."""
        replies = {arrival.chat_id: arrival.at for arrival in reversed(self.arrivals()) if arrival.accepted}
        return [
            replies[chat_id] - self._queue.handed_out[update_id]
            for chat_id, update_id in self._asked.items()
            if chat_id in replies and update_id in self._queue.handed_out
        ]

    def waited(self) -> Sequence[float]:
        """Seconds from each question's writing to the first message to whoever asked it."""
        replies = {arrival.chat_id: arrival.at for arrival in reversed(self.arrivals()) if arrival.accepted}
        return [replies[chat_id] - at for chat_id, at in self._asked_at.items() if chat_id in replies]


async def _write(person: Person, text: str, per_second: int) -> None:
    """In step with the clock, however late the loop is."""
    began = time.monotonic()
    for number in count():
        await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
        person.write(text)


class Telegram:
    """The server as the runner sees it: each order of `_Desk` is a method call away."""

    def __init__(self, *, on: set[int]) -> None:
        self._orders, theirs = pipe()
        self._child = Child(serve, theirs, on=on)
        theirs.close()
        self.url = str(self._answer())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._orders.close()
        self._child.end()

    def __call__(self, order: str, *arguments: Any) -> Any:
        self._orders.send((order, arguments))
        return self._answer()

    def arrivals(self) -> Sequence[Arrival]:
        """All messages since `forget`, oldest first."""
        return cast("Sequence[Arrival]", self("arrivals"))

    def _answer(self) -> Any:
        if not self._orders.poll(_ANSWER_SECONDS):
            raise TimeoutError("the server does not answer")
        return self._orders.recv()


async def serve(orders: Connection) -> None:
    """The server's whole life: until the runner hangs up."""
    server = Sandbox(token=TOKEN, clock=system_clock)
    desk = _Desk(server)
    orders.send(await server.start())
    with suppress(EOFError):
        while True:
            order, arguments = await asyncio.to_thread(orders.recv)
            orders.send(getattr(desk, order)(*arguments))
    await server.stop()
