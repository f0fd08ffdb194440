"""Where the database is: addresses as they are written, checked and shown."""

import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}

# What many a host hands out; SQLAlchemy takes the long name only.
_POSTGRES = re.compile(r"^postgres://")

# Of an address's query.
_SECRETS = ("password", "sslpassword")


class DatabaseURLError(ValueError):
    """The address of the database cannot be used; the message says why."""


def parse_url(url: str) -> URL:
    """The address with the async driver that serves it. Raises DatabaseURLError."""
    if not url.startswith("sqlite") and url.count("@") > 1:
        # What stands before the last one would be taken for the server's name, and said aloud.
        raise DatabaseURLError("an @ in the user's name or the password has to be written as %40")
    try:
        parsed = make_url(_POSTGRES.sub("postgresql://", url))
    except (ArgumentError, ValueError):
        raise DatabaseURLError("it is not an address like sqlite:///file or postgresql://host/name") from None
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise DatabaseURLError("it must begin with sqlite:/// or postgresql://")
    if driver.startswith("sqlite") and parsed.database in {None, "", ":memory:"}:
        raise DatabaseURLError("SQLite needs a file, as in sqlite:///data/cramp-coach.db")
    if driver.startswith("sqlite") and _is_folder(str(parsed.database)):
        raise DatabaseURLError(f"{parsed.database} is a folder; SQLite needs a file, which can be in it")
    return parsed.set(drivername=driver)


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except OSError:  # what is wrong with it is said when it is opened
        return False


def shown(address: str) -> str:
    """An address that `parse_url` takes, as it was written, but without the password, wherever in it that is."""
    url = make_url(address)
    return url.difference_update_query(_SECRETS).render_as_string(hide_password=True)
