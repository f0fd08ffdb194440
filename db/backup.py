"""A copy of a SQLite database, made while the bot writes to it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from db.address import parse_url

Progress = Callable[[int, int], None]
"""Told the pages copied, and the pages in all."""

# 4 MB a step: several steps a second, so the progress moves and a stop is heard.
_PAGES = 1024
# Instructions of SQLite's machine between two looks at whether to stop.
_INSTRUCTIONS = 10_000
_STOPPED = "The backup was stopped; nothing is left of it."


class BackupError(Exception):
    """There is no backup, and nothing is left of it; the message is one sentence that says what to do."""


def is_file(url: str) -> bool:
    """Whether the database at this address is a file that `copy` can copy."""
    return parse_url(url).get_backend_name() == "sqlite"


def source_of(url: str) -> Path:
    """The file of this SQLite database."""
    return Path(str(parse_url(url).database))


def is_there(file: Path) -> bool:
    """Whether there is such a file, as far as one may look."""
    try:
        return file.is_file()
    except OSError:
        return False


def copy(url: str, target: Path, *, progress: Progress, stopped: Callable[[], bool]) -> None:
    """Write the SQLite database, as it is at this moment, to the new file `target`, which only its owner may read.

    Nobody who writes meanwhile is held up. The copy is checked. Raises BackupError, also once `stopped` says so.
    """
    source = source_of(url)
    if not is_there(source):
        raise BackupError(f"There is no database at {source}: check DATABASE_URL.")
    try:
        if target.exists():
            raise BackupError(f"{target} exists already and is left as it is: choose another name.")
        # Under its own name only once it is whole: what a power cut leaves is not taken for a backup.
        with TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            part = Path(folder) / "part"
            _copy(source, part, progress, stopped)
            part.chmod(0o600)
            part.rename(target)
    except OSError as error:
        raise BackupError(f"{target} cannot be written ({error.strerror}): choose another folder.") from error
    except sqlite3.Error as error:
        failed = f"The backup failed ({error}): check {source}, and the space beside {target}."
        raise BackupError(_STOPPED if stopped() else failed) from error


def _copy(source: Path, target: Path, progress: Progress, stopped: Callable[[], bool]) -> None:
    def step(_status: int, remaining: int, total: int) -> None:
        if stopped():
            raise BackupError(_STOPPED)
        progress(total - remaining, total)

    address = f"{source.absolute().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(address, uri=True, isolation_level=None)) as reading,
        closing(sqlite3.connect(target, isolation_level=None)) as writing,
    ):
        # One reading transaction around all steps: without it, each write of the bot makes the copy begin again.
        reading.execute("BEGIN")
        reading.execute("SELECT 1 FROM sqlite_master").fetchall()
        reading.backup(writing, pages=_PAGES, progress=step)
        writing.set_progress_handler(stopped, _INSTRUCTIONS)
        (verdict,) = writing.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the database is damaged: {verdict}")
