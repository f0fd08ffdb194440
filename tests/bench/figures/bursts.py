"""All of the budget is used, and never more."""

from collections.abc import Iterator, Sequence

from tests.bench import crowd, peers
from tests.bench.bench import STORES, Bench, Row
from tests.bench.bursts import burst
from tests.bench.measures import fullest, used
from tests.bench.processes import ChildError

_SHARE = 0.98


def bursts(bench: Bench) -> Iterator[Row]:
    """Due in one second: the share of the budget used, and the fullest second at the server."""
    for people, rate in (bench.size.slow_burst, bench.size.fast_burst):
        beside = _limiter(bench, people, rate)
        for kind, name in STORES.items():
            drained = burst(bench, kind, people=people, rate=rate)
            share, most = used(drained.times, rate), fullest(drained.times)
            yield Row(
                f"{people:,} nudges due at once at {rate:,}/s, {name}",
                f"{_said(share, most)}, 429s {drained.refused}, lost {drained.lost}, twice {drained.twice}",
                beside,
                f"≥ {_SHARE:.0%} of the budget, fullest second ≤ {rate:,}, no 429, none lost",
                share >= _SHARE and most <= rate and not drained.refused and not drained.lost and not drained.twice,
            )


def _limiter(bench: Bench, people: int, rate: int) -> str:
    """The same many messages with AIORateLimiter."""
    bench.say(f"AIORateLimiter: {people:,} messages at {rate:,}/s")
    bench.telegram("crowd", crowd.chats(people))
    bench.telegram("forget")
    bench.telegram("limit", rate)
    try:
        lost = bench.alone(peers.limited, bench.telegram.url, people, rate, within=3 * people / rate + 180)
    except ChildError as error:
        return f"AIORateLimiter: {error}"
    arrivals = bench.telegram.arrivals()
    times: Sequence[float] = [arrival.at for arrival in arrivals]
    refused = sum(not arrival.accepted for arrival in arrivals)
    return f"AIORateLimiter: {_said(used(times, rate), fullest(times))}, 429s {refused:,}, lost {lost:,}"


def _said(share: float, most: int) -> str:
    return f"{share:.1%}, fullest second {most:,}"
