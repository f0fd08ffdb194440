"""What Telegram's errors mean: the one place that maps them."""

from collections.abc import Iterator
from datetime import timedelta

import aiohttp
import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from jobs.sender import SendError

# Of what Telegram may ask for; hours have been reported.
_LONGEST_PAUSE = timedelta(days=1)
_SHORTEST_PAUSE = timedelta(seconds=1)
UNCLEAR_PAUSE = timedelta(seconds=10)
"""For a 429 that does not say how long."""

# Name, address, TLS, proxy, or the wait for a free or a new connection: nothing was sent.
_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
# What breaks a call off; without those above it may have arrived.
_LOST = (aiohttp.ClientError, OSError, httpx.TransportError)

_MOST_ID = 1 << 63
_PARSE = "can't parse"
_NOT_MODIFIED = "message is not modified"
_GONE = ("chat not found", "user is deactivated", "bot was blocked")
_TOO_LATE_TO_EDIT = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)


def not_modified(error: TelegramError) -> bool:
    """An edit that changes nothing: as good as done."""
    return isinstance(error, BadRequest) and _NOT_MODIFIED in error.message.lower()


def not_editable(error: TelegramError) -> bool:
    """The message is gone or too old: a new one has to serve."""
    return isinstance(error, BadRequest) and any(text in error.message.lower() for text in _TOO_LATE_TO_EDIT)


def passing(error: TelegramError) -> bool:
    """The same call can succeed in a moment: 429, 5xx, a broken connection."""
    return isinstance(error, RetryAfter | NetworkError) and not isinstance(error, BadRequest)


def gone_for_good(error: TelegramError) -> bool:
    """Telegram refuses this message or chat; asking again would not help."""
    return isinstance(error, BadRequest | Forbidden | ChatMigrated)


def bad_formatting(error: TelegramError) -> bool:
    """Telegram could not read the HTML: the plain text can still be sent."""
    return isinstance(error, BadRequest) and _PARSE in error.message.lower()


def send_error(error: TelegramError) -> SendError:
    """What a failed call means for a nudge."""
    match error:
        case RetryAfter():
            return SendError("rate limited", retry_after=pause_of(error))
        case ChatMigrated() if _is_id(error.new_chat_id):
            return SendError("chat moved", new_chat_id=error.new_chat_id)
        case ChatMigrated():  # to what no database can keep
            return SendError("refused", refused=True)
        case Forbidden():
            return SendError("forbidden", permanent=True)
        case BadRequest():
            gone = any(text in error.message.lower() for text in _GONE)
            return SendError("chat gone" if gone else "refused", permanent=gone, refused=not gone)
    return SendError(type(error).__name__, ambiguous=_is_no_answer(error) or _may_have_arrived(error))


def _is_id(number: object) -> bool:
    return type(number) is int and -_MOST_ID <= number < _MOST_ID


def _is_no_answer(error: TelegramError) -> bool:
    """An answer that cannot be read, or that of a gateway which had none from Telegram in time."""
    return type(error) is TelegramError or "(504)" in error.message


def _may_have_arrived(error: TelegramError) -> bool:
    """The call failed on the way, and not before there was a connection to send it over.

    The names that httpx-aiohttp gives don't tell: a server that hangs up after the request is a ConnectTimeout there.
    """
    on_the_way = any(isinstance(cause, _LOST) for cause in _causes(error))
    return on_the_way and not found_no_connection(error)


def found_no_connection(error: TelegramError) -> bool:
    """Nothing was sent."""
    return any(isinstance(cause, _NO_CONNECTION) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__
    while cause is not None:
        yield cause
        cause = cause.__cause__


def pause_of(error: RetryAfter) -> timedelta:
    """How long Telegram wants silence; the library gives seconds or a timedelta, by a setting of its own. A second at
    least, whatever it says."""
    wait = error.retry_after
    try:
        pause = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
    except TypeError:
        pause = UNCLEAR_PAUSE
    return max(min(pause, _LONGEST_PAUSE), _SHORTEST_PAUSE)
