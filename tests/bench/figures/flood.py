"""One person writes 200 times a second: others do not notice."""

import time
from collections.abc import Iterator, Mapping, Sequence

from tests.bench import crowd
from tests.bench.bench import Bench, Row
from tests.bench.bursts import settled
from tests.bench.measures import percentile
from tests.bench.program import program
from tests.ports import free_port

_PER_SECOND = 200
_RATE = 1_000
_MOST = 1.5
_ASKED_EVERY = 0.05
_SECONDS_TO_ANSWER = 5


def flood(bench: Bench) -> Iterator[Row]:
    """`/why magnesium` of others, from its writing to the reply's arrival, without and with the flood beside it."""
    for way, settings in (("by webhook", _webhook()), ("by polling", {})):
        questions = bench.size.questions
        database = settled(bench, "sqlite", 2 * questions + 2)
        bench.telegram("forget")
        with program(bench, database, rate=_RATE, more=settings):
            _asked(bench, range(1))  # the first answer reads what is known
            calm = _asked(bench, range(1, questions + 1))
            bench.telegram("flood", crowd.FIRST_CHAT + 2 * questions + 2, "/why magnesium", _PER_SECOND)
            stormy = _asked(bench, range(questions + 1, 2 * questions + 1))
            bench.telegram("calm")
        yield _row(way, calm, stormy, unanswered=2 * questions - len(calm) - len(stormy))


def _asked(bench: Bench, numbers: Sequence[int]) -> Sequence[float]:
    """How long each of these people waits."""
    bench.telegram("forget")
    bench.say(f"{len(numbers)} questions")
    for number in numbers:
        bench.telegram("ask", crowd.FIRST_CHAT + number + 1, "/why magnesium")
        time.sleep(_ASKED_EVERY)  # as people would
    deadline = time.monotonic() + _SECONDS_TO_ANSWER
    while len(waits := bench.telegram("waited")) < len(numbers) and time.monotonic() < deadline:
        time.sleep(_ASKED_EVERY)  # real processes answer in real time
    found: Sequence[float] = waits
    return found


def _row(way: str, calm: Sequence[float], stormy: Sequence[float], *, unanswered: int) -> Row:
    before, during = percentile(calm, 0.99), percentile(stormy, 0.99)
    return Row(
        f"/why magnesium of others while one person writes {_PER_SECOND} times a second, {way}, SQLite",
        f"p99 {during * 1000:.1f} ms, p50 {percentile(stormy, 0.5) * 1000:.1f} ms, unanswered {unanswered}",
        f"without the flood: p99 {before * 1000:.1f} ms, p50 {percentile(calm, 0.5) * 1000:.1f} ms",
        f"p99 ≤ {_MOST} × that without",
        during <= _MOST * before and not unanswered,
    )


def _webhook() -> Mapping[str, str]:
    address = f"127.0.0.1:{free_port()}"
    return {"WEBHOOK_URL": f"http://{address}/telegram", "WEBHOOK_SECRET": "bench-secret", "LISTEN": address}
