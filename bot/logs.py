"""Logging for people or for machines; a bot token never gets through, wherever it hides."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

from bot.settings import LogFormat, LogLevel

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
_CONTEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_about: ContextVar[Mapping[str, object]] = ContextVar("about")


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("<token>", super().format(record))


class _Json(JsonFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("<token>", super().format(record))


class _Fields(logging.Filter):
    """Adds fields to each record that lacks them; JSON shows them."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        super().__init__()
        self._fields = fields

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in {**self._fields, **_about.get({})}.items():
            record.__dict__.setdefault(name, value)
        return True


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """What is logged within, by this task and those that it starts, has these fields: ids, never words."""
    token = _about.set({**_about.get({}), **fields})
    try:
        yield
    finally:
        _about.reset(token)


def configure(level: LogLevel, style: LogFormat, **fields: object) -> None:
    """Log to standard error from now on; `fields` are on every line of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(_CONTEXT) if style == "json" else _Text(_CONTEXT))
    handler.addFilter(_Fields(fields))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Each call's address, at INFO and DEBUG: noise, and the address holds the token.
    for library in (
        "httpx",
        "httpcore",
        "telegram",
        "aiohttp.access",
        "alembic",
        "apscheduler",
        "aiosqlite",
        "psycopg",
        "sqlalchemy",
    ):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLevelName(level)))
