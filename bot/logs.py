"""Logging for people or for machines; a bot token never gets through, wherever it hides."""

import logging
import re
import sys

from pythonjsonlogger.json import JsonFormatter

from bot.settings import LogFormat, LogLevel

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
_CONTEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("<token>", super().format(record))


class _Json(JsonFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("<token>", super().format(record))


def configure(level: LogLevel, style: LogFormat) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(_CONTEXT) if style == "json" else _Text(_CONTEXT))
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
