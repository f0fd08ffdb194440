"""News of every change: wakes those who wait for something and feeds the pages that watch."""

import asyncio
from collections.abc import Callable

from bot.sandbox.errors import Json, UnansweredError

MAX_UNREAD_EVENTS = 10_000


class Feed:
    """Change notifications within one event loop. `patience` is in real seconds."""

    def __init__(self, patience: float = 10.0) -> None:
        self.patience = patience
        self.closed = False
        self._changed = asyncio.Event()
        self._watchers: set[asyncio.Queue[Json | None]] = set()

    def publish(self, event: Json) -> None:
        """Tell everybody that something changed; `event` is what the pages get to see."""
        self._wake()
        for watcher in list(self._watchers):
            if watcher.qsize() < MAX_UNREAD_EVENTS:
                watcher.put_nowait(event)
            else:  # a page this far behind starts over: it reconnects and reads the whole state
                self.unwatch(watcher)
                watcher.put_nowait(None)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], bool], describe: Callable[[], str]) -> None:
        """Return once `condition()` holds; raise UnansweredError with `describe()` after `patience`."""
        try:
            async with asyncio.timeout(self.patience):
                while not condition():
                    await self._changed.wait()
        except TimeoutError:
            raise UnansweredError(f"{describe()} (waited {self.patience:g} s)") from None

    def watch(self) -> asyncio.Queue[Json | None]:
        """A queue that gets every event from now on; None means the feed is over."""
        watcher: asyncio.Queue[Json | None] = asyncio.Queue()
        self._watchers.add(watcher)
        if self.closed:
            watcher.put_nowait(None)
        return watcher

    @property
    def watched(self) -> bool:
        """Whether any page is watching."""
        return bool(self._watchers)

    def unwatch(self, watcher: asyncio.Queue[Json | None]) -> None:
        """Stop feeding `watcher`."""
        self._watchers.discard(watcher)

    def open(self) -> None:
        """Take watchers again after `close`."""
        self.closed = False

    def close(self) -> None:
        """End every page's stream."""
        self.closed = True
        self._wake()
        for watcher in self._watchers:
            watcher.put_nowait(None)
