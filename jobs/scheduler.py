"""The only use of APScheduler: a ticker and housekeeping, never one job a user.

Jobs are skipped while the previous run lasts and are never dropped for being late, so the tick of a busy
second simply comes later.
"""

import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[[], Awaitable[None]]

# What falls due waits for half of that on average.
TICK_SECONDS = 0.5
GUIDE_SECONDS = 1
TIDY_SECONDS = 3600


class Scheduler:
    """Runs `tidy` every hour, `guide` every second and the others twice a second, each at most once at a time."""

    def __init__(self, *, plan: Job, deliver: Job, guide: Job, tidy: Job) -> None:
        self._apscheduler = AsyncIOScheduler(timezone="UTC")
        paces = ((plan, TICK_SECONDS), (deliver, TICK_SECONDS), (guide, GUIDE_SECONDS), (tidy, TIDY_SECONDS))
        for job, seconds in paces:
            self._apscheduler.add_job(
                job,
                IntervalTrigger(seconds=seconds),
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    def start(self) -> None:
        # It warns every second while a long drain is running, which is no fault.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._apscheduler.start()

    def stop(self) -> None:
        """No more ticks. Await your own running work first: this cancels it."""
        self._apscheduler.shutdown(wait=False)
