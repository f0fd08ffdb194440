"""What to drink: thirst, a question, or an amount after a workout; never too much, and salts only where it is safe."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.knowledge.intakes import Life
from db.knowledge.loader import load
from db.knowledge.models import Subject
from db.knowledge.safety import EVERYONE, Verdict
from db.models import Status
from jobs import fluids
from jobs.almanac import Almanac
from jobs.fluids import Cap, Nothing, estimate
from jobs.rules import AtTimes, Landmark, Relative, Rule
from jobs.suggest import safety
from jobs.suggest.hydrate import AFTER, ASK, THIRST, Bare, Salts, latest_ended, suggest, workout_of
from jobs.suggest.kinds import suggest as suggest_kind
from jobs.suggest.profile import Profile
from jobs.suggest.suggestion import History, Occasion, Past, Silence, Suggestion
from jobs.workouts import Effort, Workout

EDITION = load().edition("en")
BERLIN = ZoneInfo("Europe/Berlin")
# 19:00 in Berlin, on a Monday.
NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
FOLLOWS = Relative(Landmark.WORKOUT)
MONDAY_RUN = Workout(45, sport="run", start=time(18), days=frozenset({0}))
RUN = Workout(45, sport="run")
LONG = Workout(90)
HARD = Effort.HARD
STEP = 50

TRAITS = [trait.id for trait in EDITION.safety.traits if trait.kind in ("condition", "medicine")]
NO_SALTS = {
    "high_blood_pressure", "heart_failure", "kidney_disease", "cirrhosis", "pre_eclampsia", "low_salt_diet",
    "low_potassium_diet", "fluid_limit", "ace_or_arb", "potassium_sparing", "lithium", "diabetes",
}  # fmt: skip
WORKOUTS = st.builds(Workout, minutes=st.integers(1, 720), effort=st.sampled_from(Effort), hot=st.booleans())
WEIGHTS = st.none() | st.floats(20, 300)
PROFILES = st.builds(
    Profile,
    traits=st.frozensets(st.sampled_from(TRAITS), max_size=2),
    age=st.none() | st.integers(0, 120),
    life=st.sampled_from(Life),
    weight=WEIGHTS,
)


def occasion(
    profile: Profile | None = None,
    *,
    workout: Workout | None = None,
    rule: Rule | None = None,
    now: datetime = NOW,
    before: Suggestion | None = None,
    history: History | None = None,
) -> Occasion:
    """Somebody in Berlin, on Monday evening."""
    who = profile or Profile()
    almanac = Almanac(BERLIN, profile=who)
    return Occasion(now, 7, who, almanac, EDITION, history or History(), rule, workout, before=before)


def told(made: Suggestion, now: datetime = NOW) -> History:
    """A history with this one nudge in it."""
    return History((Past(1, None, "hydrate", Status.DONE, None, now, now, made),))


# How much -----------------------------------------------------------------------------------------------


@given(WORKOUTS, WEIGHTS)
def test_an_amount_never_exceeds_any_cap(workout: Workout, weight: float | None) -> None:
    """Neither what was sweated, nor 2% of the body, nor what is ever named; it can be measured in a kitchen."""
    amount = estimate(workout, weight).amount or 0
    body = fluids.LIGHT if weight is None else weight

    assert amount <= fluids.MOST_AN_HOUR * fluids.PART * workout.minutes / 60
    assert amount <= body * 1000 * 0.02
    assert amount <= fluids.MOST
    assert amount % STEP == 0


@given(st.integers(1, 59), st.sampled_from(Effort), WEIGHTS)
def test_short_and_cool_efforts_have_no_amount(minutes: int, effort: Effort, weight: float | None) -> None:
    """However hard: thirst is the guide."""
    found = estimate(Workout(minutes, effort), weight)

    assert (None, Nothing.SHORT) == (found.amount, found.nothing)


@given(WORKOUTS, WORKOUTS, WEIGHTS)
def test_longer_harder_or_hotter_is_never_less(one: Workout, other: Workout, weight: float | None) -> None:
    """Whatever the other inputs."""
    order = list(Effort)
    more = Workout(
        max(one.minutes, other.minutes),
        max(one.effort, other.effort, key=order.index),
        hot=one.hot or other.hot,
    )
    least = estimate(one, weight).amount or 0

    assert least <= (estimate(more, weight).amount or 0)


@given(WORKOUTS, st.floats(20, 300), st.floats(20, 300))
def test_a_heavier_body_is_never_told_less(workout: Workout, one: float, other: float) -> None:
    """And who told no weight is taken for a light one."""
    light, heavy = sorted((one, other))

    assert (estimate(workout, light).amount or 0) <= (estimate(workout, heavy).amount or 0)
    assert estimate(workout, None) == estimate(workout, fluids.LIGHT)


@pytest.mark.parametrize(
    ("workout", "weight", "amount", "caps"),
    [
        (Workout(60), 70, 300, ()),
        (Workout(60, HARD), 70, 400, ()),
        (Workout(60, hot=True), 70, 400, ()),
        (Workout(60), None, 200, ()),
        (Workout(90, HARD, hot=True), 70, 800, (Cap.HOUR,)),
        (Workout(300, HARD), 60, 1200, (Cap.BODY,)),
        (Workout(300, HARD, hot=True), 90, 1500, (Cap.HOUR, Cap.MOST)),
        (Workout(30, hot=True), 70, 200, ()),
    ],
)
def test_amounts_are_those_of_the_table(
    workout: Workout, weight: float | None, amount: int, caps: tuple[Cap, ...]
) -> None:
    """60% of 300, 500, 700 ml an hour at 70 kg, 1.4 times that in heat; and the cap that held."""
    found = estimate(workout, weight)

    assert (amount, caps) == (found.amount, found.caps)


def test_a_few_hot_minutes_have_no_amount() -> None:
    """What is lost is too little to be named."""
    assert Nothing.LITTLE == estimate(Workout(10, hot=True), 70).nothing


# For whom -----------------------------------------------------------------------------------------------


@given(PROFILES, WORKOUTS)
@settings(max_examples=300)
def test_salts_are_named_only_where_safety_allows(profile: Profile, workout: Workout) -> None:
    """To adults who said so and told nothing against it, after long or hot efforts, with what must be said to all."""
    made = suggest_kind("hydrate", occasion(profile, workout=workout))
    judged = safety.judge(EDITION.safety, profile, Subject.SALT)
    personal = [rule for rule in judged.rules if EVERYONE not in rule.traits]

    if isinstance(made, Suggestion) and made.facts["salts"] == Salts.YES:
        assert judged.verdict is not Verdict.WITHHELD
        assert not personal
        assert profile.age is not None and profile.age >= 18
        assert workout.minutes >= 60 or (workout.hot and workout.minutes >= 45)
        assert "salt_in_general" in made.cautions


@given(PROFILES, WORKOUTS)
def test_whoever_told_something_about_drinking_gets_no_amount(profile: Profile, workout: Workout) -> None:
    """Where drinking is withheld there is no nudge at all; where it needs care, or for the young, thirst alone."""
    made = suggest_kind("hydrate", occasion(profile, workout=workout))
    judged = safety.judge(EDITION.safety, profile, Subject.DRINKING)

    if judged.verdict is Verdict.WITHHELD:
        assert made == Silence("withheld for safety")
    elif isinstance(made, Suggestion) and (safety.cautions(judged) or (profile.age or 99) < 18):
        assert made.facts["amount"] is None


@pytest.mark.parametrize(
    ("profile", "workout", "salts"),
    [
        (Profile(age=31), LONG, Salts.YES),
        (Profile(age=18), Workout(60, HARD), Salts.YES),
        (Profile(age=31), Workout(45, hot=True), Salts.YES),
        (Profile(age=31), Workout(89), Salts.NO_NEED),
        (Profile(age=31), Workout(59, HARD), Salts.NO_NEED),
        (Profile(age=31), Workout(44, hot=True), Salts.NO_NEED),
        (Profile(), LONG, Salts.UNTOLD),
        (Profile(weight=80), LONG, Salts.UNTOLD),
        (Profile(age=0), LONG, Salts.WITHHELD),
        (Profile(age=31, traits=frozenset({"high_blood_pressure"})), LONG, Salts.WITHHELD),
        (Profile(age=31, traits=frozenset({"lithium"})), LONG, Salts.WITHHELD),
        (Profile(age=31, traits=frozenset({"diabetes"})), LONG, Salts.WITHHELD),
        (Profile(age=31, traits=frozenset({"water_pill"})), LONG, Salts.WITHHELD),
        (Profile(traits=frozenset({"ace_or_arb"})), LONG, Salts.WITHHELD),
        (Profile(age=31, life=Life.PREGNANT), LONG, Salts.WITHHELD),
        (Profile(age=31, traits=frozenset({"statin"})), LONG, Salts.YES),
    ],
)
def test_who_is_told_about_salts(profile: Profile, workout: Workout, salts: Salts) -> None:
    """A reason that the person told is kept, so that it can be said."""
    made = suggest(occasion(profile, workout=workout))

    assert salts == made.facts["salts"]
    assert bool(made.facts["reasons"]) == (salts is Salts.WITHHELD)


@pytest.mark.parametrize("trait", TRAITS)
def test_nobody_of_the_facts_list_hears_of_salts(trait: str) -> None:
    """The list of section 3.4, written down once more by hand, so that a slip in the table is a failure."""
    made = suggest_kind("hydrate", occasion(Profile(age=40, traits=frozenset({trait})), workout=LONG))
    salts = made.facts["salts"] if isinstance(made, Suggestion) else None

    assert not (trait in NO_SALTS and salts == Salts.YES)


@pytest.mark.parametrize(
    ("profile", "bare"),
    [
        (Profile(), None),
        (Profile(age=17), Bare.YOUNG),
        (Profile(weight=39.9), Bare.YOUNG),
        (Profile(weight=40), None),
        (Profile(age=31, weight=39.9), None),
        (Profile(traits=frozenset({"painkiller"})), Bare.CARE),
        (Profile(traits=frozenset({"lithium"})), Bare.CARE),
    ],
)
def test_who_is_told_no_amount(profile: Profile, bare: Bare | None) -> None:
    """And why."""
    made = suggest(occasion(profile, workout=LONG))

    assert bare == made.facts["bare"]
    assert (bare is None) == (made.facts["amount"] is not None)


def test_the_weight_itself_is_not_kept_with_the_nudge() -> None:
    """It is the person's to clear; the nudge outlives it."""
    made = suggest(occasion(Profile(weight=83.7), workout=LONG))

    assert made.facts["weighed"]
    assert "83.7" not in str(made.to_json())


