"""One workout's words, told apart: how long, which sport, how hard, how hot, and what speaks of days and times."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from bot.dialogue.timetext.cursor import Cursor
from bot.dialogue.timetext.items import Window
from bot.dialogue.timetext.outcome import Question, Reason, RefusedError
from bot.dialogue.timetext.reader import read as schedule_items
from bot.dialogue.timetext.tokens import Token, shown, tokenize
from bot.dialogue.timetext.words import Phrase, Sense, Senses, Vocabulary, phrase, vocabulary
from bot.dialogue.workout_words import EFFORTS, FILLERS, HEAT, SPORTS
from jobs.workouts import LONGEST, Effort

_HOUR = 60
_HOURS_A_DAY = 24
_A_DAY = _HOURS_A_DAY * _HOUR
_TWO_DIGITS = 2
# Between the numbers of a time, a window or a date.
_INNER = frozenset(":.-/")
# As in 45'.
_MINUTE_SIGNS = ("'", "’", "′")
# What is said besides a sport, as in "spin class".
_OTHER = "other"

T = TypeVar("T")
K = TypeVar("K")


class Problem(StrEnum):
    """Why a text is no workout."""

    UNKNOWN_WORD = "unknown_word"
    NO_LENGTH = "no_length"
    BAD_LENGTH = "bad_length"
    TWICE = "twice"
    NOT_WEEKLY = "not_weekly"
    TOO_MANY = "too_many"
    TIME = "time"


class UnclearError(Exception):
    """Reading cannot go on; the fields are those of `workout_text.Unclear`. Stays inside the reading of a text."""

    def __init__(
        self,
        problem: Problem,
        part: str = "",
        *,
        time: Question | Reason | None = None,
        options: tuple[str, ...] = (),
    ) -> None:
        super().__init__(problem, part)
        self.problem, self.part, self.time, self.options = problem, part, time, options


@dataclass
class Parts:
    """What was said; None for what was not. `rest` is what no workout word is: days and times, or nothing."""

    minutes: int | None = None
    sport: str | None = None
    effort: Effort | None = None
    hot: bool | None = None
    rest: list[Token] = field(default_factory=list)

    @property
    def when(self) -> str:
        """Days and times as they were typed."""
        return shown(self.rest)

    def window(self, today: date) -> Window:
        """The one "18:00-19:00" of a rest that has one."""
        return next(item for item in schedule_items(self.rest, today) if isinstance(item, Window))


def _by_phrase(table: Mapping[K, Collection[str]]) -> Mapping[Phrase, K]:
    return {phrase(text): key for key, texts in table.items() for text in texts}


_SPORT_OF = _by_phrase({name: sport.phrases for name, sport in SPORTS.items()})
_EFFORT_OF = _by_phrase(EFFORTS)
_HEAT_OF = _by_phrase(HEAT)
_FILLERS = frozenset(map(phrase, FILLERS))


@lru_cache(maxsize=64)
def _known(language: str) -> Vocabulary:
    """The words of schedules and those of workouts, which mean nothing in a schedule."""
    ours = {*_SPORT_OF, *_EFFORT_OF, *_HEAT_OF, *_FILLERS}
    found: dict[Phrase, Senses] = {said: {Sense.FILLER: 0} for said in ours}
    found |= {(sign,): {Sense.UNIT: 1} for sign in _MINUTE_SIGNS}
    return {**found, **vocabulary(language)}


def known_words(language: str) -> list[str]:
    """Every single word that is understood, to find the one that was meant."""
    return sorted(word for word, *more in _known(language) if not more and word.isalpha())


def read_parts(text: str, language: str, *, weekly: bool) -> Parts:
    """Tell a clean text's words apart. Only of what is `weekly` there may be a rest. Raises UnclearError."""
    try:
        tokens = tokenize(text, _known(language))
    except RefusedError as refused:
        raise UnclearError(Problem.UNKNOWN_WORD, refused.outcome.part) from None
    reader = _Reader(tokens, weekly=weekly)
    reader.read()
    if not weekly and (left := [token for token in reader.parts.rest if not token.is_noise]):
        raise UnclearError(Problem.UNKNOWN_WORD, left[0].text)
    return reader.parts


