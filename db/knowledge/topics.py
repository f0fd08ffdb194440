"""Answers to what people ask beside the nutrients: night cramps, quinine, prevention."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from db.knowledge.bibliography import Bibliography
from db.knowledge.files import Claim
from db.knowledge.models import Id, Quantity, Statement, Strict, Subject
from db.knowledge.shelf import Shelf


class NudgeKind(StrEnum):
    """The nudge that serves a line of advice."""

    STRETCH = "stretch"
    HYDRATE = "hydrate"
    SUN = "sun"
    FOOD = "food"


class TopicLine(Strict):
    """`nudge` can remind of this line; `subject` is what safety must be asked about before showing it."""

    statement: Statement
    nudge: NudgeKind | None
    subject: Subject | None


class Topic(Strict):
    """`phrases` are how people ask for it."""

    id: Id
    title: str
    phrases: tuple[str, ...]
    lines: tuple[TopicLine, ...]


class LineClaim(Claim):
    nudge: NudgeKind | None = None
    subject: Subject | None = None


class TopicRow(Strict):
    id: Id
    lines: Annotated[tuple[LineClaim, ...], Field(min_length=1)]


class TopicsFile(Strict):
    numbers: dict[Id, Quantity]
    topics: tuple[TopicRow, ...]


class TopicShelf(Shelf[TopicsFile]):
    """Reads topics.toml and its words."""

    def __init__(self, root: Path, library: Bibliography) -> None:
        super().__init__(root, "topics", TopicsFile, library)

    def make(self, language: str) -> dict[str, Topic]:
        """Every topic by its id."""
        prose = self.open(language, self.file.numbers)
        topics = {}
        for number, row in enumerate(self.file.topics):
            where = self.where.at("topics", number, "lines")
            topics[row.id] = Topic(
                id=row.id,
                title=prose.take(f"{row.id}.title"),
                phrases=tuple(prose.take(f"{row.id}.phrases").split("; ")),
                lines=tuple(
                    TopicLine(
                        statement=self.library.statement(
                            claim, where.at(line, "cites"), prose, f"{row.id}.lines.{claim.id}"
                        ),
                        nudge=claim.nudge,
                        subject=claim.subject,
                    )
                    for line, claim in enumerate(row.lines)
                ),
            )
        self.close(prose)
        return topics
