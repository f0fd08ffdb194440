"""Makes the card of one nutrient out of its figures and its words."""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from db.knowledge.bibliography import Bibliography
from db.knowledge.cards import Brief, Card, Section
from db.knowledge.errors import Where
from db.knowledge.files import Claim, read
from db.knowledge.foods import Food, rounded
from db.knowledge.intakes import Intake, Limit
from db.knowledge.models import Quantity, Statement, primaries_first
from db.knowledge.nutrient_files import FromFood, NutrientFile, NutrientText
from db.knowledge.prose import Prose


def prose_of(
    nutrient: str, language: str, figures: NutrientFile, text: NutrientText, foods: Mapping[str, Food]
) -> Prose:
    """The words of a nutrient, with every figure they may use."""
    where = Where(f"nutrients/{nutrient}.toml")
    numbers = {
        name: held_by(foods, number.food, nutrient, where.at("numbers", name))
        if isinstance(number, FromFood)
        else number
        for name, number in figures.numbers.items()
    }
    rows = [(row.name, row.amount, table.unit) for table in figures.intakes for row in table.rows]
    rows += [(row.name, row.amount, row.unit) for row in figures.limits]
    for name, amount, unit in rows:
        if name in numbers:
            raise where.at("numbers", name).error("this name is there twice")
        if name is not None:
            numbers[name] = Quantity(value=amount, unit=unit)
    sentences = {f"brief.{key}": words for key, words in text.brief.items()}
    sentences |= {f"cases.{key}": words for key, words in text.cases.items()}
    sentences |= {f"statements.{key}": words for key, words in text.statements.items()}
    return Prose(Where(f"text/{language}/{nutrient}.toml"), where, language, sentences, numbers)


def held_by(foods: Mapping[str, Food], food: str, nutrient: str, where: Where) -> Quantity:
    """What a serving of a food holds of a nutrient, rounded to be said."""
    amount = foods[food].per_serving(nutrient) if food in foods else None
    if amount is None:
        raise where.error(f"no food '{food}' with a value for '{nutrient}'")
    return rounded(amount)


class CardMaker:
    """One nutrient, for any language."""

    def __init__(self, nutrient: str, figures: NutrientFile, library: Bibliography) -> None:
        self.nutrient, self.figures, self.library = nutrient, figures, library
        self.where = Where(f"nutrients/{nutrient}.toml")
        self._check_ids()
        self.intakes = self._intakes()
        self.limits = self._limits()

    def make(self, text: NutrientText, prose: Prose) -> Card:
        brief = self._brief(prose)
        sections = {section: self._section(section, prose) for section in Section}
        statements = [*brief.statements, *(s for section in sections.values() for s in section)]
        citations = [c for statement in statements for c in statement.citations]
        citations += [intake.citation for intake in self.intakes]
        citations += [limit.citation for limit in self.limits]
        return Card(
            id=self.nutrient,
            name=text.name,
            emoji=self.figures.emoji,
            brief=brief,
            cause=self.figures.cause,
            relief=self.figures.relief,
            cases={question: prose.take(f"cases.{question}") for question in self.figures.cases},
            sections=sections,
            sources=primaries_first(citation.source for citation in citations),
            intakes=self.intakes,
            limits=self.limits,
        )

    def _brief(self, prose: Prose) -> Brief:
        made = {}
        for key in Brief.model_fields:
            claim = Claim(id=key, cites=getattr(self.figures.brief, key), own=key == "doctor")
            made[key] = self.library.statement(claim, self.where.at("brief", key), prose, f"brief.{key}")
        return Brief(**made)

    def _section(self, section: Section, prose: Prose) -> tuple[Statement, ...]:
        own = section is Section.ARTICLE
        where = self.where.at("statements", section)
        return tuple(
            self.library.statement(
                claim.model_copy(update={"own": own or claim.own}),
                where.at(number, "cites"),
                prose,
                f"statements.{claim.id}",
            )
            for number, claim in enumerate(self.figures.statements.of(section))
        )

    def _check_ids(self) -> None:
        claims = [claim for section in Section for claim in self.figures.statements.of(section)]
        for key, times in Counter(claim.id for claim in claims).items():
            if times > 1:
                raise self.where.at("statements").error(f"the id '{key}' is there {times} times")

    def _intakes(self) -> tuple[Intake, ...]:
        made = []
        for number, table in enumerate(self.figures.intakes):
            where = self.where.at("intakes", number)
            citation = self.library.citation(table.source, table.mark, where)
            made += [
                Intake(
                    region=table.region,
                    kind=table.kind,
                    sex=row.sex,
                    ages=row.ages,
                    life=life,
                    amount=Quantity(value=row.amount, unit=table.unit),
                    citation=citation,
                )
                for row in table.rows
                for life in row.life
            ]
        for one, other in combinations(made, 2):
            if one.rivals(other):
                who = f"{one.region}, {one.life}, from {max(one.ages.first, other.ages.first)} years"
                raise self.where.at("intakes").error(f"two amounts fit the same person ({who})")
        return tuple(made)

    def _limits(self) -> tuple[Limit, ...]:
        return tuple(
            Limit(
                region=row.region,
                kind=row.kind,
                scope=row.scope,
                ages=row.ages,
                amount=Quantity(value=row.amount, unit=row.unit),
                citation=self.library.citation(row.source, row.mark, self.where.at("limits", number)),
            )
            for number, row in enumerate(self.figures.limits)
        )


