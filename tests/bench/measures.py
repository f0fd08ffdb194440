"""What a list of arrivals says. Pure; instants in seconds, ascending."""

from bisect import bisect_left
from collections.abc import Sequence

WINDOW = 1.0


def fullest(arrivals: Sequence[float]) -> int:
    """The most that arrived in any one second, whenever it begins."""
    return max((bisect_left(arrivals, at + WINDOW) - i for i, at in enumerate(arrivals)), default=0)


def used(arrivals: Sequence[float], rate: int) -> float:
    """The share of a budget of `rate` a second that was used, over whole seconds: the second one to the last full one.

    The first second is left out, because a budget may have it full at once.
    """
    begin = arrivals[0] + WINDOW
    seconds = int(arrivals[-1] - begin)
    if seconds < 1:
        return 0.0
    return (bisect_left(arrivals, begin + seconds) - bisect_left(arrivals, begin)) / (rate * seconds)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed; infinite for none."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)] if ordered else float("inf")


def between(arrivals: Sequence[float], begin: float, end: float) -> int:
    """How many arrived from `begin` on and before `end`."""
    return bisect_left(arrivals, end) - bisect_left(arrivals, begin)
