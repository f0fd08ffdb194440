"""Where a scenario plays: a Bot API server in this process, a database, and processes of the bot between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from pathlib import Path
from time import monotonic

from bot.clock import system_clock
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from db import migrate
from db.engine import make_engine
from tests.data_key import DATA_KEY, KEYRING
from tests.faults.arrivals import Arrivals
from tests.faults.books import Books
from tests.faults.processes import ROOT, Bot, started
from tests.world import TOKEN

RECIPIENTS = 200
_LOOK_AGAIN_SECONDS = 0.5


@dataclass
class Stage:
    """`recipients` get what is promised, in turns; `promised` are the ids of all their reminders so far."""

    server: Sandbox
    arrivals: Arrivals
    books: Books
    folder: Path
    settings: dict[str, str]
    recipients: list[Person]
    promised: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._turns = cycle(self.recipients)
        self._kept = set[int]()

    @property
    def log(self) -> Path:
        return self.folder / "bot.log"

    def bot(self, role: str = "run", *, program: Path = ROOT, **settings: str) -> AbstractAsyncContextManager[Bot]:
        """A process of the bot, of the program in this folder; further settings by their names."""
        return started(("-m", "bot", role), self.settings | settings, self.log, program=program)

    async def promise(self, moments: Sequence[datetime]) -> list[int]:
        """One nudge at each of these moments, each to the next person; the ids of the reminders."""
        made = await self.books.owe([(next(self._turns).id, moment) for moment in moments])
        self.promised += made
        return made

    def delivered(self) -> int:
        """How many promises are kept, by the server's and the database's word.

        Of those that were not, it asks again: the server lives in this process, and must not be held up for long.
        """
        open_ones = [number for number in self.promised if number not in self._kept]
        fates, arrived = self.books.fates(open_ones), self.arrivals.since(0)
        self._kept |= {
            fate.reminder_id for fate in fates if fate.delivery_id in arrived and fate.status in {"sent", "done"}
        }
        return len(self._kept)

    async def finished(self, tell: Callable[[str], None], patience: float = 420.0) -> None:
        """Wait until every promise is kept and every message handled, or until patience ends: the account tells."""
        deadline = monotonic() + patience
        while monotonic() < deadline:
            open_promises = len(self.promised) - self.delivered()
            if not open_promises and not self.server.state.updates.pending:
                return
            tell(f"{open_promises} to come")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)


@asynccontextmanager
async def stage(folder: Path, database: str, *, rate: int = 100) -> AsyncIterator[Stage]:
    """On this database, which is migrated; the bot may send `rate` messages a second."""
    engine = make_engine(database, KEYRING)
    await migrate.upgrade(engine)
    await engine.dispose()
    server = Sandbox(token=TOKEN, clock=system_clock)
    url = await server.start()
    recipients = server.state.crowd(range(7_000_000_001, 7_000_000_001 + RECIPIENTS))
    arrivals = Arrivals(server.state)
    settings = {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": url,
        "DATABASE_URL": database,
        "DATA_KEY": DATA_KEY,
        "SEND_RATE": str(rate),
        "HEALTH_LISTEN": "",
    }
    try:
        yield Stage(server, arrivals, Books(database), folder, settings, recipients)
    finally:
        await arrivals.close()
        await server.stop()
