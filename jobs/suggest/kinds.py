"""THE table of nudge kinds. A kind is one file beside this one and one row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from db.knowledge.models import Subject
from db.knowledge.safety import Judgement, Safety, Target, Verdict
from jobs.suggest import food, hydrate, safety, stretch, sun, today
from jobs.suggest.profile import Profile
from jobs.suggest.suggestion import Occasion, Silence, Suggestion

_NO_HURRY = timedelta(days=7)


@dataclass(frozen=True)
class Kind:
    """`card`: what is known about it, None where there is nothing to know. `touches`: what safety is asked about,
    all at once.

    `usefulness`: how late a nudge may still come; later it is recorded as missed, never sent. `habit`: whether
    answers are counted and scored. `agenda`: it is about the person's day, and made anew whenever it is shown.
    `recalls`: other kinds whose history it looks at, and how far back.
    """

    name: str
    suggest: Callable[[Occasion], Suggestion | Silence]
    card: str | None
    touches: tuple[Target, ...]
    usefulness: timedelta = timedelta(hours=2)
    habit: bool = True
    agenda: bool = False
    recalls: Mapping[str, timedelta] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "stretch",
            stretch.suggest,
            card="stretching",
            touches=(Target(subject=Subject.STRETCHING),),
            recalls={hydrate.KIND: stretch.LATELY},
        ),
        Kind("hydrate", hydrate.suggest, card="sodium", touches=(Target(subject=Subject.DRINKING),)),
        Kind("sun", sun.suggest, card="vitamin_d", touches=(Target(subject=Subject.SUN),)),
        Kind("food", food.suggest, card="magnesium", touches=(Target(subject=Subject.FOOD, nutrient="magnesium"),)),
        Kind("today", today.suggest, card=None, touches=(), habit=False, agenda=True),
    )
}


def judge_nudge(table: Safety, profile: Profile, kind: str) -> Judgement:
    """Whether this person may get nudges of a kind. Asked when one is offered, set, shown and sent."""
    return safety.judge_all(table, profile, KINDS[kind].touches)


def usefulness(kind: str) -> timedelta:
    """How late something of this kind may still come; what is no nudge is in no hurry."""
    return KINDS[kind].usefulness if kind in KINDS else _NO_HURRY


def suggest(kind: str, occasion: Occasion) -> Suggestion | Silence:
    """What to propose now; silence where safety withholds the kind, or the kind itself has nothing."""
    judgement = judge_nudge(occasion.edition.safety, occasion.profile, kind)
    if judgement.verdict is Verdict.WITHHELD:
        return Silence("withheld for safety")
    made = KINDS[kind].suggest(occasion)
    cautions = safety.cautions(judgement)
    if isinstance(made, Silence) or not cautions:
        return made
    return made._replace(cautions=tuple(dict.fromkeys((*cautions, *made.cautions))))
