"""Workers and web processes replaced one by one in the middle of a burst, by a version that migrates the database."""

import asyncio
import random
from collections import Counter

from db.engine import make_engine
from tests.data_key import KEYRING
from tests.faults.crew import crew
from tests.faults.report import Report, Step
from tests.faults.stage import Stage
from tests.faults.versions import NEXT, next_version


async def rolling(stage: Stage, rng: random.Random, step: Step, *, each: int) -> Report:
    """Replace everybody once: the new process first, then the old one goes when all that it has begun is finished."""
    later = await asyncio.to_thread(next_version, stage.folder / "later")
    statuses: Counter[int] = Counter()
    async with crew(stage, rng, each=each) as made:
        async with made.busy():
            for number, old in enumerate(made.posts):
                made.posts[number] = await made.hire(old.role, later)
                made.leave(old)
                statuses[await old.bot.stop()] += 1
                step(f"a {old.role} was replaced")
        await stage.finished(step)
        for post in made.posts:
            statuses[await post.bot.stop()] += 1
        report = made.report(Counter())
    revision = await _revision(stage.books.url)
    del report.figures["in flight at kills"]
    report.figures = {"processes replaced": 2 * each} | report.figures
    wrong = {
        "not every message was answered": report.figures["answered"] != report.figures["handled"],
        f"a process did not stop cleanly: {dict(statuses)}": set(statuses) != {0},
        f"the database is still at {revision}": revision != NEXT,
    }
    report.wrong += [sentence for sentence, is_so in wrong.items() if is_so]
    return report


async def _revision(url: str) -> str:
    engine = make_engine(url, KEYRING)
    try:
        async with engine.connect() as connection:
            found = await connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            return str(found.scalar_one())
    finally:
        await engine.dispose()
