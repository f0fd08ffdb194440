"""What happens all the time: plan, deliver, guide; and housekeeping every hour."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.clock import Clock, system_clock
from bot.opening import first_line
from bot.vitals import Vitals
from db.engine import DATABASE_ERRORS, Sessions, is_away
from jobs.courtesy import Courtesy
from jobs.deliver import Deliverer
from jobs.farewell import Terms
from jobs.guide_tick import Guide
from jobs.one_by_one import OneByOne
from jobs.outage import Outage
from jobs.plan import plan
from jobs.scheduler import Scheduler
from jobs.upkeep import tidy
from jobs.watch import Watch

log = logging.getLogger(__name__)


class Ticks:
    """Each part runs once at a time, by the scheduler or when it is called.

    `doubt`: whether the clock cannot be believed just now. Then nothing falls due and nothing is tidied away.
    """

    def __init__(
        self, *, sessions: Sessions, deliverer: Deliverer, guide: Guide, clock: Clock, vitals: Vitals, watch: Watch,
        terms: Terms, courtesy: Courtesy, doubt: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._sessions = sessions
        self._deliverer = deliverer
        self._guide = guide
        self._clock = clock
        self._vitals = vitals
        self._watch = watch
        self._terms = terms
        self._courtesy = courtesy
        self._doubt = doubt
        self._scheduler = Scheduler(
            plan=self._plan_and_send, deliver=self.deliver, guide=self.guide, tidy=self.tidy, machine=system_clock
        )
        self._one_by_one = OneByOne(sessions, "reminder", clock=clock, watch=watch)
        self._outages = {what: Outage(log, what) for what in ("planning", "delivering", "guiding")}
        self._sending: asyncio.Task[None] | None = None
        self._planning, self._delivering, self._guiding = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()

    def start(self) -> None:
        """By the scheduler from now on."""
        self._scheduler.start()

    async def plan(self) -> int:
        """Turn everything due into deliveries; how many reminders were due."""
        planned = 0

        async def some() -> int:
            nonlocal planned
            if self._doubt():
                return 0
            async with self._courtesy.transaction():
                step = await plan(
                    self._sessions,
                    now=self._clock(),
                    batch=self._courtesy.rows,
                    watch=self._watch,
                    one_by_one=self._one_by_one,
                )
            planned += step
            return step

        async with self._planning:
            if await self._repeat(some, "planning"):
                self._vitals.ticked()
        return planned

    async def _plan_and_send(self) -> None:
        """What has just been planned need not wait for the next tick."""
        if await self.plan() and not self._delivering.locked() and not self._vitals.stopping:
            self._sending = asyncio.create_task(self.deliver())

    async def deliver(self) -> None:
        """Send everything ripe."""
        async with self._delivering:
            if not self._doubt():
                await self._repeat(self._deliverer.run_once, "delivering")

    async def guide(self) -> None:
        """Bring guided sessions up to date, once."""
        async with self._guiding:
            await self._repeat(self._guide.run_once, "guiding")

    async def tidy(self) -> None:
        """Forget what nobody needs any more."""
        if self._doubt():
            return
        try:
            await tidy(self._sessions, now=self._clock(), terms=self._terms, watch=self._watch)
        except Exception:
            log.exception("tidying failed; again in an hour")
            self._watch.failed("tidying")

    async def tick(self) -> None:
        """Plan, deliver and guide now, without waiting for the second to end."""
        await self.plan()
        await self.deliver()
        await self.guide()

    async def idle(self) -> None:
        """Return when nothing is under way."""
        async with self._planning, self._delivering, self._guiding:
            pass

    def stop(self) -> None:
        """No more ticks."""
        self._scheduler.stop()

    async def _repeat(self, step: Callable[[], Awaitable[int]], what: str) -> bool:
        """Until nothing is left to do, or the program stops; False when the database is away, or for a fault of ours.

        The next tick tries again.
        """
        try:
            while not self._vitals.stopping and await step():
                pass
        except Exception as error:  # noqa: BLE001 - it is said, and where, unless it is the database's
            # What it says when it is away is its own; otherwise it may repeat what it was given.
            reason = first_line(error) if is_away(error) else type(error).__name__
            self._outages[what].failed(reason, None if isinstance(error, DATABASE_ERRORS) else error)
            self._watch.failed(what)
            return False
        if not self._vitals.stopping and not self._doubt():  # else nothing may have been asked of the database
            self._outages[what].over()
        return True
