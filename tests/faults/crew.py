"""Several workers and web processes on one PostgreSQL, behind a door, busy all the time."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.sandbox.people import Person
from tests.faults.door import Door, door
from tests.faults.processes import ROOT, Bot
from tests.faults.report import Report, account
from tests.faults.stage import Stage
from tests.ports import free_port

# What a crew on one token may send in a second, and what it is given to do.
RATE = 30
_AT_ONCE = 120
_A_SECOND = 15
_SECONDS_AHEAD = 4
# Promises are for a moment to come.
_SOON = timedelta(seconds=2)
_CHATTERS = 20
_PAUSE_SECONDS = 0.3
_SECRET = "the-secret-of-the-door"


@dataclass
class Post:
    """One place in the crew: which role, and which process has it at the moment. `since`: the arrivals before it."""

    role: str
    bot: Bot
    port: int
    since: int


class Crew:
    """`posts` are filled by processes that can be replaced."""

    def __init__(self, stage: Stage, rng: random.Random, front: Door, processes: AsyncExitStack) -> None:
        self.posts: list[Post] = []
        self._stage = stage
        self._rng = rng
        self._front = front
        self._processes = processes
        self._chatters: list[Person] = stage.server.state.crowd(range(8_000_000_001, 8_000_000_001 + _CHATTERS))
        self._written = 0

    async def hire(self, role: str, program: Path = ROOT) -> Post:
        """A process that is ready for work, of the program in this folder; not yet in `posts`."""
        port, since = free_port(), len(self._stage.arrivals.nudges)
        settings = {"WEBHOOK_URL": self._front.url, "WEBHOOK_SECRET": _SECRET, "LISTEN": f"127.0.0.1:{port}"}
        bot = await self._processes.enter_async_context(self._stage.bot(role, program=program, **settings))
        await bot.ready()
        if role == "web":
            self._front.behind.append(port)
        return Post(role, bot, port, since)

    def leave(self, post: Post) -> None:
        """No more updates go to this post's process."""
        if post.role == "web":
            self._front.behind.remove(post.port)

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """A burst and then more to send, and people who write, all the time."""
        work = [asyncio.create_task(part) for part in (self._promise(), self._talk())]
        try:
            yield
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _promise(self) -> None:
        await self._stage.promise([datetime.now(UTC) + _SOON] * _AT_ONCE)
        while True:
            begin = datetime.now(UTC) + _SOON
            moments = [begin + timedelta(seconds=n / _A_SECOND) for n in range(_A_SECOND * _SECONDS_AHEAD)]
            await asyncio.shield(self._stage.promise(moments))
            await asyncio.sleep(_SECONDS_AHEAD)

    async def _talk(self) -> None:
        while True:
            self._rng.choice(self._chatters).write("/nudge stretch")
            self._written += 1
            await asyncio.sleep(self._rng.uniform(0, 2 * _PAUSE_SECONDS))

    def report(self, in_flight: Counter[int]) -> Report:
        """Nudges as in `account`; every message handled once, and how many answers arrived."""
        report = account(self._stage, in_flight)
        handled = self._stage.books.asked_for()
        answers = self._stage.arrivals.times(handled)
        report.figures |= {
            "messages to the bot": self._written,
            "handled": len(handled),
            "answered": len(answers),
            "answers twice": sum(times - 1 for times in answers.values()),
        }
        if self._written != len(handled):
            report.wrong.append(f"{self._written} messages were handled {len(handled)} times")
        return report


@asynccontextmanager
async def crew(stage: Stage, rng: random.Random, *, each: int) -> AsyncIterator[Crew]:
    """`each` workers and as many web processes, ready for work."""
    async with door() as front, AsyncExitStack() as processes:
        made = Crew(stage, rng, front, processes)
        made.posts += await asyncio.gather(*(made.hire(role) for role in ["worker"] * each + ["web"] * each))
        yield made
