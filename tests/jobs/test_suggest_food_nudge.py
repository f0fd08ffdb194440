"""The food that a nudge names: allowed, eaten, in turn, by season; the same for the same nudge."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.knowledge.foods import Allergen, Diet, FoodTag, Season
from db.knowledge.intakes import Region, Sex
from db.knowledge.loader import load
from db.knowledge.safety import Verdict
from db.models import Status
from db.places.zones import latitude
from jobs.almanac import Almanac
from jobs.suggest import food, safety
from jobs.suggest.advised import reference
from jobs.suggest.draw import draw, not_lately
from jobs.suggest.foods import akin, rank
from jobs.suggest.profile import Profile, Spot
from jobs.suggest.season import climate_of, in_season
from jobs.suggest.suggestion import REMEMBERED, History, Occasion, Past, Silence, Suggestion
from tests.jobs.test_any_nudge import PROFILES, occasions

EDITION = load().edition("en")
FOODS = EDITION.larder.foods
MARCH = datetime(2026, 3, 2, 7, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 2, 7, tzinfo=UTC)
FEW = Profile(dislikes=frozenset(FOODS) - {"almonds", "spinach", "lentils"})


def _occasion(
    profile: Profile | None = None, now: datetime = MARCH, past: Sequence[Past] = (), *, seed: int = 1,
    zone: str = "Europe/Berlin", **more: frozenset[str] | Suggestion | None,
) -> Occasion:  # fmt: skip
    """Somebody's breakfast, with what is remembered of `past`."""
    told = profile or Profile()
    history = History(tuple(one for one in past if one.due_at >= now - REMEMBERED))
    made = Occasion(now, seed, told, Almanac(ZoneInfo(zone), profile=told), EDITION, history)
    return made._replace(**more)  # type: ignore[arg-type]


def _made(occasion: Occasion) -> Suggestion:
    made = food.suggest(occasion)
    assert isinstance(made, Suggestion)
    return made


def _past(made: Suggestion, due_at: datetime) -> Past:
    return Past(1, 1, food.KIND, Status.SENT, None, due_at, None, made)


def _days(profile: Profile, count: int, *, seed: int = 0, now: datetime = MARCH) -> list[Suggestion]:
    """What comes on so many mornings in a row."""
    past: list[Past] = []
    for day in range(count):
        moment = now + timedelta(days=day)
        made = food.suggest(_occasion(profile, moment, past, seed=seed + day))
        if isinstance(made, Silence):
            return []
        past.insert(0, _past(made, moment))
    return [one.suggestion for one in reversed(past) if one.suggestion is not None]


def _possible(profile: Profile, at_most: int) -> int:
    """How many foods the nudge has for somebody: so many are named until one comes again."""
    seen: set[str] = set()
    while len(seen) < at_most:
        made = food.suggest(_occasion(profile, avoid=frozenset(seen)))
        if isinstance(made, Silence) or made.facts["food"] in seen:
            break
        seen.add(made.facts["food"])
    return len(seen)


# Allowed, and eaten -------------------------------------------------------------------------------


@given(occasions())
@settings(max_examples=150)
def test_a_named_food_is_allowed_for_its_nutrient_and_brings_its_warning(occasion: Occasion) -> None:
    """By the table that every list goes by; what is allowed with care comes with the reason."""
    made = food.suggest(occasion)
    if isinstance(made, Suggestion):
        named = FOODS[made.facts["food"]]
        judged = safety.judge_food(EDITION.safety, occasion.profile, named, made.facts["nutrient"])

        assert judged.verdict is not Verdict.WITHHELD
        assert safety.cautions(judged) == made.cautions


@given(occasions())
@settings(max_examples=150)
def test_a_named_food_is_eaten_by_this_person(occasion: Occasion) -> None:
    """Diet, allergies (traces too) and dislikes; also where the last one of all had to be named."""
    made = food.suggest(occasion)
    if isinstance(made, Suggestion):
        named, profile = FOODS[made.facts["food"]], occasion.profile

        assert profile.diet is None or profile.diet.allows(named.diet)
        assert not profile.allergens & (named.allergens | named.may_contain)
        assert named.id not in profile.dislikes


