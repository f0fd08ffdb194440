"""Whoever waits for an answer goes before work that nobody waits for: the budget's lanes, for the processor.

One event loop does both. Without this a drain that has much to compose fills every turn of the loop, and a person who
asks meanwhile waits for a turn at each step of their answer. SQLite is one for both too: whoever asks would wait for
all transactions that stand in line for it, so that of those which nobody waits for only one does.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

# Seconds that a piece of work gives way; then it goes on, and so many more with it, so that questions without end do
# not stop the nudges, nor slow them below what everybody's budget is.
_LONGEST = 0.05
_THEN = 16
# Pieces between two looks at who has come. A look is a turn of the loop, and one for each piece is nearly a quarter of
# a drain's whole work; what is done between two takes some milliseconds.
_IN_A_ROW = 4
# Rows in one transaction of bulk: few while people ask, who may have to wait for it; more once so many transactions
# have gone by without a question, for each has a price of its own.
_FEW, _MANY = 32, 100
_CALM_AFTER = 50


class Courtesy:
    """Between the answers and the nudges of one process. `longest` in seconds."""

    def __init__(self, longest: float = _LONGEST) -> None:
        self._longest = longest
        self._asked = 0
        self._pieces = 0
        """Since the last look."""
        self._waited_enough = 0
        """Pieces that give way no more."""
        self._unasked = _CALM_AFTER
        """Transactions since somebody asked."""
        self._transaction = asyncio.Lock()
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody's answer is in the making, or about to leave."""
        self._asked += 1
        self._unasked = 0
        self._nobody.clear()
        try:
            yield
        finally:
            self._asked -= 1
            if not self._asked:
                self._nobody.set()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Around a transaction that nobody waits for: one at a time, and not before those who ask."""
        async with self._transaction:
            await self.give_way()
            self._unasked += 1
            yield

    @property
    def rows(self) -> int:
        """What a transaction that nobody waits for is about, at most."""
        return _FEW if self._asked or self._unasked < _CALM_AFTER else _MANY

    async def give_way(self) -> None:
        """Before the next piece of work: return when nobody waits for an answer, but soon."""
        if await self.asked():
            await self.quiet()

    async def asked(self) -> bool:
        """Before the next piece of work: whether somebody waits for an answer."""
        self._pieces += 1
        if self._pieces >= _IN_A_ROW:
            self._pieces = 0
            await asyncio.sleep(0)  # whoever has just come is seen
        if self._waited_enough:
            self._waited_enough -= 1
            return False
        return self._asked > 0

    async def quiet(self) -> None:
        """Return when nobody waits for an answer, but soon."""
        try:
            async with asyncio.timeout(self._longest):
                await self._nobody.wait()
        except TimeoutError:
            self._waited_enough = _THEN
