"""What a person can tell about themself: one row a field, with its choices and how people say them."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import fuzz, process

from bot.dialogue.words import Words, mark
from db.knowledge.cards import Edition
from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Sex
from db.knowledge.safety import TraitKind
from jobs.suggest.profile import Profile

Chosen = frozenset[str]

_CLOSE = 70
_LONGEST_PHRASE = 16
_FILLERS = frozenset(
    ("a", "am", "an", "and", "as", "for", "i", "i'm", "im", "have", "my", "of", "on", "or", "take", "taking",
     "the", "to", "with", "allergic")
)  # fmt: skip
_NOTHING = frozenset(("none", "nothing", "clear", "delete", "rather not say", "-"))
_WEIGHT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(kg|kilos?|kilograms?|lbs?|pounds?)?")
_KG_A_POUND = 0.45359237
_KG = range(20, 301)
_AGES = range(1, 121)


@dataclass(frozen=True)
class Choice:
    """`phrases`: how people say it; one phrase may stand for several choices."""

    label: str
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Unclear:
    """A word that fits no choice, and those that come close."""

    word: str
    close: tuple[str, ...]


Choices = Callable[[Words, Edition], Mapping[str, Choice]]


@dataclass(frozen=True)
class Field:
    """`reason`: why it is asked. `example`: how to type it. `offered`: whether the choices are shown as buttons."""

    name: str
    title: str
    reason: str
    example: str
    choices: Choices
    place: "OneValue | ManyValues | TraitsOfKind"
    many: bool = False
    offered: bool = True
    own: Callable[[str], str | None] = lambda _text: None
    """Reads a value that is no choice, such as a number; None if it is none."""
    unit: str = ""

    def read(self, text: str, words: Words, edition: Edition) -> Chosen | Unclear:
        """The choices that a text names, all of it or none; nothing for `none`."""
        text = _plain(text)
        if text in _NOTHING:
            return frozenset()
        if (value := self.own(text)) is not None:
            return frozenset({value})
        said = _phrases(self.choices(words, edition))
        return _understood(text.split(), said, many=self.many)

    def labels(self, chosen: Collection[str], words: Words, edition: Edition) -> list[str]:
        """In the order of the choices; a value that is no choice as it is."""
        choices = self.choices(words, edition)
        known = [choice.label for name, choice in choices.items() if name in chosen]
        return known + sorted(f"{name}{self.unit}" for name in chosen if name not in choices)


def _plain(text: str) -> str:
    """In lower case, without the punctuation that people may leave out."""
    return " ".join(re.sub(r"[,;:()]", " ", text.casefold()).split())


def _phrases(choices: Mapping[str, Choice]) -> Mapping[str, Chosen]:
    said: dict[str, Chosen] = {}
    for name, choice in choices.items():
        for phrase in (choice.label.casefold(), name.replace("_", " "), *choice.phrases):
            said[_plain(phrase)] = said.get(_plain(phrase), frozenset()) | {name}
    return said


def _understood(text: list[str], said: Mapping[str, Chosen], *, many: bool) -> Chosen | Unclear:
    """Longest phrases first, from left to right."""
    found: Chosen = frozenset()
    at = 0
    while at < len(text):
        length = next((n for n in _lengths(text, at) if " ".join(text[at : at + n]) in said), 0)
        if length:
            found |= said[" ".join(text[at : at + length])]
        elif text[at] not in _FILLERS:
            return Unclear(text[at][:40], _close(" ".join(text[at:]), text[at], said))
        at += max(length, 1)
    if not found or (len(found) > 1 and not many):
        return Unclear(" ".join(text)[:40], ())
    return found


def _lengths(text: list[str], at: int) -> Iterator[int]:
    yield from range(min(_LONGEST_PHRASE, len(text) - at), 0, -1)


def _close(rest: str, word: str, said: Mapping[str, Chosen]) -> tuple[str, ...]:
    near = [
        *process.extract(rest[:40], list(said), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=3),
        *process.extract(word[:40], list(said), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=3),
    ]
    return tuple(dict.fromkeys(phrase for phrase, _score, _index in near))[:3]


def _named(table: Mapping[str, tuple[str, tuple[str, ...]]]) -> Choices:
    def choices(words: Words, _edition: Edition) -> Mapping[str, Choice]:
        return {name: Choice(words.gettext(label), phrases) for name, (label, phrases) in table.items()}

    return choices


def _traits(*kinds: TraitKind) -> Choices:
    def choices(_words: Words, edition: Edition) -> Mapping[str, Choice]:
        return {t.id: Choice(t.name, t.phrases) for t in edition.safety.traits if t.kind in kinds}

    return choices


def _foods(_words: Words, edition: Edition) -> Mapping[str, Choice]:
    return {food.id: Choice(food.name, (food.name.casefold().split(",")[0],)) for food in edition.larder.foods.values()}


@dataclass(frozen=True)
class OneValue:
    """Where a field's choice is kept: one attribute of the profile."""

    attribute: str
    read: Callable[[str], object] = str

    def chosen(self, profile: Profile, _edition: Edition) -> Chosen:
        value = getattr(profile, self.attribute)
        return frozenset() if value is None else frozenset({f"{value:g}" if isinstance(value, float) else str(value)})

    def keep(self, profile: Profile, chosen: Chosen, _edition: Edition) -> Profile:
        values: dict[str, Any] = {self.attribute: next(map(self.read, chosen), None)}
        return replace(profile, **values)


