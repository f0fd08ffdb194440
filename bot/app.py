"""The composition root: opens what a process needs, builds the parts of its role, and closes all in reverse."""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot import opening
from bot.census import Census
from bot.clock import Clock, Doubt, system_clock, uptime
from bot.dialogue.operators import Operators
from bot.dialogue.routes import COMMANDS
from bot.dialogue.turn import House
from bot.errors import StartError
from bot.gateway import pulse, transport
from bot.gateway.admission import Admission
from bot.gateway.inbound import Inbound
from bot.gateway.lanes import ChatLanes
from bot.gateway.limits import Limits
from bot.gateway.login import BadTokenError, log_in
from bot.gateway.outbound import Outbound
from bot.gateway.polling import Poller
from bot.gateway.webhook import Webhook
from bot.health import Health
from bot.life import App, Intake
from bot.listener import Listener
from bot.metrics import Metrics
from bot.opening import BAD_TOKEN
from bot.roles import Role
from bot.settings import Settings, secret_of
from bot.stopping import unless_stopped
from bot.ticks import Ticks
from bot.vitals import Vitals
from db.address import shown
from db.engine import Engine, make_engine, make_sessions
from db.knowledge.errors import KnowledgeError
from db.knowledge.loader import load as load_knowledge
from db.lock import is_shared
from db.places.places import load as load_places
from jobs.budget import Budget
from jobs.courtesy import Courtesy
from jobs.deliver import Deliverer
from jobs.guide_tick import Guide
from jobs.shared_pace import SharedPace

log = logging.getLogger(__name__)


@asynccontextmanager
async def running(
    settings: Settings,
    clock: Clock = system_clock,
    *,
    monotonic: Callable[[], float] = uptime,
    role: Role = Role.RUN,
    worker: str | None = None,
    stop: asyncio.Event | None = None,
    make_engine: Callable[[str], Engine] = make_engine,
) -> AsyncIterator[App]:
    """The bot, ready to run: database migrated, health on show, Telegram greeted. `worker` names this process.

    `monotonic`, in seconds, is what messages keep their distance by, and what the clock is held against. `make_engine`
    makes that of the database's address.

    Raises StartError, and StoppedError when `stop` was set while Telegram could not be reached.
    """
    token = secret_of(settings.bot_token)
    opening.check_role(settings, role)
    opening.doubt_rate(settings)
    async with AsyncExitStack() as stack:
        stack.enter_context(opening.sole_use(settings))
        engine = await opening.open_database(settings, make_engine)
        log.info("the database is %s", shown(settings.database))
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
            kit = _Kit(settings, clock, monotonic, bot, engine, vitals, metrics)
            app = kit.app(role, worker or str(uuid.uuid4()))
            stack.push_async_callback(app.close)
            await app.open()
        except BadTokenError as error:
            raise StartError(BAD_TOKEN) from error
        except KnowledgeError as error:
            raise StartError(f"The knowledge files are damaged: {error}.") from error
        yield app


@dataclass(frozen=True)
class _Kit:
    """What every role is built with."""

    settings: Settings
    clock: Clock
    monotonic: Callable[[], float]
    bot: transport.GatewayBot
    engine: Engine
    vitals: Vitals
    metrics: Metrics

    def app(self, role: Role, worker: str) -> App:
        """The parts of this role; those that it has no use for are not built."""
        courtesy = Courtesy()
        budget = self._budget(courtesy)
        outbound = Outbound(self.bot, budget, load_knowledge(), paid=self.settings.allow_paid_broadcast)
        return App(
            bot=self.bot,
            engine=self.engine,
            sessions=make_sessions(self.engine),
            clock=self.clock,
            vitals=self.vitals,
            budget=budget,
            ticks=self._ticks(outbound, budget, courtesy, worker) if role.ticks else None,
            intake=self._intake(outbound, courtesy) if role.listens else None,
            background=self._background(),
        )

    def _budget(self, courtesy: Courtesy) -> Budget:
        rate, pace = self.settings.send_rate, None
        if is_shared(self.settings.database):
            sessions = make_sessions(self.engine)
            pace = SharedPace(sessions, bot_id=self.bot.id, rate=rate, monotonic=self.monotonic)
        return Budget(rate, monotonic=self.monotonic, pace=pace, watch=self.metrics, courtesy=courtesy)

    def _ticks(self, outbound: Outbound, budget: Budget, courtesy: Courtesy, worker: str) -> Ticks:
        sessions, knowledge, rate = make_sessions(self.engine), load_knowledge(), self.settings.send_rate
        deliverer = Deliverer(
            sessions=sessions,
            sender=outbound,
            knowledge=knowledge,
            budget=budget,
            clock=self.clock,
            worker=worker,
            jitter=random.random,
            at_once=transport.at_once(rate),
            alone=not is_shared(self.settings.database),
            watch=self.metrics,
            courtesy=courtesy,
        )
        guide = Guide(
            sessions=sessions,
            screen=outbound,
            budget=budget,
            clock=self.clock,
            knowledge=knowledge,
            rate=rate,
            watch=self.metrics,
        )
        return Ticks(
            sessions=sessions,
            deliverer=deliverer,
            guide=guide,
            clock=self.clock,
            vitals=self.vitals,
            watch=self.metrics,
            terms=self.settings.terms,
            courtesy=courtesy,
            doubt=Doubt(self.clock, self.monotonic),
        )

    def _intake(self, outbound: Outbound, courtesy: Courtesy) -> Intake:
        inbound = Inbound(
            sessions=make_sessions(self.engine),
            outbound=outbound,
            house=self._house(),
            clock=self.clock,
            tally=self.metrics,
            monotonic=time.monotonic,
            courtesy=courtesy,
        )
        admission = Admission(
            ChatLanes(inbound.handle),
            read=self.bot.read,
            tell=inbound.slow_down,
            limits=Limits(self.monotonic),
            tally=self.metrics,
        )
        url, secret = self.settings.webhook_url, self.settings.webhook_secret
        if url is None or secret is None:
            return Poller(self.bot, admission, monotonic=time.monotonic)
        return Webhook(
            self.bot,
            admission,
            has_handled=inbound.has_handled,
            url=url,
            secret=secret.get_secret_value(),
            listen=self.settings.listen,
            tally=self.metrics,
        )

    def _house(self) -> House:
        operators = Operators(
            self.settings.admin_ids,
            self.settings.send_rate,
            lambda: self.vitals.tick_age,
            self.settings.operator_contact,
        )
        return House(
            load_knowledge(), load_places(), self.bot.username, COMMANDS, self.settings.terms, operators=operators
        )

    def _background(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        census = Census(
            sessions=make_sessions(self.engine),
            metrics=self.metrics,
            clock=self.clock,
            monotonic=time.monotonic,
            rate=self.settings.send_rate,
        )
        beat = partial(pulse.beat, self.bot, self.vitals, self.metrics)
        return [beat] if self.settings.health_listen is None else [beat, census.run]
