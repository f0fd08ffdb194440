"""The choices of fields: how they are shown, and how people say them."""

import re
from collections.abc import Mapping

from bot.dialogue.telling.by_choice import Choices
from bot.dialogue.telling.phrases import Choice
from bot.dialogue.turn import Turn
from bot.dialogue.words import mark
from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Sex
from db.knowledge.models import Subject
from db.knowledge.safety import TraitKind, Verdict
from jobs.preferences import Tone, Units
from jobs.suggest import safety
from jobs.suggest.advised import FOR_AWARENESS
from jobs.suggest.profile import Cramps

_WEIGHT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(kg|kilos?|kilograms?|lbs?|pounds?)?")
_KG_A_POUND = 0.45359237
_KG = range(20, 301)
_AGES = range(1, 121)

Table = Mapping[str, tuple[str, tuple[str, ...]]]


def table(rows: Table) -> Choices:
    """Choices out of a table: by name a label and phrases."""

    def choices(turn: Turn) -> Mapping[str, Choice]:
        return {name: Choice(turn.words.gettext(label), phrases) for name, (label, phrases) in rows.items()}

    return choices


def traits(*kinds: TraitKind) -> Choices:
    """Conditions or medicines of the safety table."""

    def choices(turn: Turn) -> Mapping[str, Choice]:
        return {t.id: Choice(t.name, t.phrases) for t in turn.edition.safety.traits if t.kind in kinds}

    return choices


def foods(turn: Turn) -> Mapping[str, Choice]:
    """All foods, also by the first word of their names."""
    larder = turn.edition.larder.foods.values()
    return {food.id: Choice(food.name, (food.name.casefold().split(",")[0],)) for food in larder}


def nutrients(turn: Turn) -> Mapping[str, Choice]:
    """What foods can be named for: not what most get too much of, and nothing that is withheld from this person."""
    held = {nutrient for food in turn.edition.larder.foods.values() for nutrient in food.per_100g}
    wanted = [name for name in turn.house.knowledge.nutrients if name in held - FOR_AWARENESS]
    return {
        name: Choice(turn.edition.cards[name].name, ())
        for name in wanted
        if safety.judge(turn.edition.safety, turn.profile, Subject.FOOD, name).verdict is not Verdict.WITHHELD
    }


def age(text: str) -> str | None:
    """An age in whole years, in the digits of any script."""
    return str(int(text)) if text.isdecimal() and len(text) <= len("120") and int(text) in _AGES else None


def weight(text: str) -> str | None:
    """A weight in kg, out of kg or pounds."""
    match = _WEIGHT.fullmatch(text)
    if match is None:
        return None
    number = float(match[1].replace(",", "."))
    kg = number * _KG_A_POUND if (match[2] or "").startswith(("lb", "pound")) else number
    return f"{round(kg, 1):g}" if round(kg) in _KG else None


DIETS: Table = {
    Diet.MEAT.value: (mark("I eat everything"), ("omnivore", "meat", "everything", "all")),
    Diet.PESCATARIAN.value: (mark("Pescatarian (fish, no meat)"), ("pescatarian", "fish")),
    Diet.VEGETARIAN.value: (mark("Vegetarian"), ("veggie",)),
    Diet.VEGAN.value: (mark("Vegan"), ("plant based", "plant-based")),
}
ALLERGENS: Table = {
    Allergen.TREE_NUTS.value: (mark("Tree nuts"), ("nuts", "nut", "almonds", "walnuts", "hazelnuts", "cashews")),
    Allergen.PEANUT.value: (mark("Peanuts"), ("peanut", "nuts", "nut")),
    Allergen.DAIRY.value: (mark("Milk"), ("dairy", "lactose", "cheese")),
    Allergen.EGG.value: (mark("Eggs"), ("egg",)),
    Allergen.FISH.value: (mark("Fish"), ()),
    Allergen.SHELLFISH.value: (mark("Shellfish"), ("seafood", "shrimp", "prawns", "crab")),
    Allergen.GLUTEN.value: (mark("Gluten"), ("wheat", "coeliac", "celiac")),
    Allergen.SOY.value: (mark("Soy"), ("soya", "tofu")),
    Allergen.SESAME.value: (mark("Sesame"), ()),
    Allergen.CELERY.value: (mark("Celery"), ()),
    Allergen.SULPHITES.value: (mark("Sulphites"), ("sulfites", "sulphite", "sulfite")),
}
SEXES: Table = {
    Sex.FEMALE.value: (mark("Female"), ("woman", "f")),
    Sex.MALE.value: (mark("Male"), ("man", "m")),
}
AGES: Table = {
    "0": (mark("Under 18"), ("under 18", "below 18", "child", "teen", "teenager")),
    "18": (mark("18 to 30"), ("18-30",)),
    "31": (mark("31 to 50"), ("31-50",)),
    "51": (mark("51 to 70"), ("51-70",)),
    "71": (mark("71 or older"), ("71+", "over 70")),
}
SKINS: Table = {
    "1": (mark("1: always burns, never tans"), ("1", "i", "very fair")),
    "2": (mark("2: burns easily, tans a little"), ("2", "ii", "fair")),
    "3": (mark("3: burns at times, tans"), ("3", "iii", "medium")),
    "4": (mark("4: rarely burns, tans easily"), ("4", "iv", "olive")),
    "5": (mark("5: brown, very rarely burns"), ("5", "v", "brown")),
    "6": (mark("6: black, hardly ever burns"), ("6", "vi", "black", "dark")),
}
CRAMPS: Table = {
    Cramps.NIGHT.value: (mark("At night"), ("night", "nights", "nighttime", "sleep", "in bed")),
    Cramps.EXERCISE.value: (mark("During or after exercise"), ("exercise", "sport", "sports", "after exercise",
                                                               "workout", "workouts", "training")),
    Cramps.BOTH.value: (mark("Both"), ("both", "night and exercise", "always")),
}  # fmt: skip
UNITS: Table = {
    Units.METRIC.value: (mark("Metric: litres, kilograms"), ("metric", "si", "ml", "kg", "litres", "liters")),
    Units.US.value: (mark("US: ounces, pounds"), ("us", "imperial", "oz", "ounces", "pounds", "lb", "american")),
}
TONES: Table = {
    Tone.FRIENDLY.value: (mark("Friendly"), ("kind", "warm", "long")),
    Tone.BRIEF.value: (mark("Brief"), ("short", "terse")),
}
PREVIEWS: Table = {
    "full": (mark("Everything"), ("full", "all", "show", "open")),
    "neutral": (mark("Neutral words"), ("neutral", "hide", "hidden", "private", "discreet")),
}
