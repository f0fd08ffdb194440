"""How python-telegram-bot reaches Telegram, and the one place that maps its errors."""

import json
import logging
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from http import HTTPStatus
from typing import Any

import aiohttp
import httpx
import httpx_aiohttp
from telegram import Bot, Update, User
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from bot import logs
from bot.gateway import reading
from bot.settings import choose_timedeltas
from jobs.sender import SendError

log = logging.getLogger(__name__)

# The kinds of update that the bot takes.
WANTED = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER)
# A call may take a quarter of a second, and until what became of it is on record as long again, so that many are in
# flight at the full rate. Half as many connections more are for replies.
_FEWEST = 32
_ON_THE_WAY = 2
# How long Telegram may hold a poll open, and how much longer its answer may take.
POLL_SECONDS = 30
_POLL_GRACE = 10
# Until Telegram answers, until what is said has left, for a new connection, for a free one.
_USUAL_WAITS = (20, 10, 10, 10)
# Of what Telegram may ask for; hours have been reported.
_LONGEST_PAUSE = timedelta(days=1)
_SHORTEST_PAUSE = timedelta(seconds=1)
_UNCLEAR_PAUSE = timedelta(seconds=10)
_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": HTTPXRequest.USER_AGENT,
    "Accept-Encoding": "identity",  # to unpack an answer takes longer than to get it
}
# A connection that nobody uses is kept for so long.
_KEEP_SECONDS = 30

# Name, address, TLS, proxy, or the wait for a free or a new connection: nothing was sent.
_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
# What breaks a call off; without those above it may have arrived.
_LOST = (aiohttp.ClientError, OSError, httpx.TransportError)

_PARSE = "can't parse"
_NOT_MODIFIED = "message is not modified"
_GONE = ("chat not found", "user is deactivated", "bot was blocked")
_TOO_LATE_TO_EDIT = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)


class _Transport(httpx_aiohttp.AiohttpTransport):
    """What carries both ways of asking: python-telegram-bot's own through httpx, and the straight one."""

    def session(self) -> aiohttp.ClientSession:
        """The connections, made when they are wanted first: for that the event loop must run."""
        if not isinstance(self.client, aiohttp.ClientSession):
            self.client = self.get_client()
        return self.client


