"""The words of diets, and of what people leave out of their food. `bot/dialogue/wishes.py` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.words import mark
from db.knowledge.foods import Allergen, Diet, FoodTag


@dataclass(frozen=True)
class Avoidable:
    """A group of foods that people leave out. `others`: what they call it besides."""

    label: str
    allergens: frozenset[Allergen] = frozenset()
    tags: frozenset[FoodTag] = frozenset()
    others: frozenset[str] = frozenset()


def _group(label: str, *held: Allergen, others: str = "", tags: tuple[FoodTag, ...] = ()) -> Avoidable:
    return Avoidable(label, frozenset(held), frozenset(tags), frozenset(others.split(",")) - {""})


AVOIDABLE: Mapping[str, Avoidable] = {
    "nuts": _group(mark("no nuts"), Allergen.TREE_NUTS, Allergen.PEANUT, others="nut"),
    "peanuts": _group(mark("no peanuts"), Allergen.PEANUT, others="peanut"),
    "dairy": _group(mark("no dairy"), Allergen.DAIRY, others="milk,lactose,cheese,yogurt,yoghurt"),
    "gluten": _group(mark("no gluten"), Allergen.GLUTEN, others="wheat,barley"),
    "eggs": _group(mark("no eggs"), Allergen.EGG, others="egg"),
    "fish": _group(mark("no fish"), Allergen.FISH),
    "shellfish": _group(mark("no shellfish"), Allergen.SHELLFISH, others="seafood,prawns,shrimp,shrimps"),
    "soy": _group(mark("no soy"), Allergen.SOY, others="soya"),
    "sesame": _group(mark("no sesame"), Allergen.SESAME),
    "celery": _group(mark("no celery"), Allergen.CELERY),
    "sulphites": _group(mark("no sulphites"), Allergen.SULPHITES, others="sulphite,sulfites,sulfite"),
    "salt": _group(mark("no salty food"), tags=(FoodTag.SALTY, FoodTag.VERY_SALTY), others="salty,salty food"),
    "oats": _group(mark("no oats"), tags=(FoodTag.OATS,), others="oat"),
}
AVOIDABLE_NAMES = {name: key for key, group in AVOIDABLE.items() for name in (key, *group.others)}
# The diets to choose, the freest is none.
DIETS: Mapping[Diet, str] = {
    Diet.VEGAN: mark("Vegan"),
    Diet.VEGETARIAN: mark("Vegetarian"),
    Diet.PESCATARIAN: mark("No meat"),
}
DIET_WORDS: Mapping[str, Diet] = {
    "vegan": Diet.VEGAN, "vegans": Diet.VEGAN, "plant based": Diet.VEGAN, "plant-based": Diet.VEGAN,
    "vegetarian": Diet.VEGETARIAN, "vegetarians": Diet.VEGETARIAN, "veggie": Diet.VEGETARIAN,
    "pescatarian": Diet.PESCATARIAN, "pescetarian": Diet.PESCATARIAN, "pescatarians": Diet.PESCATARIAN,
}  # fmt: skip
# Whoever leaves these out keeps a diet.
DIETS_WITHOUT: Mapping[str, Diet] = {
    "meat": Diet.PESCATARIAN, "meat or fish": Diet.VEGETARIAN, "meat and fish": Diet.VEGETARIAN,
    "fish or meat": Diet.VEGETARIAN, "animal products": Diet.VEGAN,
}  # fmt: skip
# After these, words name what to leave out.
NO = frozenset({"no", "not", "without", "avoid", "avoiding", "minus", "except", "allergic to", "free of", "free from"})
FILLERS = frozenset({"and", "or", "for", "with", "in", "rich", "high", "of", "a", "the", "any", "please", "me", "my",
                      "best", "top", ",", "food", "foods", "diet", "i am", "i'm", "but"})  # fmt: skip
