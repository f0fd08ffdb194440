"""When is a reminder due next? Pure: a rule, a time zone and an instant in, an instant out.

Rules speak of wall-clock times and local days. Instants are aware, and those that come out are in UTC.

Clock changes:
- A wall time that does not exist moves forward by the gap: 02:30 is 03:30 when 02:00 becomes 03:00.
- A wall time that comes twice fires at the first.
- Two times that become one instant fire once. Where a gap changes their order, instants count.
- An interval in a window steps in elapsed time from the window's first instant, so that two hours are always
  two hours; the last one comes at or before the window's end. Both ends follow the first two lines, and every
  window starts afresh.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count as count_from
from zoneinfo import ZoneInfo

from jobs.rules import AtTimes, Every, Landmark, Once, Relative, Rule

Landmarks = Callable[[Landmark, date], Sequence[datetime]]
"""The instants of a landmark on a local day, in UTC; none on a day without."""

_DAY = timedelta(days=1)
# A window may have begun the day before, and a clock change may carry its end across one more midnight.
_LOOK_BACK = timedelta(days=2)
# Half a year of polar night, and then some: a landmark that is away for longer will not come.
_LANDMARK_DAYS = 400


def no_landmarks(_landmark: Landmark, _day: date) -> Sequence[datetime]:
    """Of somebody who told nothing."""
    return ()


def next_due(rule: Rule, zone: ZoneInfo, after: datetime, landmarks: Landmarks = no_landmarks) -> datetime | None:
    """Give the first instant strictly after `after` (aware) at which the rule is due, in UTC, or None."""
    if after.tzinfo is None:
        raise ValueError("next_due needs an aware instant")
    if isinstance(rule, Once):
        return rule.at if rule.at > after else None
    after = after.astimezone(UTC)
    found: datetime | None = None
    last_day = date.max
    for day in _days(rule, after.astimezone(zone).date() - _LOOK_BACK):
        if day > last_day:
            break
        due = _due_on(rule, zone, day, after, landmarks)
        if due is None:
            continue
        if found is None:
            # A gap can put tomorrow's first time before today's last one, never the one of the day after.
            found, last_day = due, day + _DAY
        else:
            found = min(found, due)
    return found


def upcoming(
    rule: Rule, zone: ZoneInfo, after: datetime, count: int, landmarks: Landmarks = no_landmarks
) -> list[datetime]:
    """Give the next `count` instants after `after` in UTC, fewer when the rule ends before."""
    dues: list[datetime] = []
    while len(dues) < count:
        due = next_due(rule, zone, after, landmarks)
        if due is None:
            break
        dues.append(due)
        after = due
    return dues


def _days(rule: AtTimes | Every | Relative, first: date) -> Iterator[date]:
    """Give the local days on which the rule holds, from `first` on."""
    step = 1
    if isinstance(rule, AtTimes) and rule.anchor is not None:
        step = rule.every_days
        first = max(rule.anchor, first + timedelta(days=(rule.anchor - first).days % step))
    last = date.max.toordinal() if rule.until is None else rule.until.toordinal()
    if isinstance(rule, Relative):
        last = min(last, first.toordinal() + _LANDMARK_DAYS)
    for day_number in count_from(first.toordinal(), step):
        if day_number > last:
            return
        if (day_number + 6) % 7 in rule.days:
            yield date.fromordinal(day_number)


def _due_on(
    rule: AtTimes | Every | Relative, zone: ZoneInfo, day: date, after: datetime, landmarks: Landmarks
) -> datetime | None:
    """Give the first instant after `after` that belongs to one local day."""
    if isinstance(rule, Relative):
        shifted = (moment + timedelta(minutes=rule.minutes) for moment in landmarks(rule.landmark, day))
        return min((instant for instant in shifted if instant > after), default=None)
    if isinstance(rule, AtTimes):
        instants = (instant_of(day, moment, zone) for moment in rule.times)
        return min((instant for instant in instants if instant > after), default=None)
    first = instant_of(day, rule.start, zone)
    last = instant_of(day + _DAY if rule.end <= rule.start else day, rule.end, zone)
    step = timedelta(minutes=rule.minutes)
    due = first + max(0, (after - first) // step + 1) * step
    return due if due <= last else None


def instant_of(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """Give the instant of a wall-clock time in UTC, by the clock-change policy above."""
    # fold=0 is the policy: a missing time has the offset from before the gap, a double one is the first.
    return datetime.combine(day, moment, zone).astimezone(UTC)
