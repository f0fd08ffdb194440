"""The worst minute of the coming day, foreseen."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.crowd import Crowd, worst

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def at(minute: float, count: int) -> tuple[datetime, int]:
    return EIGHT + timedelta(minutes=minute), count


@pytest.mark.parametrize(
    ("due", "minute", "count", "seconds"),
    [
        ([at(0, 1)], 0, 1, 1 / 30),
        ([at(0, 20_000)], 0, 20_000, 20_000 / 30),
        ([at(0, 100), at(30, 200)], 30, 200, 200 / 30),
        ([at(0, 100), at(30, 100)], 0, 100, 100 / 30),
        ([at(0, 3_600), at(1, 60)], 0, 3_600, 120),
        ([at(0, 3_600), at(1, 2_400)], 1, 2_400, 140),
        ([at(0, 3_600), at(1, 2_400), at(5, 3_000)], 1, 2_400, 140),
        ([at(0, 3_600), at(1, 2_400), at(3, 4_000)], 3, 4_000, 20 + 4_000 / 30),
        ([at(0, 10), at(0.25, 20), at(0.75, 30)], 0, 60, 2),
    ],
    ids=["one", "many", "the larger", "of equals", "a small one behind", "carried over", "drained", "two", "seconds"],
)
def test_the_worst_minute_is_the_one_whose_last_nudge_leaves_latest(
    due: Sequence[tuple[datetime, int]], minute: int, count: int, seconds: float
) -> None:
    """At 30 a second, 1,800 a minute; what a minute does not get rid of is in the way of the next ones."""
    crowd = worst(due, rate=30)

    assert crowd is not None
    assert (EIGHT + timedelta(minutes=minute), count) == (crowd.at, crowd.due)
    assert seconds == pytest.approx(crowd.drains_in.total_seconds(), abs=1e-5)


def test_nothing_due_is_no_crowd() -> None:
    """A bot that nobody has asked for anything."""
    assert worst([], rate=30) is None


@given(st.lists(st.integers(0, 500), min_size=1, max_size=60), st.integers(1, 20))
def test_it_is_what_sending_one_by_one_comes_to(counts: list[int], rate: int) -> None:
    """A second implementation sends every nudge at its turn and looks how late the last of each minute is."""
    due = [at(minute, count) for minute, count in enumerate(counts) if count]
    free, late = 0.0, {}
    for minute, count in enumerate(counts):
        for _nudge in range(count):
            free = max(free, minute * 60.0) + 1 / rate
            late[minute] = free - minute * 60.0
    expected = max(late.values(), default=None)
    crowd: Crowd | None = worst(due, rate=rate)

    assert (expected is None) == (crowd is None)
    assert crowd is None or crowd.drains_in.total_seconds() == pytest.approx(expected, abs=1e-4)
