"""Text to workouts: "45 run hot" that was just done, "mon wed 18:00 45 min run" for every week. Never a guess."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from markupsafe import Markup
from rapidfuzz import fuzz, process

from bot.dialogue import times
from bot.dialogue.timetext.canonical import canonical
from bot.dialogue.timetext.outcome import Question, Reason
from bot.dialogue.timetext.words import clean
from bot.dialogue.when import QUESTIONS, REFUSALS
from bot.dialogue.words import Words, fill, mark
from bot.dialogue.workout_reader import Parts, Problem, UnclearError, known_words, read_parts
from bot.dialogue.workout_words import shown
from jobs.rules import AtTimes, Every, Rule
from jobs.workouts import LONGEST, Effort, Workout

__all__ = ["MOST_WORKOUTS", "Problem", "Unclear", "read_done", "read_plan", "shown", "sorry", "written"]

T = TypeVar("T")

MOST_WORKOUTS = 14
"""A week's; more are hardly meant."""

_READ = 300
# How near a word must come to one that is known to be offered instead of it.
_CLOSE = 75
_NEXT = re.compile(r"[;\n]")
_JOINT = re.compile(r",|&|\band\b|\bthen\b")

_SAID: Mapping[Problem, str] = {
    Problem.UNKNOWN_WORD: mark("I don't understand “{part}”."),
    Problem.NO_LENGTH: mark("How long does it take, in minutes?"),
    Problem.BAD_LENGTH: mark("“{part}” is not a length that I can use: from 1 minute to 12 hours."),
    Problem.TWICE: mark("I read two different things there, the second is “{part}”. One workout at a time, please."),
    Problem.NOT_WEEKLY: mark("I can keep workouts that come every week, on certain days at a certain time."),
    Problem.TOO_MANY: mark("Those are more workouts than I can keep: 14 a week."),
}


@dataclass(frozen=True)
class Unclear:
    """A text that is no workout. `part`: the word at fault, as typed but in lower case; "" where something is missing.

    `time`: what about its days and times is asked or refused, with Problem.TIME. `options`: whole texts that are
    understood without a question, to choose from; none where nothing comes near.
    """

    problem: Problem
    part: str = ""
    time: Question | Reason | None = None
    options: tuple[str, ...] = ()


def read_done(text: str, *, language: str = "en") -> Workout | Unclear:
    """A workout that was just done: "45 run hot", "1h30 cycling hard", "20 min". A bare number is minutes.

    Days and times of the day are not understood here. Never raises for any text.
    """

    def read(text: str) -> Workout:
        return _workout(read_parts(text, language, weekly=False))

    return _read(read, text, language)


def read_plan(text: str, *, now: datetime, zone: ZoneInfo, language: str = "en") -> tuple[Workout, ...] | Unclear:
    """Weekly workouts, apart by semicolons, lines or "and": "tue thu 18:30 1h hard football; sat 10:00 90 min".

    Each has a time and a length (1 to LONGEST minutes), or a time from and to; without a day it is every day's, and
    with two times it is two workouts. `now` (aware UTC) and `zone` are the person's, as `times.parse` takes them.
    Never raises for any text.
    """

    def read(text: str) -> tuple[Workout, ...]:
        segments = [segment.strip() for segment in _NEXT.split(text) if segment.strip()] or [""]
        found: dict[Workout, None] = {}
        for number, segment in enumerate(segments):
            try:
                found |= dict.fromkeys(_several(segment, now, zone, language))
            except UnclearError as error:
                error.options = tuple(
                    "; ".join((*segments[:number], option, *segments[number + 1 :])) for option in error.options
                )
                raise
        if len(found) > MOST_WORKOUTS:
            raise UnclearError(Problem.TOO_MANY)
        return tuple(found)

    return _read(read, text, language)


def written(workout: Workout) -> str:
    """The text that is read as exactly this workout: by `read_plan` with a start, by `read_done` without."""
    when = []
    if workout.start is not None:
        when = [canonical([AtTimes((workout.start,), workout.days)], ZoneInfo("UTC"))]
    return " ".join((*when, *_details(workout)))


