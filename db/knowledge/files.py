"""The shapes of the data files as they are written, and the one function that reads them."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field

from db.knowledge.cards import Ages, IntakeKind, Life, LimitKind, Region, Scope, Section, Sex
from db.knowledge.errors import Where
from db.knowledge.models import Grade, Id, Mark, Quantity, Source, Strict, Unit

Sentence = Annotated[str, Field(min_length=1, pattern=r"^\S.*\S$")]


class Cite(Strict):
    source: Id
    mark: Mark


Cites = Annotated[tuple[Cite, ...], Field(min_length=1)]


class Claim(Strict):
    """A statement without its words."""

    id: Id
    cites: Cites
    grade: Grade | None = None
    own: bool = False


class SourcesFile(Strict):
    sources: tuple[Source, ...]


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
    """All of a nutrient that no translation may touch. A row's `name` lets the prose use its figure."""

    order: int = Field(ge=1)
    emoji: str
    aliases: tuple[str, ...]
    cause: Grade
    relief: Grade
    numbers: dict[Id, Quantity | FromFood]
    brief: BriefCites
    statements: Claims
    intakes: tuple[IntakeTable, ...] = ()
    limits: tuple[LimitRow, ...] = ()


class NutrientText(Strict):
    """The words of a nutrient in one language, with {figures} left open."""

    name: Sentence
    aliases: tuple[str, ...]
    brief: dict[Id, Sentence]
    statements: dict[Id, Sentence]


Shape = TypeVar("Shape", bound=Strict)


def read(root: Path, name: str, shape: type[Shape]) -> Shape:
    """The file `name` under `root`, checked against its shape. KnowledgeError says what is wrong with it."""
    where = Where(name)
    try:
        content = tomllib.loads((root / name).read_text("utf-8"), parse_float=Decimal)
    except OSError as missing:
        raise where.error("the file is missing or cannot be read") from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise where.error(f"this is not TOML: {broken}") from broken
    with where.blamed():
        return shape.model_validate(content)
