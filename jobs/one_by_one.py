"""What cannot be done for many rows at once is done for each by itself: a broken one rests, and stops no other."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from db import changes
from db.changes import Change
from db.engine import Session, Sessions, can_pass, is_a_rows, reading, take_time
from jobs.courtesy import Courtesy
from jobs.watch import Unwatched, Watch

log = logging.getLogger(__name__)

Made = TypeVar("Made")

# Keys that are looked up at once, and below all of them.
_AT_ONCE = 100
_LOWEST = -(2**63)
# So often others are chosen where all that were chosen are broken; then it goes on with the next call.
_ROUNDS = 10
# A broken row is left out for so long: somebody may mend it.
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
        """Keys of rows that were found broken lately."""
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
        rest: Callable[[Session, int], Awaitable[None]] | None = None,
    ) -> Sequence[Made]:
        """What is made of rows `together`; where that cannot be, of some of them `alone`, as `choose` gives their keys,
        without those left out. One that is broken is left out for a while; what is its own fault for sure is put off by
        `rest` too, for all processes.

        `deed` is its name in the log and the metrics, where a row fails. Raises what may be no row's fault, and what
        says that the database is away; neither where something has been made.
        """
        try:
            return [await together()]
        except Exception as error:
            if can_pass(error):
                raise
            fault = error
        made = list[Made]()
        for number in range(_ROUNDS):
            keys = await self._chosen(choose)
            if not keys and not number:
                raise fault  # there is no row that it could be about
            made += await self._do_each(deed, keys, alone, rest)
            if made or not keys:
                break
        return made

    async def _do_each(
        self,
        deed: str,
        keys: Sequence[int],
        alone: Callable[[int], Awaitable[Made]],
        rest: Callable[[Session, int], Awaitable[None]] | None,
    ) -> Sequence[Made]:
        made, unclear = list[Made](), dict[int, Exception]()
        for key in keys:
            try:
                made.append(await alone(key))
            except Exception as fault:  # noqa: BLE001 - what says that the database is away is raised
                if can_pass(fault) and any(made):
                    log.warning("not every %s could be looked at", self._what)
                    return made
                self._leave_out(deed, key, fault)
                if not is_a_rows(fault):
                    unclear[key] = fault
                elif rest is not None:
                    await self._put_off(key, rest)
        if unclear and not made:
            raise next(iter(unclear.values()))
        for key, ours in unclear.items():
            log.error("the fault of this %s may be ours", self._what, exc_info=ours, extra=self._naming(key))
        return made

    async def _put_off(self, key: int, rest: Callable[[Session, int], Awaitable[None]]) -> None:
        try:
            async with self._courtesy.transaction(), self._sessions.begin() as session:
                await rest(session, key)
        except Exception as fault:  # noqa: BLE001 - it is left out all the same
            log.error("nor can this %s be put off: %s", self._what, type(fault).__name__, extra=self._naming(key))  # noqa: TRY400

    async def change(self, deed: str, *wanted: Change, to_the_end: bool = True) -> None:
        """Make these changes in one transaction, or where that cannot be, of each one row after the other: of all that
        it concerns, or only of some, for others wait."""
        try:
            async with self._courtesy.transaction(), self._sessions.begin() as session:
                if to_the_end:
                    await take_time(await session.connection())
                for change in wanted:
                    await changes.make(session, change=change, without=self.left_out)
        except Exception as fault:
            if can_pass(fault):
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
        choose: Callable[..., Awaitable[Sequence[int]]],
        do: Callable[[Session, int], Awaitable[None]],
        *,
        to_the_end: bool = True,
    ) -> None:
        """Do it for each that is chosen, above a key and without those left out, in a transaction of its own. It ends
        where none of those chosen could be done, for what may be no row's fault. Raises what says that the database is
        away, and whatever is said of the choice."""
        after, without = _LOWEST, set(self.left_out)
        while keys := await self._chosen(partial(choose, after=after), without):
            faults = list[Exception]()
            for key in keys:
                try:
                    async with self._courtesy.transaction(), self._sessions.begin() as session:
                        await do(session, key)
                except Exception as fault:  # noqa: BLE001 - what says that the database is away is raised
                    self._leave_out(deed, key, fault)
                    faults.append(fault)
            unclear = next((fault for fault in faults if not is_a_rows(fault)), None)
            if unclear is not None:
                log.error("the fault of a %s may be ours", self._what, exc_info=unclear)
            if not to_the_end or (unclear is not None and len(faults) == len(keys)):
                return
            after = keys[-1]

    async def _chosen(
        self,
        choose: Callable[[Session, Collection[int]], Awaitable[Sequence[int]]],
        without: Collection[int] | None = None,
    ) -> Sequence[int]:
        async with reading(self._sessions) as session:
            return await choose(session, self.left_out if without is None else without)

    def _leave_out(self, deed: str, key: int, fault: Exception) -> None:
        """And say which it is, without what is in it. Raises what says that the database is away."""
        if can_pass(fault):
            raise fault
        log.error("cannot %s this %s: %s", deed, self._what, type(fault).__name__, extra=self._naming(key))
        self._watch.failed(deed)
        self._left_out[key] = self._clock()

    def _naming(self, key: int) -> Mapping[str, int]:
        return {f"{self._what}_id": key}
