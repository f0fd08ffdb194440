"""What a person's day holds, line by line: data. `jobs.day` makes it. Instants are in UTC, days are the person's."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

MANY = 3
"""More occasions of one reminder on one day than this are one line."""


class State(StrEnum):
    """What became of an occasion. LEFT_OUT: by the bot, for a reason; MISSED: it never arrived."""

    COMING = "coming"
    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    PUT_OFF = "put_off"
    LEFT_OUT = "left_out"
    MISSED = "missed"


OPEN = frozenset({State.COMING, State.WAITING, State.PUT_OFF, State.MISSED})
"""Those that can still be done."""


@dataclass(frozen=True)
class Item:
    """One occasion, or something done without one. `reason`: why it is left out. `until`: when it comes again."""

    kind: str
    due_at: datetime
    state: State
    reason: str | None = None
    reminder_id: int | None = None
    delivery_id: int | None = None
    until: datetime | None = None

    @property
    def key(self) -> str:
        """Names it in a button; the same before and after it has a delivery."""
        if self.reminder_id is None:
            return f"d{self.delivery_id}"
        return f"{self.reminder_id}.{int(self.due_at.timestamp())}"


@dataclass(frozen=True)
class Line:
    """One line of a plan, as it is stored with a morning card. `of` is above 1 where one line counts many occasions.

    `at` is when it is, of many the next one, None where none is to come. `until`: what it was put off to.
    """

    key: str
    kind: str
    state: State
    at: datetime | None = None
    until: datetime | None = None
    reason: str | None = None
    done: int = 0
    of: int = 1


_LINES = TypeAdapter(tuple[Line, ...])


@dataclass(frozen=True)
class Group:
    """The occasions of one line, earliest first and never none; `goal`: how many of them are enough."""

    items: tuple[Item, ...]
    goal: int | None = None

    @property
    def counts(self) -> bool:
        """Whether it is many occasions in one line."""
        return len(self.items) > MANY

    @property
    def line(self) -> Line:
        first = self.items[0]
        done = sum(item.state is State.DONE for item in self.items)
        if not self.counts:
            return Line(first.key, first.kind, first.state, first.due_at, first.until, first.reason, done)
        asked = sum(item.state not in (State.LEFT_OUT, State.SKIPPED) for item in self.items)
        of = max(done, min(asked, self.goal or asked))
        state = State.DONE if done and done == of else self._state
        coming = (item.due_at for item in self.items if item.state is State.COMING)
        reason = first.reason if state is State.LEFT_OUT else None
        return Line(f"g{first.reminder_id}", first.kind, state, next(coming, None), None, reason, done, of)

    @property
    def _state(self) -> State:
        """That of the one to look at: waiting before coming, and those before what is over."""
        states = [item.state for item in self.items]
        order = (State.WAITING, State.PUT_OFF, State.COMING, State.MISSED, State.SKIPPED, State.LEFT_OUT)
        return next((state for state in order if state in states), State.DONE)

    @property
    def pending(self) -> int:
        """How many wait for an answer or are to come, of a goal no more than is missing."""
        waiting = sum(item.state in (State.WAITING, State.COMING) for item in self.items)
        done = sum(item.state is State.DONE for item in self.items)
        return waiting if self.goal is None else max(0, min(waiting, self.goal - done))

    def next_open(self, now: datetime) -> Item | None:
        """What a tick counts: of those not done yet the nearest to `now`; what was left out only if nothing else is."""
        for states in (OPEN, {State.SKIPPED, State.LEFT_OUT}):
            found = [item for item in self.items if item.state in states]
            if found:
                return min(found, key=lambda item: abs(item.due_at - now))
        return None

    @property
    def last_done(self) -> Item | None:
        """What taking a tick back opens again."""
        return next((item for item in reversed(self.items) if item.state is State.DONE), None)


@dataclass(frozen=True)
class Agenda:
    """A day of a person's, line by line."""

    day: date
    groups: tuple[Group, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(group.line for group in self.groups)

    @property
    def pending(self) -> Counter[str]:
        """How many occasions of each kind wait for an answer or are to come."""
        pending: Counter[str] = Counter()
        for group in self.groups:
            pending[group.items[0].kind] += group.pending
        return pending

    @property
    def is_free(self) -> bool:
        """Whether nothing is asked on this day."""
        return all(line.state is State.LEFT_OUT for line in self.lines)

    def find(self, key: str) -> Group | None:
        """The line of this key."""
        return next((group for group in self.groups if group.line.key == key), None)

    def item(self, key: str) -> Item | None:
        """The one occasion of this key."""
        return next((item for group in self.groups for item in group.items if item.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """The day and its lines, as facts of a suggestion."""
        return {"day": self.day.isoformat(), "lines": _LINES.dump_python(self.lines, mode="json")}


def lines_of(facts: Mapping[str, Any]) -> tuple[date, tuple[Line, ...]]:
    """Read what `Agenda.to_json` wrote. Raises KeyError or ValueError for anything else."""
    return date.fromisoformat(facts["day"]), _LINES.validate_python(facts["lines"])