class NutrientShelf:
    """All nutrients, `files` by id in display order."""

    def __init__(self, root: Path, library: Bibliography) -> None:
        self.root = root
        self.files = read_all(root)
        self.makers = {nutrient: CardMaker(nutrient, file, library) for nutrient, file in self.files.items()}
        self._originals: dict[str, Prose] = {}

    def make(self, language: str, foods: Mapping[str, Food]) -> tuple[dict[str, Card], dict[str, str]]:
        """The cards by id, and every name to its id."""
        cards = {}
        texts = {}
        for nutrient, maker in self.makers.items():
            text = read(self.root, f"text/{language}/{nutrient}.toml", NutrientText)
            prose = prose_of(nutrient, language, self.files[nutrient], text, foods)
            cards[nutrient] = maker.make(text, prose)
            prose.finish()
            prose.agrees_with(self._originals.setdefault(nutrient, prose))
            texts[nutrient] = text
        return cards, self._names(language, texts)

    def _names(self, language: str, texts: Mapping[str, NutrientText]) -> dict[str, str]:
        owners: dict[str, str] = {}
        for nutrient, file in self.files.items():
            text = texts[nutrient]
            for where, names in (
                (Where(f"nutrients/{nutrient}.toml", "aliases"), (nutrient, *file.aliases)),
                (Where(f"text/{language}/{nutrient}.toml", "aliases"), (text.name.lower(), *text.aliases)),
            ):
                for name in names:
                    if name != name.lower():
                        raise where.error(f"'{name}' is not in lower case")
                    if owners.setdefault(name, nutrient) != nutrient:
                        raise where.error(f"'{name}' already means '{owners[name]}'")
        return owners


def read_all(root: Path) -> dict[str, NutrientFile]:
    """The files of the nutrients by id, in display order."""
    paths = sorted((root / "nutrients").glob("*.toml"))
    files = {path.stem: read(root, f"nutrients/{path.name}", NutrientFile) for path in paths}
    taken: dict[int, str] = {}
    for nutrient, file in files.items():
        if file.order in taken:
            where = Where(f"nutrients/{nutrient}.toml", "order")
            raise where.error(f"{file.order} is already the place of '{taken[file.order]}'")
        taken[file.order] = nutrient
    return {taken[order]: files[taken[order]] for order in sorted(taken)}
