"""An hour in the life of the whole bot, with a clock that is moved second by second."""

import sys
import time
from datetime import datetime, timedelta
from types import ModuleType
from typing import NamedTuple, cast

from pydantic import SecretStr

from bot import garbage
from bot.clock import MovableClock
from bot.settings import Settings
from tests.bench.program import resident
from tests.bench.telegram import TOKEN
from tests.data_key import DATA_KEY


class Lived(NamedTuple):
    """`idle` and `resident` in MB, before the first tick and at the end; `ticks` in seconds."""

    idle: float
    resident: float
    ticks: list[float]


async def live(database: str, api_url: str, begin: datetime, seconds: int) -> Lived:
    """Tick at every second from `begin` on; everything due is sent on the way."""
    # A linter brings click along, and where it is, httpx makes a command line of it: 4 MB that no user's bot has.
    sys.modules.setdefault("click", cast(ModuleType, None))
    from bot.app import running  # noqa: PLC0415

    clock = MovableClock(lambda: begin)
    settings = Settings.model_validate(
        {
            "bot_token": SecretStr(TOKEN),
            "telegram_api_url": api_url,
            "database_url": database,
            "data_key": SecretStr(DATA_KEY),
            "send_rate": 1000,
            "allow_paid_broadcast": True,
            "health_listen": "",
        }
    )
    async with running(settings, clock) as app:
        garbage.settle()  # as the program does
        idle, ticks = resident(), []
        for second in range(seconds):
            clock.move_to(begin + timedelta(seconds=second))
            began = time.perf_counter()
            await app.tick()
            ticks.append(time.perf_counter() - began)
        return Lived(idle, resident(), ticks)
