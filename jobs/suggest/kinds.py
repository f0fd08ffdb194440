"""THE table of nudge kinds. A kind is one file beside this one and one row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from db.knowledge.foods import FoodTag
from db.knowledge.models import Subject
from db.knowledge.safety import Judgement, Safety, Target
from jobs.suggest import food, hydrate, safety, stretch, sun
from jobs.suggest.profile import Profile
from jobs.suggest.suggestion import Occasion, Suggestion

__all__ = ["KINDS", "Kind", "Suggestion", "judge_nudge"]


@dataclass(frozen=True)
class Kind:
    """`card`: what its Why button opens. `touches`: what safety is asked about, all at once.

    `usefulness`: how late a nudge may still come; later it is recorded as missed, never sent.
    """

    name: str
    suggest: Callable[[Occasion], Suggestion]
    card: str
    touches: tuple[Target, ...]
    usefulness: timedelta = timedelta(hours=2)


# The foods that its words name (beans, lentils, greens) are rich in potassium too.
_MAGNESIUM_FOODS = (
    Target(subject=Subject.FOOD, nutrient="magnesium"),
    Target(subject=Subject.FOOD, tag=FoodTag.HIGH_POTASSIUM),
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("stretch", stretch.suggest, card="stretching", touches=(Target(subject=Subject.STRETCHING),)),
        Kind("hydrate", hydrate.suggest, card="sodium", touches=(Target(subject=Subject.DRINKING),)),
        Kind("sun", sun.suggest, card="vitamin_d", touches=(Target(subject=Subject.SUN),)),
        Kind("food", food.suggest, card="magnesium", touches=_MAGNESIUM_FOODS),
    )
}


def judge_nudge(table: Safety, profile: Profile, kind: str) -> Judgement:
    """Whether this person may get nudges of a kind. Asked when one is offered, set, shown and sent."""
    return safety.judge_all(table, profile, KINDS[kind].touches)
