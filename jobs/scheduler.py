"""The only use of APScheduler: a ticker and housekeeping, never one job a user.

Jobs are skipped while the previous run lasts and are never dropped for being late, so the tick of a busy
second simply comes later.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[[], Awaitable[None]]

# What falls due waits for half of that on average.
TICK_SECONDS = 0.5
GUIDE_SECONDS = 1
TIDY_SECONDS = 3600
# How often the machine's clock is compared with what the jobs wait for, and how far it may differ.
_LOOK_SECONDS = 1.0
_SLACK = timedelta(seconds=5)


class Scheduler:
    """Runs `tidy` every hour, `guide` every second and the others twice a second, each at most once at a time.

    `machine`: the clock that APScheduler goes by, in UTC. When it is set back, jobs would wait until it has caught up.
    """

    def __init__(self, *, plan: Job, deliver: Job, guide: Job, tidy: Job, machine: Callable[[], datetime]) -> None:
        self._machine = machine
        self._look: asyncio.TimerHandle | None = None
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
        self._aim()

    def stop(self) -> None:
        """No more ticks. Await your own running work first: this cancels it."""
        if self._look is not None:
            self._look.cancel()
        self._apscheduler.shutdown(wait=False)

    def _aim(self) -> None:
        """A job that waits for longer than its interval is aimed anew; and look again, by time that is never set."""
        now = self._machine()
        for job in self._apscheduler.get_jobs():
            if job.next_run_time > now + job.trigger.interval + _SLACK:
                job.reschedule(IntervalTrigger(seconds=job.trigger.interval_length))
        self._look = asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._aim)
