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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count as count_from
from itertools import pairwise
from zoneinfo import ZoneInfo

ALL_DAYS = frozenset(range(7))
MINUTES_A_DAY = 24 * 60
MAX_EVERY_DAYS = 366
_DAY = timedelta(days=1)
# A window may have begun the day before, and a clock change may carry its end across one more midnight.
_LOOK_BACK = timedelta(days=2)
_YEARS = range(2000, 3000)


class RuleError(ValueError):
    """A rule that cannot be kept; the text is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class AtTimes:
    """At fixed wall-clock times: on some weekdays (0 is Monday), or every few days counted from `anchor`.

    `times` are sorted, unique and whole minutes. `anchor` is the first local day and comes only with
    `every_days` above 1. `until` is the last local day.
    """

    times: tuple[time, ...]
    days: frozenset[int] = ALL_DAYS
    every_days: int = 1
    anchor: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if not self.times:
            raise RuleError("A reminder needs at least one time.")
        for moment in self.times:
            _check_time(moment)
        if any(earlier >= later for earlier, later in pairwise(self.times)):
            raise RuleError("Times must be sorted and different from each other.")
        _check_days(self.days)
        _check_dates(self.anchor, self.until)
        if not 1 <= self.every_days <= MAX_EVERY_DAYS:
            raise RuleError(f"A reminder can come every 1 to {MAX_EVERY_DAYS} days.")
        if (self.every_days > 1) != (self.anchor is not None):
            raise RuleError("Every few days needs a first day, and nothing else has one.")
        if self.every_days > 1 and self.days != ALL_DAYS:
            raise RuleError("Every few days cannot be combined with weekdays.")


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes from `start` to `end`, in windows that start on `days` (0 is Monday).

    An `end` at or before `start` is on the next day, so equal ones make a full day. `until` is the last local
    day on which a window starts.
    """

    minutes: int
    start: time
    end: time
    days: frozenset[int] = ALL_DAYS
    until: date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.minutes <= MINUTES_A_DAY:
            raise RuleError("An interval must be between 1 minute and 24 hours.")
        _check_time(self.start)
        _check_time(self.end)
        _check_days(self.days)
        _check_dates(self.until)

    @property
    def window_minutes(self) -> int:
        """How long the window is by the wall clock, 1 to 1440."""
        return (_minute_of_day(self.end) - _minute_of_day(self.start) - 1) % MINUTES_A_DAY + 1


@dataclass(frozen=True, slots=True)
class Once:
    """At one instant, in UTC."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.utcoffset() != timedelta(0):
            raise RuleError("A single time must be given in UTC.")
        _check_dates(self.at.date())


Rule = AtTimes | Every | Once


def next_due(rule: Rule, zone: ZoneInfo, after: datetime) -> datetime | None:
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
        due = _due_on(rule, zone, day, after)
        if due is None:
            continue
        if found is None:
            # A gap can put tomorrow's first time before today's last one, never the one of the day after.
            found, last_day = due, day + _DAY
        else:
            found = min(found, due)
    return found


def upcoming(rule: Rule, zone: ZoneInfo, after: datetime, count: int) -> list[datetime]:
    """Give the next `count` instants after `after` in UTC, fewer when the rule ends before."""
    dues: list[datetime] = []
    while len(dues) < count:
        due = next_due(rule, zone, after)
        if due is None:
            break
        dues.append(due)
        after = due
    return dues


def _days(rule: AtTimes | Every, first: date) -> Iterator[date]:
    """Give the local days on which the rule holds, from `first` on."""
    step = 1
    if isinstance(rule, AtTimes) and rule.anchor is not None:
        step = rule.every_days
        first = max(rule.anchor, first + timedelta(days=(rule.anchor - first).days % step))
    for day_number in count_from(first.toordinal(), step):
        if rule.until is not None and day_number > rule.until.toordinal():
            return
        if (day_number + 6) % 7 in rule.days:
            yield date.fromordinal(day_number)


def _due_on(rule: AtTimes | Every, zone: ZoneInfo, day: date, after: datetime) -> datetime | None:
    """Give the first instant after `after` that belongs to one local day."""
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


def to_json(rule: Rule) -> dict[str, object]:
    """Give the stored form of a rule; what has its usual value is left out."""
    if isinstance(rule, Once):
        return {"kind": "once", "at": rule.at.isoformat()}
    stored: dict[str, object]
    if isinstance(rule, Every):
        stored = {
            "kind": "every",
            "minutes": rule.minutes,
            "start": f"{rule.start:%H:%M}",
            "end": f"{rule.end:%H:%M}",
        }
    else:
        stored = {"kind": "times", "times": [f"{moment:%H:%M}" for moment in rule.times]}
        if rule.anchor is not None:
            stored |= {"every_days": rule.every_days, "anchor": rule.anchor.isoformat()}
    if rule.days != ALL_DAYS:
        stored["days"] = sorted(rule.days)
    if rule.until is not None:
        stored["until"] = rule.until.isoformat()
    return stored


def from_json(stored: object) -> Rule:
    """Read what `to_json` wrote. RuleError for anything else: another kind, field, or shape."""
    if not isinstance(stored, Mapping):
        raise RuleError("A stored rule is a mapping.")
    fields = dict(stored)
    kind = fields.pop("kind", None)
    try:
        match kind:
            case "once":
                return Once(at=_read_instant(**fields))
            case "every":
                return _read_every(**fields)
            case "times":
                return _read_times(**fields)
    except (TypeError, ValueError, OverflowError) as error:
        raise RuleError(f"A stored rule cannot be read: {error}.") from error
    raise RuleError(f"A stored rule has the unknown kind {kind!r}.")


def _read_instant(*, at: object) -> datetime:
    return datetime.fromisoformat(_text(at)).astimezone(UTC)


def _read_every(*, minutes: object, start: object, end: object, days: object = None, until: object = None) -> Every:
    return Every(_number(minutes), _read_time(start), _read_time(end), _read_days(days), _read_date(until))


def _read_times(
    *, times: object, days: object = None, every_days: object = 1, anchor: object = None, until: object = None
) -> AtTimes:
    return AtTimes(
        times=tuple(_read_time(moment) for moment in _items(times)),
        days=_read_days(days),
        every_days=_number(every_days),
        anchor=_read_date(anchor),
        until=_read_date(until),
    )


def _read_time(value: object) -> time:
    return datetime.strptime(_text(value), "%H:%M").time()  # noqa: DTZ007 - a wall time has no zone


def _read_date(value: object) -> date | None:
    return None if value is None else date.fromisoformat(_text(value))


def _read_days(value: object) -> frozenset[int]:
    return ALL_DAYS if value is None else frozenset(_number(day) for day in _items(value))


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _check_time(moment: time) -> None:
    if moment.second or moment.microsecond or moment.fold or moment.tzinfo is not None:
        raise RuleError("A time is a whole minute on the wall clock.")


def _check_days(days: frozenset[int]) -> None:
    if not days or not days <= ALL_DAYS:
        raise RuleError("Weekdays are one or more of 0 (Monday) to 6 (Sunday).")


def _check_dates(*dates: date | None) -> None:
    # Bounded so that no sum of days can leave what a datetime holds.
    if any(day is not None and day.year not in _YEARS for day in dates):
        raise RuleError("A date must lie in the years 2000 to 2999.")


def _minute_of_day(moment: time) -> int:
    return moment.hour * 60 + moment.minute
