"""`/foods` in words: which nutrient, which diet, what to leave out for once. What is not understood is handed back.

A button of `/foods` carries the same words, so that one reader serves both.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from bot.dialogue.food_words import AVOIDABLE, AVOIDABLE_NAMES, DIET_WORDS, DIETS_WITHOUT, FILLERS, NO
from db.knowledge.cards import Edition
from db.knowledge.foods import Allergen, Diet, Food, FoodTag
from jobs.suggest.foods import Wishes, strictest

_CLOSE = 75
_LONGEST_PHRASE = 4
_LETTERS = 3
_SUGGESTIONS = 3


_DASH_BEFORE = re.compile(r"(?:(?<=\s)|^)-\s*(?=\w)")
_FREE_AFTER = re.compile(r"(\w[\w'’]*)[ -]free\b(?!\s+(?:of|from))")


@dataclass(frozen=True)
class Asked:
    """What was understood, and the words that were not. `avoided`: keys of AVOIDABLE, or words for single foods."""

    nutrient: str | None = None
    diet: Diet | None = None
    avoided: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words that are read as exactly this."""
        understood = " ".join(filter(None, (self.nutrient, self.diet)))
        # Commas keep unknown words from meaning something together.
        return " ".join((", ".join((understood, *self.unknown)), *(f"-{word}" for word in self.avoided))).strip(" ")

    def keeping(self, diet: Diet) -> "Asked":
        """With a diet; of two the stricter holds."""
        return replace(self, diet=strictest(self.diet, diet))

    def without(self, word: str) -> "Asked":
        """With one thing more left out."""
        return self if word in self.avoided else replace(self, avoided=(*self.avoided, word))

    def toggled(self, word: str) -> "Asked":
        """With a group left out, or let in again."""
        rest = tuple(other for other in self.avoided if other != word)
        return replace(self, avoided=rest) if word in self.avoided else self.without(word)


def wishes(edition: Edition, asked: Asked) -> Wishes:
    """What was asked for once, as the ranking takes it."""
    groups = [AVOIDABLE[word] for word in asked.avoided if word in AVOIDABLE]
    tags = frozenset[FoodTag]().union(*(group.tags for group in groups))
    foods = {food.id for food in edition.larder.foods.values() if food.tags & tags}
    for word in asked.avoided:
        if word not in AVOIDABLE:
            foods |= {food.id for food in edition.larder.foods.values() if _names(food, word)}
    return Wishes(asked.diet, frozenset[Allergen]().union(*(group.allergens for group in groups)), frozenset(foods))


class _Reader:
    """What has been read so far, and whether the next words name what to leave out."""

    def __init__(self, edition: Edition) -> None:
        self.asked = Asked()
        self._avoiding = False
        self._edition = edition

    def takes(self, phrase: str) -> bool:
        """Read a phrase; False where it is not known as a whole."""
        if phrase in NO:
            self._avoiding = True
        elif phrase in FILLERS:
            pass
        elif self._avoiding and (without := self._without(phrase)):
            self.asked = without
        elif taken := self._with(phrase):
            self.asked, self._avoiding = taken, False
        else:
            return False
        return True

    def _without(self, phrase: str) -> Asked | None:
        if phrase in DIETS_WITHOUT:
            return self.asked.keeping(DIETS_WITHOUT[phrase])
        key = AVOIDABLE_NAMES.get(phrase)
        if key is None and _is_food(self._edition, phrase) and not self._is_nutrient(phrase):
            key = phrase
        return self.asked.without(key) if key else None

    def _with(self, phrase: str) -> Asked | None:
        if phrase in DIET_WORDS:
            return self.asked.keeping(DIET_WORDS[phrase])
        if self._is_nutrient(phrase):
            return replace(self.asked, nutrient=self._edition.names[phrase])
        return None

    def _is_nutrient(self, phrase: str) -> bool:
        """Only one is asked for at a time: a second is not understood."""
        return self.asked.nutrient is None and phrase in self._edition.names


def read(edition: Edition, text: str) -> Asked:
    """Read the words of a `/foods`, the longest phrases first. What is not known is in `unknown`."""
    words, reader = _words(text), _Reader(edition)
    while words:
        sizes = range(min(_LONGEST_PHRASE, len(words)), 0, -1)
        size = next((size for size in sizes if reader.takes(" ".join(words[:size]))), 0)
        if not size:
            reader.asked = replace(reader.asked, unknown=(*reader.asked.unknown, words[0]))
        words = words[size or 1 :]
    return reader.asked


def suggestions(edition: Edition, asked: Asked) -> list[Asked]:
    """What the first unknown word may have meant, the likeliest first."""
    word, *rest = asked.unknown
    known = replace(asked, unknown=tuple(rest))
    parts = {part for food in edition.larder.foods.values() for part in _words(food.name) if _may_name(part)}
    meant = {part: known.without(part) for part in parts}
    meant |= {name: known.without(key) for name, key in AVOIDABLE_NAMES.items()}
    meant |= {name: known.keeping(diet) for name, diet in DIET_WORDS.items()}
    meant |= {name: replace(known, nutrient=nutrient) for name, nutrient in edition.names.items()}
    close = process.extract(word, sorted(meant), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=2 * _SUGGESTIONS)
    return list(dict.fromkeys(meant[name] for name, _score, _index in close))[:_SUGGESTIONS]


def _words(text: str) -> list[str]:
    """Small letters, single words and commas, which end a phrase; "-nuts" and "nut-free" become "no nuts"."""
    text = _FREE_AFTER.sub(r"no \1", _DASH_BEFORE.sub("no ", text.lower().replace("_", " ")))
    return re.findall(r"\w[\w'’-]*|,", text)


def _is_food(edition: Edition, phrase: str) -> bool:
    return _may_name(phrase) and any(_names(food, phrase) for food in edition.larder.foods.values())


def _may_name(phrase: str) -> bool:
    """The words that hold a sentence together name no food, though they stand in names."""
    return len(phrase) >= _LETTERS and (NO | FILLERS).isdisjoint(phrase.split())


def _names(food: Food, phrase: str) -> bool:
    """Whether the food's name has each word of the phrase, in the singular or the plural."""
    return all(_forms(word) & _name_forms(food.name) for word in phrase.split())


def _forms(word: str) -> frozenset[str]:
    return frozenset((word, f"{word}s", f"{word}es"))


@lru_cache(maxsize=1024)
def _name_forms(name: str) -> frozenset[str]:
    return frozenset().union(*(_forms(word) for word in _words(name)))