class _Request(HTTPXRequest):
    """python-telegram-bot's own, but what goes without a file goes as JSON straight to the connections: redirects,
    cookies, logins, hooks and encodings, for which Telegram's API has no use, are most of the work of a call."""

    def __init__(self, most: int) -> None:
        """`most`: calls at a time."""
        self._carrier = _Transport(verify=_certificates(), limits=_limits(most))
        super().__init__(most, *_USUAL_WAITS, httpx_kwargs={"transport": self._carrier})

    async def do_request(  # noqa: PLR0917 - the signature is theirs
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and the body of the answer. Raises TelegramError."""
        given = (read_timeout, write_timeout, connect_timeout, pool_timeout)
        try:
            if request_data is None or request_data.contains_files or self._client.is_closed:  # of which it complains
                status, body = await super().do_request(url, method, request_data, *given)
            else:
                status, body = await self._straight(url, method, request_data, _waits(*given))
        except TimedOut as error:
            if _found_no_connection(error):
                raise NetworkError("no connection") from error
            raise
        if status == HTTPStatus.TOO_MANY_REQUESTS and not _says_when(body):
            raise RetryAfter(_UNCLEAR_PAUSE)  # as of a gateway on the way; for the library it would be any error
        return status, body

    async def _straight(
        self, url: str, method: str, asked: RequestData, waits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        body = json.dumps(asked.parameters).encode()
        try:
            async with self._carrier.session().request(
                method, url, data=body, headers=_HEADERS, timeout=waits, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error  # its own words can hold the address, and so the token


@lru_cache(maxsize=64)
def _waits(*given: Any) -> aiohttp.ClientTimeout:
    """Of a call, in the order of _USUAL_WAITS. There is one for all of it too: each byte of an answer that trickles
    comes in time, and while it is broken aiohttp has no other."""
    pairs = zip(given, _USUAL_WAITS, strict=True)
    waits = [usual if wait is BaseRequest.DEFAULT_NONE else wait for wait, usual in pairs]
    read, _write, connect, pool = waits
    return aiohttp.ClientTimeout(total=sum(filter(None, waits)), connect=pool, sock_connect=connect, sock_read=read)


def _says_when(body: bytes) -> bool:
    """A 429 says for how long, as Telegram does."""
    try:
        return bool(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, TypeError, KeyError):
        return False


class GatewayBot(Bot):
    """A Bot whose updates are read one by one, so that one that cannot be read costs only itself.

    `Bot.get_updates` would raise for the whole batch, again and again, and log what people wrote.
    """

    async def say(self, chat_id: int, text: str, **about: Any) -> int:
        """sendMessage, without making objects of what Telegram says about the message; its id. Raises TelegramError."""
        sent = await self._post("sendMessage", {"chat_id": chat_id, "text": text, **about})
        try:
            return int(sent["message_id"])
        except (KeyError, TypeError, ValueError) as error:
            raise _unreadable("sendMessage", error) from error

    async def get_me(self, *given: Any, **more: Any) -> User:
        """As the library does. Raises TelegramError, for what is no bot too."""
        try:
            return await super().get_me(*given, **more)
        except TelegramError:
            raise
        except Exception as error:
            raise _unreadable("getMe", error) from error

    async def hook(self) -> tuple[str, str | None]:
        """The address of the webhook that is set, empty where there is none; and what Telegram last could not bring
        there, with when that was, None where there is nothing. Raises TelegramError."""
        said = await self._post("getWebhookInfo")
        if not isinstance(said, dict):
            raise TelegramError("what came tells nothing of a webhook")
        failed_at, why = said.get("last_error_date"), said.get("last_error_message")
        return str(said.get("url", "")), f"{why} ({_moment(failed_at)})" if failed_at else None

    async def _post(self, endpoint: str, *given: Any, **more: Any) -> Any:
        """As the library does, which expects JSON of Telegram's shape, and raises anything for what a gateway on the
        way may say instead. Raises TelegramError."""
        try:
            return await super()._post(endpoint, *given, **more)
        except TelegramError:
            raise
        except Exception as error:
            raise _unreadable(endpoint, error) from error

    async def fetch(self, *, offset: int | None, wait: int) -> tuple[list[dict[str, Any]], int | None]:
        """The updates from `offset` on, unread, and the offset that confirms them; waits `wait` seconds for the first.

        Raises TelegramError, for what is no list of updates too; what is none within a list is passed over.
        """
        data = {"offset": offset, "timeout": wait, "allowed_updates": list(WANTED)}
        batch: object = await self._post("getUpdates", data, read_timeout=wait + _POLL_GRACE)
        found = [raw for raw in batch if _is_update(raw)] if isinstance(batch, list) else []
        if not found and batch != []:
            raise TelegramError("what came is no list of updates")
        return found, found[-1]["update_id"] + 1 if found else offset

    def read(self, raw: dict[str, Any]) -> Update | None:
        """The update; None, and a line in the log, when it cannot be read."""
        try:
            update = Update.de_json(raw, self)
            reading.check_ids(update)
        except (TelegramError, *reading.ERRORS) as error:
            log.warning("update cannot be read: %s", type(error).__name__, extra={"update_id": raw.get("update_id")})
            return None
        return update


def _moment(stamp: object) -> str:
    """Of a time as Telegram gives it, in seconds since 1970; whatever it is."""
    try:
        return f"{datetime.fromtimestamp(stamp, UTC):%Y-%m-%d %H:%M:%S} UTC"  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return "at an unknown time"


def _unreadable(endpoint: str, error: Exception) -> TelegramError:
    log.error("no readable answer to %s: %s\n%s", endpoint, type(error).__name__, logs.places(error))
    return TelegramError("the answer cannot be read")


def _is_update(raw: object) -> bool:
    """In its outermost shape."""
    return isinstance(raw, dict) and type(raw.get("update_id")) is int


def at_once(rate: int) -> int:
    """Nudges in flight at the same time, at most, for so many messages a second."""
    return max(_FEWEST, rate // _ON_THE_WAY)


def make_bot(*, token: str, api_url: str, rate: int = 30) -> GatewayBot:
    """A bot whose addresses are `<api_url>/bot<token>/<method>`; call `initialize()` before use.

    `rate`: messages a second that its connections have to carry.
    """
    choose_timedeltas()

    return GatewayBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=_Request(at_once(rate) * 3 // 2),
        get_updates_request=_Request(1),
    )


def _limits(most: int) -> httpx.Limits:
    return httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=_KEEP_SECONDS)


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust; reading it takes 20 ms."""
    return httpx.create_ssl_context()


def not_modified(error: TelegramError) -> bool:
    """An edit that changes nothing: as good as done."""
    return isinstance(error, BadRequest) and _NOT_MODIFIED in error.message.lower()


def not_editable(error: TelegramError) -> bool:
    """The message is gone or too old: a new one has to serve."""
    return isinstance(error, BadRequest) and any(text in error.message.lower() for text in _TOO_LATE_TO_EDIT)


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
        case ChatMigrated():
            return SendError("chat moved", new_chat_id=error.new_chat_id)
        case Forbidden():
            return SendError("forbidden", permanent=True)
        case BadRequest():
            gone = any(text in error.message.lower() for text in _GONE)
            return SendError("chat gone" if gone else "refused", permanent=gone, refused=not gone)
    return SendError(type(error).__name__, ambiguous=_is_no_answer(error) or _may_have_arrived(error))


def _is_no_answer(error: TelegramError) -> bool:
    """An answer that cannot be read, or that of a gateway which had none from Telegram in time."""
    return type(error) is TelegramError or "(504)" in error.message


def _may_have_arrived(error: TelegramError) -> bool:
    """The call failed on the way, and not before there was a connection to send it over.

    The names that httpx-aiohttp gives don't tell: a server that hangs up after the request is a ConnectTimeout there.
    """
    on_the_way = any(isinstance(cause, _LOST) for cause in _causes(error))
    return on_the_way and not _found_no_connection(error)


def _found_no_connection(error: TelegramError) -> bool:
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
        pause = _UNCLEAR_PAUSE
    return max(min(pause, _LONGEST_PAUSE), _SHORTEST_PAUSE)
