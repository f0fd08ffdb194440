"""The second half of the tick: claim a batch under a lease, compose, send within the budget, record.

At least once: a crash between the send and its record repeats what was in flight, and nothing else.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from db import claims, reminders, users
from db.engine import Sessions
from db.knowledge.safety import Safety, Verdict
from db.models import Delivery, Status, User
from jobs import retry
from jobs.budget import Budget, BudgetClosedError, Lane
from jobs.sender import Nudge, Sender, SendError
from jobs.suggest.kinds import KINDS, judge_nudge
from jobs.suggest.profile import Profile
from jobs.suggest.suggestion import Occasion

log = logging.getLogger(__name__)

BATCH = 200
LEASE = timedelta(minutes=5)
# A permit that comes this close to the lease's end is not used: another worker may send by then.
_LEASE_MARGIN = timedelta(seconds=60)
# Less than this is not worth a word.
_LATE = timedelta(minutes=5)


class Deliverer:
    """Sends what is ripe. `worker` names this process in claims; `jitter` gives numbers in [0, 1)."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        sender: Sender,
        safety: Safety,
        budget: Budget,
        clock: Callable[[], datetime],
        worker: str,
        jitter: Callable[[], float],
    ) -> None:
        self._sessions = sessions
        self._sender = sender
        self._safety = safety
        self._budget = budget
        self._clock = clock
        self._worker = worker
        self._jitter = jitter

    async def run_once(self) -> int:
        """Deliver one batch; the number claimed, 0 when nothing is ripe."""
        now = self._clock()
        async with self._sessions.begin() as session:
            await claims.release_expired(session, now=now)
            batch = await claims.claim(session, now=now, lease_until=now + LEASE, worker=self._worker, limit=BATCH)
            people = {user.id: user for user in await users.by_ids(session, (d.user_id for d in batch))}
        by_person = groupby(sorted(batch, key=lambda delivery: delivery.user_id), lambda d: d.user_id)
        results = await asyncio.gather(
            *(self._in_order(people[who], list(theirs)) for who, theirs in by_person), return_exceptions=True
        )
        for failure in filter(None, results):  # only after everybody's turn: the database is out of reach
            raise failure
        return len(batch)

    async def _in_order(self, user: User, batch: Sequence[Delivery]) -> None:
        """One person's nudges one after the other, so that none overtakes another."""
        for delivery in batch:
            try:
                await self._deliver(user, delivery)
            except BudgetClosedError:
                await self._record(delivery, status=Status.PLANNED, attempts=delivery.attempts - 1)
            except Exception as error:
                log.exception("delivery failed unexpectedly", extra={"delivery_id": delivery.id})
                await self._record(delivery, status=Status.FAILED, failure=type(error).__name__[:64])

    async def _deliver(self, user: User, delivery: Delivery) -> None:
        kind = KINDS[delivery.kind]
        if user.asleep_at is not None:
            await self._record(delivery, status=Status.FAILED, failure="asleep")
            return
        if judge_nudge(self._safety, Profile.from_json(user.profile), delivery.kind).verdict is Verdict.WITHHELD:
            await self._record(delivery, status=Status.SKIPPED, failure="withheld for safety")
            return
        await self._budget.acquire(Lane.BULK)
        now = self._clock()
        late_by = now - delivery.promised_at
        if late_by > kind.usefulness:
            await self._record(delivery, status=Status.MISSED)
            return
        if delivery.lease_until is None or now > delivery.lease_until - _LEASE_MARGIN:
            await self._record(delivery, status=Status.PLANNED, attempts=delivery.attempts - 1)
            return
        nudge = Nudge(
            delivery_id=delivery.id,
            chat_id=user.chat_id,
            language=user.language,
            zone=user.zone,
            suggestion=kind.suggest(Occasion(ordinal=delivery.ordinal)),
            promised_at=delivery.promised_at,
            late_by=late_by if late_by >= _LATE else timedelta(0),
        )
        try:
            message_id = await self._sender.send(nudge)
        except SendError as error:
            await self._failed(user, delivery, error)
        else:
            await self._record(delivery, status=Status.SENT, message_id=message_id, sent_at=self._clock())

    async def _failed(self, user: User, delivery: Delivery, error: SendError) -> None:
        if error.retry_after is not None:
            self._budget.pause(error.retry_after.total_seconds())
        decision = retry.decide(error, attempts=delivery.attempts, jitter=self._jitter())
        log.warning("nudge not sent: %s", error.reason, extra={"delivery_id": delivery.id, "decision": str(decision)})
        if isinstance(decision, retry.Again):
            await self._record(
                delivery,
                status=Status.PLANNED,
                send_at=self._clock() + decision.wait,
                attempts=delivery.attempts if decision.counts else delivery.attempts - 1,
                failure=error.reason[:64],
            )
        else:
            await self._record(delivery, status=Status.FAILED, failure=error.reason[:64])
        await self._learn(user, error)

    async def _learn(self, user: User, error: SendError) -> None:
        """What the failure says about the person: moved, or not to be reached."""
        async with self._sessions.begin() as session:
            if error.new_chat_id is not None:
                await users.move_chat(session, user_id=user.id, chat_id=error.new_chat_id)
            if error.permanent:
                user.asleep_at = self._clock()
                await users.fall_asleep(session, user_id=user.id, now=self._clock())
                await reminders.silence(session, user.id)

    async def _record(self, delivery: Delivery, **outcome: Any) -> None:
        async with self._sessions.begin() as session:
            ours = await claims.record(session, delivery_id=delivery.id, worker=self._worker, **outcome)
        if not ours:
            log.info("answered before it was recorded", extra={"delivery_id": delivery.id})
