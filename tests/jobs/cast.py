"""People with reminders straight in the database, and a sender that notes what it is given."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from db import users
from db.engine import Session, Sessions
from db.knowledge.loader import load
from db.models import Delivery, Reminder, User
from jobs import schedule
from jobs.budget import Budget
from jobs.courtesy import Courtesy
from jobs.deliver import Deliverer
from jobs.one_by_one import OneByOne
from jobs.plan import plan
from jobs.rules import AtTimes, Rule
from jobs.sender import Nudge, SendError

MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KNOWLEDGE = load()
EVENING = AtTimes((time(21, 30),))


async def person(session: Session, chat_id: int, zone: str = "Europe/Berlin", now: datetime = MONDAY_NOON) -> User:
    user = await users.ensure(session, chat_id=chat_id, language="en", now=now)
    user.zone = zone
    await session.flush()
    return user


async def reminded(
    sessions: Sessions, chat_id: int = 1, rule: Rule = EVENING, kind: str = "stretch", now: datetime = MONDAY_NOON
) -> tuple[User, Reminder]:
    """A person with one reminder, set at `now`."""
    async with sessions.begin() as session:
        user = await person(session, chat_id, now=now)
        return user, schedule.add(session, user, kind=kind, rule=rule, now=now)


async def all_deliveries(sessions: Sessions) -> list[Delivery]:
    async with sessions() as session:
        return list(await session.scalars(select(Delivery).order_by(Delivery.due_at, Delivery.id)))


class Post:
    """A Sender that keeps what it was given; `trouble` may raise instead."""

    def __init__(self, trouble: Callable[[Nudge], SendError | Exception | None] = lambda _nudge: None) -> None:
        self.sent: list[Nudge] = []
        self.trouble = trouble

    async def send(self, nudge: Nudge) -> int:
        error = self.trouble(nudge)
        if error is not None:
            raise error
        self.sent.append(nudge)
        return 100 + len(self.sent)


class Tick:
    """Plan and deliver at instants that the test chooses."""

    def __init__(
        self, sessions: Sessions, post: Post, worker: str = "one", rate: int = 1000, *, alone: bool = False
    ) -> None:
        self.now = MONDAY_NOON
        self.courtesy = Courtesy(longest=60)
        self.budget = Budget(rate, monotonic=self._seconds, sleep=self._pass, courtesy=self.courtesy)
        self._sessions = sessions
        self._one_by_one = OneByOne(sessions, "reminder", clock=lambda: self.now)
        self.deliverer = Deliverer(
            sessions=sessions,
            sender=post,
            knowledge=KNOWLEDGE,
            budget=self.budget,
            clock=lambda: self.now,
            worker=worker,
            jitter=lambda: 0.5,
            courtesy=self.courtesy,
            sleep=self._pass,
            alone=alone,
        )

    def _seconds(self) -> float:
        return self.now.timestamp()

    async def _pass(self, seconds: float) -> None:
        """Time goes by for whoever waits."""
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    async def at(self, now: datetime) -> None:
        self.now = now
        while await plan(self._sessions, now=now, one_by_one=self._one_by_one):
            pass
        await self.deliverer.run_once()
