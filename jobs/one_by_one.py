"""What cannot be done for many rows at once is done for each by itself: a broken one rests, and stops no other."""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from db import changes
from db.changes import Change
from db.engine import DATABASE_ERRORS, Session, Sessions, may_be_a_rows, reading
from jobs.courtesy import Courtesy
from jobs.watch import Unwatched, Watch

log = logging.getLogger(__name__)

Made = TypeVar("Made")

# Rows whose keys are looked up at once, and below all of them.
_AT_ONCE = 100
_LOWEST = -(2**63)
# A row that cannot even be written is left out for so long: somebody may mend it.
_LEFT_OUT = timedelta(minutes=10)


class OneByOne:
    """Of rows that are `what` to the log. `courtesy`: to whom its transactions give way."""

    def __init__(
        self,
        sessions: Sessions,
        what: str,
        *,
        clock: Callable[[], datetime],
        watch: Watch | None = None,
        courtesy: Courtesy | None = None,
    ) -> None:
        self._sessions = sessions
        self._what = what
        self._clock = clock
        self._watch = watch or Unwatched()
        self._courtesy = courtesy or Courtesy()
        self._left_out: dict[int, datetime] = {}

    @property
    def left_out(self) -> Collection[int]:
        """Keys of rows that cannot be written."""
        now = self._clock()
        self._left_out = {key: at for key, at in self._left_out.items() if abs(now - at) < _LEFT_OUT}
        return self._left_out.keys()

    async def do(
        self,
        deed: str,
        together: Callable[[], Awaitable[Made]],
        *,
        choose: Callable[[Session, Collection[int]], Awaitable[Sequence[int]]],
        alone: Callable[[int], Awaitable[Made]],
        rest: Callable[[Session, int], Awaitable[Made]],
    ) -> Sequence[Made]:
        """What is made of rows `together`; where that cannot be, of each `alone` that is chosen, without those left
        out, or what `rest` makes of one that is broken: it puts it off.

        `deed` is its name in the log and the metrics, where a row fails. Raises what is no row's fault, but not once
        something has been made.
        """
        try:
            return [await together()]
        except Exception as fault:
            if not may_be_a_rows(fault):
                raise
        async with reading(self._sessions) as session:
            keys = await choose(session, self.left_out)
        made = list[Made]()
        try:
            for key in keys:
                made += await self._do_one(deed, key, alone, rest)
        except DATABASE_ERRORS:
            if not any(made):
                raise
            log.warning("not every %s could be looked at", self._what)
        return made

    async def _do_one(
        self,
        deed: str,
        key: int,
        alone: Callable[[int], Awaitable[Made]],
        rest: Callable[[Session, int], Awaitable[Made]],
    ) -> Sequence[Made]:
        try:
            return [await alone(key)]
        except Exception as fault:  # noqa: BLE001 - what is no row's is raised
            self._blame(key, deed, fault)
        try:
            async with self._courtesy.transaction(), self._sessions.begin() as session:
                return [await rest(session, key)]
        except Exception as fault:  # noqa: BLE001 - what is no row's is raised
            self._blame(key, "put off", fault)
            self._leave_out(key)
            return []

    async def change(self, deed: str, *wanted: Change, to_the_end: bool = True) -> None:
        """Make these changes in one transaction, or where that cannot be, of each one row after the other: of all that
        it concerns, or only of some, for others wait."""
        try:
            async with self._courtesy.transaction(), self._sessions.begin() as session:
                for change in wanted:
                    await changes.make(session, change=change)
        except Exception as fault:
            if not may_be_a_rows(fault):
                raise
            for change in wanted:
                await self.change_each(deed, change, to_the_end=to_the_end)

    async def change_each(self, deed: str, change: Change, *, to_the_end: bool = True) -> None:
        """Make this change row by row, each in a transaction of its own, so that nobody waits for it for long."""
        choose = partial(changes.concerned, change=change, limit=_AT_ONCE)
        await self.for_each(deed, choose, partial(changes.make, change=change), to_the_end=to_the_end)

    async def for_each(
        self,
        deed: str,
        choose: Callable[[Session, int, Collection[int]], Awaitable[Sequence[int]]],
        do: Callable[[Session, int], Awaitable[None]],
        *,
        to_the_end: bool = True,
    ) -> None:
        """Do it for each that is chosen, above a key and without those left out, in a transaction of its own."""
        after = _LOWEST
        while keys := await self._chosen(choose, after):
            for key in keys:
                try:
                    async with self._courtesy.transaction(), self._sessions.begin() as session:
                        await do(session, key)
                except Exception as fault:  # noqa: BLE001 - what is no row's is raised
                    self._blame(key, deed, fault)
                    self._leave_out(key)
            if not to_the_end:
                return
            after = keys[-1]

    async def _chosen(
        self, choose: Callable[[Session, int, Collection[int]], Awaitable[Sequence[int]]], after: int
    ) -> Sequence[int]:
        async with reading(self._sessions) as session:
            return await choose(session, after, self.left_out)

    def _leave_out(self, key: int) -> None:
        self._left_out[key] = self._clock()

    def _blame(self, key: int, deed: str, fault: Exception) -> None:
        """Say whose row it is, without what is in it. Raises what is no row's fault."""
        if not may_be_a_rows(fault):
            raise fault
        log.error("cannot %s this %s: %s", deed, self._what, type(fault).__name__, extra={f"{self._what}_id": key})
        self._watch.failed(deed)
