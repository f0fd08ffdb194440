"""Several processes on one PostgreSQL: nobody sends what another one sends, and the token has one limit."""

from collections.abc import Iterator

from tests.bench.bench import Bench, Row
from tests.bench.bursts import burst
from tests.bench.measures import fullest, used

_WORKERS = 4


def workers(bench: Bench) -> Iterator[Row]:
    """Four `python -m bot worker` share a burst."""
    people, rate = bench.size.workers_burst
    drained = burst(bench, "postgresql", people=people, rate=rate, roles=("worker",) * _WORKERS)
    most = fullest(drained.times)
    yield Row(
        f"{_WORKERS} workers, {people:,} nudges due at once at {rate:,}/s, PostgreSQL",
        f"{used(drained.times, rate):.1%} of the budget, fullest second {most:,}, 429s {drained.refused}, "
        f"lost {drained.lost}, twice {drained.twice}",
        "",
        f"fullest second ≤ {rate:,}, none lost, none twice",
        most <= rate and not drained.lost and not drained.twice,
    )
