"""The second half of the tick: claim a few, compose, send within the budget, record.

At least once: a crash between the send and its record repeats what was in flight, and nothing else. What the database
refuses to record can come once from each process.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from db.engine import Sessions
from db.knowledge.cards import Knowledge
from db.models import Delivery, Status, User
from jobs import outcomes
from jobs.budget import Budget, BudgetClosedError
from jobs.claimer import Claimer
from jobs.compose import Case, compose
from jobs.courtesy import Courtesy
from jobs.lane import Lane
from jobs.ledger import Entry, Ledger
from jobs.outcomes import Outcome
from jobs.room import STALE, Room
from jobs.sender import Sender, SendError
from jobs.suggest.suggestion import Silence
from jobs.watch import Unwatched, Watch
from jobs.window import Flight

log = logging.getLogger(__name__)

# A permit that comes this close to the lease's end is not used: another worker may send by then. A send may hang for
# less than that.
_LEASE_MARGIN = timedelta(seconds=60)
# What is claimed but has not left waits for the lease's end after a crash: no more than the budget lets leave in two
# seconds.
_SECONDS_AHEAD = 2
_FEWEST = 10
# How long a send that hangs may keep the others from being claimed.
_LOOK_AGAIN_SECONDS = 0.25
# A permit is for now: after a wait for the database others have left in its place.
_PERMIT_LASTS = timedelta(seconds=0.2)
# Seconds that the next one is waited for: longer than a roomful takes at any rate, so that it ends only with a pause.
_LONG_WAIT = 15.0


class Deliverer:
    """Sends what is ripe. `worker` names this process in claims; `jitter` gives numbers in [0, 1).

    `at_once`: sends in flight at the same time, at most. `alone`: there is no other worker on this database, so that
    claims of others are of the dead.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        sender: Sender,
        knowledge: Knowledge,
        budget: Budget,
        clock: Callable[[], datetime],
        worker: str,
        jitter: Callable[[], float],
        at_once: int = 64,
        alone: bool = False,
        watch: Watch | None = None,
        courtesy: Courtesy | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sender = sender
        self._budget = budget
        self._clock = clock
        self._jitter = jitter
        self._watch = watch or Unwatched()
        self._courtesy = courtesy or Courtesy()
        self._room = Room(_FEWEST, min(at_once, budget.rate * _SECONDS_AHEAD))
        self._in_flight: dict[asyncio.Task[None], int] = {}
        """The delivery's id of each."""
        self._enough_landed = asyncio.Event()
        self._most_aloft = 0
        """In flight, for that to be so."""
        self._ledger = Ledger(
            sessions=sessions, worker=worker, clock=clock, closed=lambda: budget.closed, watch=self._watch,
            courtesy=self._courtesy, sleep=sleep,
        )  # fmt: skip
        self._claimer = Claimer(
            sessions=sessions, knowledge=knowledge, clock=clock, worker=worker, alone=alone, watch=self._watch,
            courtesy=self._courtesy, ledger=self._ledger,
        )  # fmt: skip

    async def run_once(self) -> int:
        """Deliver until nothing is ripe or in flight; the number claimed.

        Raises DATABASE_ERRORS, but only after everybody's turn.
        """
        claimed = 0
        self._claimer.begin()
        try:
            while not self._budget.closed and self._ledger.trouble is None:
                await self._claimer.revive(self._in_flight.values())
                was_busy = bool(self._in_flight)  # what lands during the claim can make room for its person's next
                free = self._room.size - len(self._in_flight)
                batch = await self._claimer.claim(free) if free > 0 else []
                claimed += len(batch)
                for case in batch:
                    await self._take_off(case)
                if batch or free <= 0:  # half of them, for the next claim to be worth its while
                    await self._land(down_to=self._room.size // 2)
                elif was_busy:
                    await self._land(down_to=0)
                else:
                    break
        finally:
            while self._in_flight:
                await self._land(down_to=0)
        if self._ledger.trouble is not None:
            raise self._ledger.trouble
        return claimed

    async def _take_off(self, case: Case) -> None:
        task = asyncio.create_task(self._see_through(case))
        self._in_flight[task] = case.delivery.id
        task.add_done_callback(self._landed)
        await self._courtesy.give_way()

    def _landed(self, task: asyncio.Task[None]) -> None:
        number = self._in_flight.pop(task)
        if len(self._in_flight) <= self._most_aloft:
            self._enough_landed.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("delivery failed unexpectedly", exc_info=fault, extra={"delivery_id": number})

    async def _land(self, *, down_to: int) -> None:
        """Wait until no more than `down_to` are in flight, but not long for one that hangs."""
        if len(self._in_flight) <= down_to:
            return
        self._most_aloft = down_to
        self._enough_landed.clear()
        try:
            async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                await self._enough_landed.wait()
        except TimeoutError:
            log.debug("%d in flight", len(self._in_flight))
        except asyncio.CancelledError:
            for task in self._in_flight:
                task.cancel()
            raise

    async def _see_through(self, case: Case) -> None:
        """Send it and record what became of it; raises nothing."""
        user, delivery = case.user, case.delivery
        error: SendError | None = None
        try:
            outcome = await self._deliver(case)
        except BudgetClosedError:
            outcome = outcomes.given_back(delivery)
        except SendError as refusal:
            error, outcome = refusal, await self._failed(user, delivery, refusal)
        except Exception as fault:
            log.exception("delivery failed unexpectedly", extra={"delivery_id": delivery.id})
            self._watch.failed(type(fault).__name__)
            outcome = {"status": Status.FAILED, "failure": type(fault).__name__[:64]}
        await self._ledger.record(Entry(user, delivery, outcome, error))

    async def _deliver(self, case: Case) -> Outcome:
        """Send it if that is still right. Raises SendError, BudgetClosedError."""
        if (instead := outcomes.needless(case)) is not None:
            return instead
        began = self._clock()
        flight = await self._budget.acquire(Lane.BULK, case.user.chat_id, message=True)
        self._room.waited(flight.waited)
        if abs(self._clock() - began) < STALE:
            return await self._send(case, flight)
        asked = self._clock()
        now_so = await self._claimer.anew(case)
        if now_so is None:
            return outcomes.given_back(case.delivery)  # of a row that is no claim any more, or gone
        if abs(self._clock() - asked) >= _PERMIT_LASTS:
            flight = await self._budget.acquire(Lane.BULK, case.user.chat_id)
            if flight.waited >= _LONG_WAIT:
                return outcomes.given_back(case.delivery)
        return outcomes.needless(now_so) or await self._send(now_so, flight)

    async def _send(self, case: Case, flight: Flight) -> Outcome:
        """The same, with the permit in hand."""
        delivery = case.delivery
        now = self._clock()
        if (instead := outcomes.instead(case, now)) is not None:
            return instead
        if self._ledger.trouble is not None or now > _lease_until(delivery) - _LEASE_MARGIN:
            return outcomes.given_back(delivery)
        made = None if delivery.question else compose(case, now)
        if isinstance(made, Silence):
            return outcomes.silent(delivery)
        with flight:
            message_id = await self._sender.send(outcomes.nudge(case, made, now))
        return outcomes.sent(case, made, message_id, self._clock())

    async def _failed(self, user: User, delivery: Delivery, error: SendError) -> Outcome:
        self._watch.failed(error.reason)
        if error.retry_after is not None:
            await self._budget.pause(error.retry_after.total_seconds())
        if error.permanent:
            user.asleep_at = self._clock()
        outcome = outcomes.failed(delivery, error, self._clock(), jitter=self._jitter())
        log.warning("nudge not sent: %s", error.reason, extra={"delivery_id": delivery.id, "status": outcome["status"]})
        return outcome


def _lease_until(delivery: Delivery) -> datetime:
    """The end of its claim, which every claimed one has."""
    assert delivery.lease_until is not None  # noqa: S101
    return delivery.lease_until
