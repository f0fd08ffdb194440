"""THE table of what `make faults` does, each row in a folder and on a database of its own."""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.faults.births import births
from tests.faults.casualties import Casualties
from tests.faults.clock import clock
from tests.faults.crew import RATE as CREW_RATE
from tests.faults.full_disk import RATE, full_disk
from tests.faults.kills import Kills
from tests.faults.leaping import BACK, ON
from tests.faults.outages import outages
from tests.faults.powers import Power
from tests.faults.report import Report, Step
from tests.faults.rolling import rolling
from tests.faults.stage import stage
from tests.faults.stalls import LENGTHS, stalls
from tests.faults.stalls import RATE as STALLED_RATE
from tests.faults.weather import weather

_POWER_CUTS = 12
_NUDGES_IN_BAD_WEATHER = 200
_KILLS_A_BIRTH = 10
_KILLS_A_CASUALTY = 10
_EACH = 2
_FULL_DISKS = 5
_STALLS_EACH = 5
_LEAPS = (ON, BACK, BACK, ON) * 2


@dataclass(frozen=True)
class Run:
    """What a scenario is given: where, by which draws, whom to tell of each step, and how many kills are wanted."""

    folder: Path
    power: Power
    rng: random.Random
    step: Step
    kills: int

    def database(self, kind: str) -> str:
        """The address of the scenario's own database."""
        return self.power.database() if kind == "postgresql" else f"sqlite:///{self.folder / 'bot.db'}"


async def _killed(run: Run, kind: str) -> Report:
    async with stage(run.folder, run.database(kind)) as made:
        return await Kills(made, run.rng, run.step, hurry=False).run(run.kills)


async def _born(run: Run, kind: str) -> Report:
    numbers = count()

    def empty() -> str:
        return run.power.database() if kind == "postgresql" else f"sqlite:///{run.folder / f'{next(numbers)}.db'}"

    return await births(empty, run.folder, run.rng, run.step, times=max(1, run.kills // _KILLS_A_BIRTH))


async def _power_cut(run: Run, kind: str) -> Report:
    async with stage(run.folder, run.database(kind)) as made:
        return await outages(made, run.power, run.rng, run.step, times=_POWER_CUTS)


async def _weathered(run: Run, kind: str) -> Report:
    async with stage(run.folder, run.database(kind)) as made:
        return await weather(made, run.rng, run.step, nudges=_NUDGES_IN_BAD_WEATHER)


async def _filled(run: Run, kind: str) -> Report:
    async with stage(run.folder, run.database(kind), rate=RATE) as made:
        return await full_disk(made, run.step, times=_FULL_DISKS)


async def _leapt(run: Run, kind: str) -> Report:
    async with stage(run.folder, run.database(kind)) as made:
        return await clock(made, run.rng, run.step, leaps=_LEAPS)


async def _rolled(run: Run, kind: str) -> Report:
    async with stage(run.folder, run.database(kind), rate=CREW_RATE) as made:
        return await rolling(made, run.rng, run.step, each=_EACH)


async def _held_up(run: Run, kind: str) -> Report:
    async with stage(run.folder, run.database(kind), rate=STALLED_RATE) as made:
        return await stalls(made, run.rng, run.step, lengths=LENGTHS * _STALLS_EACH)


async def _decimated(run: Run, kind: str) -> Report:
    async with stage(run.folder, run.database(kind), rate=CREW_RATE) as made:
        return await Casualties(made, run.rng, run.step).run(max(1, run.kills // _KILLS_A_CASUALTY), each=_EACH)


@dataclass(frozen=True)
class Scenario:
    """`what` it does, to a database of this `kind`."""

    what: str
    kind: str
    play: Callable[[Run, str], Awaitable[Report]]


SCENARIOS: Mapping[str, Scenario] = {
    "kills-sqlite": Scenario("the bot killed at random moments", "sqlite", _killed),
    "kills-postgresql": Scenario("the bot killed at random moments", "postgresql", _killed),
    "births-sqlite": Scenario("killed while it makes its database", "sqlite", _born),
    "births-postgresql": Scenario("killed while it makes its database", "postgresql", _born),
    "crew": Scenario("one of several processes killed while the others go on", "postgresql", _decimated),
    "outages": Scenario("PostgreSQL killed in the middle of bursts", "postgresql", _power_cut),
    "stalls": Scenario("PostgreSQL's answers held up in the middle of bursts", "postgresql", _held_up),
    "weather": Scenario("the Bot API server at its worst", "sqlite", _weathered),
    "disk": Scenario("the disk full for some seconds", "sqlite", _filled),
    "clock": Scenario("the clock leaping an hour on and back", "sqlite", _leapt),
    "rolling": Scenario("every process replaced in the middle of a burst", "postgresql", _rolled),
}
