"""The composition root: builds what a role needs, starts it, and closes it in reverse."""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

from bot import opening
from bot.census import Census
from bot.clock import Clock, system_clock
from bot.dialogue.routes import COMMANDS
from bot.dialogue.turn import House
from bot.gateway import pulse, transport
from bot.gateway.inbound import Inbound
from bot.gateway.lanes import ChatLanes
from bot.gateway.login import BadTokenError, log_in
from bot.gateway.outbound import Outbound
from bot.gateway.polling import Poller, RivalryError
from bot.gateway.webhook import RefusedError, Webhook
from bot.health import Health
from bot.listener import Listener
from bot.metrics import Metrics
from bot.opening import BAD_TOKEN, StartError
from bot.roles import Role
from bot.settings import FREE_RATE, Settings, secret_of
from bot.stopping import unless_stopped
from bot.ticks import Ticks
from bot.vitals import Vitals
from db.engine import Engine, make_sessions
from db.knowledge.errors import KnowledgeError
from db.knowledge.loader import load as load_knowledge
from db.lock import is_shared
from db.places.places import load as load_places
from jobs.budget import Budget
from jobs.deliver import Deliverer
from jobs.guide_tick import Guide
from jobs.shared_pace import SharedPace

log = logging.getLogger(__name__)

# Together under the 9 seconds after which `bot.stopping` leaves.
_FINISH_REPLIES = 4
_FINISH_NUDGES = 3
_LAST_CALL = 1


class Intake(Protocol):
    """How updates come in: asked for, or brought."""

    async def run(self) -> None:
        """Take updates until cancelled."""

    async def finish(self) -> None:
        """Return when all that was taken has been handled."""

    async def close(self) -> None:
        """The last word."""


