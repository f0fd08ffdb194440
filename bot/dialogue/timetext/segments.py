"""Items to segments: which times belong to which days."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.dialogue.timetext.clock import Clock
from bot.dialogue.timetext.items import (
    After,
    At,
    Beside,
    Days,
    EveryDays,
    EveryWeeks,
    Interval,
    Item,
    On,
    Part,
    Starting,
    Until,
    Window,
)
from bot.dialogue.timetext.outcome import Reason, RefusedError

TimeItem = At | Beside | Interval | Window
DayItem = Days | EveryDays | EveryWeeks | On


@dataclass(slots=True)
class Segment:
    """Times and the days they belong to."""

    at: list[Clock] = field(default_factory=list)
    beside: list[Beside] = field(default_factory=list)
    interval: Interval | None = None
    window: Window | None = None
    part: Part | None = None
    days: frozenset[int] = frozenset()
    step: EveryDays | EveryWeeks | None = None
    starting: Starting | None = None
    on: list[On] = field(default_factory=list)
    days_came_first: bool = False

    @property
    def has_times(self) -> bool:
        return bool(self.at or self.beside or self.interval or self.window)

    @property
    def has_days(self) -> bool:
        return bool(self.days or self.step or self.on)

    @property
    def is_full(self) -> bool:
        return self.has_times and self.has_days


@dataclass(slots=True)
class Sentence:
    """A whole text: its segments, the end they share, and what is only so many minutes from now."""

    segments: list[Segment] = field(default_factory=lambda: [Segment()])
    until: Until | None = None
    after: list[After] = field(default_factory=list)


def group(items: Sequence[Item]) -> Sentence:
    """Put items into segments: "mon 8:00 sat 10:00" has two, and so has "8:00 mon, 10:00 sat".

    RefusedError where it is not plain what belongs together.
    """
    sentence = Sentence()
    for item in items:
        _add(sentence, item)
    if sentence.after and len(sentence.after) < len(items):
        raise RefusedError(Reason.UNCLEAR, sentence.after[0].text)
    partial = [segment for segment in sentence.segments if not segment.is_full]
    if len(sentence.segments) > 1 and partial:
        raise RefusedError(Reason.UNCLEAR, partial[0].at[0].text if partial[0].at else "")
    return sentence


def _add(sentence: Sentence, item: Item) -> None:
    segment = sentence.segments[-1]
    match item:
        case After():
            sentence.after.append(item)
        case Until():
            _refuse_second(sentence.until, item.text)
            sentence.until = item
        case Starting():
            _refuse_second(segment.starting, item.text)
            segment.starting = item
        case Part():
            _add_part(sentence, segment, item)
        case At() | Beside() | Interval() | Window():
            _add_time(_for_time(sentence, segment, item), item)
        case Days() | EveryDays() | EveryWeeks() | On():
            _add_day(_for_day(sentence, segment), item)


def _next(sentence: Sentence) -> Segment:
    if sentence.until is not None:
        raise RefusedError(Reason.UNCLEAR, sentence.until.text)
    sentence.segments.append(Segment())
    return sentence.segments[-1]


def _for_time(sentence: Sentence, segment: Segment, item: TimeItem) -> Segment:
    completes = (isinstance(item, Window) and segment.interval and not segment.window) or (
        isinstance(item, Interval) and segment.window and not segment.interval
    )
    if segment.is_full and not segment.days_came_first and not completes:
        return _next(sentence)
    return segment


def _for_day(sentence: Sentence, segment: Segment) -> Segment:
    if segment.is_full and segment.days_came_first:
        segment = _next(sentence)
    if not segment.has_times:
        segment.days_came_first = True
    return segment


def _add_part(sentence: Sentence, segment: Segment, item: Part) -> None:
    if segment.part is not None and segment.is_full:
        segment = _next(sentence)
    _refuse_second(segment.part, item.text)
    segment.part = item


def _add_time(segment: Segment, item: TimeItem) -> None:
    match item:
        case At():
            _refuse_second(segment.interval or segment.window, item.clock.text)
            segment.at.append(item.clock)
        case Beside():
            if spread := segment.interval or segment.window:
                raise RefusedError(Reason.NOT_BESIDE, spread.text)
            segment.beside.append(item)
        case Interval() | Window() if segment.beside:
            raise RefusedError(Reason.NOT_BESIDE, item.text)
        case Interval():
            _refuse_second(segment.interval or segment.at, item.text)
            segment.interval = item
        case Window():
            _refuse_second(segment.window or segment.at, item.text)
            segment.window = item


def _add_day(segment: Segment, item: DayItem) -> None:
    match item:
        case Days():
            segment.days |= item.days
        case On():
            segment.on.append(item)
        case _:
            _refuse_second(segment.step, item.text)
            segment.step = item


def _refuse_second(there: object, text: str) -> None:
    if there:
        raise RefusedError(Reason.UNCLEAR, text)
