"""With an empty backlog a nudge comes when it was promised."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from bot.clock import system_clock
from tests.bench import crowd
from tests.bench.bench import STORES, Bench, Row
from tests.bench.bursts import settled
from tests.bench.measures import percentile
from tests.bench.program import program

_GOAL = 1.0
_RATE = 1_000
_LEAD = timedelta(seconds=4)
_GRACE = 3.0


def lateness(bench: Bench) -> Iterator[Row]:
    """Seconds from the moment that a nudge was due to its arrival."""
    people, seconds = bench.size.lateness
    for kind, name in STORES.items():
        late = _measure(bench, kind, people, seconds)
        yield Row(
            f"lateness of {len(late):,} nudges at random moments of {seconds} s, {name}",
            f"p50 {percentile(late, 0.5):.2f} s, p99 {percentile(late, 0.99):.2f} s",
            "",
            f"p99 ≤ {_GOAL:g} s",
            percentile(late, 0.99) <= _GOAL,
        )


def _measure(bench: Bench, kind: str, people: int, seconds: int) -> list[float]:
    database = settled(bench, kind, people)
    bench.telegram("forget")
    draw = random.Random(people)  # noqa: S311 - the same moments in every run
    with program(bench, database, rate=_RATE):
        start = system_clock() + _LEAD
        moments = {n: start + timedelta(seconds=draw.uniform(0, seconds)) for n in range(1, people + 1)}
        bench.on(database, partial(crowd.fall_due_each, moments=moments))
        bench.say(f"{people:,} nudges fall due over {seconds} s")
        # Real lateness by the real clock is what is measured.
        time.sleep((start - system_clock()).total_seconds() + seconds + _GRACE)
    since = system_clock().timestamp() - time.monotonic()
    return [
        arrival.at + since - moments[arrival.chat_id - crowd.FIRST_CHAT].timestamp()
        for arrival in bench.telegram.arrivals()
    ]
