"""SIGKILL at random moments, and a new process at once: nothing is lost, and only what was in flight comes again.

A process is frozen first (SIGSTOP), so that what it was doing can be told from outside: from the database, from what
the server has received, and from whether it has said yet that it runs. Then it is killed and never comes to itself.
In flight at a kill is what the server had received from this process and the database does not have on record as
sent once the process is dead.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.sandbox.people import Person
from tests.faults.books import Claim, Glimpse
from tests.faults.processes import Bot
from tests.faults.report import Report, Step, account
from tests.faults.stage import Stage

# The server's answer comes so long after the effect: time in which a process can die.
_ANSWER_SECONDS = 0.05
_IN_ONE_INSTANT = 25
_SPREAD = 25
# To promise them all takes less.
_SOONEST = timedelta(seconds=0.2)
_CHATTERS = 20
_WRITE_IN_A_LIFE = 3
# How often which moment is drawn: while it starts, around a tick of its clock, in the middle of a burst, any.
_AIMS = {"start": 2, "tick": 3, "burst": 3, "any": 2}
_LONGEST_LIFE = 2.0
_TICKS = 3
_TICK_SECONDS = 0.5


class Kills:
    """The scenario on one stage. `hurry`: the dead's leases are ended by hand, instead of waiting for it."""

    def __init__(self, stage: Stage, rng: random.Random, step: Step, *, hurry: bool) -> None:
        self._stage = stage
        self._rng = rng
        self._step = step
        self._hurry = hurry
        self._start_seconds = 3.0
        self._in_flight: Counter[int] = Counter()
        self._phases: Counter[str] = Counter()
        self._chatters: list[Person] = stage.server.state.crowd(range(8_000_000_001, 8_000_000_001 + _CHATTERS))
        self._written = 0

    async def run(self, kills: int) -> Report:
        """Kill so many times, then let the last process do what is left."""
        slow = self._stage.server.state.faults
        slow.add("hang_after", method="sendMessage", times=10**9, seconds=_ANSWER_SECONDS)
        for number in range(kills):
            await self._life()
            self._step(f"{number + 1} kills")
        await self._finish()
        return self._report(kills)

    async def _life(self) -> None:
        await self._stage.promise(self._moments())
        before, claims = len(self._stage.arrivals.nudges), self._stage.books.glimpse().claims
        async with self._stage.bot() as bot:
            (aim,) = self._rng.choices([*_AIMS], [*_AIMS.values()])
            if aim == "start":
                await asyncio.sleep(self._rng.uniform(0, self._start_seconds))
            else:
                self._start_seconds = await bot.ready()
                await asyncio.gather(self._talk(), self._wait(aim, before))
            await self._kill(bot, before, claims)

    def _moments(self) -> Sequence[datetime]:
        """When the nudges for one life fall due: many in one instant, the others around it."""
        soonest = datetime.now(UTC) + _SOONEST  # the bot may start in less than what is drawn below
        awake = datetime.now(UTC) + timedelta(seconds=self._start_seconds + self._rng.uniform(-0.5, 1))
        spread = [awake + timedelta(seconds=self._rng.uniform(-0.5, 2)) for _ in range(_SPREAD)]
        return [max(at, soonest) for at in [awake] * _IN_ONE_INSTANT + spread]

    async def _wait(self, aim: str, before: int) -> None:
        """Let the process, which has just begun to run, live until the moment that is drawn."""
        if aim == "tick":
            await asyncio.sleep(self._rng.randint(1, _TICKS) * _TICK_SECONDS + self._rng.uniform(-0.05, 0.2))
        elif aim == "any":
            await asyncio.sleep(self._rng.uniform(0, _LONGEST_LIFE))
        else:
            await self._stage.arrivals.more_than(before, patience=_LONGEST_LIFE)
            await asyncio.sleep(self._rng.uniform(0, 0.5))

    async def _talk(self) -> None:
        """People ask for a nudge, at random moments of the process's first second."""
        for pause in [self._rng.uniform(0, 1 / _WRITE_IN_A_LIFE) for _ in range(_WRITE_IN_A_LIFE)]:
            await asyncio.sleep(pause)
            self._rng.choice(self._chatters).write("/nudge stretch")
            self._written += 1

    async def _kill(self, bot: Bot, before: int, claims: frozenset[Claim]) -> None:
        stage, is_ready = self._stage, bot.is_ready
        bot.freeze()
        await stage.arrivals.settled()
        received, seen = stage.arrivals.since(before), stage.books.glimpse()
        self._phases.update(
            _phases(seen, claims, received, unanswered=stage.arrivals.unanswered) if is_ready else {"starting up"}
        )
        await bot.kill()
        await stage.books.quiet()
        self._in_flight.update(received & stage.books.glimpse().unsent)

    async def _finish(self) -> None:
        if self._hurry:
            self._stage.books.expire(self._stage.books.glimpse().claims)
        async with self._stage.bot() as bot:
            await self._stage.finished(self._step)
            await bot.stop()

    def _report(self, kills: int) -> Report:
        report = account(self._stage, self._in_flight)
        handled = self._stage.books.asked_for()
        answers = self._stage.arrivals.times(handled)
        report.figures = {"kills": kills} | report.figures | {
            "messages to the bot": self._written,
            "handled": len(handled),
            "answers lost with a kill": len(handled) - len(answers),
            "answers twice": sum(times - 1 for times in answers.values()),
        }  # fmt: skip
        report.phases = self._phases
        if self._written != len(handled):
            report.wrong.append(f"{self._written} messages were handled {len(handled)} times")
        return report


def _phases(seen: Glimpse, before: frozenset[Claim], received: set[int], *, unanswered: int) -> set[str]:
    """What was going on at a kill; several things can be. `before`: claims that others had left behind."""
    found = {
        "planning": seen.busy and seen.due > 0,
        "claiming": seen.busy and seen.ripe > 0,
        "claimed, not yet sent": bool({claim.delivery_id for claim in seen.claims - before} - received),
        "sent, no answer yet": unanswered > 0,
        "answered, not yet recorded": len(received & seen.unsent) > unanswered,
    }
    return {phase for phase, is_so in found.items() if is_so} or {"idle"}
