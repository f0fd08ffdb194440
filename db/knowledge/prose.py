"""One language's sentences: checked, and filled with the figures that stand apart from them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from babel.numbers import format_decimal, format_percent

from db.knowledge.errors import Where
from db.knowledge.models import Quantity, Unit

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
NAMES_WITH_DIGITS = re.compile(r"\b(?:B1|B2|B5|B6|B12|D2|D3|K2|25-hydroxyvitamin)\b", re.IGNORECASE)
TRUE_MINUS = "\u2212"


def written(quantity: Quantity, language: str) -> str:
    """A figure as `language` writes it, with its unit where that has a sign: 1,200 mg, 27.8%, 0.6."""
    if quantity.unit is Unit.PERCENT:
        number = format_percent(quantity.value / 100, locale=language, decimal_quantization=False)
    else:
        number = format_decimal(quantity.value, locale=language, decimal_quantization=False)
    number = number.replace("-", TRUE_MINUS)
    return number if quantity.unit.bare or quantity.unit is Unit.PERCENT else f"{number} {quantity.unit}"


@dataclass
class Prose:
    """The sentences of one file. It remembers what was asked for, so that `finish` finds what nobody needed.

    `where` is the file with the words, `figures` the one with the numbers.
    """

    where: Where
    figures: Where
    language: str
    sentences: Mapping[str, str]
    numbers: Mapping[str, Quantity]
    used: dict[str, frozenset[str]] = field(default_factory=dict)

    def take(self, key: str) -> str:
        """The sentence of `key` (such as `brief.line`) with its figures filled in."""
        where = self.where.at(key)
        if key not in self.sentences:
            raise where.error("the words of this statement are missing")
        sentence = self.sentences[key]
        names = frozenset(PLACEHOLDER.findall(sentence))
        if unknown := min(names - self.numbers.keys(), default=None):
            raise where.error(f"there is no number '{unknown}'")
        if stray := re.search(r"[\d{}]", NAMES_WITH_DIGITS.sub("", PLACEHOLDER.sub("", sentence))):
            raise where.error(f"'{stray.group()}' stands in the words, but figures belong among the numbers")
        self.used[key] = names
        return PLACEHOLDER.sub(lambda match: written(self.numbers[match[1]], self.language), sentence)

    def finish(self) -> None:
        """Nothing may dangle: no words without a statement, no number without words."""
        if idle := next((key for key in self.sentences if key not in self.used), None):
            raise self.where.at(idle).error("these words belong to no statement")
        if unused := min(self.numbers.keys() - frozenset().union(*self.used.values()), default=None):
            raise self.figures.at("numbers", unused).error(f"no words in '{self.language}' use this number")

    def agrees_with(self, original: "Prose") -> None:
        """A translation gives the same figures in the same statements as its original."""
        for key, names in self.used.items():
            if names != original.used[key]:
                raise self.where.at(key).error(f"the figures are not those of '{original.language}'")