def sorry(words: Words, unclear: Unclear) -> Markup:
    """One or two sentences that say what was not understood, without examples and options."""
    match unclear.time:
        case Question() as question:
            return fill(words.gettext(QUESTIONS[question]))
        case Reason() as reason:
            return fill(words.gettext(REFUSALS[reason]), part=unclear.part)
    return fill(words.gettext(_SAID[unclear.problem]), part=unclear.part)


def _read(read: Callable[[str], T], text: str, language: str) -> T | Unclear:
    """What `read` makes of a text; where it knows a word not, what it could have been is offered."""
    text = clean(text[:_READ]).strip()
    try:
        return read(text)
    except UnclearError as error:
        options = error.options
        if error.problem is Problem.UNKNOWN_WORD:
            options = tuple(option for option in _guesses(text, error.part, language) if _is_clear(read, option))
        return Unclear(error.problem, error.part, error.time, options)


def _guesses(text: str, word: str, language: str) -> Iterator[str]:
    """The text with the known word that comes nearest to the one that is not."""
    close = process.extractOne(word, known_words(language), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if close is not None:
        yield text.replace(word, close[0], 1)


def _is_clear(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except UnclearError:
        return False
    return True


def _workout(parts: Parts) -> Workout:
    if parts.minutes is None:
        raise UnclearError(Problem.NO_LENGTH)
    return Workout(parts.minutes, parts.effort or Effort.MODERATE, hot=bool(parts.hot), sport=parts.sport)


def _several(text: str, now: datetime, zone: ZoneInfo, language: str) -> list[Workout]:
    """The workouts of one segment, which "and" may join."""
    try:
        return _weekly(text, now, zone, language)
    except UnclearError as error:
        if error.problem is not Problem.TWICE:
            raise
        for joint in _JOINT.finditer(text):
            with suppress(UnclearError):
                first = _weekly(text[: joint.start()], now, zone, language)
                break
        else:
            raise
    return [*first, *_several(text[joint.end() :], now, zone, language)]


def _weekly(text: str, now: datetime, zone: ZoneInfo, language: str) -> list[Workout]:
    """The workouts that one text without "and" between two of them means."""
    parts = read_parts(text, language, weekly=True)
    if not parts.when:
        raise UnclearError(Problem.TIME, time=Reason.NO_TIME)
    match times.parse(parts.when, now=now, zone=zone, language=language):
        case times.Understood(rules):
            return [workout for rule in rules for workout in _of_rule(rule, _workout(parts))]
        case times.Ambiguous(question, options):
            what = " ".join(_details(_workout(parts)))
            raise UnclearError(Problem.TIME, time=question, options=tuple(f"{option} {what}" for option in options))
        case times.Misunderstood(Reason.NO_INTERVAL) if parts.minutes is None:
            return _from_to(parts, now, zone, language)
        case times.Misunderstood(Reason.NO_INTERVAL):
            raise UnclearError(Problem.TWICE, parts.when)
        case times.Misunderstood(reason, part):
            raise UnclearError(Problem.TIME, part, time=reason)


def _of_rule(rule: Rule, workout: Workout) -> list[Workout]:
    """The workout at the rule's times, which are those of every week."""
    if not isinstance(rule, AtTimes) or rule.every_days > 1 or rule.until is not None:
        raise UnclearError(Problem.NOT_WEEKLY)
    return [replace(workout, start=start, days=rule.days) for start in rule.times]


def _from_to(parts: Parts, now: datetime, zone: ZoneInfo, language: str) -> list[Workout]:
    """The workouts of "mon 18:00-19:00 run": their length is that of the window."""
    window = parts.window(now.astimezone(zone).date())
    options = []
    for start, end in window.spans:
        minutes = Every(1, start, end).window_minutes
        if minutes <= LONGEST:
            details = _details(_workout(replace(parts, minutes=minutes)))
            options.append(" ".join((parts.when.replace(window.text, f"{start:%H:%M}"), *details)))
    if not options:
        raise UnclearError(Problem.BAD_LENGTH, window.text)
    if len(options) > 1:
        raise UnclearError(Problem.TIME, time=Question.WHICH_WINDOW, options=tuple(options))
    return _weekly(options[0], now, zone, language)


def _details(workout: Workout) -> list[str]:
    """All but days and times, as it can be typed."""
    effort = "" if workout.effort is Effort.MODERATE else workout.effort.value
    return list(filter(None, (f"{workout.minutes} min", workout.sport, effort, "hot" if workout.hot else "")))
