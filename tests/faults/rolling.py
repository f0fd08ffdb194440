"""Workers and web processes replaced one by one in the middle of a burst, by a version that migrates the database."""

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.sandbox.people import Person
from db.engine import make_engine
from tests.faults.door import Door, door, free_port
from tests.faults.processes import ROOT, Bot
from tests.faults.report import Report, Step, account
from tests.faults.stage import Stage
from tests.faults.versions import NEXT, next_version

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
    """One place in the crew: which role, and which process has it at the moment."""

    role: str
    bot: Bot
    port: int


class Rolling:
    """The scenario: `each` workers and as many web processes behind a door."""

    def __init__(self, stage: Stage, rng: random.Random, step: Step, *, each: int) -> None:
        self._stage = stage
        self._rng = rng
        self._step = step
        self._roles = ["worker"] * each + ["web"] * each
        self._chatters: list[Person] = stage.server.state.crowd(range(8_000_000_001, 8_000_000_001 + _CHATTERS))
        self._written = 0
        self._statuses: Counter[int] = Counter()

    async def run(self) -> Report:
        """Replace everybody once."""
        later = await asyncio.to_thread(next_version, self._stage.folder / "later")
        async with door() as front, AsyncExitStack() as processes:
            crew = await asyncio.gather(*(self._hire(processes, front, role) for role in self._roles))
            meanwhile = [asyncio.create_task(work) for work in (self._promise(), self._talk())]
            for post in crew:
                await self._replace(processes, front, post, later)
                self._step(f"a {post.role} was replaced")
            for task in meanwhile:
                task.cancel()
            await asyncio.gather(*meanwhile, return_exceptions=True)
            await self._stage.finished(self._step)
            for post in crew:
                self._statuses[await post.bot.stop()] += 1
        return await self._report()

    async def _hire(self, processes: AsyncExitStack, front: Door, role: str, program: Path = ROOT) -> Post:
        port = free_port()
        settings = {"WEBHOOK_URL": front.url, "WEBHOOK_SECRET": _SECRET, "LISTEN": f"127.0.0.1:{port}"}
        bot = await processes.enter_async_context(self._stage.bot(role, program=program, **settings))
        await bot.ready()
        if role == "web":
            front.behind.append(port)
        return Post(role, bot, port)

    async def _replace(self, processes: AsyncExitStack, front: Door, post: Post, program: Path) -> None:
        """The new one first, then the old one goes: SIGTERM, no longer in the row, all it has begun finished."""
        newer = await self._hire(processes, front, post.role, program)
        if post.role == "web":
            front.behind.remove(post.port)
        self._statuses[await post.bot.stop()] += 1
        post.bot, post.port = newer.bot, newer.port

    async def _promise(self) -> None:
        """A burst, and then more all the time."""
        await self._stage.promise([datetime.now(UTC) + _SOON] * _AT_ONCE)
        while True:
            begin = datetime.now(UTC) + _SOON
            moments = [begin + timedelta(seconds=n / _A_SECOND) for n in range(_A_SECOND * _SECONDS_AHEAD)]
            await self._stage.promise(moments)
            await asyncio.sleep(_SECONDS_AHEAD)

    async def _talk(self) -> None:
        """People ask for nudges all the time."""
        while True:
            self._rng.choice(self._chatters).write("/nudge stretch")
            self._written += 1
            await asyncio.sleep(self._rng.uniform(0, 2 * _PAUSE_SECONDS))

    async def _report(self) -> Report:
        report = account(self._stage, Counter())
        handled = self._stage.books.asked_for()
        answers = self._stage.arrivals.times(handled)
        engine = make_engine(self._stage.books.url)
        async with engine.connect() as connection:
            revision = (await connection.exec_driver_sql("SELECT version_num FROM alembic_version")).scalar_one()
        await engine.dispose()
        del report.figures["in flight at kills"]
        report.figures = {"processes replaced": len(self._roles)} | report.figures | {
            "messages to the bot": self._written,
            "handled": len(handled),
            "answered": len(answers),
            "answers twice": sum(times - 1 for times in answers.values()),
        }  # fmt: skip
        wrong = {
            f"{self._written} messages were handled {len(handled)} times": self._written != len(handled),
            f"{len(handled)} messages were handled and {len(answers)} answered": len(handled) != len(answers),
            f"a process did not stop cleanly: {dict(self._statuses)}": set(self._statuses) != {0},
            f"the database is still at {revision}": revision != NEXT,
        }
        report.wrong += [sentence for sentence, is_so in wrong.items() if is_so]
        return report
