"""What reading a text can lead to. No words for people in here: the caller has them."""

from dataclasses import dataclass
from enum import StrEnum

from jobs.rules import Rule

_SHOWN = 40


class Question(StrEnum):
    """What has to be asked before a text is a schedule."""

    MORNING_OR_EVENING = "morning_or_evening"
    WHICH_WINDOW = "which_window"
    WHICH_DATE = "which_date"
    HOW_LONG = "how_long"


class Reason(StrEnum):
    """Why a text is not a schedule."""

    EMPTY = "empty"
    UNKNOWN_WORD = "unknown_word"
    UNCLEAR = "unclear"
    BAD_TIME = "bad_time"
    BAD_DATE = "bad_date"
    BAD_DURATION = "bad_duration"
    PASSED = "passed"
    TOO_FAR = "too_far"
    NO_TIME = "no_time"
    NO_WINDOW = "no_window"
    NO_INTERVAL = "no_interval"
    STEP_TOO_SHORT = "step_too_short"
    STEP_TOO_LONG = "step_too_long"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    ONLY_AFTER = "only_after"
    NOT_BESIDE = "not_beside"


@dataclass(frozen=True, slots=True)
class Understood:
    """The text says exactly this; one rule for most texts, several for "mon-fri 7:30 and sat 10:00"."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The text can mean any of these; each option is a text that is understood without a question."""

    question: Question
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """The text is no schedule; `part` is the place where reading stopped, as typed but in lower case.

    `instead`: what may have been meant, each a text that is understood without a question.
    """

    reason: Reason
    part: str
    instead: tuple[str, ...] = ()


class RefusedError(Exception):
    """Reading cannot go on. Stays inside the reading of a text."""

    def __init__(self, reason: Reason, part: str, instead: tuple[str, ...] = ()) -> None:
        super().__init__(reason, part)
        self.outcome = Misunderstood(reason, part[:_SHOWN], instead)
