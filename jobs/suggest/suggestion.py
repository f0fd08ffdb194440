"""What every nudge kind takes and gives: data, no words."""

from dataclasses import dataclass

from jobs.suggest.safety import Caution


@dataclass(frozen=True)
class Occasion:
    """What is known when a nudge is made. `ordinal` counts the nudges of one reminder from 0."""

    ordinal: int


@dataclass(frozen=True)
class Suggestion:
    """What to propose. `variant` counts up and picks among the wordings of the kind in turn."""

    kind: str
    variant: int
    caution: Caution