@dataclass(frozen=True)
class ManyValues:
    """Where several choices are kept: a set of the profile."""

    attribute: str
    read: Callable[[str], object] = str

    def chosen(self, profile: Profile, _edition: Edition) -> Chosen:
        return frozenset(str(value) for value in getattr(profile, self.attribute))

    def keep(self, profile: Profile, chosen: Chosen, _edition: Edition) -> Profile:
        values: dict[str, Any] = {self.attribute: frozenset(map(self.read, chosen))}
        return replace(profile, **values)


@dataclass(frozen=True)
class TraitsOfKind:
    """Conditions and medicines share one set of the profile; each field minds its own part."""

    kind: TraitKind

    def chosen(self, profile: Profile, edition: Edition) -> Chosen:
        return profile.traits & self._mine(edition)

    def keep(self, profile: Profile, chosen: Chosen, edition: Edition) -> Profile:
        return replace(profile, traits=profile.traits - self._mine(edition) | chosen)

    def _mine(self, edition: Edition) -> Chosen:
        return frozenset(trait.id for trait in edition.safety.traits if trait.kind is self.kind)


def _age(text: str) -> str | None:
    return text if text.isascii() and text.isdecimal() and len(text) <= len("120") and int(text) in _AGES else None


def _weight(text: str) -> str | None:
    match = _WEIGHT.fullmatch(text)
    if match is None:
        return None
    number = float(match[1].replace(",", "."))
    kg = number * _KG_A_POUND if (match[2] or "").startswith(("lb", "pound")) else number
    return f"{round(kg, 1):g}" if round(kg) in _KG else None


_DIETS = {
    Diet.MEAT.value: (mark("I eat everything"), ("omnivore", "meat", "everything", "all")),
    Diet.PESCATARIAN.value: (mark("Pescatarian (fish, no meat)"), ("pescatarian", "fish")),
    Diet.VEGETARIAN.value: (mark("Vegetarian"), ("veggie",)),
    Diet.VEGAN.value: (mark("Vegan"), ("plant based", "plant-based")),
}
_ALLERGENS = {
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
_SEXES = {
    Sex.FEMALE.value: (mark("Female"), ("woman", "f")),
    Sex.MALE.value: (mark("Male"), ("man", "m")),
}
_AGES_SAID = {
    "0": (mark("Under 18"), ("under 18", "below 18", "child", "teen", "teenager")),
    "18": (mark("18 to 30"), ("18-30",)),
    "31": (mark("31 to 50"), ("31-50",)),
    "51": (mark("51 to 70"), ("51-70",)),
    "71": (mark("71 or older"), ("71+", "over 70")),
}
_SKINS = {
    "1": (mark("1: always burns, never tans"), ("1", "i", "very fair")),
    "2": (mark("2: burns easily, tans a little"), ("2", "ii", "fair")),
    "3": (mark("3: burns at times, tans"), ("3", "iii", "medium")),
    "4": (mark("4: rarely burns, tans easily"), ("4", "iv", "olive")),
    "5": (mark("5: brown, very rarely burns"), ("5", "v", "brown")),
    "6": (mark("6: black, hardly ever burns"), ("6", "vi", "black", "dark")),
}

FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("diet", mark("Diet"), mark("So that I only name foods you eat."), "vegan",
              _named(_DIETS), OneValue("diet", Diet)),
        Field("allergies", mark("Allergies"), mark("So that I never name a food that harms you."), "nuts soy",
              _named(_ALLERGENS), ManyValues("allergens", Allergen), many=True),
        Field("dislikes", mark("Dislikes"), mark("So that I leave out foods you don't like."), "spinach",
              _foods, ManyValues("dislikes"), many=True, offered=False),
        Field("conditions", mark("Conditions"), mark("Some make a food, salt, sun or a stretch a bad idea."), "kidney",
              _traits(TraitKind.CONDITION), TraitsOfKind(TraitKind.CONDITION), many=True),
        Field("medicines", mark("Medicines"), mark("Some cause cramps, and some don't go with foods, salt or sun."),
              "water pill", _traits(TraitKind.MEDICINE), TraitsOfKind(TraitKind.MEDICINE), many=True),
        Field("age", mark("Age"), mark("Reference amounts and some cautions depend on it."), "under 18",
              _named(_AGES_SAID), OneValue("age", int), own=_age),
        Field("sex", mark("Sex"), mark("Reference amounts depend on it. Nothing else does."), "female",
              _named(_SEXES), OneValue("sex", Sex)),
        Field("skin", mark("Skin"), mark("How the sun treats your skin: for cautions about daylight."), "2",
              _named(_SKINS), OneValue("skin", int)),
        Field("weight", mark("Weight"), mark("For amounts to drink after long exercise, later on."), "70 kg",
              _named({}), OneValue("weight", float), offered=False, own=_weight,
              unit=" kg"),
    )
}  # fmt: skip
