"""What holds for every kind of nudge, whoever the person is and whenever it comes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Life, Sex
from db.knowledge.loader import load
from db.knowledge.safety import Verdict
from jobs.almanac import Almanac
from jobs.preferences import Preferences, Quiet
from jobs.rules import Landmark, Relative
from jobs.suggest import safety
from jobs.suggest.kinds import KINDS, judge_nudge, suggest
from jobs.suggest.profile import Cramps, Profile, Spot
from jobs.suggest.suggestion import Occasion, Silence, Suggestion
from jobs.workouts import Effort, Workout

EDITION = load().edition("en")
TRAITS = [trait.id for trait in EDITION.safety.traits if trait.kind in ("condition", "medicine")]
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "Asia/Kathmandu"])
WORKOUTS = st.builds(
    Workout, minutes=st.integers(1, 720), effort=st.sampled_from(Effort), hot=st.booleans(), start=CLOCKS, days=DAYS
)
PROFILES = st.builds(
    Profile,
    diet=st.none() | st.sampled_from(Diet),
    allergens=st.frozensets(st.sampled_from(Allergen)),
    dislikes=st.frozensets(st.sampled_from(sorted(EDITION.larder.foods))),
    traits=st.frozensets(st.sampled_from(TRAITS), max_size=3),
    age=st.none() | st.integers(0, 120),
    sex=st.none() | st.sampled_from(Sex),
    life=st.sampled_from(Life),
    skin=st.none() | st.integers(1, 6),
    weight=st.none() | st.floats(20, 300),
    cramps=st.none() | st.sampled_from(Cramps),
    workouts=st.lists(WORKOUTS, max_size=2).map(tuple),
    place=st.none() | st.builds(Spot, st.floats(-90, 90), st.floats(-180, 180)),
    sun=st.booleans(),
    nutrients=st.frozensets(st.sampled_from(sorted(EDITION.cards)), max_size=2),
)
PREFERENCES = st.builds(
    Preferences,
    quiet=st.lists(st.builds(Quiet, CLOCKS, CLOCKS, DAYS), max_size=2).map(tuple),
    day_start=st.integers(0, 8).map(time),
    bedtime=st.none() | CLOCKS,
)


@st.composite
def occasions(draw: st.DrawFn) -> Occasion:
    """Somebody, somewhere, at some moment."""
    profile = draw(PROFILES)
    almanac = Almanac(ZoneInfo(draw(ZONES)), draw(PREFERENCES), profile)
    return Occasion(
        now=draw(INSTANTS),
        seed=draw(st.integers(1, 10**6)),
        profile=profile,
        almanac=almanac,
        edition=EDITION,
        rule=draw(st.none() | st.sampled_from([Relative(landmark) for landmark in Landmark])),
        workout=draw(st.none() | WORKOUTS),
    )


@given(occasions(), st.sampled_from(sorted(KINDS)))
@settings(max_examples=150)
def test_a_suggestion_is_allowed_by_safety(occasion: Occasion, kind: str) -> None:
    """What is withheld from this person is never proposed, by the kind or by the food it names."""
    made = suggest(kind, occasion)
    verdict = judge_nudge(EDITION.safety, occasion.profile, kind).verdict
    food = EDITION.larder.foods.get(str(made.facts.get("food"))) if isinstance(made, Suggestion) else None

    assert isinstance(made, Silence) or verdict is not Verdict.WITHHELD
    assert food is None or safety.judge_food(EDITION.safety, occasion.profile, food).verdict is not Verdict.WITHHELD


@given(occasions())
@settings(max_examples=150)
def test_a_named_food_fits_what_the_person_eats(occasion: Occasion) -> None:
    """Diet, allergies and dislikes, in the food nudge and in the sun's food version."""
    for kind in ("food", "sun"):
        made = suggest(kind, occasion)
        named = None if isinstance(made, Silence) else made.facts.get("food")
        if named is not None:
            food, profile = EDITION.larder.foods[named], occasion.profile

            assert profile.diet is None or profile.diet.allows(food.diet)
            assert food.safe_without(profile.allergens)
            assert food.id not in profile.dislikes


@given(occasions(), st.sampled_from(sorted(KINDS)))
@settings(max_examples=150)
def test_a_suggestion_is_stable_and_survives_the_database(occasion: Occasion, kind: str) -> None:
    """The same seed and the same inputs give the same, and what is stored can be read again."""
    made = suggest(kind, occasion)

    assert made == suggest(kind, occasion)
    assert isinstance(made, Silence) or made == Suggestion.from_json(kind, made.to_json())


@given(occasions())
@settings(max_examples=150)
def test_the_best_hours_of_sun_lie_within_the_persons_day_and_outside_quiet_hours(occasion: Occasion) -> None:
    """By the day of their own, wherever they are."""
    almanac = occasion.almanac
    day = almanac.day_of(occasion.now)
    window = almanac.sun_window(day)

    if window is not None:
        assert almanac.begin(day) <= window.start <= window.end <= almanac.end(day)
        assert almanac.quiet_until(window.start) is None
        assert window.uv < 8


@given(occasions())
@settings(max_examples=100)
def test_quiet_hours_end_and_nothing_is_quiet_at_their_end(occasion: Occasion) -> None:
    """Unless the whole day is quiet, one span after the other."""
    almanac = occasion.almanac
    end = almanac.quiet_until(occasion.now)

    if end is not None:
        assert end > occasion.now
        assert end - occasion.now <= timedelta(days=10)
