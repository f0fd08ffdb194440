"""The pace of a token that several processes send for: each reserves a stretch of time in one row of the database.

The row says up to when the token's time is taken. A process takes the next `count` evenly spaced moments behind that,
by the database's clock, so that stretches never overlap, however many processes there are. Moments that a busy or dead
process does not use pass by; nobody else sends in them. While people ask, moments are a little further apart, and what
that leaves free is for replies: they may leave some moments before their own.

On a busy machine messages arrive after their moments, several together, which other processes cannot see. So while
there are others, no process sends more nudges in a second than it had moments for. The same where a commit was answered
late, for by then others have had theirs: a little later is made up for, and after a stall what has passed is not used.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from db import budgets
from db.budgets import Steps, Stretch
from db.engine import DATABASE_ERRORS, Sessions
from jobs.lane import Lane
from jobs.outage import Outage
from jobs.window import MARGIN, SECOND, Flight, Quickest, Window

log = logging.getLogger(__name__)

# A stretch is a fiftieth of a second; a twentieth where a moment ago there was nobody who would have to wait for its
# end, for each costs a transaction.
_STRETCHES, _ALONE = 50, 20
# Messages of several processes, which may share a core, take unevenly long: with others the spacing is so much slower.
_AMONG_OTHERS = 1.055
# While people ask, so many moments before its own a reply may leave: a tap takes two at once. But a quarter of the rate
# at most.
_LEAST_ROOM = 2
_LEAST_SHARE = 4
# A moment that is older than this is let pass: together with later ones it would be a burst.
_STALE = 0.01
# Seconds by which messages may be unevenly late without anything being held back for it.
_UNEVEN = 0.01
# Seconds after a reply in which a reservation tells the others that people ask.
_LATELY = 1.0
# Seconds by which a commit is slower than others, for it to be a stall.
_STALL = 0.05
# Should what was reserved be gone before it was seen: look again after so many seconds.
_LOOK_AGAIN = 0.005
# Seconds until the database is asked again when it is away.
_ASK_AGAIN = 1.0


def steps(rate: int) -> Steps:
    """How `rate` messages a second are spaced. A second that has room for `room` more holds no more than `rate`, though
    each reply in it may be `room` moments early."""
    room = min(max(_LEAST_ROOM, rate // _STRETCHES), rate // _LEAST_SHARE)
    second = SECOND + MARGIN
    return Steps(usual=second / rate, asked=second / (rate - room), room=room, among_others=_AMONG_OTHERS)


class _Moment(NamedTuple):
    at: float
    for_reply: float
    """From when on a reply may use it."""
    ours: float
    """When nobody else had one: earlier by as long as the commit took too long. What leaves later counts as late."""


class SharedPace:
    """`rate` messages a second for the bot `bot_id`, all processes together. `monotonic` in seconds."""

    def __init__(self, sessions: Sessions, *, bot_id: int, rate: int, monotonic: Callable[[], float]) -> None:
        self._sessions = sessions
        self._bot_id = bot_id
        self._rate = rate
        self._steps = steps(rate)
        self._window = Window(rate, monotonic)
        """Of what this process sends itself."""
        self._monotonic = monotonic
        self._moments: deque[_Moment] = deque()
        self._passed: deque[float] = deque()
        """Moments of the last second, or a little more, that were used or let pass."""
        self._reserved_until: datetime | None = None
        self._others_at = float("-inf")
        """When others had last taken a stretch, as far as is known."""
        self._alone_at = float("-inf")
        """When this process was seen to be alone, if it was the last time."""
        self._people_ask = False
        self._replied_at = float("-inf")
        self._paused_until = float("-inf")
        self._commits = Quickest()
        self._stalled = False
        """The last commit."""
        self._outage = Outage(log, "reserving of the budget")
        self._ahead: asyncio.Task[bool] | None = None
        """The reservation of the next stretch, while this one is being used."""

    @property
    def _stretch(self) -> int:
        """How many moments are taken at once."""
        is_alone = self._monotonic() - self._alone_at < SECOND
        return max(1, self._rate // (_ALONE if is_alone else _STRETCHES))

    @property
    def _are_others(self) -> bool:
        return self._monotonic() - self._others_at < budgets.ABOUT.total_seconds()

    async def wait(self, lane: Lane) -> float:
        now = self._monotonic()
        if lane is Lane.REPLY:
            self._replied_at = now
        while self._moments and self._moments[0].at < now - _STALE:
            self._passed.append(self._moments.popleft().ours)
        self._forget(now)
        if not self._moments and now >= self._paused_until:
            if not await (self._ahead or self._reserve(self._stretch if lane is Lane.BULK else 1)):
                return _ASK_AGAIN
            now = self._monotonic()
            self._forget(now)  # and lets nothing pass: for a process that is slow every moment would be too old
        if now < self._paused_until:  # also when Telegram said so during the reservation
            self._moments.clear()
            return self._paused_until - now
        if not self._moments or (lane is Lane.BULK and self._has_spent()):
            return _LOOK_AGAIN
        first = self._moments[0]
        spare = self._steps.room if self._people_ask and lane is Lane.BULK else 0
        if (closed := self._window.wait(spare)) > 0:
            first = self._moments[0] = first._replace(at=max(first.at, now + closed))
        return max(first.for_reply - now, closed) if lane is Lane.REPLY else first.at - now

    def _forget(self, now: float) -> None:
        while self._passed and self._passed[0] < now - SECOND - _UNEVEN:
            self._passed.popleft()

    def _has_spent(self) -> bool:
        """Others send too, and more has arrived in the last second, or is on its way, than there were moments for."""
        return self._are_others and self._window.held() > len(self._passed)

    def take(self, lane: Lane) -> Flight:
        self._passed.append(self._moments.popleft().ours)
        if lane is Lane.BULK and self._ahead is None and len(self._moments) <= self._stretch // 2 > 0:
            self._ahead = asyncio.create_task(self._reserve(self._stretch))
        return self._window.leave()

    async def pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, self._monotonic() + seconds)
        self._moments.clear()
        self._alone_at = float("-inf")  # they will all begin again at once
        try:
            async with self._sessions.begin() as session:
                await budgets.block(session, self._bot_id, seconds=seconds)
        except DATABASE_ERRORS as error:  # each of the others will hear it from Telegram
            log.error("pause not told to the others (%s)", type(error).__name__)  # noqa: TRY400

    async def _reserve(self, count: int) -> bool:
        """False where the database is away."""
        asked = self._monotonic() - self._replied_at < _LATELY
        try:
            async with self._sessions.begin() as session:
                stretch = await budgets.reserve(
                    session, self._bot_id, self._steps,
                    count=count, asked=asked, last=self._reserved_until, monotonic=self._monotonic,
                )  # fmt: skip
        except DATABASE_ERRORS as error:
            self._outage.failed(type(error).__name__)
            return False
        finally:
            self._ahead = None
        self._outage.over()
        self._reserved_until, self._people_ask = stretch.until, stretch.asked
        now = self._monotonic()
        self._alone_at = now if stretch.alone else float("-inf")
        if not stretch.alone:
            self._others_at = now
        self._moments.extend(self._placed(stretch, count, now))
        return True

    def _placed(self, stretch: Stretch, count: int, now: float) -> Iterator[_Moment]:
        """Its moments, later than they were ours by as long as the commit took; that much is made up for where it was
        longer than commits are. After a stall what has passed is not used, but for one that follows on another."""
        took = now - stretch.known_at
        self._commits.learn(now, took)
        late = took - self._commits.took
        self._stalled = late > _STALL and not self._stalled
        begin = now + stretch.begin - (late if self._stalled else 0.0)
        for at in (begin + index * stretch.step for index in range(count)):
            if not self._stalled:
                yield _Moment(at, at - stretch.early, at - late)
            elif at >= now:
                yield _Moment(at, at - stretch.early, at)
