"""SIGKILL for one of several workers and web processes, again and again, while the others go on.

In flight at a kill is what the server had received since this process began, and what is claimed by the same worker
before the kill and two seconds after it: the living have put theirs on record by then.
"""

import asyncio
import random
from collections import Counter

from tests.faults.books import Claim
from tests.faults.crew import Crew, Post, crew
from tests.faults.report import Report, Step
from tests.faults.stage import Stage

_ANSWER_SECONDS = 0.05
_LONGEST_LIFE = 2.0
_LIVING_RECORD_SECONDS = 2.0


class Casualties:
    """The scenario on one stage."""

    def __init__(self, stage: Stage, rng: random.Random, step: Step) -> None:
        self._stage = stage
        self._rng = rng
        self._step = step
        self._in_flight: Counter[int] = Counter()
        self._dead: set[Claim] = set()
        self._killed: Counter[str] = Counter()

    async def run(self, kills: int, *, each: int) -> Report:
        """Kill so many times, somebody of the crew."""
        slow = self._stage.server.state.faults
        slow.add("hang_after", method="sendMessage", times=10**9, seconds=_ANSWER_SECONDS)
        async with crew(self._stage, self._rng, each=each) as made:
            async with made.busy():
                for number in range(kills):
                    await asyncio.sleep(self._rng.uniform(0, _LONGEST_LIFE))
                    await self._lose(made, self._rng.randrange(len(made.posts)))
                    self._step(f"{number + 1} kills")
            await self._stage.finished(self._step)
            for post in made.posts:
                await post.bot.stop()
            report = made.report(self._in_flight)
        report.figures = {f"{role}s killed": times for role, times in self._killed.items()} | report.figures
        return report

    async def _lose(self, made: Crew, number: int) -> None:
        """Kill the process at this post, and put a new one there at once."""
        post = made.posts[number]
        self._killed[post.role] += 1
        claimed = await self._kill(made, post)
        made.posts[number], _nothing = await asyncio.gather(made.hire(post.role), asyncio.sleep(_LIVING_RECORD_SECONDS))
        lost = (claimed & self._stage.books.glimpse().claims) - self._dead
        self._dead |= lost
        received = self._stage.arrivals.since(post.since)
        self._in_flight.update(claim.delivery_id for claim in lost if claim.delivery_id in received)

    async def _kill(self, made: Crew, post: Post) -> frozenset[Claim]:
        """What anybody has claimed when it dies."""
        post.bot.freeze()
        await self._stage.arrivals.settled()
        claimed = self._stage.books.glimpse().claims
        await post.bot.kill()
        made.leave(post)
        return claimed
