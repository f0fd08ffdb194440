"""What the smaller files share: one file of figures and claims, one file of words per language."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from db.knowledge.bibliography import Bibliography
from db.knowledge.errors import Where
from db.knowledge.files import Claim, load_toml, read
from db.knowledge.models import Quantity, Statement, Strict
from db.knowledge.prose import Prose

File = TypeVar("File", bound=Strict)


def flat(content: Mapping[str, object], where: Where) -> Iterator[tuple[str, str]]:
    """Every sentence of nested tables under its dotted key."""
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{inner}", text) for inner, text in flat(value, where.at(key)))
        elif isinstance(value, str) and value and value == value.strip():
            yield key, value
        else:
            raise where.at(key).error("this should be a sentence")


class Shelf(Generic[File]):
    """`name`.toml, and text/<language>/`name`.toml beside it."""

    def __init__(self, root: Path, name: str, shape: type[File], library: Bibliography) -> None:
        self.root, self.name, self.library = root, name, library
        self.where = Where(f"{name}.toml")
        self.file = read(root, self.where.file, shape)
        self._original: Prose | None = None

    def open(self, language: str, numbers: Mapping[str, Quantity]) -> Prose:
        """The words of one language, to be taken and then closed."""
        where = Where(f"text/{language}/{self.name}.toml")
        sentences = dict(flat(load_toml(self.root, where.file), where))
        return Prose(where, self.where, language, sentences, numbers)

    def close(self, prose: Prose) -> None:
        """Nothing dangles, and a translation has the figures of the first language."""
        prose.finish()
        self._original = self._original or prose
        prose.agrees_with(self._original)

    def say(self, claims: tuple[Claim, ...], table: str, prose: Prose) -> tuple[Statement, ...]:
        """The claims of a table with their words, which stand in a table of the same name."""
        where = self.where.at(table)
        return tuple(
            self.library.statement(claim, where.at(number, "cites"), prose, f"{table}.{claim.id}")
            for number, claim in enumerate(claims)
        )
