"""Long polling: updates are fetched in batches and confirmed once they have been handled.

python-telegram-bot's own Updater confirms a batch when it has put it into a queue in memory, and loses it
in a crash. Here a fetch confirms what is finished, and nothing from the first unfinished update on; what
Telegram therefore repeats is recognised by its id, also after a restart. Only what would keep everybody else
waiting is confirmed before it is finished, see `_let_pass`.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.gateway import refusals, transport
from bot.gateway.admission import Admission, whose
from bot.gateway.login import BadTokenError
from bot.gateway.transport import GatewayBot

log = logging.getLogger(__name__)

_PAUSES = (0.5, 1, 2, 5, 10, 20, 30)
# Seconds for which the first update of each chat in a batch is waited for, so that one fetch confirms them all. One may
# have to wait for its chat's pace, and others write meanwhile.
_MOMENT = 0.05
# Seconds until the next fetch while something is unfinished, as Telegram then answers at once: short where there was
# something new, for one person's many must not keep the others' few with Telegram, then twice as long each time.
_BREATH = 0.002
_PATIENCE = 1.0
# A batch holds 100, and what comes after a full one is seen once something of it is confirmed. Whoever has more in it
# than the pace of a chat lets be answered at once keeps nobody waiting, for no time at all; nor do those who have more
# than one, where so many wait for an earlier one of their chat. The others do not when all of it has waited for its
# first update for _PATIENCE.
_FULL_BATCH = 90
_MOST_OF_ONE = 5
_MOST_UNFINISHED = 45


class RivalryError(Exception):
    """Another program keeps polling with the same token."""


class Rivalry:
    """Conflicts with another poller; of two the newcomer gives up.

    A poller that is just stopping causes one conflict or two; a second bot or a webhook never ends.
    """

    _NEW = 60.0
    _MOST_WHEN_NEW = 3
    _MEMORY = 600.0
    _MOST = 20

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._since: float | None = None
        self._conflicts: deque[float] = deque(maxlen=self._MOST)

    def begin(self) -> None:
        """Polling begins now."""
        self._since = self._monotonic()

    def lost(self) -> bool:
        """Count a conflict; True when it is time to give up."""
        now = self._monotonic()
        self._conflicts.append(now)
        if self._since is None or now - self._since < self._NEW:
            return len(self._conflicts) >= self._MOST_WHEN_NEW
        return len(self._conflicts) == self._MOST and now - self._conflicts[0] < self._MEMORY


class Poller:
    """Fetches until it is stopped, once it has taken away a webhook that may be set. `monotonic` in seconds.

    `pauses`: seconds between failed fetches, the last one repeated.
    """

    def __init__(
        self,
        bot: GatewayBot,
        admission: Admission,
        *,
        monotonic: Callable[[], float],
        pauses: tuple[float, ...] = _PAUSES,
    ) -> None:
        self._bot = bot
        self._admission = admission
        self._pauses = pauses
        self._monotonic = monotonic
        self._rivalry = Rivalry(monotonic)
        self._failures = 0
        self._has_hook = True
        self._taken: dict[int, asyncio.Task[None] | None] = {}
        """What was fetched and is not confirmed; None: it may be, for nothing is to be done, or nobody is to wait."""
        self._front: tuple[int | None, float] = (None, float("-inf"))
        """The first unfinished one, and since when it is that."""
        self._next: int | None = None
        self._pause = _BREATH

    async def open(self) -> None:
        """Nobody has to find who asks."""

    async def run(self) -> None:
        """Poll until cancelled; raises RivalryError or BadTokenError when going on makes no sense."""
        self._rivalry.begin()
        while True:
            try:
                if self._has_hook:  # or may have one; what it has not brought yet is fetched
                    self._has_hook = not await self._bot.delete_webhook()
                    log.info("no webhook is set: updates are asked for")
                updates, following = await self._bot.fetch(offset=self._offset(), wait=transport.POLL_SECONDS)
            except InvalidToken as error:
                raise BadTokenError from error
            except TelegramError as error:
                await self._rest(error)
            else:
                self._failures = 0
                await self._work(updates, following)

    async def finish(self) -> None:
        """Return when all that was fetched has been handled."""
        await self._admission.drain()

    async def close(self) -> None:
        """Tell Telegram what has been handled, so that it is not sent again after a restart."""
        if (offset := self._offset()) is not None:
            try:
                await self._bot.fetch(offset=offset, wait=0)
            except TelegramError as error:
                log.info("last updates not confirmed: %s", type(error).__name__)

    def _offset(self) -> int | None:
        """Confirms what has been handled or let pass, and nothing else."""
        return min(self._under_way, default=self._next)

    @property
    def _under_way(self) -> dict[int, asyncio.Task[None]]:
        """By update."""
        return {number: task for number, task in self._taken.items() if task is not None and not task.done()}

    async def _work(self, updates: Sequence[dict[str, Any]], following: int | None) -> None:
        fresh = [update for update in updates if update["update_id"] not in self._taken]
        begun = []
        for update in fresh:
            is_first = not self._admission.is_busy(update)
            task = self._taken[update["update_id"]] = await self._admission.admit(update)
            if task is not None and is_first:
                begun.append(task)
            self._next = update["update_id"] + 1
        self._next = following
        if begun:
            await asyncio.wait(begun, timeout=_MOMENT)
        self._pause = _BREATH if fresh else min(2 * self._pause, _PATIENCE)
        if under_way := self._under_way:
            await asyncio.wait(under_way.values(), timeout=self._pause)
        self._let_pass(updates, fresh={update["update_id"] for update in fresh})
        offset = self._offset()
        self._taken = {number: task for number, task in self._taken.items() if offset is not None and number >= offset}

    def _let_pass(self, updates: Sequence[dict[str, Any]], *, fresh: Collection[int]) -> None:
        """What of a full batch keeps everything after it with Telegram is confirmed before it is finished; should the
        process be killed then, it is lost. What has only just come is given its time."""
        batch = {update["update_id"]: whose(update) for update in updates}
        now, front = self._monotonic(), min(self._under_way, default=None)
        if front != self._front[0]:
            self._front = front, now
        unfinished = set(self._under_way.keys() & batch.keys())
        if len(batch) < _FULL_BATCH or not unfinished:
            return
        hangs = len(unfinished) > _MOST_UNFINISHED or front == min(batch)
        if hangs and now - self._front[1] >= _PATIENCE:
            passed = unfinished - set(fresh)
            log.warning("%d updates hang; others wait behind them", len(passed), extra={"update_id": front})
        else:
            passed = _crowding(batch, unfinished)
            log.log(logging.INFO if passed else logging.DEBUG, "%d updates of people who write much", len(passed))
        self._taken |= dict.fromkeys(passed)

    async def _rest(self, error: TelegramError) -> None:
        if isinstance(error, Conflict) and self._rivalry.lost():
            raise RivalryError from error
        pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
        if isinstance(error, RetryAfter):
            pause = refusals.pause_of(error).total_seconds()
        self._failures += 1
        log.warning("updates not fetched (%s); again in %s s", type(error).__name__, pause)
        await asyncio.sleep(pause)


def _crowding(batch: Mapping[int, int], unfinished: set[int]) -> set[int]:
    """Those that are of people who have too many in this batch, whose each is."""
    people = {batch[number] for number in unfinished}
    most = 1 if len(unfinished) - len(people) > _MOST_UNFINISHED else _MOST_OF_ONE
    said = Counter(batch.values())
    return {number for number in unfinished if said[batch[number]] > most}
