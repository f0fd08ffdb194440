"""Foods with what they hold, from USDA data."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from db.knowledge.models import Citation, Id, Quantity, Statement, Strict

MONTHS = 12
HALF_A_YEAR = 6


class Diet(StrEnum):
    """From strictest to freest. Of a food: the strictest diet that may eat it."""

    VEGAN = "vegan"
    VEGETARIAN = "vegetarian"
    PESCATARIAN = "pescatarian"
    MEAT = "meat"

    def allows(self, food: "Diet") -> bool:
        order = list(Diet)
        return order.index(food) <= order.index(self)


class Allergen(StrEnum):
    CELERY = "celery"
    DAIRY = "dairy"
    EGG = "egg"
    FISH = "fish"
    GLUTEN = "gluten"
    PEANUT = "peanut"
    SESAME = "sesame"
    SHELLFISH = "shellfish"
    SOY = "soy"
    SULPHITES = "sulphites"
    TREE_NUTS = "tree_nuts"


class FoodTag(StrEnum):
    """What must be known before a food is suggested. The first three follow from what it holds."""

    SALTY = "salty"
    VERY_SALTY = "very_salty"
    HIGH_POTASSIUM = "high_potassium"
    AWARENESS_ONLY = "awareness_only"
    HIGH_MERCURY = "high_mercury"
    VITAMIN_A_RICH = "vitamin_a_rich"
    SELENIUM_RICH = "selenium_rich"
    OXALATE = "oxalate"
    FORTIFIED = "fortified"
    CALCIUM_SET = "calcium_set"
    UV_TREATED = "uv_treated"
    BONES = "bones"
    OATS = "oats"
    RENNET = "rennet"
    GELATIN = "gelatin"
    READ_LABEL = "read_label"


class Season(Strict):
    """When a fresh food is in season in a temperate climate. `months` (1 is January) are those of the earth's north."""

    months: frozenset[int]
    citations: tuple[Citation, ...]

    def covers(self, month: int, *, southern: bool) -> bool:
        """Whether a month is in season; in the earth's south the year is shifted by half."""
        return ((month + HALF_A_YEAR - 1) % MONTHS + 1 if southern else month) in self.months


class Food(Strict):
    """One food. `serving` is its household words, `grams` what that weighs, `per_100g` what it holds by nutrient.

    A nutrient is missing from `per_100g` where USDA has no value or newer data put it in doubt. `season` is None for
    what is to be had all year.
    """

    id: Id
    name: str
    serving: str
    grams: Decimal = Field(gt=0)
    diet: Diet
    allergens: frozenset[Allergen]
    may_contain: frozenset[Allergen]
    tags: frozenset[FoodTag]
    per_100g: Annotated[Mapping[str, Quantity], AfterValidator(MappingProxyType)]
    ndb_no: str
    citation: Citation
    season: Season | None = None

    def per_serving(self, nutrient: str) -> Quantity | None:
        """What one serving holds of a nutrient, exact, or None where that is not known."""
        amount = self.per_100g.get(nutrient)
        return amount and Quantity(value=amount.value * self.grams / 100, unit=amount.unit)

    def safe_without(self, avoided: frozenset[Allergen]) -> bool:
        """Whether it neither holds nor may contain anything of `avoided`."""
        return not avoided & (self.allergens | self.may_contain)


@dataclass(frozen=True)
class Larder:
    """The foods of one language by id, and what each tag means."""

    foods: Mapping[str, Food]
    notes: Mapping[FoodTag, Statement]


STEPS = ((10, Decimal(1)), (1, Decimal("0.1")), (0, Decimal("0.01")))


def rounded(quantity: Quantity) -> Quantity:
    """As exact as is honest for a food: whole from ten up, one decimal from one up, two below."""
    step = next(step for least, step in STEPS if quantity.value >= least)
    return quantity.model_copy(update={"value": quantity.value.quantize(step, ROUND_HALF_UP)})
