"""python -m bot doctor: what is wrong, and how to mend it."""

import math
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot import keys
from bot.census import foresee
from bot.clock import system_clock
from bot.errors import StartError
from bot.gateway import transport
from bot.gateway.login import BadTokenError, UnreachableError, how_updates_come, who_am_i
from bot.gateway.transport import GatewayBot
from bot.gateway.webhook import plain
from bot.opening import BAD_TOKEN, FOREIGN
from bot.settings import FREE_RATE, Settings, SettingsError, secret_of
from db import backup, schema, sealing
from db.address import shown
from db.engine import DATABASE_ERRORS, Engine, make_engine, make_sessions

Check = Callable[[Settings], Awaitable[str]]

_SECONDS_ONLY = 120
_UNUSABLE = "it cannot be reached or used: check DATABASE_URL, and that the server runs or the file can be written."


class _Doubtful(str):
    """What may be right, or not: whoever asks has to know."""


async def examine(settings: Settings) -> int:
    """Print a line a check, and one for each file that others may read; 0 if all is well, else 2. What is only
    doubtful, marked !, changes no status."""
    status, failed = 0, set[str]()
    for name, check in _CHECKS:
        if (basis := _BASES.get(name)) in failed:
            print(f"✗ {name}: not looked at, for {basis} failed.")
            continue
        try:
            said = await check(settings)
            print(f"{'!' if isinstance(said, _Doubtful) else '✓'} {name}: {said}")
        except (StartError, SettingsError) as problem:
            status = 2
            failed.add(name)
            print(f"✗ {name}: {problem}")
    for file in _exposed(settings):
        print(f"! {file}: others may read or change it: `chmod 600 {file}`.")
    return status


async def _settings(settings: Settings) -> str:
    secret_of(settings.bot_token)
    if settings.send_rate > FREE_RATE and not settings.allow_paid_broadcast:
        raise StartError(
            f"SEND_RATE is {settings.send_rate}, but without ALLOW_PAID_BROADCAST=1 Telegram takes {FREE_RATE} a "
            "second and refuses the others: set it (it costs Telegram Stars), or lower SEND_RATE."
        )
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
    except schema.ForeignDatabaseError as error:
        raise StartError(FOREIGN.format(found=error)) from error
    except DATABASE_ERRORS as error:
        raise StartError(_UNUSABLE) from error
    finally:
        if engine is not None:
            await engine.dispose()


def _exposed(settings: Settings) -> Iterator[Path]:
    """Files with secrets or people's data that others than their owner may read or change."""
    files = [Path(".env"), keys.file_of(settings)]
    files += [backup.source_of(settings.database)] if backup.is_file(settings.database) else []
    for file in files:
        if file is not None and backup.is_there(file) and file.stat().st_mode & 0o077:
            yield file


def _is_to_come(settings: Settings) -> bool:
    """The database is a file that the first start will make: to look for it must not."""
    try:
        return backup.is_file(settings.database) and not backup.source_of(settings.database).exists()
    except OSError:
        return False  # nobody may look; whoever opens it will say so


async def _database(settings: Settings) -> str:
    if _is_to_come(settings):
        file = backup.source_of(settings.database).absolute()
        folder = next(parent for parent in file.parents if parent.exists())
        if not (folder.is_dir() and os.access(folder, os.W_OK)):
            raise StartError(_UNUSABLE)
        return f"there is none at {file} yet; the first start makes it"
    async with _opened(settings) as engine:
        revision = await schema.current(engine)
    where = shown(settings.database)
    if revision != schema.head():
        return f"{where} reached; it will be migrated at the next start (from {revision or 'empty'} to {schema.head()})"
    return f"{where} reached, schema {revision}"


async def _key(settings: Settings) -> str:
    try:
        return keys.state(settings, await _known(settings))
    except keys.KeyProblemError as problem:
        raise StartError(str(problem)) from problem


async def _known(settings: Settings) -> frozenset[str]:
    if _is_to_come(settings):
        return frozenset()
    async with _opened(settings) as engine:
        return await sealing.known(engine) if await schema.current(engine) == schema.head() else frozenset()


async def _crowd(settings: Settings) -> str:
    """When many people choose 08:00, not all of them can get their nudge at 08:00."""
    if _is_to_come(settings):
        return "nothing is due yet"
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


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[GatewayBot]:
    """Raises StartError, when Telegram has no answer too."""
    if settings.bot_token is None:
        raise StartError("not asked: that takes a BOT_TOKEN.")
    bot = transport.make_bot(token=secret_of(settings.bot_token), api_url=settings.telegram_api_url)
    try:
        yield bot
    except BadTokenError as error:
        raise StartError(BAD_TOKEN) from error
    except UnreachableError as error:
        raise StartError(
            f"{settings.telegram_api_url} does not answer: check the network, a proxy, and TELEGRAM_API_URL."
        ) from error
    finally:
        await bot.shutdown()


async def _telegram(settings: Settings) -> str:
    async with _connected(settings) as bot:
        return f"getMe answers: this is @{await who_am_i(bot)}"


async def _updates(settings: Settings) -> str:
    """How what people write gets here; a bot that hears nobody looks healthy otherwise."""
    async with _connected(settings) as bot:
        url, trouble = await how_updates_come(bot)
    if plain(url) != plain(settings.webhook_url or ""):
        where = f"brings them to {urlsplit(url).hostname}" if url else "has no webhook"
        return _Doubtful(f"Telegram {where} now; the next start of `run` or `web` changes that")
    if not url:
        return "the bot asks Telegram for them"
    where = f"Telegram brings them to {urlsplit(url).hostname}"
    return where if trouble is None else _Doubtful(f"{where}; what it last could not bring: “{trouble}”")


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
    ("Updates", _updates),
    ("Time zones", _zones),
    ("Nudges", _crowd),
)
# What would only wait for the same once more.
_BASES = {"Key": "Database", "Nudges": "Database", "Updates": "Telegram"}
