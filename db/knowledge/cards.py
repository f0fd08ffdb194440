"""The cards of the nutrients, and Knowledge: all that was loaded, to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator

from db.knowledge.care import RedFlags, Step
from db.knowledge.foods import Food, FoodTag, Larder
from db.knowledge.intakes import Intake, Life, Limit, LimitKind, Region, Sex
from db.knowledge.models import Grade, Id, Source, Statement, Strict, Whole, primaries_first
from db.knowledge.questionnaire import Questionnaire
from db.knowledge.safety import Safety
from db.knowledge.stretches import Stretching
from db.knowledge.topics import Topic

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


class Question(StrEnum):
    """What a nutrient is graded on."""

    CAUSE = "cause"
    RELIEF = "relief"


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


class Card(Whole):
    """One nutrient in one language.

    `cause`: how good the evidence is that a lack causes leg cramps; `relief`: that taking it relieves them,
    both for the usual case. `cases` says in words of which case alone a grade speaks, where it does not speak
    of all. `reviewed_by_clinician` is False until REVIEW.md has been worked through.
    """

    id: Id
    name: str
    emoji: str
    brief: Brief
    cause: Grade
    relief: Grade
    cases: Annotated[Mapping[Question, str], AfterValidator(MappingProxyType)] = MappingProxyType({})
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


@dataclass(frozen=True, eq=False)
class Edition:
    """Everything in one language, loaded once: an edition equals only itself.

    `names` is every lower-case name of a nutrient, to its id.
    """

    cards: Mapping[str, Card]
    names: Mapping[str, str]
    larder: Larder
    first_aid: tuple[Step, ...]
    red_flags: RedFlags
    stretching: Stretching
    topics: Mapping[str, Topic]
    safety: Safety
    questionnaire: Questionnaire


@dataclass(frozen=True)
class Knowledge:
    """Everything that was loaded. Whoever asks for an unknown language gets English."""

    nutrients: tuple[str, ...]
    editions: Mapping[str, Edition]
    sources: tuple[Source, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.editions)

    def edition(self, language: str) -> Edition:
        return self.editions.get(language, self.editions[FALLBACK])

    def card(self, nutrient: str, language: str) -> Card:
        """The card of a nutrient id. KeyError: no such nutrient."""
        return self.edition(language).cards[nutrient]

    def aliases(self, language: str) -> Mapping[str, str]:
        """Every lower-case name a nutrient goes by, to its id."""
        return self.edition(language).names

    def foods(self, language: str) -> Mapping[str, Food]:
        """Every food by its id."""
        return self.edition(language).larder.foods

    def food_notes(self, language: str) -> Mapping[FoodTag, Statement]:
        """What to say of a food for each of its tags."""
        return self.edition(language).larder.notes
