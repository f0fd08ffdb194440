"""What every nudge kind takes and gives: data, no words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from db import inventory
from db.knowledge.cards import Edition
from db.models import Status
from jobs.agenda import Agenda
from jobs.almanac import Almanac
from jobs.rules import Rule
from jobs.suggest.profile import Profile
from jobs.workouts import Workout

REMEMBERED = inventory.SUGGESTIONS_KEPT
"""How far back `History` reaches at the most."""


class Suggestion(NamedTuple):
    """What to propose. `form` names what shape it takes within its kind; `facts` is what it is made of, and the
    inputs that led to it, as JSON has them. `variant` counts up and picks among the wordings in turn.

    `cautions` are ids of rules of the safety table that must be said to this person.
    """

    kind: str
    form: str
    variant: int
    facts: Mapping[str, Any] = MappingProxyType({})
    cautions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The stored form, without the kind, which its row has."""
        return {
            "form": self.form,
            "variant": self.variant,
            "facts": dict(self.facts),
            "cautions": list(self.cautions),
        }

    @classmethod
    def from_json(cls, kind: str, stored: object) -> "Suggestion":
        """Read what `to_json` wrote. Raises ValueError for anything else."""
        known = stored if isinstance(stored, dict) else {}
        form, variant = known.get("form"), known.get("variant")
        facts, cautions = known.get("facts"), known.get("cautions")
        # Not by `match`, which takes four times as long, for five of them in each nudge.
        if (
            isinstance(form, str)
            and isinstance(variant, int)
            and isinstance(facts, dict)
            and isinstance(cautions, list)
        ):
            return cls(kind, form, variant, facts, tuple(map(str, cautions)))
        raise ValueError(f"a stored suggestion has the fields {', '.join(map(str, known))}")


@dataclass(frozen=True)
class Silence:
    """Nothing to propose now, and why: a word for the log and for `/nudge`."""

    reason: str


class Past(NamedTuple):
    """An earlier nudge of a person. Instants are in UTC; `suggestion` is None for one that was never sent."""

    delivery_id: int
    reminder_id: int | None
    kind: str
    status: Status
    failure: str | None
    due_at: datetime
    answered_at: datetime | None
    suggestion: Suggestion | None


@dataclass(frozen=True)
class History:
    """A person's nudges of the last REMEMBERED days, newest first; of other kinds no more than its kind recalls."""

    past: tuple[Past, ...] = ()

    def of(self, kind: str) -> Iterator[Past]:
        """Those of one kind, newest first."""
        return (past for past in self.past if past.kind == kind)

    def last(self, kind: str) -> Suggestion | None:
        """What was proposed last."""
        return next((past.suggestion for past in self.of(kind) if past.suggestion is not None), None)

    def proposed(self, kind: str, fact: str) -> list[Any]:
        """What one fact of the proposals was, newest first, such as the foods of food nudges."""
        return [
            past.suggestion.facts[fact]
            for past in self.of(kind)
            if past.suggestion is not None and fact in past.suggestion.facts
        ]

    def without(self, delivery_id: int | None) -> "History":
        """As it was before this delivery."""
        return History(tuple(past for past in self.past if past.delivery_id != delivery_id))

    def done(self, kind: str, day: date, almanac: Almanac) -> int:
        """How often something was done on a day of the person's."""
        return sum(past.status is Status.DONE and almanac.day_of(past.due_at) == day for past in self.of(kind))


class Occasion(NamedTuple):
    """What is known when a nudge is made. `now` is in UTC: when it is shown. `seed` is the same for the same nudge.

    `rule` is its reminder's, None for one that was asked for. `workout` is one that the person has just done.
    `avoid`: what was turned down on this very nudge, by the id that its kind's facts use. `before`: what this very
    nudge proposed when it was shown earlier. `agenda`: their day, for kinds that are about it.
    """

    now: datetime
    seed: int
    profile: Profile
    almanac: Almanac
    edition: Edition
    history: History = History()
    rule: Rule | None = None
    workout: Workout | None = None
    avoid: frozenset[str] = frozenset()
    before: Suggestion | None = None
    agenda: Agenda | None = None

    def variant(self, kind: str) -> int:
        """Which wording: the next one after that of the kind's last nudge, never the same twice in a row."""
        last = self.history.last(kind)
        return self.seed % 97 if last is None else last.variant + 1
