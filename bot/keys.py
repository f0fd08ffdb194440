"""The keys to what is about health: where they come from, and whether they are those of the database."""

import logging
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.progress import counting
from bot.settings import Settings, listed
from db import lock, sealing
from db.address import parse_url
from db.crypto import BadKeyError, Keyring, SealError, give_keys, new_key
from db.engine import DATABASE_ERRORS, Engine

log = logging.getLogger(__name__)

_NONE = (
    "DATA_KEY is not set: what is about people's health is encrypted. Make a key with `python -m bot new-key`, keep a "
    "copy of it apart from the database's backups, and put it into DATA_KEY, or into a file that DATA_KEY_FILE names."
)
_LOST = (
    "This database was written with key {lost}, {where}: put that key back. Nothing has been "
    "changed. Without the key nobody can read what people told about their health; docs/operations.md says what to do "
    "if it is lost for good."
)


class KeyProblemError(Exception):
    """The database cannot be opened with the keys that there are; the message says what to do."""


async def unlock(engine: Engine, settings: Settings, keyring: Keyring | None) -> None:
    """Give the engine of a migrated database the keys that were `given`, checked against those that it knows.

    The first time on SQLite, when no key was set, one is made; what is in clear from earlier versions is sealed, by the
    next start if this one is stopped. Raises KeyProblemError, DATABASE_ERRORS.
    """
    keyring = keyring or _made(settings, await sealing.known(engine))
    try:
        in_clear = await sealing.adopt(engine, keyring)
    except sealing.LostKeyError as error:
        raise _lost(settings, error.ids) from error
    give_keys(engine.sync_engine.dialect, keyring)
    if in_clear:
        await seal(engine, keyring, "Encrypting what is about health")
        await _finish(engine)


def state(settings: Settings, known: frozenset[str]) -> str:
    """What `unlock` would do, in words; it changes nothing. Raises KeyProblemError."""
    keyring = given(settings)
    if keyring is None and not known and not lock.is_shared(settings.database):
        return f"one is made at the first start, in {file_of(settings)}"
    if lost := known - (keyring.ids if keyring else frozenset()):
        raise _lost(settings, lost)
    if keyring is None:
        raise KeyProblemError(_NONE)
    return f"{_source(settings)} has the key of this database" if known else f"{_source(settings)} has a key"


async def seal(engine: Engine, keyring: Keyring, title: str) -> int:
    """Seal with the first key what is not yet, with a progress bar on a terminal; the number of rows.

    Raises KeyProblemError for a value that none of the keys opens.
    """
    try:
        with counting(title) as progress:
            return await sealing.reseal(engine, keyring, progress)
    except SealError as error:
        raise KeyProblemError(
            f"What can be read is encrypted with the first key. Some values cannot be read, {error}: put the key that "
            "they were written with into DATA_KEY, or bring them back from a backup."
        ) from error


async def _finish(engine: Engine) -> None:
    """No reason not to start: the data are sealed, and the next start tries again."""
    try:
        is_done, reason = await sealing.finish(engine), "somebody else reads it"
    except DATABASE_ERRORS as error:  # no room for a second file, say
        is_done, reason = False, type(error).__name__
    if not is_done:
        log.warning("the database's file may still hold words about health in clear (%s); start again", reason)


def _lost(settings: Settings, lost: frozenset[str]) -> KeyProblemError:
    file = file_of(settings) if settings.data_key is None else None
    is_gone = file is not None and not file.exists()
    if settings.data_key is None and file is None:
        where = "but DATA_KEY is not set"
    else:
        where = f"but there is no file {file}" if is_gone else f"which {_source(settings)} does not hold"
    return KeyProblemError(_LOST.format(lost=" and ".join(sorted(lost)), where=where))


def _source(settings: Settings) -> str:
    return "DATA_KEY" if settings.data_key is not None else str(file_of(settings) or "DATA_KEY")


def file_of(settings: Settings) -> Path | None:
    """Where the key is when the setting DATA_KEY does not have it; beside a SQLite file unless said otherwise."""
    if settings.data_key_file is not None or lock.is_shared(settings.database):
        return settings.data_key_file
    return Path(f"{parse_url(settings.database).database}.key")


def given(settings: Settings) -> Keyring | None:
    """The keys that there are, in DATA_KEY or else in the file; None: there are none. Raises KeyProblemError."""
    file = file_of(settings)
    try:
        if settings.data_key is not None:
            return Keyring(listed(settings.data_key.get_secret_value()))
        if file is not None and file.exists():
            return Keyring(listed(file.read_text("ascii")))
    except (BadKeyError, UnicodeDecodeError) as error:
        reason = error if isinstance(error, BadKeyError) else "it is not a text of ASCII letters"
        raise KeyProblemError(f"{_source(settings)} cannot be used: {reason}.") from None
    except OSError as error:
        raise KeyProblemError(
            f"The key in {file} cannot be read ({error.strerror}): let the bot's user read it."
        ) from error
    return None


def _made(settings: Settings, known: frozenset[str]) -> Keyring:
    """A key for a new SQLite database, in a file that only its owner may read; that of another first start which was
    quicker."""
    if (theirs := given(settings)) is not None:
        return theirs
    file = file_of(settings)
    if known:
        raise _lost(settings, known)
    if file is None or lock.is_shared(settings.database):
        raise KeyProblemError(_NONE)
    key = new_key()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, f"{key}\n")
    except FileExistsError:
        return _made(settings, known)
    except OSError as error:
        raise KeyProblemError(
            f"A key cannot be written to {file} ({error.strerror}): name another file in DATA_KEY_FILE."
        ) from error
    log.warning("made a key for what is about health: %s. Keep a copy of it, apart from the database's backups", file)
    return Keyring([key])


def _write(file: Path, text: str) -> None:
    """All of it or nothing, whenever the power fails. Raises FileExistsError, OSError."""
    with NamedTemporaryFile("w", dir=file.parent, prefix=".key-") as part:
        part.write(text)
        part.flush()
        os.fsync(part.fileno())
        os.link(part.name, file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
