"""What arrived at the Bot API server: every message, in its order, with the delivery that its buttons name."""

import asyncio
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

from bot.sandbox.chats import Message
from bot.sandbox.keyboards import inline_buttons
from bot.sandbox.state import SandboxState

# A request on the loopback interface is read long before this.
_QUIET_SECONDS = 0.03


class Arrival(NamedTuple):
    """One message with buttons of a nudge. `at` is monotonic seconds."""

    delivery_id: int
    chat_id: int
    at: float
    text: str


class Arrivals:
    """Keeps what the server takes in, from `watch` on. It counts effects: whether the bot heard of them or not."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._feed = state.feed.watch()
        self._task = asyncio.create_task(self._watch())
        self.nudges: list[Arrival] = []
        self._messages = 0
        self._came = asyncio.Event()

    async def _watch(self) -> None:
        while (event := await self._feed.get()) is not None:
            if event["type"] == "message" and event["message"].from_bot:
                self._messages += 1
                number = delivery_of(event["message"])
                if number is not None:
                    wire = event["message"].wire
                    self.nudges.append(Arrival(number, event["chat_id"], monotonic(), wire.get("text", "")))
                    self._came.set()
                    self._came = asyncio.Event()

    async def close(self) -> None:
        self._state.feed.unwatch(self._feed)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def settled(self) -> None:
        """Return when what was on its way from a frozen bot has come in."""
        seen = -1
        while seen != len(self.nudges):
            seen = len(self.nudges)
            await asyncio.sleep(_QUIET_SECONDS)

    async def more_than(self, count: int, *, patience: float) -> None:
        """Return when more than `count` nudges have come in, or after `patience` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while len(self.nudges) <= count:
                    await self._came.wait()

    def since(self, index: int) -> set[int]:
        """The deliveries that came in from the `index`th message on."""
        return {arrival.delivery_id for arrival in self.nudges[index:]}

    def times(self, among: Collection[int]) -> Counter[int]:
        """How often each of these deliveries came in."""
        wanted = set(among)
        return Counter(one.delivery_id for one in self.nudges if one.delivery_id in wanted)

    @property
    def unanswered(self) -> int:
        """Messages that are in, but whose sender has had no answer yet."""
        return self._messages - sum(call.method == "sendMessage" and call.outcome == 200 for call in self._state.calls)


def delivery_of(message: Message) -> int | None:
    """The delivery that the message's buttons answer; None for a message that is no nudge."""
    for button in inline_buttons(message.wire.get("reply_markup")):
        _version, action, *args = str(button.get("callback_data", "")).split(":")
        if action == "nudge" and args and args[0].isdecimal():
            return int(args[0])
    return None