# When ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule", [None, AtTimes((time(19),)), Relative(Landmark.BEDTIME), Relative(Landmark.WORKOUT, -30)]
)
def test_on_ordinary_days_thirst_is_the_guide(rule: Rule | None) -> None:
    """Also beside a workout that nobody asks about."""
    made = suggest(occasion(Profile(workouts=(MONDAY_RUN,)), rule=rule))

    assert (THIRST, {}) == (made.form, made.facts)


def test_after_a_planned_workout_it_asks_whether_that_happened() -> None:
    """About the one that ended last."""
    morning = replace(MONDAY_RUN, start=time(7), minutes=30)
    evening = replace(MONDAY_RUN, start=time(20))
    made = suggest(occasion(Profile(workouts=(evening, MONDAY_RUN, morning)), rule=FOLLOWS))

    assert ASK == made.form
    assert RUN == workout_of(made.facts)
    assert "amount" not in made.facts


def test_a_workout_across_midnight_ends_on_the_next_day() -> None:
    """It began on Monday and is asked about on Tuesday."""
    late = replace(MONDAY_RUN, start=time(23, 30))
    found = latest_ended(Almanac(BERLIN, profile=Profile(workouts=(late,))), NOW + timedelta(hours=6))

    assert (RUN, datetime(2026, 3, 2, 23, 15, tzinfo=UTC)) == found