@pytest.mark.parametrize(
    ("name", "nutrient", "tag"),
    [
        ("ham", "potassium", FoodTag.VERY_SALTY),
        ("tuna_yellowfin", "magnesium", FoodTag.HIGH_MERCURY),
        ("beef_liver_fried", "b5", FoodTag.VITAMIN_A_RICH),
        ("brazil_nuts", "magnesium", FoodTag.SELENIUM_RICH),
    ],
)
def test_nobody_is_proposed_unasked_what_needs_care(name: str, nutrient: str, tag: FoodTag) -> None:
    """A list names it to those who look it up; a nudge has nothing for whoever eats nothing else."""
    profile = Profile(dislikes=frozenset(FOODS) - {name}, nutrients=frozenset({nutrient}))
    listed = rank(EDITION, profile, nutrient, reference(EDITION.cards[nutrient], profile, Region.EU)).offers

    assert tag in FOODS[name].tags
    assert [name] == [offer.food.id for offer in listed]
    assert Silence("nothing") == food.suggest(_occasion(profile))


@given(occasions())
@settings(max_examples=100)
def test_a_serving_is_a_source_worth_naming(occasion: Occasion) -> None:
    """At least a twentieth of a day, and the figures are those of the larder."""
    made = food.suggest(occasion)
    if isinstance(made, Suggestion):
        facts = made.facts
        amount = FOODS[facts["food"]].per_serving(facts["nutrient"])
        assert amount is not None
        assert (str(amount.value), amount.unit) == (facts["amount"], facts["unit"])
        if facts["region"] is not None:
            day = reference(EDITION.cards[facts["nutrient"]], occasion.profile, Region(facts["region"]))
            assert day is not None
            assert Decimal("0.05") <= amount.value / day.low.value == Decimal(facts["share_high"])


def test_a_child_gets_no_share_and_still_a_source() -> None:
    """No figure of the card is theirs, so an adult's decides what is worth naming, and none is shown."""
    made = _made(_occasion(Profile(age=0)))

    assert (None, None) == (made.facts["region"], made.facts["share_low"])
    assert Decimal(made.facts["amount"]) >= 15


def test_where_nothing_is_allowed_it_keeps_silent() -> None:
    """All that is known is on the list of what to leave out."""
    assert Silence("nothing") == food.suggest(_occasion(Profile(dislikes=frozenset(FOODS))))


# In turn ------------------------------------------------------------------------------------------


@given(PROFILES, st.integers(0, 10**6))
@settings(max_examples=12)
def test_nothing_comes_twice_in_ten_days_while_there_is_something_else(profile: Profile, seed: int) -> None:
    """Thirty mornings of anybody."""
    profile = replace(profile, nutrients=frozenset())
    foods = [made.facts["food"] for made in _days(profile, 30, seed=seed)]
    distance = _possible(profile, at_most=REMEMBERED.days + 1)

    for morning, named in enumerate(foods):
        assert named not in foods[max(0, morning - distance + 1) : morning]


@given(st.integers(0, 10**6))
@settings(max_examples=10)
def test_two_in_a_row_are_not_alike(seed: int) -> None:
    """Neither of one food group nor two forms of one food, where there is so much to choose from."""
    foods = [FOODS[made.facts["food"]] for made in _days(Profile(), 30, seed=seed)]

    assert not any(akin(one, following) for one, following in pairwise(foods))


def test_where_all_came_lately_it_is_the_longest_ago() -> None:
    """Three foods go round and round."""
    foods = [made.facts["food"] for made in _days(FEW, 9)]

    assert {"almonds", "spinach", "lentils"} == set(foods[:3])
    assert foods[:3] * 3 == foods


def test_how_long_ago_it_came_is_a_fact() -> None:
    """In days of the person's own."""
    days = [made.facts["days"] for made in _days(FEW, 5)]

    assert [None, None, None, 3, 3] == days


def test_what_was_turned_down_on_another_nudge_was_named_too() -> None:
    """Whoever tapped it away yesterday does not get it today."""
    yesterday = Suggestion("food", "idea", 0, {"food": "almonds", "nutrient": "magnesium", "turned_down": ["lentils"]})
    made = _made(_occasion(FEW, MARCH, [_past(yesterday, MARCH - timedelta(days=1))]))

    assert "spinach" == made.facts["food"]


