"""The foods: true to USDA, and filtered on the safe side."""

from decimal import Decimal
from itertools import pairwise

import pytest

from db.knowledge.cards import Knowledge
from db.knowledge.errors import KnowledgeError
from db.knowledge.foods import Allergen, Diet, Food, FoodTag, rounded
from db.knowledge.loader import load
from db.knowledge.models import Mark, Quantity, Unit
from db.knowledge.prose import written
from tests.db.knowledge.conftest import Breaker

FOODS = load().foods("en")


@pytest.mark.parametrize(
    ("expected", "food", "nutrient"),
    [
        ("422 mg", "banana", "potassium"),
        ("926 mg", "baked_potato", "potassium"),
        ("156 mg", "pumpkin_seeds_roasted", "magnesium"),
        ("95 mg", "chia_seeds", "magnesium"),
        ("14 mcg", "salmon_sockeye", "vitamin_d"),
        ("0.79 mcg", "herring_pickled", "vitamin_d"),
        ("0.7 mg", "salmon_sockeye", "b6"),
        ("2,325 mg", "table_salt", "sodium"),
    ],
)
def test_a_serving_holds_what_usda_says(expected: str, food: str, nutrient: str) -> None:
    """Amounts for 100 g become amounts for a serving, rounded only when written."""
    amount = FOODS[food].per_serving(nutrient)

    assert amount is not None
    assert expected == written(rounded(amount), "en")


@pytest.mark.parametrize(
    ("food", "nutrient"),
    [
        ("tahini", "magnesium"),
        ("tahini", "calcium"),
        ("almond_drink", "calcium"),
        ("banana", "b6"),
        ("avocado", "b6"),
        ("flaxseed", "b1"),
        ("chickpeas_canned", "b6"),
        ("salmon_wild", "vitamin_d"),
    ],
)
def test_what_is_in_doubt_has_no_value(food: str, nutrient: str) -> None:
    """Newer data contradict these, or USDA has none: unknown is not zero."""
    assert FOODS[food].per_serving(nutrient) is None


def test_zero_is_kept_apart_from_unknown() -> None:
    """A plant has no vitamin D, and that is knowledge."""
    assert Quantity(value=Decimal(0), unit=Unit.MCG) == FOODS["banana"].per_serving("vitamin_d")


def test_a_stricter_eater_gets_fewer_foods() -> None:
    """Whatever a vegan may eat, everybody may; not the other way round."""
    menus = [{food.id for food in FOODS.values() if diet.allows(food.diet)} for diet in Diet]

    assert all(smaller < larger for smaller, larger in pairwise(menus))
    assert "cod_liver_oil" not in menus[0] | menus[1]
    assert set(FOODS) == menus[-1]


@pytest.mark.parametrize(
    ("food", "allergen"),
    [
        ("dark_chocolate", Allergen.TREE_NUTS),
        ("porridge", Allergen.GLUTEN),
        ("coconut_water", Allergen.TREE_NUTS),
        ("dried_apricots", Allergen.SULPHITES),
        ("tofu", Allergen.SOY),
        ("scrambled_egg", Allergen.DAIRY),
    ],
)
def test_may_contain_counts_for_an_allergy(food: str, allergen: Allergen) -> None:
    """A food that may contain an allergen is not safe without it."""
    assert not FOODS[food].safe_without(frozenset({allergen}))


def test_a_food_without_allergens_is_safe_without_all_of_them() -> None:
    """An orange suits every allergy on the list."""
    assert FOODS["orange"].safe_without(frozenset(Allergen))


@pytest.mark.parametrize(
    ("tag", "food"),
    [
        (FoodTag.VERY_SALTY, "soy_sauce"),
        (FoodTag.VERY_SALTY, "yeast_extract"),
        (FoodTag.SALTY, "english_muffin"),
        (FoodTag.AWARENESS_ONLY, "table_salt"),
        (FoodTag.HIGH_MERCURY, "tuna_bluefin"),
        (FoodTag.VITAMIN_A_RICH, "beef_liver"),
        (FoodTag.VITAMIN_A_RICH, "cod_liver_oil"),
        (FoodTag.OXALATE, "spinach"),
        (FoodTag.CALCIUM_SET, "tofu_firm"),
        (FoodTag.FORTIFIED, "milk_low_fat"),
    ],
)
def test_tags_warn(tag: FoodTag, food: str) -> None:
    """What a person must know before eating more of it is on the food."""
    assert tag in FOODS[food].tags


def test_salt_is_never_overlooked() -> None:
    """Every serving with 200 mg of sodium or more is marked, and nothing is marked twice."""
    salty = frozenset({FoodTag.SALTY, FoodTag.VERY_SALTY})

    def marked(food: Food) -> int:
        return len(salty & food.tags)

    for food in FOODS.values():
        sodium = food.per_serving("sodium")
        assert sodium is not None
        assert marked(food) == 1 or sodium.value < 200
        assert marked(food) <= 1


def test_every_tag_has_its_note(knowledge: Knowledge) -> None:
    """A tag can always be put into words, with a source."""
    notes = knowledge.food_notes("xx")

    assert list(FoodTag) == list(notes)
    assert all(note.text for note in notes.values())


