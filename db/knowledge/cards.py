"""The cards of the nutrients, and Knowledge: all that was loaded, to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from db.knowledge.foods import Food, FoodTag, Larder
from db.knowledge.models import Citation, Grade, Id, Quantity, Source, Statement, Strict, primaries_first

FALLBACK = "en"


class Section(StrEnum):
    """The screens of a nutrient, in reading order."""

    MUSCLES = "muscles"
    SIGNS = "signs"
    RISK = "risk"
    EVIDENCE = "evidence"
    LIMITS = "limits"
    TESTS = "tests"
    ARTICLE = "article"


class Region(StrEnum):
    US = "us"
    EU = "eu"
    UK = "uk"
    WORLD = "world"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Life(StrEnum):
    GENERAL = "general"
    PREGNANT = "pregnant"
    BREASTFEEDING = "breastfeeding"


class IntakeKind(StrEnum):
    """RECOMMENDED covers nearly everybody (RDA, PRI, RNI); ADEQUATE is an estimate (AI) for want of data."""

    RECOMMENDED = "recommended"
    ADEQUATE = "adequate"


class Ages(Strict):
    """Whole years, both ends included; `last` None is open."""

    first: int = Field(ge=0, le=120)
    last: int | None = Field(default=None, ge=0, le=120)

    @model_validator(mode="after")
    def _are_in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError("the last year comes before the first")
        return self

    def overlaps(self, other: "Ages") -> bool:
        return other.first in self or self.first in other

    def __contains__(self, age: int) -> bool:
        return self.first <= age and (self.last is None or age <= self.last)


class Intake(Strict):
    """A reference amount a day for a group of people: to compare with, never advice. `sex` None is both."""

    region: Region
    kind: IntakeKind
    sex: Sex | None
    ages: Ages
    life: Life
    amount: Quantity
    citation: Citation

    def rivals(self, other: "Intake") -> bool:
        """Whether somebody would find two different figures of one region."""
        return (
            (self.region, self.life) == (other.region, other.life)
            and (None in (self.sex, other.sex) or self.sex is other.sex)
            and self.ages.overlaps(other.ages)
        )

    def fits(self, *, sex: Sex | None, age: int, life: Life) -> bool:
        return self.life is life and age in self.ages and self.sex in (None, sex)


class Scope(StrEnum):
    SUPPLEMENTS = "supplements"
    ALL_SOURCES = "all"


class LimitKind(StrEnum):
    """UPPER is an authority's tolerable upper level; GUIDANCE is softer advice to stay at or below."""

    UPPER = "upper"
    GUIDANCE = "guidance"


class Limit(Strict):
    """The most a day that an authority calls safe."""

    region: Region
    kind: LimitKind
    scope: Scope
    ages: Ages
    amount: Quantity
    citation: Citation


class Brief(Strict):
    """The first screen: one short sentence each."""

    line: Statement
    muscle: Statement
    low: Statement
    risk: Statement
    cause: Statement
    relief: Statement
    doctor: Statement

    @property
    def statements(self) -> tuple[Statement, ...]:
        return (self.line, self.muscle, self.low, self.risk, self.cause, self.relief, self.doctor)

    @property
    def sources(self) -> tuple[Source, ...]:
        """What the first screen rests on, primaries first."""
        return primaries_first(c.source for s in self.statements for c in s.citations)


class Card(Strict):
    """One nutrient in one language.

    `cause`: how good the evidence is that a lack causes leg cramps; `relief`: that taking it relieves them,
    both for the usual case. `reviewed_by_clinician` is False until REVIEW.md has been worked through.
    """

    id: Id
    name: str
    emoji: str
    brief: Brief
    cause: Grade
    relief: Grade
    sections: Annotated[Mapping[Section, tuple[Statement, ...]], AfterValidator(MappingProxyType)]
    sources: tuple[Source, ...]
    intakes: tuple[Intake, ...]
    limits: tuple[Limit, ...]
    reviewed_by_clinician: bool = False

    def intake(self, region: Region, *, sex: Sex | None, age: int, life: Life = Life.GENERAL) -> Intake | None:
        """The reference amount of one region for a person of `age` years, or None where none is known.

        With `sex` None only figures that hold for both sexes are found.
        """
        rows = (row for row in self.intakes if row.region is region)
        return next((row for row in rows if row.fits(sex=sex, age=age, life=life)), None)

    def upper_limit(self, age: int) -> Limit | None:
        """The tolerable upper level for a person of `age` years; where authorities differ, the lowest."""
        rows = (row for row in self.limits if row.kind is LimitKind.UPPER and age in row.ages)
        return min(rows, key=lambda row: row.amount.value, default=None)


@dataclass(frozen=True)
class Knowledge:
    """Everything that was loaded. Its fields are by language; ask through the methods."""

    nutrients: tuple[str, ...]
    cards: Mapping[str, Mapping[str, Card]]
    names: Mapping[str, Mapping[str, str]]
    larders: Mapping[str, Larder]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.cards)

    def card(self, nutrient: str, language: str) -> Card:
        """The card of a nutrient id, in English where `language` is unknown. KeyError: no such nutrient."""
        return self.cards.get(language, self.cards[FALLBACK])[nutrient]

    def foods(self, language: str) -> Mapping[str, Food]:
        """Every food by its id, in English where `language` is unknown."""
        return self.larders.get(language, self.larders[FALLBACK]).foods

    def food_notes(self, language: str) -> Mapping[FoodTag, Statement]:
        """What to say of a food for each of its tags."""
        return self.larders.get(language, self.larders[FALLBACK]).notes

    def aliases(self, language: str) -> Mapping[str, str]:
        """Every lower-case name a nutrient goes by, to its id; English where `language` is unknown."""
        return self.names.get(language, self.names[FALLBACK])
