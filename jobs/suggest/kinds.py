"""THE table of nudge kinds. A kind is one file beside this one and one row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from db.knowledge.models import Subject
from db.knowledge.safety import Judgement, Safety
from jobs.suggest import food, hydrate, safety, stretch, sun
from jobs.suggest.profile import Profile
from jobs.suggest.suggestion import Occasion, Suggestion

__all__ = ["KINDS", "Kind", "Suggestion", "judge_nudge"]


@dataclass(frozen=True)
class Kind:
    """`card`: what its Why button opens. `subject`, `nutrient`: what safety is asked about.

    `usefulness`: how late a nudge may still come; later it is recorded as missed, never sent.
    """

    name: str
    suggest: Callable[[Occasion], Suggestion]
    card: str
    subject: Subject
    nutrient: str | None = None
    usefulness: timedelta = timedelta(hours=2)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("stretch", stretch.suggest, card="stretching", subject=Subject.STRETCHING),
        Kind("hydrate", hydrate.suggest, card="sodium", subject=Subject.DRINKING),
        Kind("sun", sun.suggest, card="vitamin_d", subject=Subject.SUN),
        Kind("food", food.suggest, card="magnesium", subject=Subject.FOOD, nutrient="magnesium"),
    )
}


def judge_nudge(table: Safety, profile: Profile, kind: str) -> Judgement:
    """Whether this person may get nudges of a kind. Asked when one is offered, set, shown and sent."""
    return safety.judge(table, profile, KINDS[kind].subject, KINDS[kind].nutrient)
