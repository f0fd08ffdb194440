"""A claim costs the same however many rows there are."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from bot.clock import system_clock
from db.claims import claim
from db.engine import make_engine, make_sessions
from jobs.plan import plan
from tests.bench import crowd
from tests.bench.bench import STORES, Bench, Row
from tests.bench.bursts import noon
from tests.bench.figures.million import many
from tests.bench.measures import percentile
from tests.data_key import KEYRING

_GOAL = 1.3
_BATCH = 50
_FEW = 2_500
"""People with four reminders and four deliveries each: 10,000 rows."""


class _Cost(NamedTuple):
    """Median seconds of a claim and of a transaction that plans."""

    claim: float
    plan: float


def claims(bench: Bench) -> Iterator[Row]:
    """Claims of 50 among millions of deliveries and among 10,000, in turns; beside them, planning of 50."""
    rows = bench.size.people * len(crowd.KINDS)
    for kind, name in STORES.items():
        databases = (_few(bench, kind), many(bench, kind)[0])
        now, owed = system_clock().replace(microsecond=0), min(_FEW, bench.size.people)
        for database in databases:
            bench.on(database, partial(crowd.owe, at=now - timedelta(seconds=1), people=owed))
            bench.on(
                database, partial(crowd.fall_due, at=now, people=owed)
            )  # another occasion than the one that is owed
        bench.say(f"claims among {rows:,}, {name}")
        few, lots = bench.alone(_measure, databases, now, bench.size.claims, within=600)
        yield Row(
            f"a claim of {_BATCH} among {rows:,} deliveries, {name}",
            f"{lots.claim / few.claim:.2f} × that among 10,000 ({lots.claim * 1000:.1f} ms)",
            f"planning {_BATCH} of {rows:,} reminders: {lots.plan / few.plan:.2f} × ({lots.plan * 1000:.1f} ms)",
            f"≤ {_GOAL} ×",
            lots.claim <= _GOAL * few.claim,
        )


def _few(bench: Bench, kind: str) -> str:
    database, now = bench.database(kind), system_clock()
    bench.on(database, partial(crowd.settle, people=_FEW, now=now, zone=noon(now), days=1, first=24 * 3600))
    return database


async def _measure(databases: Sequence[str], now: datetime, times: int) -> Sequence[_Cost]:
    """In turns, so that whatever slows the machine down meets both. Raises RuntimeError if there was too little."""
    engines = [make_engine(database, KEYRING) for database in databases]
    claimed: list[list[float]] = [[] for _ in engines]
    planned: list[list[float]] = [[] for _ in engines]
    for _turn in range(times):
        for which, engine in enumerate(engines):
            sessions = make_sessions(engine)
            began = time.perf_counter()
            async with sessions.begin() as session:
                lease = now + timedelta(minutes=5)
                found = await claim(session, now=now, lease_until=lease, worker="bench", limit=_BATCH)
            between = time.perf_counter()
            count = await plan(sessions, now=now, batch=_BATCH)
            claimed[which].append(between - began)
            planned[which].append(time.perf_counter() - between)
            if (len(found), count) != (_BATCH, _BATCH):
                raise RuntimeError(f"{len(found)} were claimed and {count} planned, not {_BATCH}: that is no measure")
    for engine in engines:
        await engine.dispose()
    return [_Cost(percentile(c, 0.5), percentile(p, 0.5)) for c, p in zip(claimed, planned, strict=True)]
