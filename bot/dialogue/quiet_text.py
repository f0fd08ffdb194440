"""Text to quiet hours: "22:00-07:30 weekdays", "22-7 weekdays and 23:30-9 weekends". Never a guess."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, time
from itertools import product
from zoneinfo import ZoneInfo

from bot.dialogue.timetext import reader
from bot.dialogue.timetext.canonical import canonical
from bot.dialogue.timetext.outcome import Ambiguous, Misunderstood, Question, Reason, RefusedError
from bot.dialogue.timetext.segments import Segment, group
from bot.dialogue.timetext.tokens import tokenize
from bot.dialogue.timetext.words import vocabulary
from jobs.preferences import Quiet
from jobs.rules import ALL_DAYS, AtTimes, Every

MOST_SPANS = 6
_MAX_OPTIONS = 4
_HALF_DAY = 12
_DAY = 24
_LONGEST_NIGHT = _HALF_DAY * 60
# Both hours may be the morning's or the evening's: 10:00 to 7:00, but not 10:00 to 07:00.
_OF_TWELVE_HOURS = re.compile(r"(1[0-2]|[1-9])[:.]\d\d[^\dap]+(1[0-2]|[1-9])[:.]\d\d")


def read(text: str, *, today: date, language: str = "en") -> tuple[Quiet, ...] | Ambiguous | Misunderstood:
    """Read hours with their weekdays. A span may have no length, with equal ends: that is for the caller to refuse.

    `today` is the person's, for names of days. Options of an ambiguity are texts that are understood without a
    question. Never raises for any text.
    """
    try:
        sentence = group(reader.read(tokenize(text, vocabulary(language)), today))
        if sentence.until or sentence.after or len(sentence.segments) > MOST_SPANS:
            return Misunderstood(Reason.UNCLEAR, sentence.until.text if sentence.until else "")
        readings = [tuple(_quiet(segment)) for segment in sentence.segments]
    except RefusedError as refused:
        return refused.outcome
    found = [tuple(dict.fromkeys(spans)) for spans in product(*readings)]
    if len(found) == 1:
        return found[0]
    return Ambiguous(Question.WHICH_WINDOW, tuple(write(spans) for spans in found[:_MAX_OPTIONS]))


def write(spans: Sequence[Quiet]) -> str:
    """Quiet hours as a short English text that is understood again; for buttons, not for reading aloud."""
    # The grammar names days only behind several rules or where not all are meant; the hours come from us.
    starts = [AtTimes((quiet.start,), quiet.days) for quiet in spans]
    texts = canonical(starts, ZoneInfo("UTC")).split(" and ")
    return " and ".join(
        f"{start}-{quiet.end:%H:%M}{gap}{days}"
        for quiet, (start, gap, days) in zip(spans, (text.partition(" ") for text in texts), strict=True)
    )


def _quiet(segment: Segment) -> Iterator[Quiet]:
    """A segment in each of its readings. RefusedError for anything but hours and weekdays."""
    others = segment.at or segment.interval or segment.part or segment.step or segment.starting or segment.on
    if segment.window is None or others:
        raise RefusedError(Reason.NO_WINDOW if segment.window is None else Reason.UNCLEAR, "")
    spans = segment.window.spans
    if len(spans) == 1 and _OF_TWELVE_HOURS.fullmatch(segment.window.text):
        spans = tuple(_likely(*spans[0]))
    for start, end in spans:
        yield Quiet(start, end, segment.days or ALL_DAYS)


def _likely(start: time, end: time) -> Iterator[tuple[time, time]]:
    """As written on a clock of twenty-four hours; for most of a day also the shorter spans that can be meant."""
    yield start, end
    if Every(1, start, end).window_minutes > _LONGEST_NIGHT:
        for other in ((_other_half(start), end), (start, _other_half(end))):
            if Every(1, *other).window_minutes < _LONGEST_NIGHT:
                yield other


def _other_half(clock: time) -> time:
    return clock.replace(hour=(clock.hour + _HALF_DAY) % _DAY)
