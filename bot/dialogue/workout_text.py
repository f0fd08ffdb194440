"""Text to workouts: "45 run hot" that was just done, "mon wed 18:00 45 min run" for every week. Never a guess."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from markupsafe import Markup
from rapidfuzz import fuzz, process

from bot.dialogue import times
from bot.dialogue.timetext.cursor import Cursor
from bot.dialogue.timetext.outcome import Question, Reason, RefusedError
from bot.dialogue.timetext.tokens import Token, tokenize
from bot.dialogue.timetext.tokens import shown as as_typed
from bot.dialogue.timetext.words import Sense, Vocabulary, clean, phrase, vocabulary
from bot.dialogue.when import QUESTIONS, REFUSALS
from bot.dialogue.words import Words, fill, mark
from bot.dialogue.workout_words import EFFORTS, FILLERS, HEAT, SPORTS, shown
from jobs.rules import AtTimes, Rule
from jobs.workouts import LONGEST, Effort, Workout

__all__ = ["MOST_WORKOUTS", "Problem", "Unclear", "read_done", "read_plan", "shown", "sorry", "written"]

MOST_WORKOUTS = 14
"""A week's; more are hardly meant."""


class Problem(StrEnum):
    """Why a text is no workout."""

    UNKNOWN_WORD = "unknown_word"
    NO_LENGTH = "no_length"
    BAD_LENGTH = "bad_length"
    TWICE = "twice"
    NOT_WEEKLY = "not_weekly"
    TOO_MANY = "too_many"
    TIME = "time"


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
    raise NotImplementedError


def read_plan(text: str, *, now: datetime, zone: ZoneInfo, language: str = "en") -> tuple[Workout, ...] | Unclear:
    """Weekly workouts, apart from each other by semicolons or lines: "tue thu 18:30 1h hard football; sat 10:00 90 min".

    Each has a time and a length (1 to LONGEST minutes); without a day it is every day's, and with two times it is two
    workouts. `now` (aware UTC) and `zone` are the person's, as `times.parse` takes them. Never raises for any text.
    """
    raise NotImplementedError


def written(workout: Workout) -> str:
    """The text that is read as exactly this workout: by `read_plan` with a start, by `read_done` without."""
    raise NotImplementedError


def sorry(words: Words, unclear: Unclear) -> Markup:
    """One or two sentences that say what was not understood, without examples and options."""
    raise NotImplementedError