def test_without_a_planned_workout_there_is_nothing_to_ask() -> None:
    """Its owner may have cleared it since."""
    assert THIRST == suggest(occasion(rule=FOLLOWS)).form


def test_the_answer_keeps_when_the_workout_ended_and_goes_stale() -> None:
    """Some hours later there is no amount, and no salts."""
    profile = Profile(age=31, workouts=(replace(MONDAY_RUN, minutes=100, start=time(17)),))
    asked = suggest(occasion(profile, rule=FOLLOWS))
    soon = suggest(occasion(profile, workout=LONG, before=asked))
    late = suggest(occasion(profile, workout=LONG, before=asked, now=NOW + timedelta(hours=4)))

    assert asked.facts["ended"] == soon.facts["ended"] == late.facts["ended"]
    assert (None, Salts.YES) == (soon.facts["bare"], soon.facts["salts"])
    assert (Bare.LATE, Salts.NO_NEED) == (late.facts["bare"], late.facts["salts"])


def test_a_nudge_that_was_put_off_is_still_about_its_workout() -> None:
    """It does not ask again."""
    profile = Profile(workouts=(MONDAY_RUN,))
    first = suggest(occasion(profile, workout=LONG))
    again = suggest(occasion(profile, rule=FOLLOWS, before=first, now=NOW + timedelta(hours=1)))

    assert AFTER == again.form
    assert (LONG, first.facts["ended"]) == (workout_of(again.facts), again.facts["ended"])


def test_a_workout_that_was_told_is_not_asked_about() -> None:
    """Unless a planned one began after it, or it is hours ago."""
    profile = Profile(workouts=(MONDAY_RUN,))
    made = suggest(occasion(profile, workout=LONG))
    later = Profile(workouts=(replace(MONDAY_RUN, start=time(19, 30)),))
    an_hour, five_hours = NOW + timedelta(hours=1, minutes=30), NOW + timedelta(hours=5)

    assert AFTER == suggest(occasion(profile, rule=FOLLOWS, history=told(made), now=an_hour)).form
    assert ASK == suggest(occasion(later, rule=FOLLOWS, history=told(made), now=an_hour)).form
    assert ASK == suggest(occasion(profile, rule=FOLLOWS, history=told(made), now=five_hours)).form


@given(PROFILES, WORKOUTS)
def test_the_same_seed_gives_the_same_suggestion(profile: Profile, workout: Workout) -> None:
    """And what is stored can be read again."""
    made = suggest(occasion(profile, workout=workout))

    assert made == suggest(occasion(profile, workout=workout))
    assert made == Suggestion.from_json("hydrate", made.to_json())