class _Reader:
    def __init__(self, tokens: list[Token], *, weekly: bool) -> None:
        self.at = Cursor(tokens)
        self.weekly = weekly
        self.parts = Parts()
        self.cut = False
        """Whether something between the rest and the next token was taken out."""

    def read(self) -> None:
        while not self.at.is_done:
            start = self.at.position
            minutes = self.length()
            if minutes is not None:
                self.parts.minutes = _once(self.parts.minutes, minutes, self.at.since(start))
                self.cut = True
            elif self.word(self.at.peek()):
                self.at.take()
                self.cut = True
            else:
                self.leave(self.at.take())

    def leave(self, token: Token) -> None:
        self.parts.rest.append(replace(token, is_glued=False) if self.cut else token)
        self.cut = False

    def word(self, token: Token) -> bool:
        """Take the meaning of a word of workouts; False for any other."""
        said, parts = phrase(token.text), self.parts
        if said in _SPORT_OF:
            parts.sport = _sport(parts.sport, _SPORT_OF[said], token.text)
        elif said in _EFFORT_OF:
            parts.effort = _once(parts.effort, _EFFORT_OF[said], token.text)
        elif said in _HEAT_OF:
            parts.hot = _once(parts.hot, _HEAT_OF[said], token.text)
        else:
            # "today" says nothing of a workout that was just done, but much of one that is planned.
            return said in _FILLERS and (not self.weekly or token.means(Sense.FILLER))
        return True

    def length(self) -> int | None:
        """Take a length of time in minutes; None where there is none."""
        start = self.at.position
        for reading in (self.by_colon, self.with_unit, self.bare):
            minutes = reading()
            if minutes is None:
                self.at.position = start
            elif 1 <= minutes <= LONGEST:
                return minutes
            else:
                raise UnclearError(Problem.BAD_LENGTH, self.at.since(start))
        return None

    def by_colon(self) -> int | None:
        """As in 1:30; where there are times of the day it is one of them."""
        hours, colon, minutes = (self.at.take() for _place in range(3))
        is_time = hours.is_digits and colon.text == ":" and minutes.is_digits and minutes.is_glued
        if self.weekly or not is_time or len(minutes.text) != _TWO_DIGITS:
            return None
        return hours.senses[Sense.NUMBER] * _HOUR + minutes.senses[Sense.NUMBER]

    def with_unit(self) -> int | None:
        """As in 45 min, 1h30, half an hour; 18h is a time of the day."""
        start = self.at.position
        if self.parts.rest and self.parts.rest[-1].text == ":" and self.at.peek().is_glued:
            return None
        try:
            minutes = self.at.duration()
        except RefusedError as refused:
            if refused.outcome.reason is not Reason.BAD_DURATION:
                return None
            raise UnclearError(Problem.BAD_LENGTH, refused.outcome.part) from None
        in_hours = "h" in self.at.since(start)
        return None if self.weekly and in_hours and LONGEST < minutes < _A_DAY else minutes

    def bare(self) -> int | None:
        """As in 45; among times of the day only where it can be none: above 24, and no part of one."""
        token, following = self.at.take(), self.at.peek()
        if not token.means(Sense.NUMBER):
            return None
        minutes = token.senses[Sense.NUMBER]
        is_part = token.is_glued or (following.is_glued and following.text in _INNER)
        is_date = following.means(Sense.MONTH, Sense.ORDINAL, Sense.DAY_UNIT) or (
            bool(self.parts.rest) and self.parts.rest[-1].means(Sense.MONTH)
        )
        if self.weekly and (is_part or is_date or len(token.text) != _TWO_DIGITS or minutes <= _HOURS_A_DAY):
            return None
        return minutes


def _once(known: T | None, said: T, text: str) -> T:
    """What is said twice must be the same."""
    if known is not None and known != said:
        raise UnclearError(Problem.TWICE, text)
    return said


def _sport(known: str | None, said: str, text: str) -> str:
    if said == _OTHER:
        return known or said
    return _once(None if known == _OTHER else known, said, text)
