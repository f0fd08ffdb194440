"""Updates on their way to the bot: kept until confirmed, handed out by long polling."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import islice

from bot.sandbox.errors import ApiError, Json

MAX_BATCH = 100
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


class UpdateQueue:
    """Pending updates by id, ascending from `first_id`.

    `changed` is called when some are confirmed and when a poll begins to wait.
    """

    def __init__(self, changed: Callable[[], None], first_id: int) -> None:
        self.pending: dict[int, Json] = {}
        self.allowed: list[str] = []
        self._changed = changed
        self._next_id = first_id
        self._arrived = asyncio.Event()
        self._pushed = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self._closed = False

    def push(self, update: Json) -> int:
        """Queue `update` (without its id) and return its id; kinds the bot ruled out are dropped."""
        update_id = self._next_id
        self._next_id += 1
        if self._wanted(next(iter(update))):
            self.pending[update_id] = {"update_id": update_id, **update}
            self._arrived.set()
            self._pushed.set()
        return update_id

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT

    def confirm(self, update_ids: Iterable[int]) -> None:
        """Forget updates that the bot has taken."""
        for update_id in list(update_ids):
            self.pending.pop(update_id, None)
        if not self.pending:
            self._arrived.clear()
        self._changed()

    @property
    def waiting(self) -> bool:
        """Whether a long poll is under way."""
        return self._poller is not None

    async def after(self, update_id: int) -> Json:
        """The oldest pending update behind this one; waits until there is one. For one caller at a time."""
        while True:
            self._pushed.clear()
            for number, update in self.pending.items():
                if number > update_id:
                    return update
            await self._pushed.wait()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109 - Telegram's parameter
        """Confirm by `offset`, then up to `limit` updates, waiting `timeout` seconds for the first.

        A second caller ends the first one with ApiError 409, as Telegram does.
        """
        self._confirm_offset(offset)
        self.end_poll(ApiError(409, _CONFLICT))
        if not self.pending and timeout > 0 and not self._closed:
            await self._wait(timeout)
        return list(islice(self.pending.values(), max(1, min(limit, MAX_BATCH))))

    def _confirm_offset(self, offset: int) -> None:
        if offset > 0:
            self.confirm([update_id for update_id in self.pending if update_id < offset])
        elif offset < 0:
            self.confirm(list(self.pending)[:offset])

    async def _wait(self, timeout: float) -> None:  # noqa: ASYNC109 - Telegram's parameter
        poller = self._poller = asyncio.get_running_loop().create_future()
        self._changed()
        arrival = asyncio.ensure_future(self._arrived.wait())
        try:
            await asyncio.wait({poller, arrival}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
            if self._poller is poller:
                self._poller = None
        if poller.done():
            poller.result()

    def end_poll(self, reason: ApiError | None = None) -> None:
        """End the long poll under way: with an empty answer, or with `reason`."""
        if self._poller is not None and not self._poller.done():
            if reason:
                self._poller.set_exception(reason)
            else:
                self._poller.set_result(None)
        self._poller = None

    def open(self) -> None:
        """Let long polls wait again after `close`."""
        self._closed = False

    def close(self) -> None:
        """Answer the long poll under way and let no later one wait."""
        self._closed = True
        self.end_poll()


_CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
