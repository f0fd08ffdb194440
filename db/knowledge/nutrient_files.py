"""The shapes of a nutrient's two files as they are written: figures with claims, and words."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from db.knowledge.cards import Question, Section
from db.knowledge.files import Cites, Claim, Sentence
from db.knowledge.intakes import Ages, IntakeKind, Life, LimitKind, Region, Scope, Sex
from db.knowledge.models import Grade, Id, Mark, Quantity, Strict, Unit


class BriefCites(Strict):
    line: Cites
    muscle: Cites
    low: Cites
    risk: Cites
    cause: Cites
    relief: Cites
    doctor: Cites


class Claims(Strict):
    """The statements of a nutrient by section; every section has at least one."""

    muscles: Annotated[tuple[Claim, ...], Field(min_length=1)]
    signs: Annotated[tuple[Claim, ...], Field(min_length=1)]
    risk: Annotated[tuple[Claim, ...], Field(min_length=1)]
    evidence: Annotated[tuple[Claim, ...], Field(min_length=1)]
    limits: Annotated[tuple[Claim, ...], Field(min_length=1)]
    tests: Annotated[tuple[Claim, ...], Field(min_length=1)]
    article: Annotated[tuple[Claim, ...], Field(min_length=1)]

    def of(self, section: Section) -> tuple[Claim, ...]:
        claims: tuple[Claim, ...] = getattr(self, section)
        return claims


class IntakeRow(Strict):
    """One figure and who it is for; the table's `source`, `mark` and `unit` hold for all its rows."""

    sex: Sex | None = None
    ages: Ages
    life: tuple[Life, ...] = (Life.GENERAL,)
    amount: Decimal = Field(gt=0)
    name: Id | None = None


class IntakeTable(Strict):
    region: Region
    kind: IntakeKind
    source: Id
    mark: Mark
    unit: Unit
    rows: Annotated[tuple[IntakeRow, ...], Field(min_length=1)]


class LimitRow(Strict):
    region: Region
    kind: LimitKind
    scope: Scope
    ages: Ages
    amount: Decimal = Field(gt=0)
    unit: Unit
    source: Id
    mark: Mark
    name: Id | None = None


class FromFood(Strict):
    """What a serving of a food holds of the nutrient: the figure stands in foods.csv."""

    food: Id


class NutrientFile(Strict):
    """All of a nutrient that no translation may touch. A row's `name` lets the prose use its figure.

    `cases` are the grades that hold for one case only: the words name it.
    """

    order: int = Field(ge=1)
    emoji: str
    aliases: tuple[str, ...]
    cause: Grade
    relief: Grade
    cases: tuple[Question, ...] = ()
    numbers: dict[Id, Quantity | FromFood]
    brief: BriefCites
    statements: Claims
    intakes: tuple[IntakeTable, ...] = ()
    limits: tuple[LimitRow, ...] = ()


class NutrientText(Strict):
    """The words of a nutrient in one language, with {figures} left open."""

    name: Sentence
    aliases: tuple[str, ...]
    cases: dict[Id, Sentence] = Field(default_factory=dict)
    brief: dict[Id, Sentence]
    statements: dict[Id, Sentence]
