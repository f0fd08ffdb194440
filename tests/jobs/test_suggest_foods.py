"""The ranking of foods: never against diet, allergy or safety, always in one order, with the right shares."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.knowledge.foods import Allergen, Diet, FoodTag, Larder
from db.knowledge.intakes import Life, Region, Sex
from db.knowledge.loader import load
from db.knowledge.models import Quantity, Unit
from db.knowledge.safety import Verdict
from jobs.suggest import safety
from jobs.suggest.advised import Reference, Share, reference, region_of
from jobs.suggest.foods import MOST, Wishes, rank
from jobs.suggest.profile import Profile

KNOWLEDGE = load()
EDITION = KNOWLEDGE.edition("en")
FOODS = EDITION.larder.foods
GOALS = [nutrient for nutrient in KNOWLEDGE.nutrients if nutrient != "sodium"]

allergens = st.frozensets(st.sampled_from(list(Allergen)), max_size=4)
dislikes = st.frozensets(st.sampled_from(sorted(FOODS)), max_size=5)
diets = st.none() | st.sampled_from(list(Diet))
profiles = st.builds(
    Profile,
    diet=diets,
    allergens=allergens,
    dislikes=dislikes,
    traits=st.frozensets(st.sampled_from([trait.id for trait in EDITION.safety.traits]), max_size=3),
    age=st.none() | st.integers(1, 100),
    sex=st.none() | st.sampled_from(list(Sex)),
    life=st.sampled_from(list(Life)),
)
wishes = st.builds(Wishes, diet=diets, allergens=allergens, foods=dislikes)


@given(profiles, wishes, st.sampled_from(KNOWLEDGE.nutrients), st.sampled_from(list(Region)))
def test_nothing_is_offered_against_diet_allergy_or_dislike(
    profile: Profile, wished: Wishes, nutrient: str, region: Region
) -> None:
    """Neither against the profile nor against what is wished for once; traces count as well."""
    asked = wished.added_to(profile)
    for offer in rank(EDITION, asked, nutrient, reference(EDITION.cards[nutrient], asked, region)).offers:
        food = offer.food
        for diet in (profile.diet, wished.diet):
            assert diet is None or diet.allows(food.diet)
        assert not (profile.allergens | wished.allergens) & (food.allergens | food.may_contain)
        assert food.id not in profile.dislikes | wished.foods


@given(profiles, st.sampled_from(GOALS))
def test_nothing_is_offered_against_safety(profile: Profile, nutrient: str) -> None:
    """What the table withholds is not there; what it allows with care comes with the reason."""
    ranking = rank(EDITION, profile, nutrient, None)
    cautions = {rule.reason.id for rule in ranking.cautions}
    for offer in ranking.offers:
        judged = safety.judge_food(EDITION.safety, profile, offer.food, nutrient)
        assert judged.verdict is not Verdict.WITHHELD
        if judged.verdict is Verdict.CAUTION:
            assert {reason.id for reason in judged.reasons} <= cautions
        assert FoodTag.AWARENESS_ONLY not in offer.food.tags


@given(profiles, st.sampled_from(KNOWLEDGE.nutrients))
def test_the_richest_come_first_and_always_in_the_same_order(profile: Profile, nutrient: str) -> None:
    """At most ten, by what a serving holds, whatever the order of the larder."""
    ranking = rank(EDITION, profile, nutrient, None)
    amounts = [offer.amount.value for offer in ranking.offers]
    turned = dict(reversed(list(FOODS.items())))
    edition = replace(EDITION, larder=Larder(turned, EDITION.larder.notes))

    assert sorted(amounts, reverse=True) == amounts
    assert len(amounts) <= MOST
    assert ranking == rank(edition, profile, nutrient, None)


@given(profiles, st.sampled_from(KNOWLEDGE.nutrients))
def test_a_list_is_varied(profile: Profile, nutrient: str) -> None:
    """At most three of one food group, and no food in two forms."""
    ids = [offer.food.id for offer in rank(EDITION, profile, nutrient, None).offers]
    groups = [FOODS[food].ndb_no[:2] for food in ids]

    assert all(groups.count(group) <= 3 for group in groups)
    assert not {"almonds", "almonds_roasted"} <= set(ids)
    assert not {"pumpkin_seeds", "pumpkin_seeds_roasted"} <= set(ids)


@given(profiles, st.sampled_from(GOALS), st.sampled_from([Region.US, Region.EU, Region.UK]))
def test_shares_are_amounts_by_what_is_advised(profile: Profile, nutrient: str, region: Region) -> None:
    """Between the share of the highest figure that can hold and that of the lowest."""
    advised = reference(EDITION.cards[nutrient], profile, region)
    for offer in rank(EDITION, profile, nutrient, advised).offers:
        if advised is None:
            assert offer.share is None
        else:
            assert Share(offer.amount.value / advised.high.value, offer.amount.value / advised.low.value) == offer.share
            assert offer.share is not None
            assert Decimal("0.05") <= offer.share.high


@given(st.sampled_from(GOALS), st.sampled_from(list(Sex)), st.integers(0, 100), st.sampled_from(list(Life)))
def test_whoever_is_known_gets_the_figure_of_the_card(nutrient: str, sex: Sex, age: int, life: Life) -> None:
    """Sex, age, pregnancy and breastfeeding decide; the next region helps out where theirs has none."""
    if life is not Life.GENERAL and sex is Sex.MALE:
        return
    card = EDITION.cards[nutrient]
    told = 19 if age == 18 else age
    known = [card.intake(region, sex=sex, age=told, life=life) for region in (Region.UK, Region.US, Region.EU)]
    first = next((row for row in known if row is not None), None)
    found = reference(card, Profile(sex=sex, age=age, life=life), Region.UK)

    assert (first and (first.region, first.amount, first.amount)) == (found and (found.region, found.low, found.high))


@pytest.mark.parametrize(
    ("profile", "region", "low", "high"),
    [
        (Profile(), Region.US, 310, 420),
        (Profile(sex=Sex.FEMALE), Region.US, 310, 320),
        (Profile(age=40), Region.US, 320, 420),
        (Profile(age=40, sex=Sex.MALE), Region.US, 420, 420),
        (Profile(age=16), Region.EU, 360, 410),
        (Profile(age=18), Region.US, 310, 400),
        (Profile(life=Life.PREGNANT), Region.US, 350, 360),
        (Profile(), Region.EU, 300, 350),
        (Profile(), Region.UK, 270, 300),
    ],
)
def test_who_is_not_fully_known_is_compared_with_a_span(profile: Profile, region: Region, low: int, high: int) -> None:
    """Magnesium in mg a day; without an age, that of adults."""
    found = reference(EDITION.cards["magnesium"], profile, region)

    assert found is not None
    assert [low, high] == [found.low.value, found.high.value]


def test_salt_and_children_without_a_figure_have_no_reference() -> None:
    """Sodium is no goal, and no adult's figure is held against a child."""
    assert reference(EDITION.cards["sodium"], Profile(), Region.US) is None
    assert reference(EDITION.cards["b6"], Profile(age=12), Region.EU) is None


