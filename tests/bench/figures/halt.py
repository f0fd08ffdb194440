"""Telegram says 429: nobody sends until it has passed, and then there is no herd."""

from collections.abc import Iterator, Sequence

from tests.bench import crowd, peers
from tests.bench.bench import STORES, Bench, Row
from tests.bench.bursts import burst, wait_for
from tests.bench.measures import between, fullest
from tests.bench.processes import Child
from tests.bench.telegram import Arrival

_HALT = 5
# What was on its way when the 429 was said.
_IN_FLIGHT = 0.25
_INTO_THE_BURST = 2.0
"""Seconds' worth of messages before it is said."""


def halt(bench: Bench) -> Iterator[Row]:
    """A 429 with retry_after 5 in the middle of a burst."""
    people, rate = bench.size.halted_burst

    def refuse() -> None:
        wait_for(bench, int(rate * _INTO_THE_BURST))
        bench.telegram("refuse_next", _HALT)

    beside = _limiter(bench, people, rate)
    for kind, name in STORES.items():
        drained = burst(bench, kind, people=people, rate=rate, limited=False, meanwhile=refuse)
        during, following = _around(drained.arrivals)
        yield Row(
            f"429 with retry_after {_HALT} in mid-burst at {rate:,}/s, {name}",
            f"{during} arrive before it ends, then fullest second {following:,}, "
            f"429s {drained.refused}, lost {drained.lost}",
            beside,
            f"none arrives, then ≤ {rate:,}, one 429, none lost",
            during == 0 and 0 < following <= rate and drained.refused == 1 and not drained.lost,
        )


def _around(arrivals: Sequence[Arrival]) -> tuple[int, int]:
    """How many arrived in the pause, and the most in any second after it."""
    times = [arrival.at for arrival in arrivals]
    said = next((arrival.at for arrival in arrivals if not arrival.accepted), times[-1])
    during = between(times, said + _IN_FLIGHT, said + _HALT)
    return during, fullest([at for at in times if at >= said + _HALT])


def _limiter(bench: Bench, people: int, rate: int) -> str:
    bench.say(f"AIORateLimiter: a 429 among {people:,} messages at {rate:,}/s")
    bench.telegram("crowd", crowd.chats(people))
    bench.telegram("forget")
    child = Child(peers.limited, bench.telegram.url, people, rate, on=bench.subject)
    wait_for(bench, int(rate * _INTO_THE_BURST))
    bench.telegram("refuse_next", _HALT)
    lost = child.result(within=3 * people / rate + 180)
    during, following = _around(bench.telegram.arrivals())
    return f"AIORateLimiter: {during:,} arrive, then fullest second {following:,}, lost {lost:,}"
