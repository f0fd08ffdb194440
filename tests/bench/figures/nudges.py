"""The whole path, as fast as one process can."""

from collections.abc import Iterator
from functools import partial

from bot.clock import system_clock
from tests.bench import crowd, engine, peers
from tests.bench.bench import STORES, Bench, Row
from tests.bench.bursts import noon

_LEAST = 1_000
_TIMES_THE_PEER = 3


def nudges(bench: Bench) -> Iterator[Row]:
    """Nudges a second through claim, compose, send and record, without a limit; the peer only sends."""
    peer = _peer(bench)
    for kind, name in STORES.items():
        ours = drained(bench, kind)
        yield Row(
            f"nudges/s, one process, no rate limit, {name}",
            f"{ours:,.0f}/s = {ours / peer:.1f} × the peer",
            f"JobQueue.run_daily: {peer:,.0f}/s",
            f"≥ {_LEAST:,}/s and ≥ {_TIMES_THE_PEER} × the peer",
            ours >= _LEAST and ours >= _TIMES_THE_PEER * peer,
        )
    yield _dropped(bench)


def drained(bench: Bench, kind: str) -> float:
    """Nudges a second of our deliverer, on a new database of this kind."""
    people, now = bench.size.nudges, system_clock()
    database = bench.database(kind)
    bench.say(f"settling {people:,} people")
    bench.on(database, partial(crowd.settle, people=people, now=now, zone=noon(now)))
    bench.on(database, partial(crowd.owe, at=now, people=people))
    _ready(bench, people)
    bench.say(f"{people:,} nudges leave")
    seconds = bench.alone(engine.drain, database, bench.telegram.url, within=people / 20 + 60)
    return float(bench.telegram("count") / seconds)


def _peer(bench: Bench) -> float:
    people = bench.size.peers_nudges
    _ready(bench, people)
    bench.say(f"JobQueue.run_daily: {people:,} jobs")
    bench.alone(peers.daily, bench.telegram.url, people, None, within=people / 20 + 60)
    times = [arrival.at for arrival in bench.telegram.arrivals()]
    return len(times) / (times[-1] - times[0])


def _dropped(bench: Bench) -> Row:
    people = bench.size.peers_nudges
    _ready(bench, people)
    bench.say(f"JobQueue.run_daily as it comes: {people:,} jobs")
    sent = bench.alone(peers.daily, bench.telegram.url, people, 1, within=people / 20 + 60)
    return Row(f"{people:,} jobs of JobQueue due in the same second, as it comes", "", f"{people - sent:,} dropped")


def _ready(bench: Bench, people: int) -> None:
    bench.telegram("crowd", crowd.chats(people))
    bench.telegram("forget")
