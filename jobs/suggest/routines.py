"""Which stretches and routines suit a person, the trial's first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from db.knowledge.stretches import Position, Stretch, Stretching
from jobs.suggest import safety
from jobs.suggest.profile import Profile

# Where caution is not enough: what a stretch must be for people with this trait of the safety table.
_NEEDS: Mapping[str, Callable[[Stretch], bool]] = {
    "pregnant": lambda stretch: stretch.in_pregnancy,
    "unsteady": lambda stretch: stretch.position is not Position.STANDING,
}


JOIN = "+"
# As much as a session's row keeps.
_LONGEST_ID = 64


@dataclass(frozen=True)
class Plan:
    """Stretches to do one after the other: a routine, one stretch alone, or several of these, whose ids are joined.

    `weeks` nightly before judging it.
    """

    id: str
    name: str
    stretches: tuple[Stretch, ...]
    weeks: int | None = None


def find(stretching: Stretching, name: str) -> Plan | None:
    """The plan of a routine's or stretch's id, or of several joined by a plus, as in "trial+sole_and_toes".

    None when there is none (any more), or a stretch comes twice.
    """
    if len(name) > _LONGEST_ID:
        return None
    plans = []
    for part in name.split(JOIN):
        plan = _part(stretching, part)
        if plan is None:
            return None
        plans.append(plan)
    return plans[0] if len(plans) == 1 else _joined(name, plans)


def _joined(name: str, plans: Sequence[Plan]) -> Plan | None:
    stretches = tuple(stretch for plan in plans for stretch in plan.stretches)
    if len({stretch.id for stretch in stretches}) < len(stretches):
        return None
    return Plan(name, f" {JOIN} ".join(plan.name for plan in plans), stretches, plans[0].weeks)


# Of everything that there is in each language there are fewer.
_made_once = lru_cache(maxsize=1024)


@_made_once
def _part(stretching: Stretching, name: str) -> Plan | None:
    for routine in stretching.routines:
        if routine.id == name:
            stretches = tuple(stretching.stretch(one) for one in routine.stretches)
            return Plan(routine.id, routine.name, stretches, routine.weeks)
    return next((_alone(stretch) for stretch in stretching.stretches if stretch.id == name), None)


def routines(stretching: Stretching, profile: Profile) -> tuple[Plan, ...]:
    """The routines that suit this person, in the order of the knowledge."""
    return _routines(stretching, _looked_at(profile))


def single(stretching: Stretching, profile: Profile) -> tuple[Plan, ...]:
    """Every stretch that suits this person, each alone."""
    return _single(stretching, _looked_at(profile))


def suits(plan: Plan, profile: Profile) -> bool:
    """Whether everything in it is for somebody like this. Ask `safety.judge` besides."""
    return bool(_suiting((plan,), _looked_at(profile)))


def _looked_at(profile: Profile) -> frozenset[str]:
    """The traits on which it depends what suits this person."""
    return safety.traits_of(profile).intersection(_NEEDS)


@_made_once
def _routines(stretching: Stretching, traits: frozenset[str]) -> tuple[Plan, ...]:
    plans = (find(stretching, routine.id) for routine in stretching.routines)
    return _suiting((plan for plan in plans if plan is not None), traits)


@_made_once
def _single(stretching: Stretching, traits: frozenset[str]) -> tuple[Plan, ...]:
    return _suiting(map(_alone, stretching.stretches), traits)


def _suiting(plans: Iterable[Plan], traits: frozenset[str]) -> tuple[Plan, ...]:
    needs = [_NEEDS[trait] for trait in traits]
    return tuple(plan for plan in plans if all(need(stretch) for need in needs for stretch in plan.stretches))


def seated(stretching: Stretching, plan: Plan) -> Plan | None:
    """The same sitting down; None for what has no seated form or is one."""
    wanted = tuple(stretch.seated or stretch.id for stretch in plan.stretches)
    if wanted == tuple(stretch.id for stretch in plan.stretches):
        return None
    names = wanted if len(wanted) == 1 else [r.id for r in stretching.routines if r.stretches == wanted]
    return find(stretching, names[0]) if names else None


def _alone(stretch: Stretch) -> Plan:
    return Plan(stretch.id, stretch.name, (stretch,))
