"""First aid, red flags and topics: what to do now, when to be seen, and what else people ask."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from db.knowledge.bibliography import Bibliography
from db.knowledge.files import Claim
from db.knowledge.models import Id, Quantity, Statement, Strict, Subject
from db.knowledge.shelf import Shelf


class Phase(StrEnum):
    """When a step is for: this second, while it cramps, afterwards, or when it does not let go."""

    NOW = "now"
    HOLD = "hold"
    AFTER = "after"
    HELP = "help"


class Site(StrEnum):
    CALF = "calf"
    FOOT = "foot"
    THIGH_FRONT = "thigh_front"
    THIGH_BACK = "thigh_back"


class Step(Strict):
    """A step of first aid. `site` None is for every cramp; `subject` is what safety must be asked about."""

    phase: Phase
    site: Site | None
    subject: Subject | None
    statement: Statement


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    SOON = "soon"


class RedFlag(Strict):
    """A sign that this is more than a cramp. `means` is what it may mean; `phrases` how people write of it."""

    id: Id
    urgency: Urgency
    sign: Statement
    means: str
    phrases: tuple[str, ...]


class RedFlags(Strict):
    """`negators` are words of the language that deny ("no chest pain"), `fillers` what may stand behind them."""

    flags: tuple[RedFlag, ...]
    actions: Annotated[Mapping[Urgency, Statement], AfterValidator(MappingProxyType)]
    negators: frozenset[str]
    fillers: frozenset[str]

    def of(self, urgency: Urgency) -> tuple[RedFlag, ...]:
        return tuple(flag for flag in self.flags if flag.urgency is urgency)


class StepClaim(Claim):
    phase: Phase
    site: Site | None = None
    subject: Subject | None = None


class FirstAidFile(Strict):
    numbers: dict[Id, Quantity]
    steps: Annotated[tuple[StepClaim, ...], Field(min_length=1)]


class FlagClaim(Claim):
    urgency: Urgency


class RedFlagsFile(Strict):
    numbers: dict[Id, Quantity]
    flags: Annotated[tuple[FlagClaim, ...], Field(min_length=1)]
    actions: tuple[Claim, ...]


class FirstAidShelf(Shelf[FirstAidFile]):
    def __init__(self, root: Path, library: Bibliography) -> None:
        super().__init__(root, "first_aid", FirstAidFile, library)

    def make(self, language: str) -> tuple[Step, ...]:
        """The steps in the order to do them."""
        prose = self.open(language, self.file.numbers)
        statements = self.say(self.file.steps, "steps", prose)
        self.close(prose)
        return tuple(
            Step(phase=claim.phase, site=claim.site, subject=claim.subject, statement=statement)
            for claim, statement in zip(self.file.steps, statements, strict=True)
        )


class RedFlagShelf(Shelf[RedFlagsFile]):
    """Reads red_flags.toml and its words."""

    def __init__(self, root: Path, library: Bibliography) -> None:
        super().__init__(root, "red_flags", RedFlagsFile, library)
        if [claim.id for claim in self.file.actions] != list(Urgency):
            raise self.where.at("actions").error("there must be one action for each urgency, in their order")

    def make(self, language: str) -> RedFlags:
        prose = self.open(language, self.file.numbers)
        signs = self.say(self.file.flags, "flags", prose)
        flags = tuple(
            RedFlag(
                id=claim.id,
                urgency=claim.urgency,
                sign=sign,
                means=prose.take(f"means.{claim.id}"),
                phrases=tuple(prose.take(f"phrases.{claim.id}").split("; ")),
            )
            for claim, sign in zip(self.file.flags, signs, strict=True)
        )
        actions = self.say(self.file.actions, "actions", prose)
        negators, fillers = (frozenset(prose.take(f"words.{name}").split()) for name in ("negators", "fillers"))
        self.close(prose)
        return RedFlags(
            flags=flags, actions=dict(zip(Urgency, actions, strict=True)), negators=negators, fillers=fillers
        )