@given(st.frozensets(st.sampled_from(["almonds", "spinach", "lentils"]), max_size=2), st.integers(0, 1000))
def test_what_is_turned_down_now_does_not_come_while_there_are_others(avoid: frozenset[str], seed: int) -> None:
    """One of three, two of three."""
    made = _made(_occasion(FEW, seed=seed, avoid=avoid))

    assert made.facts["food"] not in avoid


@given(occasions())
@settings(max_examples=60)
def test_the_same_nudge_names_the_same_food(occasion: Occasion) -> None:
    """Made twice, and made again when it is asked again or was put off."""
    made = food.suggest(occasion)
    again = food.suggest(occasion._replace(before=made)) if isinstance(made, Suggestion) else made
    late = occasion._replace(seed=occasion.seed + 1, before=made) if isinstance(made, Suggestion) else occasion
    later = food.suggest(late)

    assert made == food.suggest(occasion) == again
    assert isinstance(made, Silence) or (isinstance(later, Suggestion) and later.facts["food"] == made.facts["food"])


def test_asked_again_it_is_another_if_the_first_is_not_liked_any_more() -> None:
    """And none of those that were turned down before."""
    before = Suggestion("food", "idea", 0, {"food": "almonds", "nutrient": "magnesium", "turned_down": ["lentils"]})
    profile = replace(FEW, dislikes=FEW.dislikes | {"almonds"})
    made = _made(_occasion(profile, before=before))

    assert ("spinach", ["lentils"]) == (made.facts["food"], made.facts["turned_down"])


# Nutrients ----------------------------------------------------------------------------------------


def test_picked_nutrients_take_turns() -> None:
    """In the order of the cards; what nobody should aim for is passed over."""
    picked = Profile(nutrients=frozenset({"b6", "calcium", "sodium", "uranium"}))
    made = _days(picked, 4)

    assert ["calcium", "b6", "calcium", "b6"] == [one.facts["nutrient"] for one in made]
    assert {"picked"} == {one.facts["why"] for one in made}


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        (Profile(), "usual"),
        (Profile(nutrients=frozenset({"sodium"})), "usual"),
        (Profile(nutrients=frozenset({"potassium"}), traits=frozenset({"ace_or_arb"})), "instead"),
    ],
)
def test_magnesium_stands_in_where_nothing_was_picked_or_may_be_proposed(profile: Profile, why: str) -> None:
    """Potassium is withheld with some medicines, whoever picked it."""
    made = _made(_occasion(profile))

    assert ("magnesium", why) == (made.facts["nutrient"], made.facts["why"])


def test_another_of_a_nudge_is_for_the_same_nutrient() -> None:
    """It is not the other one's turn because of a tap."""
    picked = Profile(nutrients=frozenset({"b6", "calcium"}))
    made = _made(_occasion(picked))
    between = _past(_made(_occasion(picked, seed=2)), MARCH)
    swapped = _made(_occasion(picked, MARCH, [between], before=made, avoid=frozenset({made.facts["food"]})))

    assert "calcium" == made.facts["nutrient"] == swapped.facts["nutrient"]


# Facts without values -----------------------------------------------------------------------------


def test_what_was_heeded_is_noted_by_name_only() -> None:
    """Whoever clears what they told leaves no allergy behind in their nudges."""
    told = Profile(
        diet=Diet.VEGAN, allergens=frozenset({Allergen.SULPHITES}), dislikes=frozenset({"kale"}),
        traits=frozenset({"diabetes"}), sex=Sex.FEMALE, age=40,
    )  # fmt: skip
    made = _made(_occasion(told))

    assert ["diet", "allergens", "dislikes", "traits"] == made.facts["heeded"]
    assert not any(word in str(made.to_json()) for word in ("vegan", "sulphites", "kale", "diabetes", "female"))
    assert made.facts["known"]
    assert [] == _made(_occasion(Profile(diet=Diet.MEAT))).facts["heeded"]


