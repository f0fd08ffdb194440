"""What the benchmarks reckon from arrivals."""

import pytest

from tests.bench.measures import between, fullest, percentile, used


def test_the_fullest_second_begins_anywhere() -> None:
    """Three within one second across the boundary of two; the one exactly a second later is not in it."""
    assert 3 == fullest([0.0, 0.9, 1.2, 1.8, 1.9])
    assert 0 == fullest([])


def test_an_even_stream_and_a_burst_a_second_both_use_the_whole_budget() -> None:
    """The first second and the last unfinished one are left out."""
    even = [number / 10 for number in range(45)]
    bursts = [float(second) for second in range(5) for _ in range(10)]

    assert (1.0, 1.0) == (used(even, 10), used(bursts, 10))
    assert 0.5 == used(even[::2], 10)
    assert 0.0 == used(even[:12], 10)


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    """The smallest that so many do not exceed."""
    assert value == percentile(list(range(100, 0, -1)), share)


def test_no_values_are_infinitely_slow() -> None:
    """So that a goal is missed when nothing came."""
    assert percentile([], 0.5) == float("inf")


def test_what_arrives_in_a_pause_is_counted_from_its_begin_and_before_its_end() -> None:
    """The one at its end is after it."""
    assert 2 == between([0.5, 1.0, 1.5, 2.0], 1.0, 2.0)
