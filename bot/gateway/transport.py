"""How python-telegram-bot reaches Telegram, and the one place that maps its errors."""

from datetime import timedelta

import httpx_aiohttp
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from jobs.sender import SendError

__all__ = [
    "CONNECTIONS",
    "POLL_SECONDS",
    "Bot",
    "bad_formatting",
    "make_bot",
    "not_editable",
    "not_modified",
    "pause_of",
    "send_error",
]

# Sends in flight at once, and the connections that carry them.
CONNECTIONS = 64
# Telegram holds a poll open this long; reading must wait a little longer.
POLL_SECONDS = 30

_PARSE = "can't parse"
_NOT_MODIFIED = "message is not modified"
_GONE = ("chat not found", "user is deactivated", "bot was blocked")
_TOO_LATE_TO_EDIT = ("message to edit not found", "message can't be edited", "message_id_invalid")


def make_bot(*, token: str, api_url: str) -> Bot:
    """A bot whose addresses are `<api_url>/bot<token>/<method>`; call `initialize()` before use."""

    def request(connections: int, read_timeout: float) -> HTTPXRequest:
        return HTTPXRequest(
            connection_pool_size=connections,
            read_timeout=read_timeout,
            write_timeout=10,
            connect_timeout=10,
            pool_timeout=10,
            httpx_kwargs={"transport": httpx_aiohttp.AiohttpTransport()},
        )

    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request(CONNECTIONS, 20),
        get_updates_request=request(1, POLL_SECONDS + 10),
    )


def not_modified(error: TelegramError) -> bool:
    """An edit that changes nothing: as good as done."""
    return isinstance(error, BadRequest) and _NOT_MODIFIED in error.message.lower()


def not_editable(error: TelegramError) -> bool:
    """The message is gone or too old: a new one has to serve."""
    return isinstance(error, BadRequest) and any(text in error.message.lower() for text in _TOO_LATE_TO_EDIT)


def bad_formatting(error: TelegramError) -> bool:
    """Telegram could not read the HTML: the plain text can still be sent."""
    return isinstance(error, BadRequest) and _PARSE in error.message.lower()


def send_error(error: TelegramError) -> SendError:
    """What a failed call means for a nudge."""
    match error:
        case RetryAfter():
            return SendError("rate limited", retry_after=pause_of(error))
        case ChatMigrated():
            return SendError("chat moved", new_chat_id=error.new_chat_id)
        case Forbidden():
            return SendError("forbidden", permanent=True)
        case BadRequest():
            gone = any(text in error.message.lower() for text in _GONE)
            return SendError("chat gone" if gone else "refused", permanent=gone)
    # Only the wait for a free connection is sure not to have sent anything.
    ambiguous = isinstance(error, TimedOut) and "pool timeout" not in error.message.lower()
    return SendError(type(error).__name__, ambiguous=ambiguous)


def pause_of(error: RetryAfter) -> timedelta:
    """How long Telegram wants silence; the library gives seconds or a timedelta, by a setting of its own."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
