"""Text to schedule: "21:30 weekdays", "every 2h 9-18", "in 10 minutes". Never a guess.

A text is understood, or it leads to a question with the possible answers, or it is misunderstood for a reason.
No words for people are made here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from itertools import pairwise, product
from math import prod
from zoneinfo import ZoneInfo

from bot.dialogue.timetext import reader
from bot.dialogue.timetext.canonical import canonical
from bot.dialogue.timetext.outcome import (
    Ambiguous,
    Misunderstood,
    Question,
    Reason,
    RefusedError,
    Understood,
)
from bot.dialogue.timetext.readings import MAX_TIMES, Chooser, readings
from bot.dialogue.timetext.schedule import moments, rules
from bot.dialogue.timetext.segments import Sentence, group
from bot.dialogue.timetext.tokens import tokenize
from bot.dialogue.timetext.words import vocabulary
from jobs.rules import Rule

__all__ = ["Ambiguous", "Misunderstood", "Outcome", "Question", "Reason", "Understood", "canonical", "parse"]

Outcome = Understood | Ambiguous | Misunderstood

_MAX_READINGS = 16
_MAX_OPTIONS = 4


def parse(text: str, *, now: datetime, zone: ZoneInfo, language: str = "en") -> Outcome:
    """Read a schedule that someone typed at `now` (aware UTC) in their `zone`.

    `language` is a tag such as "pt-BR": its names of days and months are understood beside English. An unknown
    tag means English only. Never raises for any text.
    """
    try:
        tokens = tokenize(text, vocabulary(language))
        found = reader.read(tokens, now.astimezone(zone).date())
        if not found:
            return Misunderstood(Reason.EMPTY, "")
        sentence = group(found)
        if sentence.after:
            return Understood(_distinct(moments(sentence.after, now)))
        return _settle(sentence, now, zone)
    except RefusedError as refused:
        return refused.outcome


def _settle(sentence: Sentence, now: datetime, zone: ZoneInfo) -> Outcome:
    """Try every reading; one that can be kept is understood, several are a question."""
    asked = Chooser()
    readings(sentence, asked)
    found: dict[tuple[Rule, ...], bool] = {}
    refusals: list[Misunderstood] = []
    for plan in _plans(asked.sizes):
        chosen = readings(sentence, Chooser(plan))
        try:
            kept = _distinct(rule for reading in chosen for rule in rules(reading, now, zone))
        except RefusedError as refused:
            refusals.append(refused.outcome)
        else:
            found.setdefault(kept, all(_is_rising(reading.times) for reading in chosen))
    if not found:
        is_all = [bool(segment.beside) for segment in sentence.segments] == [False]
        instead = tuple(text for refusal in refusals for text in refusal.instead) if is_all else ()
        return replace(refusals[0], instead=instead[:_MAX_OPTIONS])
    if len(found) == 1:
        return Understood(*found)
    # People list times in the order of the day: with many readings those that rise come first.
    options = sorted(found, key=lambda kept: not found[kept])[:_MAX_OPTIONS]
    return Ambiguous(asked.questions[0], tuple(canonical(kept, zone) for kept in options))


def _distinct(made: Iterable[Rule]) -> tuple[Rule, ...]:
    """Give each rule once. RefusedError for more rules than anybody means."""
    found = tuple(dict.fromkeys(made))
    if len(found) > MAX_TIMES:
        raise RefusedError(Reason.TOO_MANY, "")
    return found


def _plans(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if prod(sizes) <= _MAX_READINGS:
        yield from product(*(range(size) for size in sizes))
    else:
        yield tuple(0 for _ in sizes)
        yield tuple(size - 1 for size in sizes)


def _is_rising(times: Sequence[time]) -> bool:
    return all(earlier < later for earlier, later in pairwise(times))
