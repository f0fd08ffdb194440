"""Which hours of a day are good for a little sun, at a place and for a skin."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jobs import solar
from jobs.suggest.profile import Spot


@dataclass(frozen=True)
class Window:
    """From when to when (UTC), and the highest UV index in between, for a sky without clouds."""

    start: datetime
    end: datetime
    uv: float


def best_window(
    spot: Spot, skin: int | None, begin: datetime, end: datetime, quiet: Callable[[datetime], bool]
) -> Window | None:
    """The best hours between `begin` and `end` (one day of the person's, in UTC) outside quiet hours; None if there
    are none by daylight."""
    noon = solar.next_noon(spot, begin)
    return Window(noon, noon, 0.0) if begin <= noon < end and not quiet(noon) and skin != 0 else None
