"""The bot's database as somebody from outside reads it, at any moment, without being in anybody's way."""

import asyncio
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from sqlalchemy import NullPool, create_engine, func, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from db.engine import make_engine, make_sessions
from db.models import Delivery, Reminder, Status
from jobs import schedule
from jobs.rules import Once
from tests.data_key import KEYRING
from tests.jobs.cast import person

_UNSENT = (Status.PLANNED, Status.CLAIMED)
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_PATIENCE = 10.0


class Claim(NamedTuple):
    """A delivery that a process is about to send, or was when it died."""

    delivery_id: int
    worker: str | None


class Fate(NamedTuple):
    """What became of a promised nudge; `delivery_id` and `status` are None for one that was never planned."""

    reminder_id: int
    delivery_id: int | None
    status: str | None


@dataclass(frozen=True)
class Glimpse:
    """The database at one moment. `due` reminders are not yet planned, `ripe` deliveries not yet claimed, `unsent` ones
    not on record as sent.

    `busy`: somebody else's transaction is open; on SQLite one that writes.
    """

    busy: bool
    due: int
    ripe: int
    claims: frozenset[Claim]
    unsent: frozenset[int]


class Books:
    """The database at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = create_engine(url, poolclass=NullPool)
        self._session: sessionmaker[Session] = sessionmaker(self._engine)

    async def owe(self, promises: Sequence[tuple[int, datetime]]) -> list[int]:
        """Promise a stretch to each chat at its moment; the ids of the reminders."""
        engine, now = make_engine(self.url, KEYRING), datetime.now(UTC)
        try:
            async with make_sessions(engine).begin() as session:
                owners = {chat_id: await person(session, chat_id, "UTC", now) for chat_id in {c for c, _ in promises}}
                made = [
                    schedule.add(session, owners[chat_id], kind="stretch", rule=Once(at), now=now)
                    for chat_id, at in promises
                ]
                await session.flush()
                assert all(reminder.next_due_at for reminder in made), "a promise is for a moment to come"
                return [reminder.id for reminder in made]
        finally:
            await engine.dispose()

    def glimpse(self) -> Glimpse:
        """What is going on right now."""
        now = datetime.now(UTC)
        due = select(func.count()).select_from(Reminder).where(Reminder.next_due_at <= now)
        ripe = select(func.count()).select_from(Delivery).where(Delivery.status == "planned", Delivery.send_at <= now)
        claims = select(Delivery.id, Delivery.worker).where(Delivery.status == Status.CLAIMED)
        unsent = select(Delivery.id).where(Delivery.status.in_(_UNSENT))
        busy = self.busy
        with self._session() as session:
            return Glimpse(
                busy=busy,
                due=session.scalar(due) or 0,
                ripe=session.scalar(ripe) or 0,
                claims=frozenset(Claim(*row) for row in session.execute(claims)),
                unsent=frozenset(session.scalars(unsent)),
            )

    @property
    def busy(self) -> bool:
        """Whether another process has a transaction open."""
        if self._engine.dialect.name == "postgresql":
            with self._session() as session:
                return bool(session.scalar(text(f"{_OTHERS} AND xact_start IS NOT NULL")))
        lock = sqlite3.connect(str(self._engine.url.database), timeout=0, isolation_level=None)
        try:
            lock.execute("BEGIN IMMEDIATE")
            lock.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        finally:
            lock.close()
        return False

    @property
    def begun(self) -> bool:
        """Whether anybody has begun with a new database."""
        return self.busy if self._engine.dialect.name == "postgresql" else Path(str(self._engine.url.database)).exists()

    async def quiet(self) -> None:
        """Return when nobody else has a transaction open on a PostgreSQL: what the dead had begun is undone or done.

        Connections that only stay open, such as a test's own, say nothing.
        """
        deadline = monotonic() + _PATIENCE
        while self._engine.dialect.name == "postgresql":
            with self._session() as session:
                if not session.scalar(text(f"{_OTHERS} AND xact_start IS NOT NULL")):
                    return
            assert monotonic() < deadline
            await asyncio.sleep(0.01)

    def fates(self, reminder_ids: Sequence[int]) -> list[Fate]:
        """What became of these promises."""
        these = Delivery.reminder_id >= min(reminder_ids, default=0)
        with self._session() as session:
            found = session.execute(select(Delivery.reminder_id, Delivery.id, Delivery.status).where(these))
            planned = {reminder_id: (number, status) for reminder_id, number, status in found}
        return [Fate(one, *planned.get(one, (None, None))) for one in reminder_ids]

    def asked_for(self) -> list[int]:
        """The nudges that people asked for with /nudge: one for each time that it was handled."""
        with self._session() as session:
            return list(session.scalars(select(Delivery.id).where(Delivery.reminder_id.is_(None))))

    def expire(self, claims: Collection[Claim]) -> None:
        """As if the time of these claims of dead processes were over already."""
        with self._session.begin() as session:
            session.execute(
                update(Delivery)
                .where(Delivery.id.in_({claim.delivery_id for claim in claims}), Delivery.status == Status.CLAIMED)
                .values(lease_until=datetime.now(UTC) - timedelta(seconds=1))
            )
