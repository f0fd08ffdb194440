"""What PostgreSQL answers is held up for a moment, in the middle of bursts: all workers together send no more than the
rate, whatever they had reserved by then."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from tests.bench.measures import fullest
from tests.faults.line import Line, line
from tests.faults.report import Report, Step, account
from tests.faults.stage import RECIPIENTS, Stage

RATE = 100
WORKERS = 4
# In seconds: about as long as a slow disk's, a checkpoint's, and that of a server which is moved.
LENGTHS = (0.06, 0.15, 0.9, 2.5)
_SOON = timedelta(seconds=1)
# A burst lasts for two seconds.
_LATEST = 1.5


async def stalls(stage: Stage, rng: random.Random, step: Step, *, lengths: Sequence[float]) -> Report:
    """Hold it up for so many seconds, each time in a burst of its own."""
    async with line(stage.settings["DATABASE_URL"]) as wire, AsyncExitStack() as processes:
        over_it = [stage.bot("worker", DATABASE_URL=wire.url) for _ in range(WORKERS)]
        workers = [await processes.enter_async_context(worker) for worker in over_it]
        await asyncio.gather(*(worker.ready() for worker in workers))
        for number, length in enumerate(lengths, 1):
            await stage.promise([datetime.now(UTC) + _SOON] * RECIPIENTS)
            await asyncio.sleep(_SOON.total_seconds() + rng.uniform(0, _LATEST))
            await _hold_up(wire, length)
            await stage.finished(step)
            step(f"{number} stalls")
    report = account(stage, Counter())
    most = fullest([call.at for call in stage.server.state.calls if call.method == "sendMessage"])
    del report.figures["in flight at kills"]
    report.figures = {"stalls": len(lengths)} | report.figures | {"rate": RATE, "fullest second": most}
    if most > RATE:
        report.wrong.append(f"{most} messages left within a second")
    return report


async def _hold_up(wire: Line, seconds: float) -> None:
    wire.hold()
    try:
        await asyncio.sleep(seconds)
    finally:
        wire.let_go()
