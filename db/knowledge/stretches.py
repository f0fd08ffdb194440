"""Stretches with their times, and the routine that the trial used."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from db.knowledge.bibliography import Bibliography
from db.knowledge.files import Cites, Claim
from db.knowledge.models import Citation, Id, Quantity, Statement, Strict, Whole
from db.knowledge.shelf import Shelf


class Muscle(StrEnum):
    CALF = "calf"
    DEEP_CALF = "deep_calf"
    HAMSTRING = "hamstring"
    THIGH_FRONT = "thigh_front"
    FOOT = "foot"


class Position(StrEnum):
    STANDING = "standing"
    SEATED = "seated"
    LYING = "lying"


class Moment(StrEnum):
    BEDTIME = "bedtime"
    EVENING = "evening"
    AFTER_EXERCISE = "after_exercise"
    ANY = "any"


class Timing(Strict):
    """Seconds of hold and rest, and repeats for each side. `hold` 0 is a move to repeat, not to hold."""

    hold: int = Field(ge=0, le=60)
    rest: int = Field(ge=0, le=60)
    reps: int = Field(ge=1, le=30)
    sides: int = Field(ge=1, le=2)

    @property
    def seconds(self) -> int:
        """How long all of it takes."""
        return (self.hold + self.rest) * self.reps * self.sides


class StretchStep(Strict):
    id: Id
    text: str


class Stretch(Strict):
    """`longer_hold` is another hold in seconds that is taught; `seated` the stretch for those who should sit."""

    id: Id
    name: str
    felt: str
    muscle: Muscle
    position: Position
    when: Moment
    timing: Timing
    longer_hold: int | None
    seated: Id | None
    in_pregnancy: bool
    steps: tuple[StretchStep, ...]
    citations: tuple[Citation, ...]


class Routine(Strict):
    """Stretches to do one after the other, nightly, for `weeks`, before judging it."""

    id: Id
    name: str
    weeks: int
    stretches: tuple[Id, ...]
    citations: tuple[Citation, ...]


class Stretching(Whole):
    stretches: tuple[Stretch, ...]
    routines: tuple[Routine, ...]
    evidence: tuple[Statement, ...]
    cautions: tuple[Statement, ...]

    def stretch(self, name: str) -> Stretch:
        """The stretch of an id. KeyError: there is none."""
        for stretch in self.stretches:
            if stretch.id == name:
                return stretch
        raise KeyError(name)


class StretchRow(Strict):
    id: Id
    muscle: Muscle
    position: Position
    when: Moment
    timing: Timing
    longer_hold: int | None = None
    seated: Id | None = None
    in_pregnancy: bool = False
    steps: Annotated[tuple[Id, ...], Field(min_length=1)]
    cites: Cites


class RoutineRow(Strict):
    id: Id
    weeks: int = Field(ge=1)
    stretches: Annotated[tuple[Id, ...], Field(min_length=1)]
    cites: Cites


class StretchesFile(Strict):
    """The shape of stretches.toml."""

    numbers: dict[Id, Quantity]
    stretches: tuple[StretchRow, ...]
    routines: tuple[RoutineRow, ...]
    evidence: tuple[Claim, ...]
    cautions: tuple[Claim, ...]

    @model_validator(mode="after")
    def _names_what_exists(self) -> Self:
        known = {row.id: row for row in self.stretches}
        for row in self.stretches:
            if row.seated and (row.seated not in known or known[row.seated].position is Position.STANDING):
                raise ValueError(f"'{row.seated}', the seated form of '{row.id}', is no stretch done sitting")
        for routine in self.routines:
            if missing := set(routine.stretches) - known.keys():
                raise ValueError(f"the routine '{routine.id}' has no stretch '{min(missing)}'")
        return self


class StretchShelf(Shelf[StretchesFile]):
    """Reads stretches.toml and its words."""

    def __init__(self, root: Path, library: Bibliography) -> None:
        super().__init__(root, "stretches", StretchesFile, library)

    def make(self, language: str) -> Stretching:
        prose = self.open(language, self.file.numbers)
        stretches = tuple(
            Stretch(
                name=prose.take(f"stretches.{row.id}.name"),
                felt=prose.take(f"stretches.{row.id}.felt"),
                steps=tuple(
                    StretchStep(id=step, text=prose.take(f"stretches.{row.id}.steps.{step}")) for step in row.steps
                ),
                citations=self.library.citations(row.cites, self.where.at("stretches", number, "cites")),
                **row.model_dump(exclude={"steps", "cites"}),
            )
            for number, row in enumerate(self.file.stretches)
        )
        routines = tuple(
            Routine(
                name=prose.take(f"routines.{row.id}"),
                citations=self.library.citations(row.cites, self.where.at("routines", number, "cites")),
                **row.model_dump(exclude={"cites"}),
            )
            for number, row in enumerate(self.file.routines)
        )
        made = Stretching(
            stretches=stretches,
            routines=routines,
            evidence=self.say(self.file.evidence, "evidence", prose),
            cautions=self.say(self.file.cautions, "cautions", prose),
        )
        self.close(prose)
        return made
