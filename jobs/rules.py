"""Rules of reminders: when a person wants to be nudged, on the wall clock of their zone. Data that checks itself."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

ALL_DAYS = frozenset(range(7))
MINUTES_A_DAY = 24 * 60
MAX_EVERY_DAYS = 366
MAX_OFFSET = 12 * 60
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


class Landmark(StrEnum):
    """A moment of a person's day that is not a fixed time of the clock."""

    BEDTIME = "bedtime"
    WORKOUT = "workout"  # its end
    SUNSET = "sunset"
    NOON = "noon"  # when the sun stands highest
    SUN = "sun"  # the beginning of the best hours for a little sun


@dataclass(frozen=True, slots=True)
class Relative:
    """So many `minutes` after a landmark of each of `days`, before it where they are negative. `until` is the last
    local day."""

    landmark: Landmark
    minutes: int = 0
    days: frozenset[int] = ALL_DAYS
    until: date | None = None

    def __post_init__(self) -> None:
        if abs(self.minutes) > MAX_OFFSET:
            raise RuleError("A reminder can come 12 hours before or after at most.")
        _check_days(self.days)
        _check_dates(self.until)


Rule = AtTimes | Every | Once | Relative


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
