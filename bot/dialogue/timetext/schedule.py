"""Segments to rules: one reading of everything, checked against the calendar and the limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.dialogue.timetext.clock import Clock, Span
from bot.dialogue.timetext.items import After, EveryDays, EveryWeeks, Part, Starting, Until
from bot.dialogue.timetext.outcome import Question, Reason, RefusedError
from bot.dialogue.timetext.segments import Segment, Sentence
from jobs.recurrence import instant_of, next_due
from jobs.rules import ALL_DAYS, MAX_EVERY_DAYS, MINUTES_A_DAY, AtTimes, Every, Once, Rule

MAX_TIMES = 12
MAX_STEPS_A_DAY = 24
MIN_STEP_MINUTES = 15
MAX_MINUTES_AHEAD = 366 * MINUTES_A_DAY
_DAY = timedelta(days=1)
_DAYS_A_WEEK = 7

T = TypeVar("T")


class Chooser:
    """Takes one reading of each ambiguous thing, by a plan, and remembers what there was to choose."""

    def __init__(self, plan: Sequence[int] = ()) -> None:
        self._plan: Iterator[int] = iter(plan)
        self.sizes: list[int] = []
        self.questions: list[Question] = []

    def __call__(self, readings: tuple[T, ...], question: Question) -> T:
        if len(readings) == 1:
            return readings[0]
        self.sizes.append(len(readings))
        self.questions.append(question)
        return readings[next(self._plan, 0)]


@dataclass(frozen=True, slots=True)
class Reading:
    """A segment with one meaning chosen for everything that has several; times in the order they were typed."""

    segment: Segment
    times: tuple[time, ...]
    span: Span | None
    on: tuple[date, ...]
    starting: date | None
    until: date | None
    until_text: str


def readings(sentence: Sentence, choose: Chooser) -> list[Reading]:
    """Choose a meaning for each segment. RefusedError for too many times."""
    until = _choose_date(sentence.until, choose)
    until_text = sentence.until.text if sentence.until else ""
    chosen = []
    left = MAX_TIMES
    for segment in sentence.segments:
        clocks = {clock.plain: clock for clock in segment.at}
        left -= len(clocks)
        if left < 0:
            raise RefusedError(Reason.TOO_MANY, segment.at[-1].text)
        chosen.append(
            Reading(
                segment=segment,
                times=_choose_times(list(clocks.values()), segment.part, choose),
                span=choose(segment.window.spans, Question.WHICH_WINDOW) if segment.window else None,
                on=tuple(choose(item.dates, Question.WHICH_DATE) for item in segment.on),
                starting=_choose_date(segment.starting, choose),
                until=until,
                until_text=until_text,
            )
        )
    return chosen


def _choose_times(clocks: Sequence[Clock], part: Part | None, choose: Chooser) -> tuple[time, ...]:
    """Choose the hours; one that counts to twenty-four shows that its neighbours do: 8, 13 and 18."""
    if part:
        found = [clock.in_part(part.part) for clock in clocks]
    elif any(clock.is_24h for clock in clocks):
        found = [(clock.literal,) for clock in clocks]
    else:
        found = [clock.plain for clock in clocks]
    return tuple(choose(fitting, Question.MORNING_OR_EVENING) for fitting in found)


def _choose_date(item: Until | Starting | None, choose: Chooser) -> date | None:
    return choose(item.dates, Question.WHICH_DATE) if item else None


def moments(after: Sequence[After], now: datetime) -> Iterator[Rule]:
    """Give the rules for "in ten minutes", counted from `now` in whole seconds."""
    for item in after:
        if item.minutes > MAX_MINUTES_AHEAD:
            raise RefusedError(Reason.TOO_FAR, item.text)
        yield Once(now.replace(microsecond=0) + timedelta(minutes=item.minutes))


def rules(reading: Reading, now: datetime, zone: ZoneInfo) -> Iterator[Rule]:
    """Give the rules of a reading. RefusedError for what cannot be kept or has passed already."""
    for rule in _made(reading, now, zone):
        if next_due(rule, zone, now) is None:
            raise RefusedError(Reason.PASSED, reading.until_text)
        yield rule


def _made(reading: Reading, now: datetime, zone: ZoneInfo) -> Sequence[Rule]:
    segment = reading.segment
    if segment.interval or segment.window:
        return [_every(reading)]
    if not reading.times:
        raise RefusedError(Reason.NO_TIME, "")
    if segment.on:
        return _once(reading, now, zone)
    return [_at_times(reading, now, zone)]


def _once(reading: Reading, now: datetime, zone: ZoneInfo) -> list[Rule]:
    segment = reading.segment
    is_same_day = len(segment.days) <= 1 and all({day.weekday()} >= segment.days for day in reading.on)
    if segment.step or reading.until or reading.starting or not is_same_day:
        raise RefusedError(Reason.UNCLEAR, segment.on[0].text)
    made: list[Rule] = []
    for day in sorted(set(reading.on)):
        for moment in sorted(set(reading.times)):
            at = instant_of(day, moment, zone)
            if at <= now:
                raise RefusedError(Reason.PASSED, f"{segment.on[0].text} {moment:%H:%M}")
            made.append(Once(at))
    return made


def _at_times(reading: Reading, now: datetime, zone: ZoneInfo) -> AtTimes:
    segment = reading.segment
    times = tuple(sorted(set(reading.times)))
    step = segment.step
    if isinstance(step, EveryWeeks) and step.step == 1 and segment.days:
        step = None
    if step is None:
        if segment.starting:
            raise RefusedError(Reason.UNCLEAR, segment.starting.text)
        return AtTimes(times, segment.days or ALL_DAYS, until=reading.until)
    today = now.astimezone(zone).date()
    first = reading.starting or (today if instant_of(today, times[-1], zone) > now else today + _DAY)
    if isinstance(step, EveryDays):
        if segment.days:
            raise RefusedError(Reason.UNCLEAR, step.text)
        length = step.step
    else:
        if len(segment.days) != 1:
            raise RefusedError(Reason.UNCLEAR, step.text)
        length = step.step * _DAYS_A_WEEK
        (weekday,) = segment.days
        first += timedelta(days=(weekday - first.weekday()) % _DAYS_A_WEEK)
    if length > MAX_EVERY_DAYS:
        raise RefusedError(Reason.TOO_FAR, step.text)
    return AtTimes(times, every_days=length, anchor=first, until=reading.until)


def _every(reading: Reading) -> Every:
    segment = reading.segment
    interval, window, span = segment.interval, segment.window, reading.span
    if interval is None:
        raise RefusedError(Reason.NO_INTERVAL, window.text if window else "")
    if interval.minutes < MIN_STEP_MINUTES:
        raise RefusedError(Reason.STEP_TOO_SHORT, interval.text)
    if interval.minutes > MINUTES_A_DAY:
        raise RefusedError(Reason.STEP_TOO_LONG, interval.text)
    if span is None:
        raise RefusedError(Reason.NO_WINDOW, interval.text)
    if segment.on or segment.starting or isinstance(segment.step, EveryDays):
        raise RefusedError(Reason.UNCLEAR, interval.text)
    rule = Every(interval.minutes, *span, segment.days or ALL_DAYS, reading.until)
    if rule.minutes > rule.window_minutes:
        raise RefusedError(Reason.STEP_TOO_LONG, interval.text)
    # The last step of a full day is the first of the next.
    length = rule.window_minutes - (rule.window_minutes == MINUTES_A_DAY)
    if length // rule.minutes + 1 > MAX_STEPS_A_DAY:
        raise RefusedError(Reason.TOO_MANY, interval.text)
    return rule