def test_seasons_are_our_own_and_of_fresh_produce() -> None:
    """Nobody reviewed them, so they are marked as a proposal; only fruit (09) and vegetables (11) have one."""
    seasonal = [food for food in FOODS.values() if food.season is not None]

    assert {"09", "11"} == {food.ndb_no[:2] for food in seasonal}
    assert {Mark.PROPOSAL} == {c.mark for food in seasonal if food.season for c in food.season.citations}


def test_every_known_amount_belongs_to_a_card(knowledge: Knowledge) -> None:
    """The columns of the foods are nutrients that have a card."""
    assert all(set(food.per_100g) <= set(knowledge.nutrients) for food in FOODS.values())


def test_values_are_usdas_own(knowledge: Knowledge) -> None:
    """A food names its authority."""
    assert knowledge.foods("en")["banana"].citation.source.publisher == "USDA"


RULES = {
    "unknown diet": (
        "foods.csv: line 2.diet: input should be 'vegan', 'vegetarian', 'pescatarian' or 'meat'",
        ("foods.csv", "half_cup,90,vegan", "half_cup,90,carnivore"),
    ),
    "unknown allergen": (
        "foods.csv: line 2.allergens[0]: input should be 'celery', 'dairy', 'egg', 'fish', 'gluten', 'peanut', "
        "'sesame', 'shellfish', 'soy', 'sulphites' or 'tree_nuts'",
        ("foods.csv", "half_cup,90,vegan,", "half_cup,90,vegan,pollen"),
    ),
    "no weight": (
        "foods.csv: line 2.grams: input should be greater than 0",
        ("foods.csv", "half_cup,90,", "half_cup,0,"),
    ),
    "less than nothing": (
        "foods.csv: line 2.magnesium_mg: input should be greater than or equal to 0",
        ("foods.csv", "oxalate,87,", "oxalate,-87,"),
    ),
    "column nobody knows": (
        "foods.csv: line 2.zinc_mg: extra inputs are not permitted",
        ("foods.csv", "b6_mg", "b6_mg,zinc_mg"),
    ),
    "food twice": (
        "foods.csv: line 3: 'spinach' is there twice",
        ("foods.csv", "swiss_chard", "spinach"),
    ),
    "serving without words": (
        "text/en/foods.toml: servings.bucket: the words of this statement are missing",
        ("foods.csv", "spinach,11458,half_cup", "spinach,11458,bucket"),
    ),
    "name of no food": (
        "text/en/foods.toml: names.moon_dust: these words belong to no statement",
        ("text/en/foods.toml", "[names]", '[names]\nmoon_dust = "Moon dust"'),
    ),
    "tag without note": (
        "foods.toml: notes: there must be one note for each tag, in the order of the tags",
        ("foods.toml", 'id = "salty"', 'id = "sweet"'),
    ),
    "season of no food": (
        "foods.toml: seasons.months.moon_dust: there is no food 'moon_dust'",
        ("foods.toml", "[seasons.months]", "[seasons.months]\nmoon_dust = [1]"),
    ),
    "a thirteenth month": (
        "foods.toml: seasons.months.okra[2]: input should be less than or equal to 12",
        ("foods.toml", "okra = [7, 8, 9]", "okra = [7, 8, 13]"),
    ),
    "a month twice": (
        "foods.toml: seasons.months.okra: a month is there twice",
        ("foods.toml", "okra = [7, 8, 9]", "okra = [7, 8, 7]"),
    ),
    "a season that never comes": (
        "foods.toml: seasons.months.okra: tuple should have at least 1 item after validation, not 0",
        ("foods.toml", "okra = [7, 8, 9]", "okra = []"),
    ),
    "a season that never ends": (
        "foods.toml: seasons.months.okra: tuple should have at most 11 items after validation, not 12",
        ("foods.toml", "okra = [7, 8, 9]", "okra = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"),
    ),
    "season without a source": (
        "foods.toml: seasons.cites[0].source: there is no source 'almanac'",
        ("foods.toml", '[seasons]\ncites = [{ source = "project"', '[seasons]\ncites = [{ source = "almanac"'),
    ),
    "card with an unknown food": (
        "nutrients/potassium.toml: numbers.banana: no food 'plantain' with a value for 'potassium'",
        ("nutrients/potassium.toml", 'food = "banana"', 'food = "plantain"'),
    ),
    "card with a value in doubt": (
        "nutrients/magnesium.toml: numbers.kale_cup: no food 'tahini' with a value for 'magnesium'",
        ("nutrients/magnesium.toml", 'food = "kale"', 'food = "tahini"'),
    ),
}


@pytest.mark.parametrize(("expected", "change"), RULES.values(), ids=RULES.keys())
def test_a_broken_food_is_one_sentence(broken: Breaker, expected: str, change: tuple[str, str, str]) -> None:
    """What is wrong is said in one sentence that names file and line."""
    with pytest.raises(KnowledgeError) as error:
        load(broken(*change))

    assert expected == str(error.value)


def test_a_cup_of_kale_is_the_same_on_the_card(knowledge: Knowledge) -> None:
    """Cards take the amounts of foods from the food table, so the two cannot part."""
    texts = {s.id: s.text for section in knowledge.card("magnesium", "en").sections.values() for s in section}

    assert "about 30 mg" in texts["kale"]
