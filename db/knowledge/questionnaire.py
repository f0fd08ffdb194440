"""The questions of /check, and which topic each answer points at. Scoring them is for jobs to do."""

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from db.knowledge.bibliography import Bibliography
from db.knowledge.files import Cite, Claim
from db.knowledge.models import Id, Quantity, Statement, Strict
from db.knowledge.prose import Prose
from db.knowledge.shelf import Shelf


class TopicKind(StrEnum):
    """In the order of a result: medicines above habits, nutrients last."""

    MEDICINE = "medicine"
    DOCTOR = "doctor"
    HABIT = "habit"
    NUTRIENT = "nutrient"


class TalkingPoint(Strict):
    """A topic to raise. `start` points are everybody's; no more than `cap` count; `card` is the card to offer."""

    id: Id
    kind: TopicKind
    title: str
    card: Id | None
    start: int
    cap: int | None


Points = Annotated[int, Field(ge=1, le=3)]


class Effect(Strict):
    topic: Id
    points: Points


class Answer(Strict):
    """`because` says in the result why a point was given. `stop` is the red flag that ends the questions.

    `traits` are those of the safety table that the answer reveals. `clears` is the answer "none of these".
    """

    id: Id
    label: str
    because: Statement | None
    effects: tuple[Effect, ...]
    stop: Id | None
    traits: frozenset[Id]
    clears: bool


class Question(Strict):
    """`many`: several answers may be given. `cap`: no topic gets more points than this from the question."""

    id: Id
    text: str
    many: bool
    cap: int | None
    answers: tuple[Answer, ...]


class Questionnaire(Strict):
    """A topic with `worth` points or more is worth raising, one with fewer is to be mentioned if at all."""

    worth: int
    questions: tuple[Question, ...]
    topics: tuple[TalkingPoint, ...]
    closing: tuple[Statement, ...]
    nothing: tuple[Statement, ...]


class AnswerRow(Strict):
    """`cites` is empty only where the answer has no points to explain."""

    id: Id
    effects: dict[Id, Points] = Field(default_factory=dict)
    stop: Id | None = None
    traits: frozenset[Id] = frozenset()
    clears: bool = False
    cites: tuple[Cite, ...] = ()

    @model_validator(mode="after")
    def _has_its_reason(self) -> Self:
        if bool(self.effects) != bool(self.cites):
            raise ValueError("an answer has points exactly if it has sources")
        return self


class QuestionRow(Strict):
    id: Id
    many: bool = False
    cap: int | None = None
    answers: Annotated[tuple[AnswerRow, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _can_be_denied(self) -> Self:
        if not any(row.clears or not (row.effects or row.stop) for row in self.answers):
            raise ValueError("there must be an answer without consequence")
        return self


class TopicRow(Strict):
    id: Id
    kind: TopicKind
    card: Id | None = None
    start: int = 0
    cap: int | None = None


class QuestionnaireFile(Strict):
    numbers: dict[Id, Quantity]
    worth: int
    topics: tuple[TopicRow, ...]
    questions: tuple[QuestionRow, ...]
    closing: tuple[Claim, ...]
    nothing: tuple[Claim, ...]


class QuestionnaireShelf(Shelf[QuestionnaireFile]):
    """`flags`, `traits` and `cards` are the ids that exist elsewhere."""

    def __init__(
        self,
        root: Path,
        library: Bibliography,
        *,
        flags: Collection[str],
        traits: Collection[str],
        cards: Collection[str],
    ) -> None:
        super().__init__(root, "questionnaire", QuestionnaireFile, library)
        topics = {row.id for row in self.file.topics}
        for number, row in enumerate(self.file.topics):
            if row.card not in (None, *cards):
                raise self.where.at("topics", number, "card").error(f"there is no card '{row.card}'")
        for number, question in enumerate(self.file.questions):
            for place, answer in enumerate(question.answers):
                where = self.where.at("questions", number, "answers", place)
                for field, named, known in (
                    ("effects", set(answer.effects), topics),
                    ("stop", {answer.stop} - {None}, flags),
                    ("traits", set(answer.traits), traits),
                ):
                    if unknown := named - set(known):
                        raise where.at(field).error(f"there is no '{min(map(str, unknown))}'")

    def make(self, language: str) -> Questionnaire:
        prose = self.open(language, self.file.numbers)
        made = Questionnaire(
            worth=self.file.worth,
            questions=tuple(
                Question(
                    id=row.id,
                    text=prose.take(f"questions.{row.id}.text"),
                    many=row.many,
                    cap=row.cap,
                    answers=tuple(
                        self._answer(answer, f"questions.{row.id}.{answer.id}", (number, place), prose)
                        for place, answer in enumerate(row.answers)
                    ),
                )
                for number, row in enumerate(self.file.questions)
            ),
            topics=tuple(
                TalkingPoint(title=prose.take(f"topics.{row.id}"), **row.model_dump()) for row in self.file.topics
            ),
            closing=self.say(self.file.closing, "closing", prose),
            nothing=self.say(self.file.nothing, "nothing", prose),
        )
        self.close(prose)
        return made

    def _answer(self, row: AnswerRow, key: str, place: tuple[int, int], prose: Prose) -> Answer:
        where = self.where.at("questions", place[0], "answers", place[1], "cites")
        because = None
        if row.cites:
            claim = Claim(id=row.id, cites=row.cites, own=True)
            because = self.library.statement(claim, where, prose, f"{key}.because")
        return Answer(
            id=row.id,
            label=prose.take(f"{key}.label"),
            because=because,
            effects=tuple(Effect(topic=topic, points=points) for topic, points in row.effects.items()),
            stop=row.stop,
            traits=row.traits,
            clears=row.clears,
        )
