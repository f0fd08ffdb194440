"""What may leave: claimed under a lease, with all that its fate depends on, and let go where nobody is at it.

A row that cannot be read or written rests, and stops no other.
"""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from db import claims, deliveries, reminders, users
from db.deliveries import Look
from db.engine import DATABASE_ERRORS, Session, Sessions, may_be_a_rows, reading
from db.knowledge.cards import Knowledge
from db.models import Delivery
from jobs import outcomes
from jobs.compose import Case
from jobs.courtesy import Courtesy
from jobs.day import with_agendas
from jobs.ledger import Ledger
from jobs.memory import histories
from jobs.one_by_one import OneByOne
from jobs.suggest.kinds import KINDS
from jobs.suggest.suggestion import REMEMBERED, History
from jobs.watch import Watch

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
# Where one among many cannot be claimed, so many are looked at each for itself, and then all together again: what is
# read for them does not get old. And how long the one rests.
_ONE_BY_ONE = 10
_BROKEN_RESTS = timedelta(minutes=10)
# A drain can last for hours, and what falls due in it must not wait for its end.
_REVIVE_EVERY = timedelta(seconds=1)

_Recall = Callable[[Session, Sequence[Delivery], datetime], Awaitable[dict[int, History]]]


class Claimer:
    """Of `worker`, as claims name this process. `alone`: there is no other worker on this database, so that claims of
    others are of the dead."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        knowledge: Knowledge,
        clock: Callable[[], datetime],
        worker: str,
        alone: bool,
        watch: Watch,
        courtesy: Courtesy,
        ledger: Ledger,
    ) -> None:
        self._sessions = sessions
        self._knowledge = knowledge
        self._clock = clock
        self._worker = worker
        self._is_alone = alone
        self._courtesy = courtesy
        self._ledger = ledger
        self._revived_at: datetime | None = None
        rows = partial(OneByOne, sessions, "delivery", clock=clock, watch=watch, courtesy=courtesy)
        self._claims, self._releases = rows(), rows()

    def begin(self) -> None:
        """A drain begins: look for what is to be let go at once."""
        self._revived_at = None

    async def revive(self, in_flight: Collection[int]) -> None:
        """What nobody is at is ripe again, and so is what is to be asked again. Not for each claim anew.

        Our claims that are not in flight are of nobody, and so are those of others where there are no others.
        """
        now = self._clock()
        if self._revived_at is not None and abs(now - self._revived_at) < _REVIVE_EVERY:
            return
        self._revived_at = now
        await self._ledger.try_again()
        await self._releases.change(
            "release",
            claims.releasing(worker=None if self._is_alone else self._worker, held={*self._ledger.lost, *in_flight}),
            claims.releasing_expired(now=now, spare=self._worker),
            deliveries.asking_again(now),
            to_the_end=False,
        )

    async def claim(self, room: int) -> Sequence[Case]:
        """Up to `room` of what is ripe, with what their fate depends on. Raises DATABASE_ERRORS."""
        now = self._clock()
        claimed = await self._claims.do(
            "claim",
            lambda: self._claim_some(min(self._courtesy.rows, room)),
            choose=partial(
                claims.ripe_ids, now=now, worker=self._worker, limit=min(_ONE_BY_ONE, room), past=self._ledger.past
            ),
            alone=lambda number: self._claim_some(1, only=number),
            rest=partial(claims.put_off, now=now, until=now + _BROKEN_RESTS),
        )
        return [case for cases in claimed for case in cases]

    async def _claim_some(self, limit: int, only: int | None = None) -> Sequence[Case]:
        async with self._courtesy.transaction(), self._sessions.begin() as session:
            now = self._clock()
            claimed = await claims.claim(
                session, now=now, lease_until=now + LEASE, worker=self._worker, limit=limit, only=only,
                without=self._claims.left_out, past=self._ledger.past,
            )  # fmt: skip
            batch = self._ledger.keep_lost(session, claimed)
            return await self._cases(session, batch, now, recall=_remembered if only is None else _recalled)

    async def _cases(
        self, session: Session, batch: Sequence[Delivery], now: datetime, *, recall: _Recall
    ) -> Sequence[Case]:
        if not batch:
            return ()
        people = {user.id: user for user in await users.by_ids(session, (d.user_id for d in batch))}
        if nobodys := [delivery for delivery in batch if delivery.user_id not in people]:
            await claims.record(session, nobodys, {d.id: outcomes.NOBODYS for d in nobodys}, worker=self._worker)
            batch = [delivery for delivery in batch if delivery.user_id in people]
        rules = {r.id: r for r in await reminders.by_ids(session, (d.reminder_id for d in batch if d.reminder_id))}
        remembered = await recall(session, batch, now)
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

    async def anew(self, case: Case) -> Case | None:
        """As it is now; None where the claim does not stand: its owner has answered, or taken something back."""
        try:
            async with reading(self._sessions) as session:
                if not await claims.stands(session, case.delivery, worker=self._worker):
                    return None
                return next(iter(await self._cases(session, [case.delivery], self._clock(), recall=_recalled)), None)
        except DATABASE_ERRORS:
            return None
        except Exception as fault:
            if not may_be_a_rows(fault):
                raise
            return None  # it rests when it is claimed next


async def _remembered(session: Session, batch: Sequence[Delivery], now: datetime) -> dict[int, History]:
    """What each of these people got lately, of the kinds that theirs looks at."""
    whose: defaultdict[str, set[int]] = defaultdict(set)
    for delivery in batch:
        whose[delivery.kind].add(delivery.user_id)
    looks = [
        Look(people, now - reach, looked_at)
        for kind, people in sorted(whose.items())
        for looked_at, reach in ((kind, REMEMBERED), *(KINDS[kind].recalls.items() if kind in KINDS else ()))
    ]
    return await histories(session, {delivery.user_id for delivery in batch}, now, looks=looks)


async def _recalled(session: Session, batch: Sequence[Delivery], now: datetime) -> dict[int, History]:
    """The same; nothing where that cannot be read, which must not cost them all that is to come."""
    try:
        async with session.begin_nested():
            return await _remembered(session, batch, now)
    except Exception as fault:
        if not may_be_a_rows(fault):
            raise
        for delivery in batch:
            log.error("history cannot be read: %s", type(fault).__name__, extra={"delivery_id": delivery.id})  # noqa: TRY400
        return {delivery.user_id: History() for delivery in batch}
