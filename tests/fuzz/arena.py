"""The real bot on a database, people to whom generated updates belong, and bob, who must not notice any of it."""

import gc
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import Any

from bot.sandbox.people import Person
from tests.bot.owned import id_of, with_everything
from tests.fuzz.updates import Updates
from tests.rows import rows_of
from tests.world import MONDAY_NOON, World, world_with

_PEOPLE = 20
_AT_ONCE = 100
# What the sandbox remembers of each chat: it is not its memory that is measured.
_REMEMBERED = 30
_APOLOGY = "went wrong on my side"
_REFUSED = 400


class _Errors(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()[:2000]}")


@dataclass
class Arena:
    """`problems`: what should not have happened, with the update that it happened at or shortly before."""

    world: World
    people: list[Person]
    bob: Person
    bob_id: int
    before: Mapping[str, list[tuple[Any, ...]]]
    errors: _Errors
    problems: list[str] = field(default_factory=list)

    async def feed(self, seed: int, total: int, done: Callable[[int], None] = lambda _number: None) -> None:
        """Hand over so many generated updates, and look after each hundred."""
        others = [self.bob.id, self.bob_id, *(row[0] for row in self.before["reminders"]), 1, 2, 3]
        updates = Updates(seed, people=[person.id for person in self.people], others=others)
        for number in range(0, total, _AT_ONCE):
            batch = [updates.next() for _ in range(min(_AT_ONCE, total - number))]
            numbers = [self.world.state.raw_update(update) for update in batch]
            await self.world.state.handled(numbers[-1])
            self._look(number, batch)
            done(number + len(batch))
        if self.before != await rows_of(self.world.app.sessions, self.bob_id):
            self.problems.append("bob's rows have changed")

    def _look(self, number: int, batch: list[dict[str, Any]]) -> None:
        for line in self.errors.lines:
            self.problems.append(f"before update {number + len(batch)}: {line}")
        self.errors.lines.clear()
        people = {person.id for person in self.people}
        for call in self.world.state.calls:
            if call.method.startswith("send") and call.params.get("chat_id") in people and call.outcome == _REFUSED:
                self.problems.append(f"before update {number + len(batch)}: refused {call.params}")
        for person in self.people:
            if any(_APOLOGY in message.text for message in islice(reversed(person.messages), _AT_ONCE)):
                self.problems.append(f"before update {number + len(batch)}: an apology")
        self._forget()

    def _forget(self) -> None:
        """The sandbox forgets, as Telegram would not."""
        self.world.state.calls.clear()
        for person in self.people:
            history = person.chat.history
            for message_id in list(islice(history, max(0, len(history) - _REMEMBERED))):
                del history[message_id]


@asynccontextmanager
async def arena_on(database: str) -> AsyncIterator[Arena]:
    """An arena in which every kind of update is delivered, and waiting costs no time."""
    steps = count()
    async with world_with(database, MONDAY_NOON, {}, waited=lambda: float(next(steps))) as world:
        bob = await with_everything(world, "Bob")
        people = [await world.settled(f"Person {number}") for number in range(_PEOPLE)]
        await world.app.tick()
        world.state.updates._wanted = _whatever  # type: ignore[method-assign]
        bob_id = await id_of(world, bob) or 0
        before = await rows_of(world.app.sessions, bob_id)
        errors = _Errors()
        logging.getLogger().addHandler(errors)
        try:
            yield Arena(world, people, bob, bob_id, before, errors)
        finally:
            logging.getLogger().removeHandler(errors)


def _whatever(kind: str) -> bool:
    """Telegram brings kinds too that it was not asked for."""
    return True


def resident() -> float:
    """Resident memory of this process after a collection, in MB (10**6 bytes)."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6
