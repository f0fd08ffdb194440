"""What every piece of knowledge is made of: figures, sources, citations, statements. All frozen."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Strict(BaseModel):
    """Frozen, and closed to fields nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Whole(Strict):
    """Loaded once, and equal only to itself: what is reckoned of it can be kept without a look at all that it holds."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


Id = Annotated[str, Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]


class Status(StrEnum):
    """How a source itself was met: read, read only in a copy, or not read at all."""

    SEEN = "seen"
    SECOND_HAND = "second-hand"
    UNVERIFIED = "unverified"


class Mark(StrEnum):
    """How one fact was taken from its source. PROPOSAL: a choice of this project that nobody has validated."""

    SEEN = "seen"
    SECOND_HAND = "second-hand"
    MEMORY = "memory"
    CALCULATED = "calculated"
    PROPOSAL = "proposal"


class Grade(StrEnum):
    """How good the evidence is. AGAINST: good trials found no useful effect; NONE: no usable trial."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    NONE = "none"
    AGAINST = "against"


class Unit(StrEnum):
    """Units of figures. COUNT and the spans of time are bare numbers: the prose says the word."""

    MG = "mg"
    MCG = "mcg"
    G = "g"
    KG = "kg"
    IU = "IU"
    MG_PER_LITRE = "mg/L"
    MMOL_PER_LITRE = "mmol/L"
    NMOL_PER_LITRE = "nmol/L"
    PERCENT = "percent"
    COUNT = "count"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"

    @property
    def bare(self) -> bool:
        return self is Unit.COUNT or self in SPANS


SPANS = (Unit.SECONDS, Unit.MINUTES, Unit.HOURS, Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)


class Quantity(Strict):
    value: Decimal
    unit: Unit


class Source(Strict):
    """Where facts come from. `primary`: an authority, or a trial's own paper, that may be quoted by name."""

    id: Id
    short: str
    title: str
    publisher: str
    year: int | None = Field(default=None, ge=1900, le=2100)
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    status: Status
    primary: bool
    checked: date
    review: date

    @model_validator(mode="after")
    def _is_sane(self) -> Self:
        if self.review <= self.checked:
            raise ValueError("the review date must come after the date checked")
        if self.url is None and self.status is not Status.UNVERIFIED:
            raise ValueError("a source that was read needs its address")
        return self


ALLOWED_MARKS = {
    Status.SEEN: set(Mark),
    Status.SECOND_HAND: set(Mark) - {Mark.SEEN},
    Status.UNVERIFIED: {Mark.MEMORY, Mark.CALCULATED, Mark.PROPOSAL},
}


class Citation(Strict):
    source: Source
    mark: Mark

    @model_validator(mode="after")
    def _claims_no_more_than_was_read(self) -> Self:
        if self.mark not in ALLOWED_MARKS[self.source.status]:
            raise ValueError(f"'{self.source.id}' is {self.source.status}, so nothing in it can be marked {self.mark}")
        return self


AUTHORITY_NAMES = frozenset({"Cochrane", "EFSA", "FDA", "NHS", "NICE", "NIH", "USDA", "WHO"})


class Statement(Strict):
    """One checked thing to say. `grade` is set where it speaks of evidence for one group of people.

    `own` marks what this project says for itself (a correction, when to see a doctor): its sources back it,
    but none of them said it.
    """

    id: Id
    text: str
    citations: tuple[Citation, ...] = Field(min_length=1)
    grade: Grade | None = None
    own: bool = False

    @property
    def authority(self) -> Source | None:
        """The source that may be named as saying this, or None: then it is general knowledge, and marked so.

        Only primary sources lend their name, and only where everything behind the statement was read there.
        """
        if self.own or not all(c.source.primary and c.mark is Mark.SEEN for c in self.citations):
            return None
        return self.citations[0].source

    @model_validator(mode="after")
    def _borrows_no_authority(self) -> Self:
        for name in set(re.findall(r"\w+", self.text)) & AUTHORITY_NAMES:
            if not self._was_read_at(name):
                raise ValueError(f"the words name {name}, but not all of it was read at {name}")
        return self

    def _was_read_at(self, name: str) -> bool:
        return self.authority is not None and any(name in c.source.publisher for c in self.citations)


class Subject(StrEnum):
    """What a piece of advice is about, for the safety table to allow or withhold."""

    FOOD = "food"
    SUPPLEMENT = "supplement"
    SALT = "salt"
    SUN = "sun"
    STRETCHING = "stretching"
    DRINKING = "drinking"


def primaries_first(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Each source once: primaries before the others, otherwise in the order given."""
    return tuple(sorted(dict.fromkeys(sources), key=lambda source: not source.primary))
