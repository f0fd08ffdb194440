"""Counts over everybody for the metrics, in the background: a scrape waits for no query."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from bot.clock import Clock
from bot.metrics import Metrics
from db import census
from db.engine import DATABASE_ERRORS, Sessions, reading
from jobs import crowd

log = logging.getLogger(__name__)

_EVERY = 15.0
_CROWD_EVERY = 3600.0
_HOUR = timedelta(hours=1)


class Census:
    """What waits, every 15 seconds; the worst minute of the coming day, every hour. `monotonic` in seconds."""

    def __init__(
        self, *, sessions: Sessions, metrics: Metrics, clock: Clock, monotonic: Callable[[], float], rate: int
    ) -> None:
        self._sessions = sessions
        self._metrics = metrics
        self._clock = clock
        self._monotonic = monotonic
        self._rate = rate
        self._foreseen_at = float("-inf")

    async def run(self) -> None:
        """Count until cancelled."""
        while True:
            try:
                await self._count()
            except DATABASE_ERRORS as error:
                log.warning("not counted: %s", type(error).__name__)
                self._metrics.failed("census")
            await asyncio.sleep(_EVERY)

    async def _count(self) -> None:
        async with reading(self._sessions) as session:
            self._metrics.waiting(await census.ripe(session, self._clock()))
        if self._monotonic() - self._foreseen_at >= _CROWD_EVERY:
            self._metrics.foreseen(await foresee(self._sessions, clock=self._clock, rate=self._rate))
            self._foreseen_at = self._monotonic()


async def foresee(sessions: Sessions, *, clock: Clock, rate: int) -> crowd.Crowd | None:
    """The worst minute of the coming day; None when nothing falls due. Raises DATABASE_ERRORS."""
    now, due = clock(), []
    for hour in range(24):  # whoever waits for the database gets it in between
        begin = now + hour * _HOUR
        async with reading(sessions) as session:
            due += await census.due_between(session, begin, begin + _HOUR)
    return crowd.worst(due, rate=rate)
