"""The composition root: builds everything, starts it, and closes it in reverse."""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache

from bot.clock import Clock, MovableClock, system_clock
from bot.dialogue.routes import COMMANDS
from bot.dialogue.turn import House
from bot.gateway import transport
from bot.gateway.inbound import Inbound
from bot.gateway.lanes import ChatLanes
from bot.gateway.login import BadTokenError, log_in
from bot.gateway.outbound import Outbound
from bot.gateway.polling import Poller, RivalryError
from bot.settings import Settings, secret_of
from bot.stopping import unless_stopped
from db import deliveries, migrate, reminders
from db import sessions as guided
from db.engine import DATABASE_ERRORS, Engine, Sessions, make_engine, make_sessions
from db.knowledge.cards import Knowledge
from db.knowledge.errors import KnowledgeError
from db.knowledge.loader import load as load_knowledge
from db.places.places import Places
from db.places.places import load as load_places
from jobs.budget import Budget
from jobs.deliver import Deliverer
from jobs.guide_tick import Guide
from jobs.plan import plan
from jobs.scheduler import Scheduler
from jobs.upkeep import tidy

log = logging.getLogger(__name__)

# Together under the 9 seconds after which `bot.stopping` leaves.
_FINISH_REPLIES = 4
_FINISH_NUDGES = 3
_LAST_CALL = 1
_MOST_STEPS = 5000


class StartError(Exception):
    """The program cannot run; the message is one sentence that says what to do."""


