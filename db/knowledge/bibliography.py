"""The list of sources, which turns what a file cites into citations and remembers what nobody cited."""

from collections.abc import Iterable
from pathlib import Path

from db.knowledge.errors import Where
from db.knowledge.files import Cite, Claim, SourcesFile, read
from db.knowledge.models import Citation, Mark, Source, Statement
from db.knowledge.prose import Prose

FILE = Where("sources.toml")


class Bibliography:
    """The sources by id, and which of them were cited."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources: dict[str, Source] = {}
        self._cited: set[str] = set()
        shorts: set[str] = set()
        for number, source in enumerate(sources):
            where = FILE.at("sources", number)
            if source.id in self._sources:
                raise where.at("id").error(f"'{source.id}' is there twice")
            if source.short in shorts:
                raise where.at("short").error(f"'{source.short}' is there twice")
            self._sources[source.id] = source
            shorts.add(source.short)

    @classmethod
    def read(cls, root: Path) -> "Bibliography":
        return cls(read(root, FILE.file, SourcesFile).sources)

    @property
    def sources(self) -> tuple[Source, ...]:
        """All of them, in the order of the file."""
        return tuple(self._sources.values())

    def citation(self, source: str, mark: Mark, where: Where) -> Citation:
        """The citation that the table at `where` asks for with its fields `source` and `mark`."""
        if source not in self._sources:
            raise where.at("source").error(f"there is no source '{source}'")
        self._cited.add(source)
        with where.at("mark").blamed():
            return Citation(source=self._sources[source], mark=mark)

    def citations(self, cites: Iterable[Cite], where: Where) -> tuple[Citation, ...]:
        return tuple(self.citation(cite.source, cite.mark, where.at(number)) for number, cite in enumerate(cites))

    def statement(self, claim: Claim, where: Where, prose: Prose, key: str) -> Statement:
        """A claim, whose citations stand at `where`, with its words, which stand under `key`."""
        citations = self.citations(claim.cites, where)
        text = prose.take(key)
        with prose.where.at(key).blamed():
            return Statement(id=claim.id, text=text, citations=citations, grade=claim.grade, own=claim.own)

    def finish(self) -> None:
        """Nothing may dangle: no source that nobody cites."""
        for number, source in enumerate(self._sources):
            if source not in self._cited:
                raise FILE.at("sources", number, "id").error(f"nothing cites '{source}'")
