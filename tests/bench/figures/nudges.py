"""The whole path, as fast as one process can."""

from collections.abc import Iterator
from functools import partial

from bot.clock import system_clock
from tests.bench import crowd, peers
from tests.bench.bench import STORES, Bench, Row
from tests.bench.bursts import noon
from tests.bench.engine import Pace, drain

_LEAST = 1_000
_TIMES_THE_PEER = 3


def nudges(bench: Bench) -> Iterator[Row]:
    """Nudges a second through claim, compose, send and record, without a limit; the peer only sends, in turns with us:
    its rate right before and after ours."""
    people = bench.size.peers_nudges
    sent, before = _peer(bench, people, grace=None)
    for kind, name in STORES.items():
        pace, busy = drained(bench, kind)
        sent_by_us = bench.telegram("count")
        ours = sent_by_us / pace.elapsed
        _sent, after = _peer(bench, people, grace=None)
        peer, before = (before + after) / 2, after
        yield Row(
            f"nudges/s, one process, no rate limit, {name}",
            f"{ours:,.0f}/s = {ours / peer:.1f} × the peer; {pace.cpu / sent_by_us * 1000:.2f} ms of CPU each, "
            f"the server busy for {busy:.0%} of the time",
            f"JobQueue.run_daily: {peer:,.0f}/s, {people - sent:,} of {people:,} lost",
            f"≥ {_LEAST:,}/s and ≥ {_TIMES_THE_PEER} × the peer",
            ours >= _LEAST and ours >= _TIMES_THE_PEER * peer,
        )
    dropped = people - _peer(bench, people, grace=1)[0]
    yield Row(f"{people:,} jobs of JobQueue due in the same second, as it comes", "", f"{dropped:,} dropped")
    lost = 2 * people - _peer(bench, 2 * people, grace=None)[0]
    yield Row(f"{2 * people:,} jobs of JobQueue, its misfire grace lifted", "", f"{lost:,} lost")


def drained(bench: Bench, kind: str) -> tuple[Pace, float]:
    """Our deliverer with a nudge for everybody, on a new database of this kind; and the share of the server's core."""
    people, now = bench.size.nudges, system_clock()
    database = bench.database(kind)
    bench.say(f"settling {people:,} people")
    bench.on(database, partial(crowd.settle, people=people, now=now, zone=noon(now)))
    bench.on(database, partial(crowd.owe, at=now, people=people))
    _ready(bench, people)
    bench.say(f"{people:,} nudges leave")
    before = bench.telegram("worked")
    pace: Pace = bench.alone(drain, database, bench.telegram.url, within=people / 20 + 60)
    return pace, (bench.telegram("worked") - before) / pace.elapsed


def _peer(bench: Bench, people: int, *, grace: int | None) -> tuple[int, float]:
    """How many JobQueue sent, and how many a second."""
    _ready(bench, people)
    bench.say(f"JobQueue.run_daily: {people:,} jobs, misfire grace {grace}")
    sent = bench.alone(peers.daily, bench.telegram.url, people, grace, within=people / 5 + 60)
    times = [arrival.at for arrival in bench.telegram.arrivals()]
    return sent, (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0


def _ready(bench: Bench, people: int) -> None:
    bench.telegram("crowd", crowd.chats(people))
    bench.telegram("forget")
