"""Calf and hamstring, the pair that a trial tested before sleep, and one stretch more that changes."""

from collections.abc import Sequence
from datetime import timedelta

from db.knowledge.stretches import Moment, Position
from jobs.rules import Landmark, Relative
from jobs.suggest import hydrate, routines, safety
from jobs.suggest.draw import draw, not_lately
from jobs.suggest.profile import Cramps
from jobs.suggest.routines import Plan
from jobs.suggest.suggestion import Occasion, Silence, Suggestion

KIND = "stretch"
BEDTIME, AFTER_EXERCISE, PREGNANCY = "bedtime", "after_exercise", "pregnancy"
LATELY = timedelta(hours=3)
"""So long after a workout that the person told of, a stretch still belongs to it."""
# From here on the seated form is offered to everybody, as falls get more likely: our own choice.
_OFFERED_SEATED = 71


def suggest(occasion: Occasion) -> Suggestion | Silence:
    """The plan that suits this person now; its form is BEDTIME, AFTER_EXERCISE or PREGNANCY.

    Facts: `routine`, an id that `routines.find` knows; `extra`, the id of the stretch in it that changes, or None;
    `told`, whether it is known when cramps come; `exercise`, whether they come with exercise only; `rule`, whether its
    reminder goes by workouts; `seated`, whether it is done sitting because the person is unsteady; `sitting`, the id
    of the same sitting down where that is offered.
    """
    core = next(iter(routines.routines(occasion.edition.stretching, occasion.profile)), None)
    if core is None:
        return Silence("nothing")
    form = _form(occasion)
    plan = _with_warm_muscles(occasion, core) if form == AFTER_EXERCISE else core
    extra = _extra(occasion, plan)
    routine = _join(plan, *((extra,) if extra else ()))
    facts = {
        "routine": routine,
        "extra": extra,
        "told": occasion.profile.cramps is not None,
        "exercise": occasion.profile.cramps is Cramps.EXERCISE,
        "rule": _goes_by_workouts(occasion),
        "seated": "unsteady" in safety.traits_of(occasion.profile),
        "sitting": _sitting(occasion, core, extra),
    }
    return Suggestion(KIND, form, occasion.variant(KIND), facts)


def _form(occasion: Occasion) -> str:
    if "pregnant" in safety.traits_of(occasion.profile):
        return PREGNANCY
    cramps_of_exercise = occasion.profile.cramps in (Cramps.EXERCISE, Cramps.BOTH)
    follows = _goes_by_workouts(occasion) or (cramps_of_exercise and _has_trained(occasion))
    return AFTER_EXERCISE if follows else BEDTIME


def _goes_by_workouts(occasion: Occasion) -> bool:
    rule = occasion.rule
    return isinstance(rule, Relative) and rule.landmark is Landmark.WORKOUT and rule.minutes >= 0


def _has_trained(occasion: Occasion) -> bool:
    """Whether the person has just told of a workout."""
    return occasion.workout is not None or any(
        past.suggestion is not None and past.suggestion.form == hydrate.AFTER and occasion.now - past.due_at <= LATELY
        for past in occasion.history.of(hydrate.KIND)
    )


def _with_warm_muscles(occasion: Occasion, core: Plan) -> Plan:
    """With what is best done after exercise."""
    warm = (plan for plan in _others(occasion, core) if plan.stretches[0].when is Moment.AFTER_EXERCISE)
    return routines.find(occasion.edition.stretching, _join(core, *(plan.id for plan in warm))) or core


def _extra(occasion: Occasion, plan: Plan) -> str | None:
    """One stretch more, for other muscles: not one of the last, and never the very last one again."""
    before = [extra for extra in occasion.history.proposed(KIND, "extra") if extra is not None]
    left = not_lately([other.id for other in _others(occasion, plan)], before)
    if not left or list(left) == before[:1]:
        return None
    return draw(occasion.seed, left)


def _others(occasion: Occasion, plan: Plan) -> Sequence[Plan]:
    """Stretches that suit the person, each alone, for muscles that the plan leaves out."""
    worked = {stretch.muscle for stretch in plan.stretches}
    every = routines.single(occasion.edition.stretching, occasion.profile)
    return [other for other in every if other.stretches[0].muscle not in worked]


def _sitting(occasion: Occasion, core: Plan, extra: str | None) -> str | None:
    """The same for whoever would rather sit, without what can only be done standing."""
    stretching, age = occasion.edition.stretching, occasion.profile.age
    form = routines.seated(stretching, core)
    if age is None or age < _OFFERED_SEATED or form is None or not routines.suits(form, occasion.profile):
        return None
    if extra is None or stretching.stretch(extra).position is Position.STANDING:
        return form.id
    return _join(form, extra)


def _join(plan: Plan, *more: str) -> str:
    return routines.JOIN.join((plan.id, *more))
