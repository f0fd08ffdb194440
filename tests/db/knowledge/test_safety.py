"""The safety table: nobody is offered what can harm them."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.knowledge.errors import KnowledgeError
from db.knowledge.foods import FoodTag
from db.knowledge.loader import load
from db.knowledge.models import Subject
from db.knowledge.safety import Target, TraitKind, Verdict
from tests.db.knowledge.conftest import Breaker

KNOWLEDGE = load()
SAFETY = KNOWLEDGE.edition("en").safety
FOODS = KNOWLEDGE.foods("en")
TRAITS = [trait.id for trait in SAFETY.traits]


def target(written: str) -> Target:
    subject, _, nutrient = written.partition(".")
    return Target(subject=Subject(subject), nutrient=nutrient or None)


@pytest.mark.parametrize(
    ("trait", "asked"),
    [
        ("kidney_disease", "food.potassium"),
        ("kidney_disease", "salt"),
        ("kidney_disease", "supplement.magnesium"),
        ("kidney_disease", "drinking"),
        ("heart_failure", "salt"),
        ("cirrhosis", "salt"),
        ("pregnant", "supplement.vitamin_d"),
        ("cancer_treatment", "supplement.b1"),
        ("high_blood_pressure", "salt"),
        ("low_salt_diet", "salt"),
        ("low_potassium_diet", "food.potassium"),
        ("diabetes", "salt"),
        ("ace_or_arb", "food.potassium"),
        ("ace_or_arb", "salt"),
        ("potassium_sparing", "food.potassium"),
        ("potassium_sparing", "supplement.magnesium"),
        ("lithium", "salt"),
        ("high_calcium", "food.calcium"),
        ("high_calcium", "supplement.vitamin_d"),
        ("kidney_stones", "supplement.calcium"),
        ("levodopa", "supplement.b6"),
        ("epilepsy_medicine", "supplement.b6"),
        ("numb_feet", "supplement.b6"),
        ("statin", "sun"),
        ("water_pill", "sun"),
        ("antibiotic", "sun"),
        ("skin_cancer", "sun"),
        ("skin_type_1", "sun"),
        ("light_sensitive", "sun"),
        ("leg_clot", "stretching"),
        ("under_18", "supplement.magnesium"),
        ("under_18", "salt"),
        ("under_18", "sun"),
    ],
)
def test_what_can_harm_is_withheld(trait: str, asked: str) -> None:
    """Each of these is named in the facts as a must-not."""
    judgement = SAFETY.judge({trait}, target(asked))

    assert judgement.verdict is Verdict.WITHHELD
    assert all(reason.text for reason in judgement.reasons)


@pytest.mark.parametrize(
    ("expected", "trait", "asked"),
    [
        (Verdict.ALLOWED, "kidney_stones", "food.calcium"),
        (Verdict.ALLOWED, "statin", "food.potassium"),
        (Verdict.ALLOWED, "kidney_disease", "food.vitamin_d"),
        (Verdict.CAUTION, "kidney_disease", "stretching"),
        (Verdict.CAUTION, "unsteady", "stretching"),
        (Verdict.CAUTION, "pregnant", "stretching"),
        (Verdict.CAUTION, "thyroid_tablet", "supplement.magnesium"),
        (Verdict.CAUTION, "metformin", "sun"),
    ],
)
def test_what_is_harmless_stays(expected: Verdict, trait: str, asked: str) -> None:
    """The table does not forbid more than it has reason to."""
    assert expected is SAFETY.judge({trait}, target(asked)).verdict


@pytest.mark.parametrize(
    ("expected", "asked"),
    [
        (Verdict.WITHHELD, "supplement.potassium"),
        (Verdict.CAUTION, "supplement.magnesium"),
        (Verdict.CAUTION, "salt"),
        (Verdict.CAUTION, "sun"),
        (Verdict.CAUTION, "stretching"),
        (Verdict.CAUTION, "drinking"),
        (Verdict.ALLOWED, "food.magnesium"),
    ],
)
def test_strangers_get_the_general_caution(expected: Verdict, asked: str) -> None:
    """Of whom nothing is known, everything but food carries its caution, and potassium pills are never named."""
    assert expected is SAFETY.judge((), target(asked)).verdict


@pytest.mark.parametrize("trait", ["kidney_disease", "heart_failure", "ace_or_arb", "potassium_sparing"])
def test_food_rich_in_potassium_is_withheld_for_any_nutrient(trait: str) -> None:
    """A banana suggested for its B6 is still a banana."""
    for food in FOODS.values():
        potassium = food.per_serving("potassium")
        if potassium is None or potassium.value >= 200:
            assert SAFETY.judge_food({trait}, food, "magnesium").verdict is Verdict.WITHHELD


@pytest.mark.parametrize(("trait", "food"), [("pregnant", "beef_liver"), ("pregnant", "tuna_bluefin")])
def test_foods_that_are_not_for_pregnancy(trait: str, food: str) -> None:
    """Vitamin A and mercury are looked at whatever the food is suggested for."""
    judgement = SAFETY.judge_food({trait}, FOODS[food], "b6")

    assert judgement.verdict is Verdict.WITHHELD
    assert any("not for pregnancy" in reason.text for reason in judgement.reasons)


def test_salt_itself_is_suggested_to_nobody() -> None:
    """Table salt is in the table for awareness only."""
    assert SAFETY.judge_food((), FOODS["table_salt"]).verdict is Verdict.WITHHELD


def test_a_food_for_everybody() -> None:
    """Pumpkin seeds harm no stranger."""
    assert SAFETY.judge_food((), FOODS["quinoa"], "magnesium").verdict is Verdict.ALLOWED


def test_salty_food_is_withheld_from_high_blood_pressure() -> None:
    """Whoever must not have salt gets no salty food either."""
    for food in FOODS.values():
        if food.tags & {FoodTag.SALTY, FoodTag.VERY_SALTY}:
            assert SAFETY.judge_food({"high_blood_pressure"}, food).verdict is Verdict.WITHHELD


def test_an_unknown_trait_is_an_error_not_leave() -> None:
    """Silence about a condition must never read as permission."""
    with pytest.raises(ValueError, match="knows no 'gout'"):
        SAFETY.judge({"gout"}, target("salt"))


@given(st.sets(st.sampled_from(TRAITS), max_size=4), st.sampled_from(TRAITS), st.sampled_from(Subject))
def test_another_trait_never_loosens(traits: set[str], another: str, subject: Subject) -> None:
    """Having one more condition or medicine can only make a verdict stricter."""
    asked = Target(subject=subject)

    assert SAFETY.judge(traits, asked).verdict <= SAFETY.judge({*traits, another}, asked).verdict


def test_every_pair_is_judged_like_its_stricter_half() -> None:
    """No pair of traits opens a hole that neither has alone."""
    asked = [target(a) for a in ("salt", "sun", "stretching", "drinking", "food.potassium", "supplement.b6")]
    for question in asked:
        alone = {trait: SAFETY.judge({trait}, question).verdict for trait in TRAITS}
        for one, other in combinations(TRAITS, 2):
            assert max(alone[one], alone[other]) is SAFETY.judge({one, other}, question).verdict


def test_verdicts_rise() -> None:
    """Withheld is stricter than caution, caution than allowed."""
    assert sorted(Verdict, reverse=True) == [Verdict.WITHHELD, Verdict.CAUTION, Verdict.ALLOWED]


def test_traits_can_be_found_by_their_words() -> None:
    """Every trait has phrases in lower case, no two share one, and all kinds are there."""
    phrases = [phrase for trait in SAFETY.traits for phrase in trait.phrases]

    assert len(set(phrases)) == len(phrases)
    assert all(phrase == phrase.lower() for phrase in phrases)
    assert set(TraitKind) == {trait.kind for trait in SAFETY.traits}


RULES = {
    "unknown trait": (
        "safety.toml: the rule 'kidney' names the unknown trait 'gout'",
        ("safety.toml", 'traits = ["kidney_disease"]', 'traits = ["gout"]'),
    ),
    "unknown subject": (
        "safety.toml: rules[2].targets[0].subject: "
        "input should be 'food', 'supplement', 'salt', 'sun', 'stretching' or 'drinking'",
        ("safety.toml", 'targets = ["salt"]', 'targets = ["sleep"]'),
    ),
    "unknown nutrient": (
        "safety.toml: rules[0].targets[0]: there is no nutrient 'zinc'",
        ("safety.toml", '"supplement.potassium"', '"supplement.zinc"'),
    ),
    "rule for nobody": (
        "safety.toml: rules[0].traits: frozenset should have at least 1 item after validation, not 0",
        ("safety.toml", 'traits = ["everyone"]', "traits = []"),
    ),
    "reason without words": (
        "text/en/safety.toml: rules.kidney: the words of this statement are missing",
        ("text/en/safety.toml", '\nkidney = "With', '\nkidneys = "With'),
    ),
}


@pytest.mark.parametrize(("expected", "change"), RULES.values(), ids=RULES.keys())
def test_a_broken_table_is_one_sentence(broken: Breaker, expected: str, change: tuple[str, str, str]) -> None:
    """What is wrong is said in one sentence that names file and field."""
    with pytest.raises(KnowledgeError) as error:
        load(broken(*change))

    assert expected == str(error.value)
