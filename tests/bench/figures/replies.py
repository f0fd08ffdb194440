"""Somebody asks while a burst drains: they do not wait for it."""

import time
from collections.abc import Iterator
from itertools import product

from tests.bench import crowd
from tests.bench.bench import STORES, Bench, Row
from tests.bench.bursts import burst
from tests.bench.measures import percentile

_MEDIAN, _WORST = 0.010, 0.050
_ASKED_EVERY = 0.05


def replies(bench: Bench) -> Iterator[Row]:
    """`/why magnesium` in mid-burst: from the update's handing out to the reply's arrival. At the rate that Telegram
    gives to everybody, and at the one that can be paid for."""
    for (people, rate), (kind, name) in product((bench.size.slow_burst, bench.size.fast_burst), STORES.items()):

        def ask(people: int = people) -> None:
            for number in range(people + 1, people + 1 + bench.size.questions):
                bench.telegram("ask", crowd.FIRST_CHAT + number, "/why magnesium")
                time.sleep(_ASKED_EVERY)  # spread over the burst, which goes on by itself

        burst(bench, kind, people=people, rate=rate, bystanders=bench.size.questions, meanwhile=ask)
        waits = bench.telegram("answered")
        median, worst = percentile(waits, 0.5), percentile(waits, 0.99)
        unanswered = bench.size.questions - len(waits)
        yield Row(
            f"/why magnesium while {people:,} nudges drain at {rate:,}/s, {name}",
            f"p50 {median * 1000:.1f} ms, p99 {worst * 1000:.1f} ms, unanswered {unanswered}",
            "",
            f"p50 ≤ {_MEDIAN * 1000:.0f} ms, p99 ≤ {_WORST * 1000:.0f} ms",
            median <= _MEDIAN and worst <= _WORST and not unanswered,
        )
