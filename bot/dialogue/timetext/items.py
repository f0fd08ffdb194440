"""What a text can name: times, days, intervals and dates."""

from dataclasses import dataclass
from datetime import date

from bot.dialogue.timetext.clock import Clock, Span
from jobs.rules import Landmark


@dataclass(frozen=True, slots=True)
class At:
    """A time of day."""

    clock: Clock


@dataclass(frozen=True, slots=True)
class Window:
    """From one time to another, in any of these readings."""

    spans: tuple[Span, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Interval:
    """Every so many minutes."""

    minutes: int
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """So many minutes after a landmark, before it where they are negative, in any of these readings."""

    landmark: Landmark
    minutes: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays, 0 is Monday."""

    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class EveryDays:
    """Every so many days."""

    step: int
    text: str


@dataclass(frozen=True, slots=True)
class EveryWeeks:
    """Every so many weeks, on a weekday that is named elsewhere."""

    step: int
    text: str


@dataclass(frozen=True, slots=True)
class On:
    """One date, in any of these readings."""

    dates: tuple[date, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Starting:
    """The first day, in any of these readings."""

    dates: tuple[date, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Until:
    """The last day, in any of these readings."""

    dates: tuple[date, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day that narrows hours: morning, evening."""

    part: int
    text: str


@dataclass(frozen=True, slots=True)
class After:
    """So many minutes from now."""

    minutes: int
    text: str


Item = At | Window | Interval | Beside | Days | EveryDays | EveryWeeks | On | Starting | Until | Part | After
