"""Engines that are used again: each compiles every statement once, which takes longer than most of what a test does."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from db.crypto import Keyring, give_keys
from db.engine import Engine, make_engine

_free: defaultdict[str, list[Engine]] = defaultdict(list)
"""By the address of the database. Nobody uses them, and they hold no connection."""


@asynccontextmanager
async def kept_engines() -> AsyncIterator[Callable[..., Engine]]:
    """Makes engines as `make_engine` does, which are free for others again at the end, and know no key then."""
    taken: list[tuple[str, Engine]] = []

    def take(url: str, keyring: Keyring | None = None) -> Engine:
        engine = _free[url].pop() if _free[url] else make_engine(url)
        if keyring is not None:
            give_keys(engine.sync_engine.dialect, keyring)
        taken.append((url, engine))
        return engine

    try:
        yield take
    finally:
        for url, engine in taken:
            await engine.dispose()
            vars(engine.sync_engine.dialect).pop("_cramp_coach_keys", None)
            _free[url].append(engine)
