"""How a person wants to be talked to, and when not. Nothing about health, so no consent is needed."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from jobs.rules import ALL_DAYS
from jobs.stored import Stored


class Tone(StrEnum):
    """How nudges sound."""

    FRIENDLY = "friendly"
    BRIEF = "brief"


class Units(StrEnum):
    METRIC = "metric"
    US = "us"


@dataclass(frozen=True)
class Quiet:
    """Hours in which nothing comes. `days` (0 is Monday) are those on which they begin; an `end` at or before
    `start` is on the next day."""

    start: time
    end: time
    days: frozenset[int] = ALL_DAYS


@dataclass(frozen=True)
class Preferences(Stored):
    """Times are on the wall clock in the person's zone.

    `day_start`: what happens before it belongs to the day before. `bedtime`: None until told. `units`: None means by
    language. `neutral`: nudges show no word about health until they are opened, for the lock screen.
    """

    quiet: tuple[Quiet, ...] = ()
    day_start: time = time(4)
    bedtime: time | None = None
    units: Units | None = None
    tone: Tone = Tone.FRIENDLY
    neutral: bool = False
