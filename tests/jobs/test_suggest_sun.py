"""What the sun nudge proposes, to whom and when."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.knowledge.foods import Allergen, Diet, FoodTag
from db.knowledge.intakes import Life
from db.knowledge.loader import load
from db.knowledge.models import Subject
from db.knowledge.safety import Verdict
from db.models import Status
from jobs import solar
from jobs.almanac import Almanac
from jobs.preferences import Preferences, Quiet
from jobs.suggest import safety, sun
from jobs.suggest.kinds import suggest
from jobs.suggest.profile import Profile, Spot
from jobs.suggest.suggestion import History, Occasion, Past, Silence, Suggestion
from jobs.sunlight import minutes_to_redness, uv_index
from tests.jobs.test_any_nudge import PROFILES, occasions
from tests.jobs.test_solar import INSTANTS, POLES

EDITION = load().edition("en")
BERLIN, QUITO, SVALBARD = Spot(52.5, 13.4), Spot(-0.2, -78.5), Spot(78.2, 15.6)
# Told all that minutes need.
SUNNY = Profile(sun=True, age=30, skin=3, place=BERLIN)
JUNE_MORNING = datetime(2026, 6, 21, 7, 30, tzinfo=UTC)  # a UV index of 4.2 in Berlin, half an hour later 5.2
JUNE_EARLY = datetime(2026, 6, 21, 5, 0, tzinfo=UTC)  # 0.6
JUNE_NOON = datetime(2026, 6, 21, 11, 0, tzinfo=UTC)  # 9.0
JUNE_NIGHT = datetime(2026, 6, 21, 22, 0, tzinfo=UTC)
DECEMBER_NOON = datetime(2026, 12, 21, 11, 0, tzinfo=UTC)
# Of whom many may have minutes; `occasions` has all the others.
ABLE = st.builds(
    Profile,
    traits=st.sampled_from([frozenset[str]()] * 6 + [frozenset({trait}) for trait in ("statin", "leg_clot")]),
    age=st.sampled_from([30, 18, 17, 70, None, 44, 25]),
    skin=st.sampled_from([2, 3, 4, 5, 6, 1, None]),
    place=st.builds(Spot, st.floats(-65, 65), st.floats(-180, 180)),
    sun=st.sampled_from([True, True, True, False]),
)


def _occasion(profile: Profile, now: datetime, *quiet: Quiet, seed: int = 1, past: tuple[Past, ...] = ()) -> Occasion:
    """For somebody in Berlin's time zone."""
    almanac = Almanac(ZoneInfo("Europe/Berlin"), Preferences(quiet=quiet), profile)
    return Occasion(now, seed, profile, almanac, EDITION, History(past))


def _made(profile: Profile, now: datetime, *quiet: Quiet, seed: int = 1) -> Suggestion:
    made = suggest("sun", _occasion(profile, now, *quiet, seed=seed))
    assert isinstance(made, Suggestion)
    return made


def _past(number: int, made: Suggestion, now: datetime) -> Past:
    return Past(number, 1, "sun", Status.SENT, None, now, None, made)


def _uv(occasion: Occasion, later: timedelta = timedelta()) -> float:
    """Where the person is; 0 where that is not known."""
    spot = occasion.profile.place
    return 0.0 if spot is None else uv_index(solar.elevation(spot, occasion.now + later))


def _soon(occasion: Occasion) -> float:
    """The highest of the next half hour, looked at minute by minute."""
    return max(_uv(occasion, timedelta(minutes=minute)) for minute in range(31))


# Forms ----------------------------------------------------------------------------------------------


def test_minutes_come_with_all_that_they_were_made_of() -> None:
    """Skin type III at a UV index of up to 5.2: a quarter of 58 minutes, rounded down."""
    made = _made(SUNNY, JUNE_MORNING)

    assert made.form == "minutes"
    assert {
        "missing": [],
        "uv": 4.2,
        "soon": 5.2,
        "highest": 9.0,
        "elevation": 39.8,
        "skin": 3,
        "window": {"start": "2026-06-21T06:50:00+00:00", "end": "2026-06-21T07:50:00+00:00"},
        "minutes": 10,
        "band": {"least": 3.0, "below": 6.0, "reckoned": 4.0},
        "redness": 58,
    } == made.facts


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({"sun": False}, ["opt_in"]),
        ({"skin": None}, ["skin"]),
        ({"age": None}, ["age"]),
        ({"sun": False, "skin": None, "age": None}, ["opt_in", "skin", "age"]),
    ],
)
def test_who_has_not_told_all_gets_a_walk_and_what_is_missing(told: dict[str, Any], missing: list[str]) -> None:
    """No minutes for anybody who did not ask for them, or of whom something is unknown."""
    made = _made(replace(SUNNY, **told), JUNE_MORNING)

    assert made.form == "walk"
    assert missing == made.facts["missing"]
    assert "minutes" not in made.facts


def test_weak_sun_on_a_bright_day_is_for_a_walk() -> None:
    """Early in the morning, with better hours to come."""
    made = _made(SUNNY, JUNE_EARLY)

    assert ("walk", 0.6) == (made.form, made.facts["uv"])
    assert made.facts["window"]["start"].startswith("2026-06-21T06:50")


