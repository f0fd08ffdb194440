"""Clock times as people write them, and the readings that each can have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.dialogue.timetext.outcome import Reason, RefusedError
from bot.dialogue.timetext.words import AFTERNOON, EVENING, MORNING, NIGHT, TONIGHT
from jobs.rules import Every

NOON = 12
HOURS = 24
MINUTES = 60
_SHORT = 2
_LONG = 4
_LONGEST_NIGHT = 12 * MINUTES

# The hours that can be meant when a part of the day is named.
PARTS = {
    MORNING: frozenset(range(NOON)),
    AFTERNOON: frozenset(range(NOON, 19)),
    EVENING: frozenset(range(16, HOURS)),
    NIGHT: frozenset([*range(17, HOURS), *range(5)]),
    TONIGHT: frozenset(range(17, HOURS)),
}

EVENING_PARTS = frozenset({EVENING, NIGHT, TONIGHT})

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as written: what it means by itself, and what it can mean beside "in the evening".

    The first reading is the one on a clock of twenty-four hours. `is_24h` when the hour shows that it is on one.
    """

    text: str
    plain: tuple[time, ...]
    twelve: tuple[time, ...]
    is_24h: bool = False

    @property
    def literal(self) -> time:
        """What the time means on a clock of twenty-four hours."""
        return self.plain[0]

    def in_part(self, part: int) -> tuple[time, ...]:
        """Give the readings that fall into a part of the day. RefusedError when none does."""
        fitting = tuple(moment for moment in self.twelve if moment.hour in PARTS[part])
        if not fitting:
            raise RefusedError(Reason.UNCLEAR, self.text)
        return fitting


def fixed(minute_of_day: int, text: str) -> Clock:
    """Give a clock time with one reading, such as noon."""
    reading = (time(minute_of_day // MINUTES, minute_of_day % MINUTES),)
    return Clock(text, reading, reading)


def written(digits: str, minutes: str | None, text: str, *, may_end_day: bool = False) -> Clock:
    """Read "9", "09", "930", "2130", or an hour with its minutes. RefusedError for what no clock shows.

    `may_end_day` allows 24:00, which is a good end of a window and a puzzle anywhere else.
    """
    is_bare = minutes is None and not (len(digits) == _SHORT and digits[0] == "0")
    if minutes is None and len(digits) > _SHORT:
        is_bare = len(digits) < _LONG
        digits, minutes = digits[:-2], digits[-2:]
    if len(digits) > _SHORT or (minutes is not None and len(minutes) != _SHORT):
        raise RefusedError(Reason.BAD_TIME, text)
    hour, minute = int(digits), int(minutes or 0)
    if may_end_day and (hour, minute) == (HOURS, 0):
        return Clock(text, (time(0),), (time(0),), is_24h=True)
    if hour >= HOURS or minute >= MINUTES:
        raise RefusedError(Reason.BAD_TIME, text)
    literal = time(hour, minute)
    if not 1 <= hour <= NOON:
        return Clock(text, (literal,), (literal,), is_24h=True)
    twelve = (literal, time((hour + NOON) % HOURS, minute))
    if is_bare:
        return Clock(text, twelve, twelve)
    return Clock(text, (literal,), twelve, is_24h=digits[0] == "0")


def with_half(clock: Clock, *, is_pm: bool) -> Clock:
    """Apply "am" or "pm". RefusedError where they contradict the hour; "21:30 pm" does not."""
    fitting = tuple(moment for moment in clock.twelve if (moment.hour >= NOON) == is_pm)
    if not fitting:
        raise RefusedError(Reason.BAD_TIME, clock.text)
    return Clock(clock.text, fitting, fitting)


def spans(start: Clock, end: Clock) -> tuple[Span, ...]:
    """Give the windows that two written times can mean.

    An hour that counts to twenty-four shows that the other does too: 8-22. Otherwise a window lies within one day,
    or is a night of at most twelve hours: 9-18 has one reading and 9-5 has two.
    """
    if start.is_24h or end.is_24h:
        return ((start.literal, end.literal),)
    every = [(first, last) for first in start.plain for last in end.plain]
    if len(every) == 1:
        return tuple(every)
    return tuple(span for span in every if _is_likely(span)) or tuple(every)


def _is_likely(span: Sequence[time]) -> bool:
    start, end = span
    return start < end or Every(1, start, end).window_minutes <= _LONGEST_NIGHT