class App:
    """The running bot. Made by `running`. Parts that its role has no use for are not built."""

    def __init__(
        self,
        *,
        bot: transport.GatewayBot,
        engine: Engine,
        settings: Settings,
        clock: Clock,
        role: Role,
        worker: str,
        vitals: Vitals,
        metrics: Metrics,
    ) -> None:
        self.clock = clock
        self.bot = bot
        self.engine = engine
        self.sessions = make_sessions(engine)
        self._settings = settings
        self._vitals = vitals
        self._metrics = metrics
        self._budget = self._make_budget()
        self._outbound = Outbound(bot, self._budget, load_knowledge(), paid=settings.allow_paid_broadcast)
        self._ticks = self._make_ticks(worker) if role.ticks else None
        self._intake = self._make_intake() if role.listens else None

    def _make_budget(self) -> Budget:
        rate, pace = self._settings.send_rate, None
        if is_shared(self._settings.database):
            pace = SharedPace(self.sessions, bot_id=self.bot.id, rate=rate, monotonic=time.monotonic)
        return Budget(rate, monotonic=time.monotonic, pace=pace, watch=self._metrics)

    def _make_ticks(self, worker: str) -> Ticks:
        deliverer = Deliverer(
            sessions=self.sessions,
            sender=self._outbound,
            knowledge=load_knowledge(),
            budget=self._budget,
            clock=self.clock,
            worker=worker,
            jitter=random.random,
            at_once=transport.at_once(self._settings.send_rate),
            alone=not is_shared(self._settings.database),
            watch=self._metrics,
        )
        guide = Guide(
            sessions=self.sessions,
            screen=self._outbound,
            budget=self._budget,
            clock=self.clock,
            knowledge=load_knowledge(),
            rate=self._settings.send_rate,
        )
        return Ticks(
            sessions=self.sessions,
            deliverer=deliverer,
            guide=guide,
            clock=self.clock,
            vitals=self._vitals,
            watch=self._metrics,
        )

    def _make_intake(self) -> Intake:
        inbound = Inbound(
            sessions=self.sessions,
            outbound=self._outbound,
            house=House(load_knowledge(), load_places(), self.bot.username, COMMANDS),
            clock=self.clock,
            tally=self._metrics,
            monotonic=time.monotonic,
        )
        lanes = ChatLanes(inbound.handle)
        url, secret = self._settings.webhook_url, self._settings.webhook_secret
        if url is None or secret is None:
            return Poller(self.bot, lanes, tally=self._metrics, monotonic=time.monotonic)
        return Webhook(
            self.bot,
            lanes,
            has_handled=inbound.has_handled,
            url=url,
            secret=secret.get_secret_value(),
            listen=self._settings.listen,
            tally=self._metrics,
        )

    @property
    def ticks(self) -> Ticks:
        """Raises LookupError in a role that has none."""
        if self._ticks is None:
            raise LookupError("this role does not tick")
        return self._ticks

    async def tick(self) -> None:
        """Plan, deliver and guide now, without waiting for the second to end."""
        await self.ticks.tick()

    async def tidy(self) -> None:
        """Keep house now."""
        await self.ticks.tidy()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is in flight. Raises StartError when Telegram refuses."""
        work = [asyncio.create_task(part) for part in self._parts()]
        stopping = asyncio.create_task(stop.wait())
        if self._ticks is not None:
            self._ticks.start()
        try:
            done, _rest = await asyncio.wait({*work, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for part in done - {stopping}:
                _explain(part.exception())
        finally:
            self._vitals.stopping = True
            for task in (*work, stopping):
                task.cancel()
            await asyncio.wait({*work, stopping})
            await self._finish()

    def _parts(self) -> list[Coroutine[Any, Any, None]]:
        """What goes on in the background; none of it ends by itself."""
        parts = [pulse.beat(self.bot, self._vitals, self._metrics)]
        if self._intake is not None:
            parts.append(self._intake.run())
        if self._settings.health_listen is not None:
            rate = self._settings.send_rate
            census = Census(
                sessions=self.sessions, metrics=self._metrics, clock=self.clock, monotonic=time.monotonic, rate=rate
            )
            parts.append(census.run())
        return parts

    async def _finish(self) -> None:
        """No new work; what is in flight is finished and recorded, within the time there is."""
        if self._intake is not None:
            await _within(_FINISH_REPLIES, self._intake.finish(), "replies")
        self._budget.close()
        if self._ticks is not None:
            await _within(_FINISH_NUDGES, self._ticks.idle(), "nudges")
            self._ticks.stop()
        if self._intake is not None:
            await _within(_LAST_CALL, self._intake.close(), "last words")


@asynccontextmanager
async def running(
    settings: Settings,
    clock: Clock = system_clock,
    *,
    role: Role = Role.RUN,
    worker: str | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[App]:
    """The bot, ready to run: database migrated, health on show, Telegram greeted. `worker` names this process.

    Raises StartError, and StoppedError when `stop` was set while Telegram could not be reached.
    """
    token = secret_of(settings.bot_token)
    opening.check_role(settings, role)
    if settings.send_rate > FREE_RATE and not settings.allow_paid_broadcast:
        log.warning("Telegram takes a SEND_RATE above %d only with ALLOW_PAID_BROADCAST=1", FREE_RATE)
    async with AsyncExitStack() as stack:
        stack.enter_context(opening.sole_use(settings))
        engine = await opening.open_database(settings)
        stack.push_async_callback(engine.dispose)
        vitals = Vitals(time.monotonic)
        metrics = Metrics(vitals, role=role, rate=settings.send_rate)
        if settings.health_listen is not None:
            health = Health(engine=engine, vitals=vitals, metrics=metrics, role=role)
            listener = Listener(health.routes(), settings.health_listen, setting="HEALTH_LISTEN")
            log.info("health and metrics at http://%s", await listener.start())
            stack.push_async_callback(listener.stop)
        bot = transport.make_bot(token=token, api_url=settings.telegram_api_url, rate=settings.send_rate)
        stack.push_async_callback(bot.shutdown)
        try:
            await unless_stopped(stop or asyncio.Event(), log_in(bot))
            vitals.answered()
            app = App(
                bot=bot,
                engine=engine,
                settings=settings,
                clock=clock,
                role=role,
                worker=worker or str(uuid.uuid4()),
                vitals=vitals,
                metrics=metrics,
            )
        except BadTokenError as error:
            raise StartError(BAD_TOKEN) from error
        except KnowledgeError as error:
            raise StartError(f"The knowledge files are damaged: {error}.") from error
        yield app


_RIVAL = (
    "Another program is already polling with this BOT_TOKEN (409): stop it, or remove its webhook, and start again."
)


def _explain(error: BaseException | None) -> None:
    """A part that ended is a fault; some kinds of it the operator can mend."""
    if isinstance(error, RivalryError):
        raise StartError(_RIVAL) from error
    if isinstance(error, BadTokenError):
        raise StartError(BAD_TOKEN) from error
    if isinstance(error, RefusedError):
        raise StartError(f"Telegram does not accept WEBHOOK_URL: {error}.") from error
    if error is not None:
        raise error


async def _within(seconds: float, work: Awaitable[None], what: str) -> None:
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        log.warning("stopped before all %s were finished", what)
