"""Segments to rules: one reading of everything, checked against the calendar and the limits."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.dialogue.timetext.canonical import canonical
from bot.dialogue.timetext.clock import EVENING_PARTS
from bot.dialogue.timetext.items import After, EveryDays, EveryWeeks
from bot.dialogue.timetext.outcome import Reason, RefusedError
from bot.dialogue.timetext.readings import Reading
from bot.dialogue.timetext.segments import Segment
from jobs.recurrence import instant_of, next_due
from jobs.rules import ALL_DAYS, MAX_EVERY_DAYS, MINUTES_A_DAY, AtTimes, Every, Landmark, Once, Relative, Rule

MAX_STEPS_A_DAY = 24
MIN_STEP_MINUTES = 15
MAX_MINUTES_AHEAD = 366 * MINUTES_A_DAY
_DAY = timedelta(days=1)
_DAYS_A_WEEK = 7


def moments(after: Sequence[After], now: datetime) -> Iterator[Rule]:
    """Give the rules for "in ten minutes", counted from `now` in whole seconds."""
    for item in after:
        if item.minutes > MAX_MINUTES_AHEAD:
            raise RefusedError(Reason.TOO_FAR, item.text)
        yield Once(now.replace(microsecond=0) + timedelta(minutes=item.minutes))


def rules(reading: Reading, now: datetime, zone: ZoneInfo) -> Iterator[Rule]:
    """Give the rules of a reading. RefusedError for what cannot be kept or has passed already."""
    for rule in _made(reading, now, zone):
        if isinstance(rule, Relative):
            # When a landmark comes, if ever, depends on the person.
            is_over = rule.until is not None and rule.until < now.astimezone(zone).date()
        else:
            is_over = next_due(rule, zone, now) is None
        if is_over:
            raise RefusedError(Reason.PASSED, reading.until_text or reading.segment.on[0].text)
        yield rule


def _made(reading: Reading, now: datetime, zone: ZoneInfo) -> Sequence[Rule]:
    segment = reading.segment
    if segment.interval or segment.window:
        return [_every(reading)]
    made: list[Rule] = []
    if reading.times:
        made += _once(reading, now, zone) if segment.on else [_at_times(reading, now, zone)]
    if reading.beside:
        made += _relative(reading, now.astimezone(zone).date())
    if not made:
        raise RefusedError(Reason.NO_TIME, "")
    return made


def _once(reading: Reading, now: datetime, zone: ZoneInfo) -> list[Rule]:
    """Once for each date and time. What was today is offered for tomorrow: that is what people mean."""
    _check_dates(reading)
    segment, today = reading.segment, now.astimezone(zone).date()
    wanted = [(day, moment) for day in sorted(set(reading.on)) for moment in sorted(set(reading.times))]
    made: list[Rule] = [Once(instant_of(day, moment, zone)) for day, moment in wanted]
    passed = [(day, moment) for day, moment in wanted if instant_of(day, moment, zone) <= now]
    if not passed:
        return made
    instead = [Once(instant_of(day + _DAY if (day, moment) in passed else day, moment, zone)) for day, moment in wanted]
    is_today = all(day == today for day, _moment in passed)
    raise RefusedError(
        Reason.PASSED,
        f"{segment.on[0].text} {passed[0][1]:%H:%M}",
        (canonical(list(dict.fromkeys(instead)), zone),) if is_today else (),
    )


def _check_dates(reading: Reading) -> None:
    """Say that a date stands for itself: nothing that repeats, and no other weekday."""
    segment = reading.segment
    is_same_day = len(segment.days) <= 1 and all({day.weekday()} >= segment.days for day in reading.on)
    if segment.step or reading.until or reading.starting or not is_same_day:
        raise RefusedError(Reason.UNCLEAR, segment.on[0].text)


def _relative(reading: Reading, today: date) -> Iterator[Relative]:
    """Give a rule for each landmark, on weekdays or on single dates of the coming week."""
    segment = reading.segment
    _check_beside(segment, [landmark for landmark, _minutes in reading.beside])
    if segment.on:
        _check_dates(reading)
    for landmark, minutes in reading.beside:
        for day in reading.on:
            if (day - today).days >= _DAYS_A_WEEK:
                raise RefusedError(Reason.NOT_BESIDE, segment.on[0].text)
            yield Relative(landmark, minutes, frozenset({day.weekday()}), day)
        if not reading.on:
            yield Relative(landmark, minutes, segment.days or ALL_DAYS, reading.until)


def _check_beside(segment: Segment, landmarks: Sequence[Landmark]) -> None:
    step, part = segment.step, segment.part
    if isinstance(step, EveryWeeks) and step.step == 1 and segment.days:
        step = None
    # "Every evening at bedtime" only says twice when that is; "mornings after a workout" leaves some out.
    if part and part.part in EVENING_PARTS and set(landmarks) <= {Landmark.BEDTIME, Landmark.SUNSET}:
        part = None
    if odd := step or segment.starting or part:
        raise RefusedError(Reason.NOT_BESIDE, odd.text)


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
