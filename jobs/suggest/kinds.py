"""THE table of nudge kinds. A kind is one file beside this one and one row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from jobs.suggest import food, hydrate, stretch, sun
from jobs.suggest.suggestion import Occasion, Suggestion

__all__ = ["KINDS", "Kind", "Suggestion"]


@dataclass(frozen=True)
class Kind:
    """`card`: what its Why button opens. `usefulness`: how late a nudge may still come; later it is recorded
    as missed, never sent."""

    name: str
    suggest: Callable[[Occasion], Suggestion]
    card: str
    usefulness: timedelta = timedelta(hours=2)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("stretch", stretch.suggest, card="stretching"),
        Kind("hydrate", hydrate.suggest, card="sodium"),
        Kind("sun", sun.suggest, card="vitamin_d"),
        Kind("food", food.suggest, card="magnesium"),
    )
}
