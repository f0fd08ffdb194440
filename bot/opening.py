"""What has to hold before the bot can begin; where it doesn't, one sentence says what to do."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager

from bot import keys
from bot.errors import DatabaseAwayError, StartError
from bot.progress import showing
from bot.roles import Role
from bot.settings import FREE_RATE, Settings
from db import lock, schema
from db.engine import DATABASE_ERRORS, Engine, make_engine

log = logging.getLogger(__name__)


BAD_TOKEN = (
    "Telegram does not accept this BOT_TOKEN (401): copy it again from BotFather, or ask BotFather for a new one."  # noqa: S105
)
FOREIGN = (
    "The database in DATABASE_URL seems to be another program's: it has {found}, which this one did not make, or does "
    "not know that it did. Give the bot a database of its own, or the whole of a backup."
)
_UNREACHABLE = (
    "The database in DATABASE_URL cannot be reached or used: check that it is running, that the address "
    "and the password are right, and that its folder can be written to ({reason})."
)


def check_role(settings: Settings, role: Role) -> None:
    """Raises StartError when this role cannot do its work with these settings."""
    if role is Role.RUN:
        return
    if not lock.is_shared(settings.database):
        raise StartError(
            f"`{role}` needs a database that several processes share: set DATABASE_URL to a PostgreSQL address, "
            "or start `run`, which does everything in one process on SQLite."
        )
    if role is Role.WEB and settings.webhook_url is None:
        raise StartError(
            "`web` needs WEBHOOK_URL, the https address at which Telegram reaches it; without one, `run` asks Telegram "
            "for updates instead."
        )


def doubt_rate(settings: Settings) -> None:
    """Say in the log when it is more than Telegram takes for nothing."""
    if settings.send_rate > FREE_RATE and not settings.allow_paid_broadcast:
        log.warning(
            "Telegram takes more than %d messages a second only with ALLOW_PAID_BROADCAST=1, and will refuse many: set "
            "it, or lower SEND_RATE", FREE_RATE
        )  # fmt: skip


@contextmanager
def sole_use(settings: Settings) -> Iterator[None]:
    """No second bot on the same SQLite file. Raises StartError."""
    with ExitStack() as stack:
        try:
            stack.enter_context(lock.sole_use(settings.database))
        except lock.InUseError as error:
            raise StartError(
                "Another bot is running on this SQLite file already: stop it first, or set DATABASE_URL to a "
                "PostgreSQL address, where several processes work together."
            ) from error
        except OSError as error:
            raise DatabaseAwayError(_UNREACHABLE.format(reason=first_line(error))) from error
        yield


async def open_database(settings: Settings, make_engine: Callable[[str], Engine] = make_engine) -> Engine:
    """An engine on the migrated database, as `make_engine` makes it of its address, with the keys to it. Raises
    StartError."""
    try:
        keyring = keys.given(settings)  # what is no key is said before anything is changed
        async with AsyncExitStack() as unless_open:
            engine = make_engine(settings.database)
            unless_open.push_async_callback(engine.dispose)
            if await schema.current(engine) != schema.head():
                await _migrate(engine)
            await keys.unlock(engine, settings, keyring)
            unless_open.pop_all()
    except keys.KeyProblemError as problem:
        raise StartError(str(problem)) from problem
    except schema.NewerDatabaseError as error:
        raise StartError(
            f"The database was made by a newer version of this program (its schema is {error}, "
            f"this program knows {schema.head()}): start that version instead."
        ) from error
    except schema.ForeignDatabaseError as error:
        raise StartError(FOREIGN.format(found=error)) from error
    except DATABASE_ERRORS as error:
        log.debug("database error", exc_info=True)
        raise DatabaseAwayError(_UNREACHABLE.format(reason=first_line(error))) from error
    return engine


async def _migrate(engine: Engine) -> None:
    from db import migrate  # noqa: PLC0415 - Alembic would take 11 MB for as long as the program runs

    with showing("Bringing the database up to date"):
        await migrate.upgrade(engine)


def first_line(error: BaseException) -> str:
    """The error in a few words."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
