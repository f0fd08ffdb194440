"""Scripted trouble: what a test or a benchmark can make the server do wrong, and how often."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, get_args

from bot.sandbox.errors import ApiError

FaultKind = Literal[
    "too_many_requests",  # 429 with retry_after
    "forbidden",  # 403: the user blocked the bot
    "migrated",  # 400 with migrate_to_chat_id
    "server_error",  # 500
    "hang",  # no answer and no effect until released or its seconds are over
    "hang_after",  # the effect happens, the answer comes when released or its seconds are over
    "drop_before",  # the connection breaks, nothing happened
    "drop_after",  # the connection breaks, yet the effect happened
]
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
_WINDOW_SECONDS = 1.0


@dataclass(slots=True)
class Fault:
    """One scripted fault. `times` counts down and `hits` up with each call; `seconds` is how long one hangs at most."""

    kind: FaultKind
    times: int = 1
    method: str | None = None
    chat_id: int | None = None
    retry_after: int = 1
    migrate_to: int = 0
    seconds: float | None = None
    hits: int = 0
    _caught: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether this fault is due for a call of `method` (any case) to `chat_id`."""
        right_method = self.method is None or self.method.lower() == method.lower()
        return self.times > 0 and right_method and self.chat_id in {None, chat_id}

    def release(self) -> None:
        """Let every call that hangs on this fault go on."""
        self._released.set()

    async def hold(self) -> None:
        """Hang until `release` is called or `seconds` are over."""
        self._caught.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.seconds):
                await self._released.wait()

    async def caught(self) -> None:
        """Wait until a call hangs on this fault."""
        await self._caught.wait()

    def refusal(self) -> ApiError | None:
        """The error this fault answers with, None for a hang or a dropped connection."""
        if self.kind == "too_many_requests":
            return too_many_requests(self.retry_after)
        if self.kind == "forbidden":
            return ApiError(403, "Forbidden: bot was blocked by the user")
        if self.kind == "migrated":
            reason = "Bad Request: group chat was upgraded to a supergroup chat"
            return ApiError(400, reason, migrate_to_chat_id=self.migrate_to)
        return ApiError(500, "Internal Server Error") if self.kind == "server_error" else None


class Faults:
    """The scripted faults in the order they were added, and the enforced message rate."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._scripted: list[Fault] = []
        self._sent: deque[float] | None = None

    def add(
        self,
        kind: FaultKind,
        *,
        times: int = 1,
        method: str | None = None,
        chat_id: int | None = None,
        retry_after: int = 1,
        migrate_to: int = 0,
        seconds: float | None = None,
    ) -> Fault:
        """Script `kind` for the next `times` calls that match `method` and `chat_id` (None: any)."""
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}; known: {', '.join(KINDS)}")
        fault = Fault(kind, times, method, chat_id, retry_after, migrate_to, seconds)
        self._scripted.append(fault)
        return fault

    def limit_rate(self, per_second: int | None) -> None:
        """Answer 429 to every message beyond `per_second` in any one second; None lifts the limit."""
        self._sent = deque(maxlen=per_second) if per_second else None

    def clear(self) -> None:
        """Drop every scripted fault and the rate limit, and let hanging calls go on."""
        for fault in self._scripted:
            fault.release()
        self._scripted.clear()
        self._sent = None

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The scripted fault that this call meets, used up once; None when the call may pass."""
        for fault in self._scripted:
            if fault.matches(method, chat_id):
                fault.times -= 1
                fault.hits += 1
                return fault
        return None

    def count_message(self) -> None:
        """Admit one message now. Raises ApiError 429 when the last second is already full."""
        sent = self._sent
        if sent is None:
            return
        now = self._monotonic()
        if len(sent) == sent.maxlen and now - sent[0] < _WINDOW_SECONDS:
            raise too_many_requests(1)
        sent.append(now)


def too_many_requests(retry_after: int) -> ApiError:
    """The 429 that asks to wait `retry_after` seconds."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
