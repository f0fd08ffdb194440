"""Reference amounts and upper limits: for whom, how much, on whose word."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from db.knowledge.models import Citation, Quantity, Strict


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