# Seasons ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("Europe/Berlin", MARCH, True),
        ("Europe/Berlin", SEPTEMBER, False),
        ("America/New_York", MARCH, True),
        ("Australia/Sydney", MARCH, False),
        ("America/Argentina/Buenos_Aires", SEPTEMBER, True),
        ("Africa/Johannesburg", SEPTEMBER, True),
        ("Australia/Darwin", MARCH, None),
        ("Asia/Singapore", MARCH, None),
        ("UTC", MARCH, None),
    ],
)
def test_kale_is_for_winter_on_either_side_of_the_equator(zone: str, now: datetime, expected: bool | None) -> None:
    """And nowhere in the tropics, where there is no winter; nor where nobody lives."""
    assert expected == in_season(FOODS["kale"].season, climate_of(_occasion(zone=zone, now=now)))


def test_the_persons_place_is_not_used_for_seasons() -> None:
    """They were told that it is for the sun and nothing else."""
    sydney = Profile(place=Spot(-33.9, 151.2))

    assert in_season(FOODS["kale"].season, climate_of(_occasion(sydney))) is True


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Europe/Berlin", 52.5), ("Australia/Sydney", -33.87), ("Asia/Calcutta", 22.53), ("UTC", None), ("nowhere", None)],
)
def test_a_zone_has_the_latitude_of_its_city(zone: str, expected: float | None) -> None:
    """Degrees to the north; old names are understood; offsets are nowhere."""
    assert expected == pytest.approx(latitude(zone), abs=0.01)


def test_the_south_is_half_a_year_later() -> None:
    """December and June change places."""
    winter = Season(months=frozenset({12, 1}), citations=())

    assert [1, 12] == [month for month in range(1, 13) if winter.covers(month, southern=False)]
    assert [6, 7] == [month for month in range(1, 13) if winter.covers(month, southern=True)]


def test_what_is_in_season_comes_more_often_and_the_rest_still_comes() -> None:
    """Kale against lentils, which know no season, over many seeds."""
    both = Profile(dislikes=frozenset(FOODS) - {"kale", "split_peas"})
    often = {
        now: sum(_made(_occasion(both, now, seed=seed)).facts["food"] == "kale" for seed in range(400))
        for now in (MARCH, SEPTEMBER)
    }

    assert 220 < often[MARCH] < 380
    assert 20 < often[SEPTEMBER] < 120


# Drawing ------------------------------------------------------------------------------------------


@given(st.integers(), st.lists(st.text(), min_size=1, max_size=200, unique=True))
def test_the_same_seed_draws_the_same_and_one_of_them(seed: int, names: list[str]) -> None:
    """Also where every weight is nothing, which nobody should ask for."""
    assert draw(seed, names) == draw(seed, list(names))
    assert draw(seed, names, lambda _name: 0.0) in names


def test_nothing_to_draw_from_is_an_error() -> None:
    """Else one would be made up."""
    with pytest.raises(ValueError, match="nothing"):
        draw(1, [])


@pytest.mark.parametrize("most", [4.0, 10.0])
def test_a_heavier_name_is_drawn_as_often_as_its_weight_says(most: float) -> None:
    """Three, one and four of eight, within what chance allows: four standard deviations of 4,000 draws."""
    weights = {"a": 3.0, "b": 1.0, "c": 4.0}
    drawn = Counter(draw(seed, list(weights), weights.__getitem__, most) for seed in range(4000))

    assert 1377 < drawn["a"] < 1623
    assert 416 < drawn["b"] < 584
    assert 1873 < drawn["c"] < 2127


def test_what_comes_after_one_was_turned_down_is_not_its_neighbour_more_often_than_chance_has_it() -> None:
    """One of two neighbours among fifty that are left: 78 of 2,000 draws, within four standard deviations."""
    names = [f"{number:02}" for number in range(51)]
    pairs = [(first := draw(seed, names), draw(seed, [n for n in names if n != first])) for seed in range(2000)]

    assert 43 < sum(abs(int(first) - int(then)) == 1 for first, then in pairs) < 114


def test_not_lately_is_what_was_not_shown_else_the_longest_ago() -> None:
    """`shown` is newest first, and may hold a name more than once."""
    assert ["c"] == not_lately(["a", "b", "c"], ["a", "b"])
    assert ["b"] == not_lately(["a", "b"], ["a", "b", "a"])
    assert [] == not_lately([], ["a"])
