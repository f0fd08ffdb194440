"""A short version of `make faults`: real processes, each kind of trouble once or a few times."""

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.births import births
from tests.faults.clock import clock
from tests.faults.crew import RATE
from tests.faults.full_disk import RATE as SLOW
from tests.faults.full_disk import full_disk
from tests.faults.kills import Kills
from tests.faults.leaping import BACK, ON
from tests.faults.outages import outages
from tests.faults.powers import Power, power
from tests.faults.rolling import rolling
from tests.faults.stage import stage
from tests.faults.stalls import RATE as STALLED_RATE
from tests.faults.stalls import stalls
from tests.faults.weather import weather

SEED = 7

# A busy machine takes its time to start processes.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def rng() -> random.Random:
    return random.Random(SEED)  # noqa: S311 - the same draws every time


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not tmp_path: a PostgreSQL socket's path may have 107 characters at most.
    with TemporaryDirectory(prefix="cc-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def own_power() -> Iterator[Power]:
    with TemporaryDirectory(prefix="cc-") as name, power(Path(name) / "data") as made:
        yield made


def _silently(_what: str) -> None:
    """Nobody watches."""


async def test_nothing_is_lost_when_the_bot_is_killed(database: str, folder: Path, rng: random.Random) -> None:
    """And what comes again was in flight; who wrote is answered once. In `make faults` 200 times."""
    async with stage(folder, database) as made:
        report = await Kills(made, rng, _silently, hurry=True).run(1)

    assert [] == report.wrong
    assert 1 == report.figures["kills"]
    assert 0 == report.figures["lost"]


async def test_a_database_that_is_killed_when_it_is_made_can_be_used(
    empty_database: str, folder: Path, rng: random.Random
) -> None:
    """The next start finds all of the schema or none of it."""
    report = await births(lambda: empty_database, folder, rng, _silently, times=1)

    assert [] == report.wrong
    assert 1 == report.figures["databases made all the same"]


async def test_a_postgresql_that_dies_in_a_burst_costs_nothing(
    own_power: Power, folder: Path, rng: random.Random
) -> None:
    """Killed with all its processes; the bot waits and goes on, and nothing comes again."""
    async with stage(folder, own_power.database()) as made:
        report = await outages(made, own_power, rng, _silently, times=1)

    assert [] == report.wrong
    assert 0 == report.figures["arrived again"]


async def test_answers_of_postgresql_that_come_late_lose_and_repeat_nothing(
    own_power: Power, folder: Path, rng: random.Random
) -> None:
    """While four workers send. How full the fullest second is counts in `make faults`: this machine may be busy."""
    async with stage(folder, own_power.database(), rate=STALLED_RATE) as made:
        report = await stalls(made, rng, _silently, lengths=[0.9])

    assert [] == [sentence for sentence in report.wrong if "within a second" not in sentence]
    assert 0 == report.figures["arrived again"]


async def test_every_nudge_comes_through_bad_weather(folder: Path, rng: random.Random) -> None:
    """Broken connections, 500 and 429; only what a broken connection hid comes again, once."""
    async with stage(folder, f"sqlite:///{folder}/bot.db") as made:
        report = await weather(made, rng, _silently, nudges=20, most=1, hangs=False)

    assert [] == report.wrong
    assert report.figures["drop after"] == report.figures["arrived again"]


async def test_a_full_disk_holds_nudges_back_until_there_is_room(folder: Path) -> None:
    """Nothing leaves that cannot be recorded, the log says why, and all of it comes in the end, once."""
    async with stage(folder, f"sqlite:///{folder}/bot.db", rate=SLOW) as made:
        report = await full_disk(made, _silently, times=1)

    assert [] == report.wrong
    assert 0 == report.figures["sent while it was full"]


async def test_a_clock_that_leaps_loses_and_repeats_nothing(folder: Path, rng: random.Random) -> None:
    """An hour on, and an hour back; what is late by that clock says so."""
    async with stage(folder, f"sqlite:///{folder}/bot.db") as made:
        report = await clock(made, rng, _silently, leaps=(ON, BACK))

    assert [] == report.wrong
    assert 0 == report.figures["arrived again"]


async def test_processes_are_replaced_in_a_burst_and_nobody_notices(
    own_power: Power, folder: Path, rng: random.Random
) -> None:
    """A worker and a web process, by a version that adds to the tables: every nudge once, every message answered."""
    async with stage(folder, own_power.database(), rate=RATE) as made:
        report = await rolling(made, rng, _silently, each=1)

    assert [] == report.wrong
    assert report.figures["messages to the bot"] == report.figures["answered"]
