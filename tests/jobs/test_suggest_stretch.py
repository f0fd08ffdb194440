"""The stretches that a nudge holds: the core always, one more in turn, and only what suits the person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.knowledge.loader import load
from db.knowledge.stretches import Muscle, Position
from db.models import Status
from jobs.almanac import Almanac
from jobs.rules import Landmark, Relative, Rule
from jobs.suggest import hydrate, routines, safety, stretch
from jobs.suggest.profile import Cramps, Profile
from jobs.suggest.routines import Plan
from jobs.suggest.suggestion import REMEMBERED, History, Occasion, Past, Silence, Suggestion
from jobs.workouts import Workout
from tests.jobs.test_any_nudge import occasions

EDITION = load().edition("en")
STRETCHING = EDITION.stretching
EVENING = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
AFTER_WORKOUT = Relative(Landmark.WORKOUT, 15)
RUN = Workout(45)
UNSTEADY, PREGNANT = frozenset({"unsteady"}), frozenset({"pregnant"})


def _occasion(
    profile: Profile | None = None, now: datetime = EVENING, past: Sequence[Past] = (), *, seed: int = 1,
    rule: Rule | None = None, workout: Workout | None = None,
) -> Occasion:  # fmt: skip
    told = profile or Profile()
    history = History(tuple(one for one in past if one.due_at >= now - REMEMBERED))
    almanac = Almanac(ZoneInfo("Europe/Berlin"), profile=told)
    return Occasion(now, seed, told, almanac, EDITION, history, rule, workout)


def _made(occasion: Occasion) -> Suggestion:
    made = stretch.suggest(occasion)
    assert isinstance(made, Suggestion)
    return made


def _plan(made: Suggestion, fact: str = "routine") -> Plan:
    plan = routines.find(STRETCHING, made.facts[fact])
    assert plan is not None
    return plan


def _ids(plan: Plan) -> list[str]:
    return [one.id for one in plan.stretches]


def _evenings(profile: Profile, count: int, seed: int = 0) -> list[Suggestion]:
    """What comes on so many evenings in a row."""
    past: list[Past] = []
    for day in range(count):
        now = EVENING + timedelta(days=day)
        made = _made(_occasion(profile, now, past, seed=seed + day))
        past.insert(0, Past(day, 1, stretch.KIND, Status.SENT, None, now, None, made))
    return [one.suggestion for one in reversed(past) if one.suggestion is not None]


def _hydrated(form: str, ago: timedelta) -> Past:
    return Past(1, None, "hydrate", Status.SENT, None, EVENING - ago, None, Suggestion("hydrate", form, 0))


# Suits, and keeps the core ------------------------------------------------------------------------


@given(occasions())
@settings(max_examples=150)
def test_every_plan_suits_the_person_and_holds_the_core(occasion: Occasion) -> None:
    """Calf and back of the thigh for everybody; in pregnancy the foot moves alone."""
    plan = _plan(made := _made(occasion))
    muscles = {one.muscle for one in plan.stretches}

    assert routines.suits(plan, occasion.profile)
    if made.form == stretch.PREGNANCY:
        assert "pregnancy" == plan.id
    else:
        assert {Muscle.CALF, Muscle.HAMSTRING} <= muscles
    assert ("pregnant" in safety.traits_of(occasion.profile)) == (made.form == stretch.PREGNANCY)


@given(occasions())
@settings(max_examples=100)
def test_a_form_for_sitting_has_nothing_to_stand_for(occasion: Occasion) -> None:
    """Whoever is unsteady has no other; to those over 70 it is offered besides."""
    made, profile = _made(occasion), occasion.profile
    if made.facts["seated"]:
        assert all(one.position is not Position.STANDING for one in _plan(made).stretches)
    if made.facts["sitting"] is not None:
        assert profile.age is not None
        assert profile.age >= 71
        sitting = _plan(made, "sitting")
        assert routines.suits(sitting, profile)
        assert all(one.position is not Position.STANDING for one in sitting.stretches)
        assert {Muscle.CALF, Muscle.HAMSTRING} <= {one.muscle for one in sitting.stretches}


@pytest.mark.parametrize(
    ("profile", "core"),
    [
        (Profile(), ["calf_wall", "hamstring_seated"]),
        (Profile(cramps=Cramps.NIGHT), ["calf_wall", "hamstring_seated"]),
        (Profile(cramps=Cramps.EXERCISE), ["calf_wall", "hamstring_seated"]),
        (Profile(traits=UNSTEADY), ["calf_towel", "hamstring_seated"]),
        (Profile(traits=PREGNANT), ["ankle_pumps", "foot_circles"]),
        (Profile(traits=PREGNANT | UNSTEADY), ["ankle_pumps", "foot_circles"]),
    ],
)
def test_the_core_comes_first(profile: Profile, core: list[str]) -> None:
    """The pair of the trial, at the hour of the reminder; the extra one after it."""
    plan = _plan(_made(_occasion(profile)))

    assert core == _ids(plan)[:2]
    assert len(plan.stretches) == (2 if "pregnant" in profile.traits else 3)


@pytest.mark.parametrize(("age", "offered"), [(None, False), (70, False), (71, True), (90, True)])
def test_sitting_is_offered_from_71_on(age: int | None, offered: bool) -> None:
    """Not to those who sit anyway."""
    assert offered == (_made(_occasion(Profile(age=age))).facts["sitting"] is not None)
    assert _made(_occasion(Profile(age=age, traits=UNSTEADY))).facts["sitting"] is None


def test_where_no_routine_is_left_it_keeps_silent() -> None:
    """A knowledge without any seated form has nothing for somebody unsteady."""
    standing = tuple(one for one in STRETCHING.routines if one.id == "trial")
    edition = replace(EDITION, stretching=STRETCHING.model_copy(update={"routines": standing}))
    occasion = _occasion(Profile(traits=UNSTEADY))._replace(edition=edition)

    assert Silence("nothing") == stretch.suggest(occasion)


# After exercise -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cramps", "rule", "workout", "past", "form"),
    [
        (None, AFTER_WORKOUT, None, (), stretch.AFTER_EXERCISE),
        (Cramps.NIGHT, AFTER_WORKOUT, None, (), stretch.AFTER_EXERCISE),
        (Cramps.EXERCISE, None, RUN, (), stretch.AFTER_EXERCISE),
        (Cramps.BOTH, None, RUN, (), stretch.AFTER_EXERCISE),
        (Cramps.EXERCISE, None, None, (_hydrated(hydrate.AFTER, timedelta(hours=2)),), stretch.AFTER_EXERCISE),
        (Cramps.EXERCISE, None, None, (), stretch.BEDTIME),
        (Cramps.EXERCISE, None, None, (_hydrated(hydrate.AFTER, timedelta(hours=4)),), stretch.BEDTIME),
        (Cramps.EXERCISE, None, None, (_hydrated(hydrate.THIRST, timedelta(hours=1)),), stretch.BEDTIME),
        (Cramps.NIGHT, None, RUN, (), stretch.BEDTIME),
        (None, None, RUN, (), stretch.BEDTIME),
        (None, Relative(Landmark.BEDTIME, -30), None, (), stretch.BEDTIME),
        (Cramps.EXERCISE, Relative(Landmark.WORKOUT, -90), None, (), stretch.BEDTIME),
    ],
)
def test_after_exercise_is_by_the_rule_or_by_a_workout_of_those_who_cramp_with_it(
    cramps: Cramps | None, rule: Rule | None, workout: Workout | None, past: Sequence[Past], form: str
) -> None:
    """Before a workout is not after it, and a workout of this morning is long over."""
    assert form == _made(_occasion(Profile(cramps=cramps), past=past, rule=rule, workout=workout)).form


def test_after_exercise_the_front_of_the_thigh_is_in_it() -> None:
    """For those who can stand; somebody unsteady does without."""
    steady = _plan(_made(_occasion(rule=AFTER_WORKOUT)))
    unsteady = _plan(_made(_occasion(Profile(traits=UNSTEADY), rule=AFTER_WORKOUT)))

    assert ["calf_wall", "hamstring_seated", "thigh_front"] == _ids(steady)[:3]
    assert 4 == len(steady.stretches)
    assert ["calf_towel", "hamstring_seated"] == _ids(unsteady)[:2]
    assert "thigh_front" not in _ids(unsteady)


# One more, in turn --------------------------------------------------------------------------------


@given(st.sampled_from([Profile(), Profile(traits=UNSTEADY), Profile(age=75)]), st.integers(0, 10**6))
@settings(max_examples=20)
def test_the_extra_one_is_never_the_same_twice_in_a_row(profile: Profile, seed: int) -> None:
    """Thirty evenings."""
    extras = [made.facts["extra"] for made in _evenings(profile, 30, seed)]

    assert None not in extras
    assert all(one != following for one, following in pairwise(extras))


def test_all_extras_have_their_turn() -> None:
    """Other muscles than the core's: deep calf, front of the thigh, feet."""
    extras = [made.facts["extra"] for made in _evenings(Profile(), 4)]

    assert {"soleus_wall", "thigh_front", "sole_and_toes", "foot_circles"} == set(extras)


