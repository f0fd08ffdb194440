"""Reads foods.csv (values), foods.toml (what values and tags rest on) and the words of both."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from db.knowledge.bibliography import Bibliography
from db.knowledge.errors import Where
from db.knowledge.files import Cites, Claim, Sentence, read
from db.knowledge.foods import MONTHS, Allergen, Diet, Food, FoodTag, Larder, Season
from db.knowledge.models import Id, Quantity, Statement, Strict, Unit
from db.knowledge.prose import Prose

CSV, TOML = Where("foods.csv"), Where("foods.toml")

# What counts as salty, in mg of sodium: by the serving, or by 100 g for what is eaten in specks.
# Our own choice: 200 mg is a tenth of the WHO's maximum a day, 600 mg almost a third.
SALTY = {FoodTag.VERY_SALTY: (600, 3000), FoodTag.SALTY: (200, 400)}
# From this many mg of potassium a serving, kidney diets call a food high (common practice, from memory).
HIGH_POTASSIUM = 200


def _each_once(months: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(months)) < len(months):
        raise ValueError("a month is there twice")
    return months


# What is in season all year has no season.
Months = Annotated[
    tuple[Annotated[int, Field(ge=1, le=MONTHS)], ...],
    Field(min_length=1, max_length=MONTHS - 1),
    AfterValidator(_each_once),
]


class SeasonsFile(Strict):
    """When fresh produce is in season in a temperate climate of the earth's north, by food."""

    cites: Cites
    months: dict[Id, Months]


class FoodsFile(Strict):
    """The source of all values, the tags with theirs, and the seasons."""

    cites: Annotated[Cites, Field(max_length=1)]
    notes: tuple[Claim, ...]
    seasons: SeasonsFile


class FoodsText(Strict):
    names: dict[Id, Sentence]
    servings: dict[Id, Sentence]
    notes: dict[Id, Sentence]


Amount = Annotated[Annotated[Decimal, Field(ge=0)] | None, BeforeValidator(lambda cell: cell or None)]
Words = BeforeValidator(str.split)


class FoodRow(Strict):
    """A line of foods.csv. Amounts are for 100 g; blank is not zero."""

    id: Id
    ndb_no: str = Field(pattern=r"^\d{5}$")
    serving: Id
    grams: Decimal = Field(gt=0)
    diet: Diet
    allergens: Annotated[frozenset[Allergen], Words]
    may_contain: Annotated[frozenset[Allergen], Words]
    tags: Annotated[frozenset[FoodTag], Words]
    magnesium_mg: Amount
    potassium_mg: Amount
    calcium_mg: Amount
    vitamin_d_mcg: Amount
    sodium_mg: Amount
    b1_mg: Amount
    b5_mg: Amount
    b6_mg: Amount

    def per_100g(self) -> dict[str, Quantity]:
        """By nutrient; a column such as `vitamin_d_mcg` names nutrient and unit."""
        found = {}
        for column, value in self:
            nutrient, _, unit = column.rpartition("_")
            if isinstance(value, Decimal) and nutrient:
                found[nutrient] = Quantity(value=value, unit=Unit(unit))
        return found

    def all_tags(self) -> frozenset[FoodTag]:
        """The tags written, and those that follow from sodium and potassium."""
        sodium, potassium = self.sodium_mg or Decimal(0), self.potassium_mg
        servings = self.grams / 100
        salt = [tag for tag, (most, dense) in SALTY.items() if sodium * servings >= most or sodium >= dense]
        found = self.tags.union(salt[:1])
        # Where USDA's value is in doubt or missing, a plant or a drink may well be rich in potassium.
        if potassium is None or potassium * servings >= HIGH_POTASSIUM:
            found |= {FoodTag.HIGH_POTASSIUM}
        return found


class FoodShelf:
    """The foods without their words."""

    def __init__(self, root: Path, library: Bibliography) -> None:
        self.root, self.library = root, library
        self.rows = read_rows(root)
        file = read(root, TOML.file, FoodsFile)
        self.citation = library.citations(file.cites, TOML.at("cites"))[0]
        self.notes = file.notes
        noted = [claim.id for claim in file.notes]
        if noted != list(FoodTag):
            raise TOML.at("notes").error("there must be one note for each tag, in the order of the tags")
        self.seasons = self._seasons(file.seasons)

    def _seasons(self, file: SeasonsFile) -> dict[str, Season]:
        citations = self.library.citations(file.cites, TOML.at("seasons", "cites"))
        if unknown := min(file.months.keys() - {row.id for row in self.rows}, default=None):
            raise TOML.at("seasons", "months", unknown).error(f"there is no food '{unknown}'")
        return {food: Season(months=frozenset(months), citations=citations) for food, months in file.months.items()}

    def larder(self, language: str) -> Larder:
        """The foods in one language."""
        file = f"text/{language}/foods.toml"
        text = read(self.root, file, FoodsText)
        sentences = {f"{table}.{key}": words for table, entries in text for key, words in entries.items()}
        prose = Prose(Where(file), TOML, language, sentences, {})
        foods = {row.id: self._food(row, prose) for row in self.rows}
        notes = {FoodTag(claim.id): self._note(number, prose) for number, claim in enumerate(self.notes)}
        prose.finish()
        return Larder(foods, notes)

    def _food(self, row: FoodRow, prose: Prose) -> Food:
        return Food(
            id=row.id,
            name=prose.take(f"names.{row.id}"),
            serving=prose.take(f"servings.{row.serving}"),
            grams=row.grams,
            diet=row.diet,
            allergens=row.allergens,
            may_contain=row.may_contain,
            tags=row.all_tags(),
            per_100g=row.per_100g(),
            ndb_no=row.ndb_no,
            citation=self.citation,
            season=self.seasons.get(row.id),
        )

    def _note(self, number: int, prose: Prose) -> Statement:
        claim = self.notes[number]
        where = TOML.at("notes", number, "cites")
        return self.library.statement(claim, where, prose, f"notes.{claim.id}")


def read_rows(root: Path) -> tuple[FoodRow, ...]:
    """The lines of foods.csv. An error names the line as an editor counts it."""
    with (root / CSV.file).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    rows = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=2):
        where = CSV.at(f"line {number}")
        with where.blamed():
            row = FoodRow.model_validate(line)
        for name in (row.id, row.ndb_no):
            if name in seen:
                raise where.error(f"'{name}' is there twice")
            seen.add(name)
        rows.append(row)
    return tuple(rows)
