"""Whoever waits for an answer goes before work that nobody waits for: the budget's lanes, for the processor.

One event loop does both. Without this a drain that has much to compose fills every turn of the loop, and a person who
asks meanwhile waits for a turn at each step of their answer.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

# Seconds that a piece of work gives way; then it goes on, so that questions without end do not stop the nudges.
_LONGEST = 0.05
# Pieces between two looks at who has come. A look is a turn of the loop, and one for each piece is a third of a drain's
# whole work; what is done between two takes some milliseconds.
_IN_A_ROW = 4


class Courtesy:
    """Between the answers and the nudges of one process. `longest` in seconds."""

    def __init__(self, longest: float = _LONGEST) -> None:
        self._longest = longest
        self._asked = 0
        self._pieces = 0
        """Since the last look."""
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody's answer is in the making."""
        self._asked += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._asked -= 1
            if not self._asked:
                self._nobody.set()

    async def give_way(self) -> None:
        """Before the next piece of work: return when nobody waits for an answer, but soon."""
        self._pieces += 1
        if self._pieces >= _IN_A_ROW:
            self._pieces = 0
            await asyncio.sleep(0)  # whoever has just come is seen
        if not self._asked:
            return
        try:
            async with asyncio.timeout(self._longest):
                await self._nobody.wait()
        except TimeoutError:
            return
