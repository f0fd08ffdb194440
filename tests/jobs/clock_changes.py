"""Every clock change on earth for some years, and instants near them."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
LAST = datetime(2030, 12, 31, tzinfo=UTC)
DAY = timedelta(days=1)
ZONES = sorted(
    name
    for name in available_timezones()
    if name not in {"localtime", "Factory"} and not name.startswith(("posix/", "right/"))
)


@cache
def transitions(name: str) -> tuple[datetime, ...]:
    """Find the first instants after each clock change of a zone, 2024-2030, from its offsets alone."""
    zone = ZoneInfo(name)
    found = []
    days = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    for day, before, after in zip(days, offsets, offsets[1:], strict=False):
        if before != after:
            minutes = range(24 * 60 + 1)
            changed = bisect_left(
                minutes,
                True,
                key=lambda m: (day + timedelta(minutes=m)).astimezone(zone).utcoffset() != before,
            )
            found.append(day + timedelta(minutes=changed))
    return tuple(found)


@st.composite
def moments(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """Draw a zone and an instant, mostly within three days of one of its clock changes."""
    name = draw(st.sampled_from(ZONES))
    changes = transitions(name)
    is_near_a_change = draw(st.integers(0, 9)) > 0
    if changes and is_near_a_change:
        minutes = draw(st.integers(-3 * 1440, 3 * 1440) | st.integers(-180, 180))
        instant = draw(st.sampled_from(changes)) + timedelta(minutes=minutes)
    else:
        instant = draw(st.datetimes(datetime(2024, 1, 6), datetime(2030, 12, 20))).replace(tzinfo=UTC)  # noqa: DTZ001
    return ZoneInfo(name), instant.replace(microsecond=0, second=draw(st.sampled_from([0, 0, 1, 59])))
