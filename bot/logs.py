"""Logging for people or for machines: places, kinds and ids, but neither secrets nor words that somebody wrote.

An error's own words may be a person's, or an address with a token in it. So of errors only kind and place are logged.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

from bot.settings import LogFormat, LogLevel

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
_CONTEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_OURS = ("bot", "jobs", "db")
# In what asyncio says about a task that failed.
_TASKS_ERROR = re.compile(r"exception=.*", re.DOTALL)
# What is shorter is no secret, and masking it would tear words apart.
_SHORTEST_SECRET = 8
_about: ContextVar[Mapping[str, object]] = ContextVar("about")

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Discreet(logging.Formatter):
    """`secrets` are masked wherever they turn up, and so is whatever looks like a token."""

    secrets: tuple[str, ...] = ()

    def format(self, record: logging.LogRecord) -> str:
        line = _TOKEN.sub("<token>", super().format(record))
        for secret in self.secrets:
            line = line.replace(secret, "<secret>")
        return line

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's name
        return "" if ei[1] is None else places(ei[1])


class _Text(_Discreet):
    """With what it is about behind the first line's words."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        ids = (f"{name}={value!r}" for name, value in vars(record).items() if name.endswith("_id"))
        first, *more = super().formatMessage(record).splitlines()
        return "\n".join((" ".join((first, *ids)), *more))


class _Json(_Discreet, JsonFormatter):
    pass


def places(error: BaseException) -> str:
    """What failed and where, and what had led to it, without the errors' own words."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{places(cause)}\n" if cause is not None else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}{type(error).__module__}.{type(error).__qualname__}, raised in\n{frames}".rstrip("\n")


class _Fields(logging.Filter):
    """Adds fields to each record that lacks them; JSON shows them all."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        super().__init__()
        self._fields = fields

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in {**self._fields, **_about.get({})}.items():
            record.__dict__.setdefault(name, value)
        if record.name == "asyncio":  # it shows the whole task, and with it what the task's error says
            record.msg = _TASKS_ERROR.sub("exception=…", record.getMessage().partition("\n")[0])
            record.args = None
        return True


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """What is logged within, by this task and those that it starts, has these fields: ids, never words."""
    token = _about.set({**_about.get({}), **fields})
    try:
        yield
    finally:
        _about.reset(token)


def configure(level: LogLevel, style: LogFormat, *, secrets: Iterable[str] = (), **fields: object) -> None:
    """Log to standard error from now on; `fields` are on every line of JSON.

    Libraries have their say from WARNING on only: at DEBUG some log each call's address and parameters.
    """
    formatter = _Json(_CONTEXT) if style == "json" else _Text(_CONTEXT)
    formatter.secrets = tuple(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_Fields(fields))
    logging.basicConfig(level=max(logging.WARNING, logging.getLevelName(level)), handlers=[handler], force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
