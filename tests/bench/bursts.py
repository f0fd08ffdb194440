"""Nudges that fall due together, sent by the program itself, and what came of them."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.clock import system_clock
from tests.bench import crowd
from tests.bench.bench import Bench
from tests.bench.program import program
from tests.bench.telegram import Arrival

_LEAD = timedelta(seconds=3)
"""From the order to the moment that everything falls due."""
_SILENCE_SECONDS = 12
"""Without a message for so long, no more will come."""


@dataclass(frozen=True)
class Drained:
    """`silent`: nudges that the bot chose not to send, such as sun when it is too strong."""

    people: int
    arrivals: Sequence[Arrival]
    silent: int

    @property
    def times(self) -> Sequence[float]:
        """When each message arrived, refused ones too."""
        return [arrival.at for arrival in self.arrivals]

    @property
    def refused(self) -> int:
        """Messages that were answered with 429."""
        return sum(not arrival.accepted for arrival in self.arrivals)

    @property
    def _got(self) -> Counter[int]:
        return Counter(arrival.chat_id for arrival in self.arrivals if arrival.accepted)

    @property
    def lost(self) -> int:
        return self.people - self.silent - sum(number - crowd.FIRST_CHAT <= self.people for number in self._got)

    @property
    def twice(self) -> int:
        """Messages that somebody had got already."""
        return sum(count - 1 for number, count in self._got.items() if number - crowd.FIRST_CHAT <= self.people)


def noon(now: datetime) -> str:
    """A zone in which it is between eleven and twelve: nobody has quiet hours, sun is worth a nudge, and what comes
    every two hours from nine on does not come again within the hour."""
    ahead = (11 - now.hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"


def settled(bench: Bench, kind: str, people: int) -> str:
    """A database of this kind with people, known to the server, of whom nobody is owed anything for a day."""
    database, now = bench.database(kind), system_clock()
    bench.say(f"settling {people:,} people")
    bench.on(database, partial(crowd.settle, people=people, now=now, zone=noon(now), first=24 * 3600))
    bench.telegram("crowd", crowd.chats(people))
    return database


def burst(
    bench: Bench,
    kind: str,
    *,
    people: int,
    rate: int,
    roles: Sequence[str] = ("run",),
    limited: bool = True,
    bystanders: int = 0,
    meanwhile: Callable[[], None] | None = None,
) -> Drained:
    """Everybody is owed a nudge at the same second.

    `limited`: the server refuses what is above `rate`. `bystanders`: people who are owed nothing. `meanwhile` is called
    once the first message has arrived.
    """
    database = settled(bench, kind, people + bystanders)
    bench.telegram("forget")
    with program(bench, database, rate=rate, roles=roles):
        if limited:
            bench.telegram("limit", rate)
        due = (system_clock() + _LEAD).replace(microsecond=0)
        bench.on(database, partial(crowd.fall_due, at=due, people=people))
        wait_for(bench, 1)
        if meanwhile is not None:
            meanwhile()
        bench.say(f"{people:,} nudges at {rate:,}/s leave")
        wait_for(bench, people)
    fates = bench.on(database, partial(crowd.fates, since=due))
    return Drained(people, bench.telegram.arrivals(), fates.get("skipped", 0))


def wait_for(bench: Bench, count: int) -> None:
    """Until so many messages have arrived, or none comes any more."""
    before, changed = -1, time.monotonic()
    while (now := bench.telegram("count")) < count and time.monotonic() - changed < _SILENCE_SECONDS:
        if now != before:
            before, changed = now, time.monotonic()
        time.sleep(0.5)  # real processes send in real time; asking more often would take the server's time
