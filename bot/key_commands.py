"""python -m bot new-key, rotate-key: a key for what is about health, and all of it under another one."""

from bot import keys
from bot.errors import StartError
from bot.opening import first_line, open_database
from bot.settings import Settings
from db import backup, sealing
from db.address import shown
from db.crypto import keyring_of, new_key
from db.engine import DATABASE_ERRORS

_BEFORE = (
    "Every running process must have key {key} first: one without it cannot read what is encrypted from now on, and "
    "goes on with its own."
)


async def make(_settings: Settings) -> int:
    """Print a key that nobody has seen before."""
    print(new_key())
    return 0


async def rotate(settings: Settings) -> int:
    """Seal everything with the first key of DATA_KEY, while the bot runs; begin again where it was stopped.

    Raises StartError.
    """
    if backup.is_file(settings.database) and not backup.is_there(backup.source_of(settings.database)):
        raise StartError(f"There is no database at {backup.source_of(settings.database)}: check DATABASE_URL.")
    engine = await open_database(settings)
    keyring = keyring_of(engine.sync_engine.dialect)
    print(_BEFORE.format(key=keyring.primary))
    try:
        count = await keys.seal(engine, keyring, "Encrypting with the new key")
        if not await sealing.forget_others(engine, keyring):
            raise StartError(
                "Something was written with an old key meanwhile: start every process anew with the new key in the "
                "first place, and then this command again."
            )
    except keys.KeyProblemError as problem:
        raise StartError(str(problem)) from problem
    except DATABASE_ERRORS as error:
        raise StartError(f"Stopped ({first_line(error)}); nothing is lost: start this command again.") from error
    finally:
        await engine.dispose()
    print(
        f"{shown(settings.database)}: rows encrypted anew: {count:,}. Everything is under key {keyring.primary} now. "
        "No other is needed, if every running process has this one in the first place: if one has not, start it anew "
        "with both keys, and then this command again."
    )
    return 0
