"""The real bot, over HTTP, against the sandbox server; with a clock that the test moves."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from pydantic import SecretStr

from bot.app import running
from bot.clock import MovableClock
from bot.life import App
from bot.sandbox.people import Person
from bot.sandbox.queries import Tap
from bot.sandbox.server import Sandbox
from bot.sandbox.state import SandboxState
from bot.sandbox_clock import SandboxControl
from bot.settings import Settings
from db import users
from db.models import User
from jobs.preferences import Preferences
from jobs.suggest.profile import Profile
from tests.data_key import DATA_KEY
from tests.engines import kept_engines

TOKEN = "1234567890:TEST-token-that-opens-nothing-at-all"
MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class World:
    """alice owns, bob is another user, charlie a stranger who has not written yet."""

    app: App
    server: Sandbox
    clock: MovableClock
    control: SandboxControl
    url: str
    stop: asyncio.Event
    """Set, it stops the bot."""

    @property
    def state(self) -> SandboxState:
        return self.server.state

    def person(self, name: str, language: str = "en") -> Person:
        return self.state.person(name, language_code=language)

    async def settled(self, name: str, zone: str = "Europe/Berlin") -> Person:
        """A person who has written before and told their time zone."""
        person = self.person(name)
        await person.says(f"/timezone {zone}")
        return person

    async def forges(self, person: Person, data: str) -> Tap:
        """`person` sends a callback of their own making, on the bot's latest message to them."""
        message = person.chat.history[person.last.id]
        tap = person.tap_data(message, data, person.chat)
        await self.state.handled(tap.update_id)
        return tap

    async def row_of(self, person: Person) -> User:
        """What is kept about `person`, who has written before."""
        async with self.app.sessions() as session:
            user = await users.by_chat(session, person.id)
            assert user is not None
            return user

    async def kept(self, person: Person, **columns: Any) -> None:
        """This is kept about `person`, who has written before."""
        async with self.app.sessions.begin() as session:
            user = await users.by_chat(session, person.id)
            assert user is not None
            for name, value in columns.items():
                setattr(user, name, value)

    async def told(self, person: Person, profile: Profile) -> None:
        """`person` told us this about themself."""
        await self.kept(person, profile=profile.to_json())

    async def prefers(self, person: Person, preferences: Preferences) -> None:
        """`person` likes it so."""
        await self.kept(person, preferences=preferences.to_json())

    async def until(self, instant: datetime) -> None:
        """Move the clock to `instant`; what falls due on the way is sent at its time."""
        await self.control.advance(instant)

    async def passes(self, **span: float) -> None:
        """`await world.passes(hours=2)`."""
        await self.until(self.clock() + timedelta(**span))

    async def sleeps_through(self, **span: float) -> None:
        """The clock moves on while the program does nothing, as when it was down."""
        self.clock.move_to(self.clock() + timedelta(**span))
        await self.app.tick()


def edits(world: World, person: Person) -> list[str]:
    """What the bot has changed messages to, as the person read it, oldest first."""
    calls = world.state.calls_of("editMessageText", person.id)
    return [unescape(re.sub("<[^>]*>", "", str(call.params["text"]))) for call in calls]


@asynccontextmanager
async def world_on(database: str, start: datetime = MONDAY_NOON, **settings: object) -> AsyncIterator[World]:
    """A world on this database, from `start` on; further settings by their names."""
    async with world_with(database, start, settings) as made:
        yield made


@asynccontextmanager
async def world_with(
    database: str, start: datetime, settings: dict[str, object], waited: Callable[[], float] | None = None
) -> AsyncIterator[World]:
    """The same. `waited`: the seconds that messages keep their distance by besides those of the clock, instead of one
    for each call, which makes nobody wait until a chat may get its next message."""
    clock = MovableClock(lambda: start)
    server = Sandbox(token=TOKEN, clock=clock)
    url = await server.start()
    values = {
        "bot_token": SecretStr(TOKEN), "telegram_api_url": url, "database_url": database, "send_rate": 1000,
        "health_listen": None, "data_key": SecretStr(DATA_KEY),
    }  # fmt: skip
    stop = asyncio.Event()

    def monotonic() -> float:
        return clock.monotonic() + (len(server.state.calls) if waited is None else waited())

    told = Settings.model_validate(values | settings)
    try:
        async with (
            kept_engines() as make_engine,
            running(told, clock, monotonic=monotonic, make_engine=make_engine) as app,
        ):
            control = SandboxControl(app, clock)
            server.state.control = control
            work = asyncio.create_task(app.run(stop))
            try:
                yield World(app, server, clock, control, url, stop)
            finally:
                stop.set()
                await work
    finally:
        await server.stop()
