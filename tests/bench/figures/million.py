"""A million people with four reminders each: nothing is loaded, so nothing has to be waited for."""

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from bot.clock import system_clock
from tests.bench import crowd, hour, peers
from tests.bench.bench import STORES, Bench, Row
from tests.bench.bursts import noon
from tests.bench.measures import percentile
from tests.bench.program import program

_READY, _MEMORY = 3.0, 150.0
_FIRST = timedelta(hours=2)
_SPREAD = 24 * 3600 // len(crowd.KINDS)
"""Over so many seconds, and again for each kind, the reminders of everybody fall due."""
_PATIENCE = 60


def million(bench: Bench) -> Iterator[Row]:
    """Time to ready, and memory after an hour in which a 24th of all reminders falls due."""
    people, seconds = bench.size.people, bench.size.simulated_seconds
    jobs = people * len(crowd.KINDS)
    peer = _peer(bench, jobs)
    for kind, name in STORES.items():
        database, first_due = many(bench, kind)
        ready = _time_to_ready(bench, database)
        yield Row(
            f"{people:,} people with {jobs:,} reminders: from the start to the first tick's end, {name}",
            f"{ready:.1f} s",
            f"JobQueue.run_daily: {peer[0] / 60:,.1f} min",
            f"≤ {_READY:g} s",
            ready <= _READY,
        )
        lived = _hour(bench, database, first_due, seconds)
        yield Row(
            f"… resident memory after {seconds:,} simulated seconds, {name}",
            f"{lived.resident:,.0f} MB ({lived.idle:,.0f} MB before; {bench.telegram('count'):,} nudges; "
            f"a tick takes {percentile(lived.ticks, 0.5) * 1000:.0f} ms)",
            f"JobQueue.run_daily: {peer[1]:,.0f} MB",
            f"≤ {_MEMORY:g} MB",
            lived.resident <= _MEMORY,
        )


def many(bench: Bench, kind: str) -> tuple[str, datetime]:
    """A database with all the people and a day of their past, and when the first of them is owed a nudge, in hours."""

    def make() -> tuple[str, datetime]:
        database, now = bench.database(kind), system_clock()
        bench.say(f"settling {bench.size.people:,} people with four reminders each, {STORES[kind]}")
        first = int(_FIRST.total_seconds())
        settle = partial(crowd.settle, now=now, zone=noon(now), days=1, first=first, spread=_SPREAD)
        bench.on(database, partial(settle, people=bench.size.people))
        os.sync()  # gigabytes that are still being written would be waited for by the first who writes
        return database, now + _FIRST

    return bench.once(f"many, {kind}", make)


def _time_to_ready(bench: Bench, database: str) -> float:
    """Until the one nudge that is due has arrived."""
    someone = len(crowd.KINDS)
    bench.telegram("crowd", crowd.chats(someone))
    bench.telegram("forget")
    due = {someone: system_clock() - timedelta(seconds=1)}
    bench.on(database, partial(crowd.fall_due_each, moments=due))
    bench.say("from the start to the first tick")
    began = time.monotonic()
    with program(bench, database, rate=30):
        while not bench.telegram("count") and time.monotonic() < began + _PATIENCE:
            time.sleep(0.02)  # the arrival itself is timed by the server
    arrivals = bench.telegram.arrivals()
    return arrivals[0].at - began if arrivals else float("inf")


def _hour(bench: Bench, database: str, begin: datetime, seconds: int) -> hour.Lived:
    """Whoever is due in the hour can be written to."""
    everybody = crowd.chats(bench.size.people)
    due = [everybody[max(0, at - 1) : at + seconds] for at in range(0, len(everybody), _SPREAD)]
    bench.telegram("crowd", *due)
    bench.telegram("forget")
    bench.say(f"{seconds:,} simulated seconds")
    lived: hour.Lived = bench.alone(hour.live, database, bench.telegram.url, begin, seconds, within=2400)
    return lived


def _peer(bench: Bench, jobs: int) -> tuple[float, float]:
    """Seconds and MB that so many jobs of JobQueue need, reckoned from fewer."""
    bench.say(f"JobQueue.run_daily: {bench.size.peers_jobs:,} jobs")
    seconds, size = bench.alone(peers.need, bench.telegram.url, bench.size.peers_jobs, within=600)
    return seconds * jobs, size * jobs / 1e6
