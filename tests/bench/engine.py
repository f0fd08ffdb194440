"""Our own engine as the program puts it together, but with a budget that never holds it up."""

import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from bot import garbage
from bot.clock import system_clock
from bot.gateway.outbound import Outbound
from bot.gateway.transport import at_once, make_bot
from db.engine import make_engine, make_sessions
from db.knowledge.loader import load
from jobs.budget import Budget
from jobs.deliver import Deliverer
from tests.bench.telegram import TOKEN
from tests.data_key import KEYRING

UNLIMITED = 1_000_000
# What may be in flight, and the connections for it, are those of paid broadcast.
_RATE = 1_000


@asynccontextmanager
async def deliverer(database: str, api_url: str) -> AsyncIterator[Deliverer]:
    """A deliverer on this database that sends to this server."""
    engine, bot = make_engine(database, KEYRING), make_bot(token=TOKEN, api_url=api_url, rate=_RATE)
    await bot.initialize()
    budget, knowledge = Budget(UNLIMITED, monotonic=time.monotonic), load()
    garbage.settle()
    try:
        yield Deliverer(
            sessions=make_sessions(engine),
            sender=Outbound(bot, budget, knowledge),
            knowledge=knowledge,
            budget=budget,
            clock=system_clock,
            worker="bench",
            jitter=random.random,
            at_once=at_once(_RATE),
        )
    finally:
        await bot.shutdown()
        await engine.dispose()


class Pace(NamedTuple):
    """In seconds: how long it took, and what of it was this process's own work."""

    elapsed: float
    cpu: float


async def drain(database: str, api_url: str) -> Pace:
    """Deliver everything that is ripe."""
    async with deliverer(database, api_url) as engine:
        began, worked = time.perf_counter(), time.process_time()
        await engine.run_once()
        return Pace(time.perf_counter() - began, time.process_time() - worked)
