"""SIGKILL while an empty database is being made: what the next start finds can be used, whatever it is."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from db import migrate
from db.engine import make_engine
from tests.data_key import KEYRING
from tests.faults.books import Books
from tests.faults.processes import started
from tests.faults.report import Report, Step

_LOOK_SECONDS = 0.002
_PATIENCE = 30.0
# How long after the first sign of it a migration is killed.
_LONGEST = 0.4


async def births(empty: Callable[[], str], folder: Path, rng: random.Random, step: Step, *, times: int) -> Report:
    """So many new databases from `empty`, each killed once at a random moment of its migration, then finished."""
    report = Report(figures={"kills": times, "of them in the middle of it": 0, "databases made all the same": 0})
    for number in range(times):
        url = empty()
        async with started(("-m", "bot", "migrate"), {"DATABASE_URL": url}, folder / "migrate.log") as process:
            await _begun(url)
            await asyncio.sleep(rng.uniform(0, _LONGEST))
            if process.is_alive:
                process.freeze()
            in_the_middle = Books(url).busy
            await process.kill()
        await Books(url).quiet()
        report.phases["migrating" if in_the_middle else "before or after it"] += 1
        report.figures["of them in the middle of it"] = report.phases["migrating"]
        if sentence := await _finished(url):
            report.wrong.append(sentence)
        step(f"{number + 1} migrations killed")
    report.figures["databases made all the same"] = times - len(report.wrong)
    return report


async def _begun(url: str) -> None:
    """Return when somebody has begun with the database."""
    books, deadline = Books(url), monotonic() + _PATIENCE
    while not books.begun:
        assert monotonic() < deadline
        await asyncio.sleep(_LOOK_SECONDS)


async def _finished(url: str) -> str | None:
    """Migrate as the next start does; what is wrong then."""
    engine = make_engine(url, KEYRING)
    try:
        await migrate.upgrade(engine)
        found = await migrate.differences(engine)
    finally:
        await engine.dispose()
    return f"the database differs from the models: {found[0]}" if found else None