class App:
    """The running bot. Made by `running`."""

    def __init__(self, *, bot: transport.GatewayBot, engine: Engine, settings: Settings, clock: Clock) -> None:
        self.clock = clock
        self.bot = bot
        self.engine = engine
        self.sessions: Sessions = make_sessions(engine)
        self._budget = Budget(settings.send_rate, monotonic=time.monotonic)
        knowledge, places = _library()
        self._outbound = Outbound(bot, self._budget, knowledge)
        house = House(knowledge, places, bot.username, COMMANDS)
        inbound = Inbound(sessions=self.sessions, outbound=self._outbound, house=house, clock=clock)
        self._lanes = ChatLanes(inbound.handle)
        self._poller = Poller(bot, self._lanes, monotonic=time.monotonic)
        self._deliverer = Deliverer(
            sessions=self.sessions,
            sender=self._outbound,
            knowledge=knowledge,
            budget=self._budget,
            clock=clock,
            worker=str(uuid.uuid4()),
            jitter=random.random,
        )
        self._guide = Guide(
            sessions=self.sessions,
            screen=self._outbound,
            budget=self._budget,
            clock=clock,
            knowledge=knowledge,
            rate=settings.send_rate,
        )
        self._scheduler = Scheduler(plan=self.plan, deliver=self.deliver, guide=self.guide, tidy=self.tidy)
        self._planning, self._delivering, self._guiding = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()
        self._stopping = False

    async def plan(self) -> None:
        """Turn everything due into deliveries."""
        async with self._planning:
            await self._repeat(lambda: plan(self.sessions, now=self.clock()), "planning")

    async def deliver(self) -> None:
        """Send everything ripe."""
        async with self._delivering:
            await self._repeat(self._deliverer.run_once, "delivering")

    async def guide(self) -> None:
        """Bring guided sessions up to date, once."""
        async with self._guiding:
            await self._repeat(self._guide.run_once, "guiding")

    async def tidy(self) -> None:
        try:
            await tidy(self.sessions, now=self.clock())
        except DATABASE_ERRORS:
            log.exception("tidying failed; again in an hour")

    async def tick(self) -> None:
        """Plan, deliver and guide now, without waiting for the second to end."""
        await self.plan()
        await self.deliver()
        await self.guide()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is in flight. Raises StartError when Telegram refuses."""
        self._scheduler.start()
        polling = asyncio.create_task(self._poller.run())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                _explain(polling.exception())
        finally:
            stopping.cancel()
            polling.cancel()
            await asyncio.wait({polling})
            await self._finish()

    async def _finish(self) -> None:
        """No new work; what is in flight is finished and recorded, within the time there is."""
        self._stopping = True
        await _within(_FINISH_REPLIES, self._lanes.drain(), "replies")
        self._budget.close()
        await _within(_FINISH_NUDGES, self._idle(), "nudges")
        self._scheduler.stop()
        await _within(_LAST_CALL, self._poller.confirm(), "last confirmation")

    async def _idle(self) -> None:
        async with self._planning, self._delivering, self._guiding:
            pass

    async def _repeat(self, step: Callable[[], Awaitable[int]], what: str) -> None:
        """Until nothing is left to do. A database that is away is waited for: the next tick tries again."""
        try:
            while not self._stopping and await step():
                pass
        except DATABASE_ERRORS as error:
            log.error("%s failed (%s); again in a second", what, _first_line(error))  # noqa: TRY400 - every second


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock = system_clock, *, stop: asyncio.Event | None = None
) -> AsyncIterator[App]:
    """The bot, ready to run: database migrated, Telegram greeted.

    Raises StartError, and StoppedError when `stop` was set while Telegram could not be reached.
    """
    token = secret_of(settings.bot_token)
    engine = await open_database(settings)
    try:
        bot = transport.make_bot(token=token, api_url=settings.telegram_api_url)
        try:
            await unless_stopped(stop or asyncio.Event(), log_in(bot))
            yield App(bot=bot, engine=engine, settings=settings, clock=clock)
        finally:
            await bot.shutdown()
    except BadTokenError as error:
        raise StartError(BAD_TOKEN) from error
    except KnowledgeError as error:
        raise StartError(f"The knowledge files are damaged: {error}.") from error
    finally:
        await engine.dispose()


async def open_database(settings: Settings) -> Engine:
    """An engine on the migrated database. Raises StartError."""
    try:
        engine = make_engine(settings.database)
        await migrate.upgrade(engine)
    except migrate.NewerDatabaseError as error:
        raise StartError(
            f"The database was made by a newer version of this program (its schema is {error}, "
            f"this program knows {migrate.head()}): start that version instead."
        ) from error
    except DATABASE_ERRORS as error:
        log.debug("database error", exc_info=True)
        raise StartError(
            "The database in DATABASE_URL cannot be reached or used: check that it is running, that the address "
            f"and the password are right, and that its folder can be written to ({_first_line(error)})."
        ) from error
    return engine


class SandboxControl:
    """Moves the sandbox's clock, stopping at each moment that something is due."""

    def __init__(self, app: App, clock: MovableClock) -> None:
        self._app = app
        self._clock = clock

    def now(self) -> datetime:
        return self._clock()

    async def next_due(self) -> datetime | None:
        """When the next nudge leaves, for anybody; None when nothing is planned."""
        async with self._app.sessions.begin() as session:
            moments = (
                await reminders.earliest_due(session),
                await deliveries.earliest_waiting(session),
                await deliveries.earliest_again(session),
            )
        return min((moment for moment in moments if moment is not None), default=None)

    async def advance(self, to: datetime) -> None:
        """Bring the clock to `to`, and send on the way what falls due, each at its own time."""
        await self._app.tick()
        for _step in range(_MOST_STEPS):
            due = await self._next_stop()
            if due is None or due > to or due <= self._clock():
                break
            self._clock.move_to(due)
            await self._app.tick()
        self._clock.move_to(to)
        await self._app.tick()

    async def _next_stop(self) -> datetime | None:
        """The next nudge or change of a guided session, which lasts minutes and so bounds its steps."""
        async with self._app.sessions.begin() as session:
            edit = await guided.earliest_edit(session)
        return min((moment for moment in (await self.next_due(), edit) if moment is not None), default=None)


BAD_TOKEN = (
    "Telegram does not accept this BOT_TOKEN (401): copy it again from BotFather, or ask BotFather for a new one."  # noqa: S105
)
_RIVAL = (
    "Another program is already polling with this BOT_TOKEN (409): stop it, or remove its webhook, and start again."
)


def _explain(error: BaseException | None) -> None:
    """A poller that ended is a fault; two kinds of it the operator can mend."""
    if isinstance(error, RivalryError):
        raise StartError(_RIVAL) from error
    if isinstance(error, BadTokenError):
        raise StartError(BAD_TOKEN) from error
    if error is not None:
        raise error


@cache
def _library() -> tuple[Knowledge, Places]:
    """What the program knows: read-only, so one copy serves every bot of this process."""
    return load_knowledge(), load_places()


async def _within(seconds: float, work: Awaitable[None], what: str) -> None:
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        log.warning("stopped before all %s were finished", what)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
