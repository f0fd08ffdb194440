"""python -m bot doctor: what is wrong, and how to mend it."""

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import metadata
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot import keys
from bot.census import foresee
from bot.clock import system_clock
from bot.gateway import transport
from bot.gateway.login import BadTokenError, UnreachableError, who_am_i
from bot.opening import BAD_TOKEN, StartError
from bot.settings import Settings, SettingsError, secret_of
from db import schema, sealing
from db.engine import DATABASE_ERRORS, Engine, make_engine, make_sessions

Check = Callable[[Settings], Awaitable[str]]

_SECONDS_ONLY = 120


async def examine(settings: Settings) -> int:
    """Print a line a check; 0 if all is well, else 2."""
    status = 0
    for name, check in _CHECKS:
        try:
            print(f"✓ {name}: {await check(settings)}")
        except (StartError, SettingsError) as problem:
            status = 2
            print(f"✗ {name}: {problem}")
    return status


async def _settings(settings: Settings) -> str:
    secret_of(settings.bot_token)
    return "BOT_TOKEN is set and has the right shape"


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Engine]:
    """The database as it is. Raises StartError when it is of no use."""
    engine = None
    try:
        engine = make_engine(settings.database)
        yield engine
    except schema.NewerDatabaseError as error:
        raise StartError(f"it was made by a newer version (schema {error}): start that version instead.") from error
    except DATABASE_ERRORS as error:
        raise StartError(
            "it cannot be reached or used: check DATABASE_URL, and that the server runs or the file can be written."
        ) from error
    finally:
        if engine is not None:
            await engine.dispose()


async def _database(settings: Settings) -> str:
    async with _opened(settings) as engine:
        revision = await schema.current(engine)
        where = engine.url.render_as_string(hide_password=True)
    if revision != schema.head():
        return f"{where} reached; it will be migrated at the next start (from {revision or 'empty'} to {schema.head()})"
    return f"{where} reached, schema {revision}"


async def _key(settings: Settings) -> str:
    async with _opened(settings) as engine:
        known = await sealing.known(engine) if await schema.current(engine) == schema.head() else frozenset()
    try:
        return keys.state(settings, known)
    except keys.KeyProblemError as problem:
        raise StartError(str(problem)) from problem


async def _crowd(settings: Settings) -> str:
    """When many people choose 08:00, not all of them can get their nudge at 08:00."""
    async with _opened(settings) as engine:
        if await schema.current(engine) != schema.head():
            return "known when the database is migrated"
        crowd = await foresee(make_sessions(engine), clock=system_clock, rate=settings.send_rate)
    if crowd is None:
        return "nothing is due in the coming day"
    return (
        f"{crowd.at:%H:%M} UTC is the worst minute of the coming day, with {crowd.due:,} due; "
        f"at {settings.send_rate} a second the last of them leaves {_span(crowd.drains_in)} later"
    )


def _span(length: timedelta) -> str:
    seconds = math.ceil(length.total_seconds())
    return f"{seconds} s" if seconds <= _SECONDS_ONLY else f"{math.ceil(seconds / 60)} min"


async def _telegram(settings: Settings) -> str:
    bot = transport.make_bot(token=secret_of(settings.bot_token), api_url=settings.telegram_api_url)
    try:
        return f"getMe answers: this is @{await who_am_i(bot)}"
    except BadTokenError as error:
        raise StartError(BAD_TOKEN) from error
    except UnreachableError as error:
        raise StartError(
            f"{settings.telegram_api_url} does not answer: check the network, a proxy, and TELEGRAM_API_URL."
        ) from error
    finally:
        await bot.shutdown()


async def _zones(_settings: Settings) -> str:
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError as error:
        raise StartError("there is no time zone data: install the tzdata package.") from error
    return f"present (tzdata {metadata.version('tzdata')}, or the system's own)"


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("Settings", _settings),
    ("Database", _database),
    ("Key", _key),
    ("Telegram", _telegram),
    ("Time zones", _zones),
    ("Nudges", _crowd),
)