@pytest.mark.parametrize("profile", [SUNNY, replace(SUNNY, skin=6), Profile(place=BERLIN)])
def test_nobody_is_sent_into_strong_sun(profile: Profile) -> None:
    """At a UV index of 8 and more, now or half an hour later, there is no nudge at all, whatever the skin."""
    for now in (JUNE_NOON, JUNE_NOON - timedelta(minutes=110)):  # 9.0; 7.3 and then 8.04
        assert Silence("uv") == suggest("sun", _occasion(profile, now))

    assert _made(profile, JUNE_NOON - timedelta(minutes=115)).facts["soon"] == 7.9


def test_minutes_do_not_run_into_strong_sun() -> None:
    """Madrid in June, and skin that may be out for 25 minutes: what the sun becomes in them counts."""
    madrid = Profile(sun=True, age=31, skin=6, place=Spot(40.4, -3.7))
    ten_to_ten = datetime(2026, 6, 10, 9, 50, tzinfo=UTC)

    assert Silence("uv") == suggest("sun", _occasion(madrid, ten_to_ten))  # 7.7 and rising
    assert _made(madrid, ten_to_ten - timedelta(minutes=30)).facts["minutes"] == 25  # 6.5 and rising


def test_a_stronger_band_counts_before_it_begins() -> None:
    """At 5.2, but with 6.2 half an hour later: the fewer minutes."""
    made = _made(SUNNY, JUNE_MORNING + timedelta(minutes=30))

    assert (5.2, 5) == (made.facts["uv"], made.facts["minutes"])


@pytest.mark.parametrize(
    ("profile", "now", "because"),
    [
        (Profile(), JUNE_MORNING, "place"),
        (replace(SUNNY, place=None), JUNE_NOON, "place"),
        (SUNNY, JUNE_NIGHT, "night"),
        (SUNNY, DECEMBER_NOON, "dark"),
        (replace(SUNNY, place=SVALBARD), DECEMBER_NOON, "dark"),
    ],
)
def test_food_comes_without_a_place_at_night_and_in_the_dark_months(
    profile: Profile, now: datetime, because: str
) -> None:
    """With the reason, a food, what a serving holds and the share of a day."""
    made = _made(profile, now)
    food = EDITION.larder.foods[made.facts["food"]]
    holds = food.per_serving("vitamin_d")

    assert ("food", because) == (made.form, made.facts["because"])
    assert holds is not None
    assert (str(holds.value), "mcg") == (made.facts["amount"], made.facts["unit"])
    assert [float(holds.value) / 15] * 2 == pytest.approx(
        [float(made.facts[end]) for end in ("share_low", "share_high")]
    )


def test_without_a_place_nothing_is_said_of_the_sun() -> None:
    """Not from the time zone, which may be as large as a country."""
    made = _made(replace(SUNNY, place=None), JUNE_MORNING)

    assert made.facts["missing"] == ["place"]
    assert not {"uv", "highest", "elevation", "window"} & set(made.facts)


def test_the_hours_that_are_left_are_named_when_the_best_are_over() -> None:
    """In the afternoon the second stretch; in the evening, with weak sun only, none."""
    afternoon = _made(SUNNY, JUNE_MORNING + timedelta(hours=6))
    evening = _made(SUNNY, JUNE_MORNING + timedelta(hours=8))

    assert {"start": "2026-06-21T14:00:00+00:00", "end": "2026-06-21T15:20:00+00:00"} == afternoon.facts["window"]
    assert evening.facts["window"] is None


def test_the_best_hours_are_outside_quiet_hours() -> None:
    """Quiet until ten on the person's clock."""
    made = _made(SUNNY, JUNE_EARLY, Quiet(time(22), time(10)))

    assert made.facts["window"]["start"].startswith("2026-06-21T14:00")


# Food -----------------------------------------------------------------------------------------------


def test_foods_change_from_day_to_day_and_start_again_with_the_one_longest_ago() -> None:
    """No repeat while there is another; a vegan who must not have soy has three."""
    vegan = Profile(diet=Diet.VEGAN, allergens=frozenset({Allergen.SOY}))
    past: tuple[Past, ...] = ()
    foods = []
    for day in range(7):
        made = suggest("sun", _occasion(vegan, JUNE_MORNING, seed=40 + 7 * day, past=past))
        assert isinstance(made, Suggestion)
        past = (_past(day, made, JUNE_MORNING + timedelta(days=day)), *past)
        foods.append(made.facts["food"])

    assert len(set(foods[:3])) == 3
    assert foods[:3] == foods[3:6]
    assert foods[0] == foods[6]


def test_what_was_turned_down_is_not_proposed_again() -> None:
    """On this very nudge."""
    first = _made(Profile(), JUNE_MORNING)
    second = suggest("sun", _occasion(Profile(), JUNE_MORNING)._replace(avoid=frozenset({first.facts["food"]})))

    assert isinstance(second, Suggestion)
    assert first.facts["food"] != second.facts["food"]


