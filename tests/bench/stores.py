"""The two databases, as durable as in production: tests switch off what protects against a loss of power."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from tests import databases

KINDS = databases.KINDS


@contextmanager
def store(kind: str) -> Iterator[databases.Maker]:
    """A maker of databases of this kind; all of them are gone afterwards."""
    with TemporaryDirectory(prefix="cc-") as folder:
        maker = databases.sqlite if kind == "sqlite" else databases.postgresql
        with maker(Path(folder) / "data") as made:
            if kind == "postgresql":
                _as_in_production(made.empty())
            yield made


def _as_in_production(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("ALTER SYSTEM RESET ALL")
        admin.execute("SELECT pg_reload_conf()")