def test_a_single_extra_is_left_out_every_other_time() -> None:
    """Rather the core alone than the same twice in a row."""
    kept = tuple(one for one in STRETCHING.stretches if one.muscle in (Muscle.CALF, Muscle.HAMSTRING, Muscle.DEEP_CALF))
    trial = tuple(one for one in STRETCHING.routines if one.id == "trial")
    update = {"stretches": kept, "routines": trial}
    edition = replace(EDITION, stretching=STRETCHING.model_copy(update=update))
    first = _made(_occasion()._replace(edition=edition))
    past = [Past(1, 1, stretch.KIND, Status.SENT, None, EVENING - timedelta(days=1), None, first)]
    second = _made(_occasion(past=past)._replace(edition=edition))

    assert ["soleus_wall", None] == [first.facts["extra"], second.facts["extra"]]
    assert "trial" == second.facts["routine"]


def test_seeds_differ_and_each_is_stable() -> None:
    """Not everybody begins with the same one."""
    extras = [_made(_occasion(seed=seed)).facts["extra"] for seed in range(40)]

    assert 4 == len(set(extras))
    assert extras == [_made(_occasion(seed=seed)).facts["extra"] for seed in range(40)]


# Joined plans -------------------------------------------------------------------------------------


def test_ids_can_be_joined() -> None:
    """A routine and a stretch, in their order, under both names."""
    plan = routines.find(STRETCHING, "trial+sole_and_toes")

    assert plan is not None
    assert ["calf_wall", "hamstring_seated", "sole_and_toes"] == _ids(plan)
    assert ("trial+sole_and_toes", "The routine of the trial + Sole and toes") == (plan.id, plan.name)


@pytest.mark.parametrize(
    "name",
    ["", "+", "trial+", "+trial", "trial+uranium", "uranium+trial", "trial++in_bed", "trial+calf_wall", "in_bed+in_bed",
     "+".join(["trial", "thigh_front", "soleus_wall", "sole_and_toes", "foot_circles", "in_bed", "ankle_pumps"])],
)  # fmt: skip
def test_what_cannot_be_joined_is_no_plan(name: str) -> None:
    """Unknown parts, empty ones, a stretch twice, more than a session's row can keep."""
    assert routines.find(STRETCHING, name) is None


@given(occasions())
@settings(max_examples=60)
def test_every_plan_fits_a_button_and_a_row(occasion: Occasion) -> None:
    """`1:guide:start:` and the id in 64 bytes."""
    facts = _made(occasion).facts

    assert all(len(f"1:guide:start:{facts[fact]}") <= 64 for fact in ("routine", "sitting"))
