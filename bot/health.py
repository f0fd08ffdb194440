"""/healthz, /readyz and /metrics, on a listener of their own that only the operator's machines reach."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.metrics import Metrics
from bot.roles import Role
from bot.vitals import Vitals
from db.engine import DATABASE_ERRORS, Engine, ping

# Seconds.
_DATABASE_PATIENCE = 2.0
_OLDEST_TICK = 30.0
_OLDEST_ANSWER = 180.0
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Says in a few words what is wrong; None: nothing is.
Check = Callable[[], Awaitable[str | None]]


class Health:
    """What a process says of itself, from the moment that it has a database on."""

    def __init__(self, *, engine: Engine, vitals: Vitals, metrics: Metrics, role: Role) -> None:
        self._engine = engine
        self._vitals = vitals
        self._metrics = metrics
        ticks: Mapping[str, Check] = {"tick": self._tick} if role.ticks else {}
        self._checks: Mapping[str, Check] = {"database": self._database, **ticks, "telegram": self._telegram}

    def routes(self) -> list[web.RouteDef]:
        """What to serve."""
        return [
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
            web.get("/metrics", self._exposition),
        ]

    async def _healthz(self, _request: web.Request) -> web.Response:
        """That it answers at all is the answer: the loop turns."""
        return web.json_response({"alive": True})

    async def _readyz(self, _request: web.Request) -> web.Response:
        """200 when all is well, else 503; either names each check and what is wrong with it."""
        wrong = {name: await check() for name, check in self._checks.items()}
        if self._vitals.stopping:
            wrong["process"] = "stopping"
        ready = not any(wrong.values())
        body = {"ready": ready, "checks": {name: reason or "ok" for name, reason in wrong.items()}}
        return web.json_response(body, status=200 if ready else 503)

    async def _exposition(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": _METRICS_TYPE})

    async def _database(self) -> str | None:
        try:
            async with asyncio.timeout(_DATABASE_PATIENCE):
                await ping(self._engine)
        except TimeoutError:
            return f"no answer within {_DATABASE_PATIENCE:g} s"
        except DATABASE_ERRORS as error:
            return type(error).__name__
        return None

    async def _tick(self) -> str | None:
        return _too_old(self._vitals.tick_age, _OLDEST_TICK)

    async def _telegram(self) -> str | None:
        return _too_old(self._vitals.answer_age, _OLDEST_ANSWER)


def _too_old(age: float, oldest: float) -> str | None:
    if age <= oldest:
        return None
    return "none yet" if age == float("inf") else f"none for {age:.0f} s"
