"""A workout that a person does every week, or has just done: data."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from jobs.rules import ALL_DAYS

LONGEST = 12 * 60


class Effort(StrEnum):
    """How hard it is. EASY: one can sing; MODERATE: one can talk; HARD: one cannot."""

    EASY = "easy"
    MODERATE = "moderate"
    HARD = "hard"


@dataclass(frozen=True)
class Workout:
    """`start` is a wall-clock time in the person's zone, None for one that was just done; `days` 0 is Monday."""

    minutes: Annotated[int, Field(ge=1, le=LONGEST)]
    effort: Effort = Effort.MODERATE
    hot: bool = False
    sport: str | None = None
    """Id of a sport of the dialogue's table."""
    start: time | None = None
    days: frozenset[int] = ALL_DAYS
