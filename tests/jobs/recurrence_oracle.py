"""A second opinion on recurrence: walk through the minutes of UTC and read the wall clock off each.

It shares the rule types with the product and nothing else: no wall time is ever turned into an instant here,
and clock changes are noticed as jumps of the wall clock.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.rules import AtTimes, Every, Once, Relative

MINUTE = timedelta(minutes=1)


def next_due(rule: AtTimes | Every | Once, zone: ZoneInfo, after: datetime, horizon: timedelta) -> datetime | None:
    """Give the first instant after `after` at which the rule fires, looking no further than `horizon`."""
    if isinstance(rule, Once):
        return rule.at if rule.at > after else None
    # Early enough to have seen the beginning of any window that is still open.
    start = (after - timedelta(days=4)).replace(second=0, microsecond=0)
    fires = _times(rule, zone, start) if isinstance(rule, AtTimes) else _steps(rule, zone, start)
    for instant in fires:
        if instant > after + horizon:
            return None
        if instant > after:
            return instant
    return None


def next_beside(rule: Relative, table: Mapping[date, Sequence[datetime]], after: datetime) -> datetime | None:
    """Give the first instant after `after` by a landmark that comes on these days and on no other."""
    all_of_it = (
        instant + rule.minutes * MINUTE
        for day, instants in table.items()
        if day.weekday() in rule.days and (rule.until is None or day <= rule.until)
        for instant in instants
    )
    return min((instant for instant in all_of_it if instant > after), default=None)


def _wall_minutes(zone: ZoneInfo, start: datetime) -> Iterator[tuple[datetime, list[datetime]]]:
    """Give each UTC minute with the wall-clock minutes that come due at it: none, one, or a moved one too."""
    moved: defaultdict[datetime, list[datetime]] = defaultdict(list)
    instant = start
    newest = instant.astimezone(zone).replace(tzinfo=None) - MINUTE
    while True:
        wall = instant.astimezone(zone).replace(tzinfo=None)
        due = moved.pop(instant, [])
        skipped, behind = newest + MINUTE, 0
        while skipped < wall:
            moved[instant + behind * MINUTE].append(skipped)
            skipped += MINUTE
            behind += 1
        due += moved.pop(instant, [])
        if wall > newest:
            due.append(wall)
            newest = wall
        yield instant, due
        instant += MINUTE


def _times(rule: AtTimes, zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    give_up = start + timedelta(days=800)
    for instant, due in _wall_minutes(zone, start):
        if any(wall.time() in rule.times and _holds(rule, wall) for wall in due):
            yield instant
        if instant > give_up or _is_over(rule, instant):
            return


def _steps(rule: Every, zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    open_windows: dict[datetime, datetime] = {}
    ended: set[datetime] = set()
    for instant, due in _wall_minutes(zone, start):
        ends_here = {wall for wall in due if wall.time() == rule.end}
        for wall in due:
            end = wall.replace(hour=rule.end.hour, minute=rule.end.minute)
            if end <= wall:
                end += timedelta(days=1)
            if wall.time() == rule.start and _holds(rule, wall) and end not in ended:
                open_windows[end] = instant
        if any(
            (instant - opened) % timedelta(minutes=rule.minutes) == timedelta(0) for opened in open_windows.values()
        ):
            yield instant
        for end in ends_here:
            open_windows.pop(end, None)
        ended |= ends_here
        if _is_over(rule, instant):
            return


def _holds(rule: AtTimes | Every, wall: datetime) -> bool:
    day = wall.date()
    if day.weekday() not in rule.days or (rule.until is not None and day > rule.until):
        return False
    if isinstance(rule, Every) or rule.anchor is None:
        return True
    return day >= rule.anchor and (day - rule.anchor).days % rule.every_days == 0


def _is_over(rule: AtTimes | Every, instant: datetime) -> bool:
    """Say whether even the last window, wherever on earth, has closed."""
    return rule.until is not None and instant > datetime(
        rule.until.year, rule.until.month, rule.until.day, tzinfo=UTC
    ) + timedelta(days=4)