def test_without_a_fitting_food_the_idea_stays_general() -> None:
    """All are disliked: no name and no amount."""
    made = _made(Profile(dislikes=frozenset(EDITION.larder.foods)), JUNE_MORNING)

    assert made.form == "food"
    assert not {"food", "amount", "unit", "share_low", "share_high"} & set(made.facts)


def test_nobody_is_offered_cod_liver_oil_or_liver_unasked() -> None:
    """Rich in vitamin D, and far too rich in vitamin A for a daily idea."""
    offered = {_made(Profile(), JUNE_MORNING, seed=seed).facts["food"] for seed in range(40)}
    tags = {tag for food in offered for tag in EDITION.larder.foods[food].tags}

    assert len(offered) > 5
    assert not {FoodTag.VITAMIN_A_RICH, FoodTag.HIGH_MERCURY} & tags


def test_food_is_withheld_from_whom_vitamin_d_may_harm() -> None:
    """Asked by the kind itself as well, not only in front of it."""
    rule = next(
        rule
        for rule in EDITION.safety.rules
        if rule.verdict is Verdict.WITHHELD
        and any(target.subject is Subject.FOOD and target.nutrient == "vitamin_d" for target in rule.targets)
    )
    told = Profile(traits=frozenset({min(rule.traits)}))

    assert Silence("withheld for safety") == sun.suggest(_occasion(told, JUNE_NIGHT))


# For anybody ----------------------------------------------------------------------------------------


@st.composite
def people_in_the_sun(draw: st.DrawFn) -> Occasion:
    """Somebody by day, who may well get minutes."""
    profile = draw(ABLE)
    assert profile.place is not None
    noon = solar.next_noon(profile.place, draw(INSTANTS))
    now = noon + timedelta(minutes=draw(st.integers(-360, 360)))
    return _occasion(profile, now, seed=draw(st.integers(1, 10**6)))


@given(people_in_the_sun() | occasions())
@settings(max_examples=400)
def test_minutes_are_never_given_against_safety(occasion: Occasion) -> None:
    """Not withheld, asked for, grown up, not type I, at a UV index of 3 to 8, and within the safety model."""
    profile = occasion.profile
    for made in (sun.suggest(occasion), suggest("sun", occasion)):
        if isinstance(made, Suggestion) and made.form == "minutes":
            redness = minutes_to_redness(profile.skin, made.facts["band"]["reckoned"])

            assert safety.judge(EDITION.safety, profile, Subject.SUN).verdict is not Verdict.WITHHELD
            assert profile.sun
            assert profile.age is not None
            assert profile.age >= 18
            assert profile.skin in range(2, 7)
            assert 3 <= _uv(occasion) <= _soon(occasion) < 8.03
            assert redness is not None
            assert 0 < made.facts["minutes"] <= redness / 4


@given(people_in_the_sun() | occasions())
@settings(max_examples=200)
def test_everybody_who_may_have_minutes_gets_them(occasion: Occasion) -> None:
    """The other way round: nothing else keeps them back."""
    profile = occasion.profile
    allowed = safety.judge(EDITION.safety, profile, Subject.SUN).verdict is not Verdict.WITHHELD
    told = profile.sun and profile.age is not None and profile.skin is not None
    made = suggest("sun", occasion)

    if allowed and told and 3 <= _uv(occasion) <= _soon(occasion) < 7.97:
        assert isinstance(made, Suggestion)
        assert made.form == "minutes"


@given(people_in_the_sun() | occasions())
@settings(max_examples=200)
def test_strong_sun_is_silence_and_darkness_is_food(occasion: Occasion) -> None:
    """Whoever it is, unless the kind is withheld from them anyway."""
    made = suggest("sun", occasion)
    withheld = safety.judge(EDITION.safety, occasion.profile, Subject.SUN).verdict is Verdict.WITHHELD

    if withheld:
        assert Silence("withheld for safety") == made
    elif _soon(occasion) >= 8.03:
        assert Silence("uv") == made
    elif _uv(occasion) == 0:
        assert isinstance(made, Suggestion)
        assert made.form == "food"


@given(PROFILES, POLES, INSTANTS)
def test_nothing_breaks_at_the_poles(profile: Profile, pole: Spot, now: datetime) -> None:
    """Never minutes either: the sun stays too low all year."""
    made = suggest("sun", _occasion(replace(profile, place=pole), now))

    assert isinstance(made, Silence) or made.form == "food"


@given(people_in_the_sun())
def test_the_same_seed_gives_the_same(occasion: Occasion) -> None:
    """Data in, data out."""
    assert suggest("sun", occasion) == suggest("sun", occasion)


@pytest.mark.parametrize("life", Life)
def test_every_food_that_may_come_up_is_safe_for_the_person(life: Life) -> None:
    """Also for those who are pregnant or breastfeeding."""
    told = Profile(life=life)
    offered = {_made(told, JUNE_MORNING, seed=seed).facts["food"] for seed in range(30)}
    verdicts = {
        safety.judge_food(EDITION.safety, told, EDITION.larder.foods[food], "vitamin_d").verdict for food in offered
    }

    assert Verdict.WITHHELD not in verdicts
