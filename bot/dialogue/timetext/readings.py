"""Segments to readings: one meaning for everything that has several."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from bot.dialogue.timetext.clock import Clock, Span
from bot.dialogue.timetext.items import Part, Starting, Until
from bot.dialogue.timetext.outcome import Question, Reason, RefusedError
from bot.dialogue.timetext.segments import Segment, Sentence
from jobs.rules import Landmark

MAX_TIMES = 12

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
    beside: tuple[tuple[Landmark, int], ...]
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
        left -= len(clocks) + len(segment.beside)
        if left < 0:
            raise RefusedError(Reason.TOO_MANY, (segment.beside[-1:] or segment.at[-1:])[0].text)
        chosen.append(
            Reading(
                segment=segment,
                times=_choose_times(list(clocks.values()), segment.part, choose),
                beside=tuple((item.landmark, choose(item.minutes, Question.HOW_LONG)) for item in segment.beside),
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
