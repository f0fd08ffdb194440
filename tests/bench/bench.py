"""What every figure is given, and what it gives back."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self, TypeVar

from db.engine import Engine, make_engine
from tests.bench.processes import Child, allowed, cores, stay_on
from tests.bench.stores import store
from tests.bench.telegram import Telegram
from tests.data_key import KEYRING
from tests.databases import Maker

Made = TypeVar("Made")

STORES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
"""Kinds of databases, and what the table calls them."""


class Row(NamedTuple):
    """One line of the table. `beside` is what was measured beside it; `met` is None where nothing was to be reached."""

    figure: str
    ours: str
    beside: str = ""
    goal: str = ""
    met: bool | None = None


class Size(NamedTuple):
    """How much of everything. A run of the default size takes about half an hour on two cores."""

    nudges: int = 10_000
    """Sent as fast as they go."""
    peers_nudges: int = 1_000
    slow_burst: tuple[int, int] = (2_000, 30)
    """Due in one second, at so many a second."""
    fast_burst: tuple[int, int] = (20_000, 1_000)
    halted_burst: tuple[int, int] = (3_000, 200)
    questions: int = 300
    lateness: tuple[int, int] = (600, 60)
    """So many nudges at random moments of so many seconds."""
    workers_burst: tuple[int, int] = (6_000, 300)
    people: int = 1_000_000
    """With four reminders each."""
    peers_jobs: int = 50_000
    simulated_seconds: int = 3_600
    claims: int = 40


SMOKE = Size(
    nudges=60,
    peers_nudges=30,
    slow_burst=(40, 30),
    fast_burst=(150, 100),
    halted_burst=(120, 30),
    questions=3,
    lateness=(4, 1),
    workers_burst=(80, 40),
    people=200,
    peers_jobs=200,
    simulated_seconds=5,
    claims=3,
)


@dataclass
class Bench:
    """One run: a server, databases as they are asked for, and how large everything is."""

    size: Size = field(default_factory=Size)
    say: Callable[[str], None] = print
    """Hears what is being done."""

    def __enter__(self) -> Self:
        self.subject, aside = cores()
        self._before = allowed()
        stay_on(aside)  # the databases and their runner leave the subject alone
        self._rooms = ExitStack()
        self.telegram = self._rooms.enter_context(Telegram(on=aside))
        self._makers: dict[str, Maker] = {}
        self._made: dict[str, Any] = {}
        return self

    def __exit__(self, *_error: object) -> None:
        self._rooms.close()
        stay_on(self._before)

    def database(self, kind: str) -> str:
        """The address of a new database of this kind, as durable as in production, and as an earlier start left it."""
        if kind not in self._makers:
            self._makers[kind] = self._rooms.enter_context(store(kind))
        return self._makers[kind].migrated()

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` returned when this name was asked for first: a database that takes long to make."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made

    def on(self, database: str, work: Callable[[Engine], Coroutine[Any, Any, Any]]) -> Any:
        """Do some work on a database, beside what is measured."""

        async def connected() -> Any:
            engine = make_engine(database, KEYRING)
            try:
                return await work(engine)
            finally:
                await engine.dispose()

        return asyncio.run(connected())

    def alone(self, work: Callable[..., Any], *arguments: Any, within: float) -> Any:
        """What `work` returns in a process of its own on the core of what is measured. Raises ChildError."""
        return Child(work, *arguments, on=self.subject).result(within=within)
