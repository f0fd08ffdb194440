"""The second half of the tick: claim a few under a lease, compose, send within the budget, record.

At least once: a crash between the send and its record repeats what was in flight, and nothing else.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from db import claims, deliveries, reminders, users
from db.engine import DATABASE_ERRORS, Session, Sessions
from db.knowledge.cards import Knowledge
from db.models import Delivery, Status, User
from jobs import outcomes, schedule
from jobs.budget import Budget, BudgetClosedError
from jobs.compose import Case, compose, unwanted
from jobs.day import with_agendas
from jobs.lane import Lane
from jobs.memory import histories
from jobs.outcomes import Outcome
from jobs.sender import Sender, SendError
from jobs.suggest.suggestion import Silence

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
# A permit that comes this close to the lease's end is not used: another worker may send by then.
_LEASE_MARGIN = timedelta(seconds=60)
# What is claimed but has not left waits for the lease's end after a crash: no more than leaves in two seconds.
_SECONDS_AHEAD = 2
_FEWEST = 10
# How long one send that hangs may keep the others from being claimed.
_LOOK_AGAIN_SECONDS = 1.0
_NEVER_SHOWN = (Status.SKIPPED, Status.MISSED, Status.FAILED)
# Between tries to record an outcome while the database is away.
RECORD_AGAIN_SECONDS = 2.0


class Deliverer:
    """Sends what is ripe. `worker` names this process in claims; `jitter` gives numbers in [0, 1)."""

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
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sessions = sessions
        self._sender = sender
        self._knowledge = knowledge
        self._budget = budget
        self._clock = clock
        self._worker = worker
        self._jitter = jitter
        self._sleep = sleep
        self._most = max(_FEWEST, budget.rate * _SECONDS_AHEAD)
        self._in_flight: set[asyncio.Task[None]] = set()
        self._last_of: dict[int, asyncio.Task[None]] = {}
        self._away: BaseException | None = None
        """What the database last said, while nothing can be recorded."""

    async def run_once(self) -> int:
        """Deliver until nothing is ripe or in flight; the number claimed.

        Raises DATABASE_ERRORS, but only after everybody's turn.
        """
        claimed = 0
        while not self._budget.closed and self._away is None:
            room = self._most - len(self._in_flight)
            took_off = await self._take_off(room)
            claimed += took_off
            if not self._in_flight:
                break
            await self._land(down_to=self._most // 2 if took_off == room else 0)
        while self._in_flight:
            await self._land(down_to=0)
        if (error := self._away) is not None:
            self._away = None
            raise error
        return claimed

    async def _take_off(self, room: int) -> int:
        """Claim up to `room` deliveries and begin with them; how many."""
        try:
            batch = await self._claim(room) if room else []
        except DATABASE_ERRORS as error:
            self._away = error
            return 0
        for case in batch:
            before = self._last_of.get(case.user.id)
            task = asyncio.create_task(self._after(before, case))
            self._last_of[case.user.id] = task
            self._in_flight.add(task)
            task.add_done_callback(self._landed)
        return len(batch)

    async def _claim(self, room: int) -> Sequence[Case]:
        now = self._clock()
        async with self._sessions.begin() as session:
            await claims.release_expired(session, now=now)
            await deliveries.ask_again(session, now=now)
            batch = await claims.claim(session, now=now, lease_until=now + LEASE, worker=self._worker, limit=room)
            if not batch:
                return []
            people = {user.id: user for user in await users.by_ids(session, (d.user_id for d in batch))}
            rules = {r.id: r for r in await reminders.by_ids(session, (d.reminder_id for d in batch if d.reminder_id))}
            remembered = await histories(session, people, now)
            cases = [
                Case(
                    delivery,
                    people[delivery.user_id],
                    rules.get(delivery.reminder_id or 0),
                    self._knowledge.edition(people[delivery.user_id].language),
                    remembered[delivery.user_id].without(delivery.id),
                )
                for delivery in batch
            ]
            return await with_agendas(session, cases, now)

    async def _land(self, *, down_to: int) -> None:
        """Wait until no more than `down_to` are in flight, but not long for one that hangs."""
        try:
            async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                while len(self._in_flight) > down_to:
                    await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            log.debug("%d in flight", len(self._in_flight))
        except asyncio.CancelledError:
            for task in self._in_flight:
                task.cancel()
            raise

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._last_of = {who: last for who, last in self._last_of.items() if last is not task}
        if not task.cancelled() and (error := task.exception()) is not None:
            self._away = error

    async def _after(self, before: asyncio.Task[None] | None, case: Case) -> None:
        """One person's nudges one after the other, so that none overtakes another."""
        if before is not None:
            await asyncio.wait({before})
            case = await self._with_news(case)
        user, delivery = case.user, case.delivery
        error: SendError | None = None
        try:
            outcome = await self._deliver(case)
        except BudgetClosedError:
            outcome = outcomes.given_back(delivery)
        except SendError as refusal:
            error, outcome = refusal, self._failed(user, delivery, refusal)
        except Exception as fault:
            log.exception("delivery failed unexpectedly", extra={"delivery_id": delivery.id})
            outcome = {"status": Status.FAILED, "failure": type(fault).__name__[:64]}
        await self._record(user, delivery, outcome, error)

    async def _with_news(self, case: Case) -> Case:
        """With what has just been sent to the same person, so that nothing is proposed twice in a row."""
        async with self._sessions.begin() as session:
            found = await histories(session, [case.user.id], self._clock())
        return replace(case, history=found[case.user.id].without(case.delivery.id))

    async def _deliver(self, case: Case) -> Outcome:
        """Send it if that is still right; no database. Raises SendError, BudgetClosedError."""
        delivery = case.delivery
        if case.user.asleep_at is not None:
            return {"status": Status.FAILED, "failure": "asleep"}
        if (silence := unwanted(case)) is not None:
            return outcomes.silent(delivery, silence)
        await self._budget.acquire(Lane.BULK)
        now = self._clock()
        if (instead := outcomes.instead(case, now)) is not None:
            return instead
        if self._away is not None or now > _lease_until(delivery) - _LEASE_MARGIN:
            return outcomes.given_back(delivery)
        made = None if delivery.question else compose(case, now)
        if isinstance(made, Silence):
            return outcomes.silent(delivery, made)
        message_id = await self._sender.send(outcomes.nudge(case, made, now))
        return outcomes.sent(case, made, message_id, self._clock())

    def _failed(self, user: User, delivery: Delivery, error: SendError) -> Outcome:
        if error.retry_after is not None:
            self._budget.pause(error.retry_after.total_seconds())
        if error.permanent:
            user.asleep_at = self._clock()
        outcome = outcomes.failed(delivery, error, self._clock(), jitter=self._jitter())
        log.warning("nudge not sent: %s", error.reason, extra={"delivery_id": delivery.id, "status": outcome["status"]})
        return outcome

    async def _record(self, user: User, delivery: Delivery, outcome: Outcome, error: SendError | None) -> None:
        """Write the outcome, again and again while the database is away, until the lease ends."""
        while True:
            try:
                async with self._sessions.begin() as session:
                    ours = await claims.record(session, delivery_id=delivery.id, worker=self._worker, **outcome)
                    if ours and not delivery.asked and outcome["status"] in _NEVER_SHOWN:
                        await self._unseen(session, user, delivery)
                    if error is not None:
                        await self._learn(session, user, error)
            except DATABASE_ERRORS as trouble:
                self._away = trouble
            else:
                self._away = None
                if not ours:
                    log.info("answered before it was recorded", extra={"delivery_id": delivery.id})
                return
            if self._budget.closed or self._clock() >= _lease_until(delivery):
                log.error("outcome not recorded", extra={"delivery_id": delivery.id})
                return
            await self._sleep(RECORD_AGAIN_SECONDS)

    async def _unseen(self, session: Session, user: User, delivery: Delivery) -> None:
        """Nobody ignores what they never got; and a question that nobody got is asked at the next occasion."""
        if delivery.reminder_id is not None:
            await reminders.unseen(session, delivery.reminder_id)
        if delivery.question:
            await schedule.wake(session, user, kind=delivery.kind, now=self._clock())

    async def _learn(self, session: Session, user: User, error: SendError) -> None:
        """What the failure says about the person: moved, or not to be reached."""
        if error.new_chat_id is not None:
            await users.move_chat(session, user_id=user.id, chat_id=error.new_chat_id)
        if error.permanent:
            await users.fall_asleep(session, user_id=user.id, now=self._clock())
            await reminders.silence(session, user.id)


def _lease_until(delivery: Delivery) -> datetime:
    """The end of its claim, which every claimed one has."""
    assert delivery.lease_until is not None  # noqa: S101
    return delivery.lease_until