@pytest.mark.parametrize(
    "trait",
    ["kidney_disease", "ace_or_arb", "potassium_sparing", "heart_failure", "low_potassium_diet", "addison", "under_18"],
)
def test_potassium_is_withheld_with_its_reason(trait: str) -> None:
    """No list at all, and the rule that forbids it."""
    ranking = rank(EDITION, Profile(traits=frozenset({trait})), "potassium", None)

    assert ranking.offers == ()
    assert [trait in rule.traits for rule in ranking.withheld] == [True]


def test_what_is_left_out_of_a_list_gives_its_reason() -> None:
    """Kidneys: foods rich in potassium miss from the magnesium list, and the list says why."""
    ranking = rank(EDITION, Profile(traits=frozenset({"kidney_disease"})), "magnesium", None)

    assert ranking.offers
    assert ["kidney"] == [rule.reason.id for rule in ranking.withheld]
    assert rank(EDITION, Profile(), "magnesium", None).withheld == ()


def test_spinach_is_never_a_source_of_calcium() -> None:
    """Its oxalate holds the calcium back, though the numbers would rank it high."""
    for nutrient, listed in (("magnesium", True), ("calcium", False)):
        found = {tag for offer in rank(EDITION, Profile(), nutrient, None).offers for tag in offer.food.tags}
        assert listed == (FoodTag.OXALATE in found)


def test_where_salt_hides_is_told_to_everybody_with_their_reason() -> None:
    """A warning is not withheld from those who need it, and speaks of them."""
    for traits in ({"kidney_disease"}, {"high_blood_pressure"}, {"water_pill"}):
        ranking = rank(EDITION, Profile(traits=frozenset(traits)), "sodium", None)
        assert rank(EDITION, Profile(), "sodium", None).offers == ranking.offers
        assert traits & {trait for rule in ranking.cautions for trait in rule.traits}
        assert all(offer.share is None for offer in ranking.offers)
    assert rank(EDITION, Profile(), "sodium", None).cautions == ()


def test_amounts_of_different_units_are_not_compared() -> None:
    """Micrograms are no milligrams."""
    day = Quantity(value=Decimal(10), unit=Unit.MCG)

    with pytest.raises(ValueError, match="cannot be compared"):
        Reference(Region.US, day, day, ()).share(Quantity(value=Decimal(1), unit=Unit.MG))


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("America/New_York", Region.US),
        ("America/Sao_Paulo", Region.US),
        ("Europe/London", Region.UK),
        ("Europe/Berlin", Region.EU),
        ("Asia/Tokyo", Region.US),
        (None, Region.US),
    ],
)
def test_the_zone_says_whose_figures_are_used(zone: str | None, region: Region) -> None:
    """American, British, European; American where nothing is nearer."""
    assert region == region_of(zone)
