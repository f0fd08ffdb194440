"""What became of deliveries goes on record: all that came in while the last was being written, in one transaction.

While the database is away it is tried again and again; nothing is claimed or sent meanwhile.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from db import claims, reminders, users
from db.deliveries import WAITING
from db.engine import Session, Sessions, can_pass, reading
from db.models import Delivery, Status, User
from jobs import schedule
from jobs.courtesy import Courtesy
from jobs.outcomes import Outcome
from jobs.sender import SendError
from jobs.watch import Watch

log = logging.getLogger(__name__)

# Between tries while the database is away.
AGAIN_SECONDS = 2.0
# Of what could not be recorded, so many are tried again at once.
_AT_ONCE = 10
_NEVER_SHOWN = (Status.SKIPPED, Status.MISSED, Status.FAILED)


@dataclass(frozen=True)
class Entry:
    """The outcome of one claim; `error` is what Telegram said, where that was no message id."""

    user: User
    delivery: Delivery
    outcome: Outcome
    error: SendError | None = None


class Ledger:
    """Writes outcomes of the claims of `worker`. `closed`: the program is stopping, so a last try is enough."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        worker: str,
        clock: Callable[[], datetime],
        closed: Callable[[], bool],
        watch: Watch,
        courtesy: Courtesy,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sessions = sessions
        self._worker = worker
        self._clock = clock
        self._closed = closed
        self._watch = watch
        self._courtesy = courtesy
        self._sleep = sleep
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self.trouble: BaseException | None = None
        """What the database last said, while nothing can be recorded."""
        self.lost: dict[int, Entry] = {}
        """By the delivery's id, what cannot be recorded, not even as failed. It leaves again only if it is put off."""

    async def record(self, entry: Entry) -> None:
        """Return when the outcome is on record, or given up because the program stops."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        await done

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                most = self._courtesy.rows
                batch, self._waiting = self._waiting[:most], self._waiting[most:]
                await self._write([entry for entry, _done in batch])
                for _entry, done in batch:
                    if not done.done():
                        done.set_result(None)
        finally:
            self._writer = None

    async def _write(self, entries: Sequence[Entry]) -> None:
        while True:
            try:
                await self._transaction(entries)
            except Exception as error:  # noqa: BLE001 - one that is not the database's absence is reported
                self._watch.failed("record")
                if not can_pass(error):
                    self.trouble = None  # it is there, and answers
                    await self._write_each(entries, error)
                    return
                self.trouble = error
            else:
                self.trouble = None
                return
            if self._closed():
                for entry in entries:
                    log.error("outcome not recorded", extra={"delivery_id": entry.delivery.id})
                return
            await self._sleep(AGAIN_SECONDS)

    async def _write_each(self, entries: Sequence[Entry], error: Exception) -> None:
        """One of them cannot be written, which must not cost the others their record. It is noted as failed, for
        Telegram may have taken it: it must not leave once more."""
        if len(entries) > 1:
            for entry in entries:
                await self._write([entry])
            return
        (entry,) = entries
        log.error("outcome cannot be recorded: %s", type(error).__name__, extra={"delivery_id": entry.delivery.id})
        self.lost.setdefault(entry.delivery.id, entry)
        if entry.outcome["status"] != Status.FAILED:
            outcome = {"status": Status.FAILED, "failure": f"record: {type(error).__name__}"[:64]}
            await self._write([replace(entry, outcome=outcome, error=None)])

    @property
    def past(self) -> Collection[int]:
        """Of what is lost, what will not leave again: what comes after it for its owner does not wait."""
        return [number for number, entry in self.lost.items() if entry.outcome["status"] not in WAITING]

    async def try_again(self) -> None:
        """Some of what could not be recorded may be by now. Raises what says that the database is away."""
        for number, entry in list(islice(self.lost.items(), _AT_ONCE)):
            try:
                await self._settle(number, entry)
            except Exception as error:
                if can_pass(error):
                    raise
            if number in self.lost:
                self.lost[number] = self.lost.pop(number)  # behind the others

    async def _settle(self, number: int, entry: Entry) -> None:
        """Record it where its claim still is ours. Nothing is left to do where its owner has answered."""
        async with reading(self._sessions) as session:
            stands = await claims.stands(session, entry.delivery, worker=self._worker)
            is_over = not stands and not await claims.is_under_way(session, number)
        if stands:
            await self._transaction([entry])
        elif is_over:
            self.lost.pop(number, None)

    def keep_lost(self, session: Session, claimed: Iterable[Delivery]) -> Sequence[Delivery]:
        """Of what has just been claimed, what may leave. What is lost, and was promised for no other time since, is
        recorded under its new claim; without what it proposed, for its owner may have had that forgotten."""
        may_leave = list[Delivery]()
        for delivery in claimed:
            entry = self.lost.get(delivery.id)
            if entry is None or entry.delivery.promised_at != delivery.promised_at:
                self.lost.pop(delivery.id, None)
                may_leave.append(delivery)
            else:
                session.expunge(delivery)  # it is kept, whatever becomes of this transaction
                self.lost[delivery.id] = replace(entry, delivery=delivery, outcome=_without_suggestion(entry.outcome))
        return may_leave

    async def _transaction(self, entries: Sequence[Entry]) -> None:
        async with self._courtesy.transaction(), self._sessions.begin() as session:
            outcomes = {entry.delivery.id: entry.outcome for entry in entries}
            claimed = [entry.delivery for entry in entries]
            ours = await claims.record(session, claimed, outcomes, worker=self._worker)
            for entry in entries:
                await self._follow(session, entry, is_ours=entry.delivery.id in ours)
        for entry in entries:
            delivery, status = entry.delivery, entry.outcome["status"]
            if delivery.id in ours:
                self.lost.pop(delivery.id, None)
            else:
                log.info("answered before it was recorded", extra={"delivery_id": delivery.id})
            sent_at: datetime | None = entry.outcome.get("sent_at")
            late_by = None if sent_at is None else sent_at - delivery.promised_at
            self._watch.settled(delivery.kind, status, late_by=late_by)

    async def _follow(self, session: Session, entry: Entry, *, is_ours: bool) -> None:
        """What it means for the reminder and the person. Nobody ignores what they never got, a question that nobody got
        is asked at the next occasion, and whom Telegram cannot reach is left in peace.

        A fault in one person's rows costs the others nothing.
        """
        user, delivery, error = entry.user, entry.delivery, entry.error
        never_shown = is_ours and not delivery.asked and entry.outcome["status"] in _NEVER_SHOWN
        if not never_shown and error is None:
            return
        try:
            async with session.begin_nested():
                if never_shown and delivery.reminder_id is not None:
                    await reminders.unseen(session, delivery.reminder_id)
                if never_shown and delivery.question:
                    await schedule.wake(session, user, kind=delivery.kind, now=self._clock())
                if error is not None and error.new_chat_id is not None:
                    await users.move_chat(session, user_id=user.id, chat_id=error.new_chat_id)
                if error is not None and error.permanent:
                    await self._let_sleep(session, user)
        except Exception as error:
            if can_pass(error):
                raise
            log.exception("outcome recorded, but not what follows from it", extra={"delivery_id": delivery.id})

    async def _let_sleep(self, session: Session, user: User) -> None:
        """Telegram refuses messages to this person; not so any more if they have written since."""
        if await users.fall_asleep(session, user_id=user.id, last_seen=user.seen_at, now=self._clock()):
            await reminders.silence(session, user.id)


def _without_suggestion(outcome: Outcome) -> Outcome:
    return {**outcome, "suggestion": None} if "suggestion" in outcome else outcome
