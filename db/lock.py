"""One bot a SQLite file: an advisory lock beside it, which ends with its process however that ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.address import parse_url


class InUseError(Exception):
    """Another bot runs on this file."""


def is_shared(url: str) -> bool:
    """Several processes may run on this database: it is PostgreSQL."""
    return parse_url(url).get_backend_name() == "postgresql"


@contextmanager
def sole_use(url: str) -> Iterator[None]:
    """No other bot runs on this SQLite file meanwhile; of PostgreSQL nothing is asked.

    Reading it, a backup and `migrate` need no lock: they write nothing, or in one transaction. The lock's file stays:
    to remove it would let two processes lock two files of one name. Raises InUseError, OSError.
    """
    if is_shared(url):
        yield
        return
    database = Path(str(parse_url(url).database))
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(database.name + ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUseError from None
        yield
