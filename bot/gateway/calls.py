"""How a call reaches Telegram: over connections that are kept, with an end to every wait."""

import json
import ssl
from functools import cache, lru_cache
from http import HTTPStatus
from typing import Any

import aiohttp
import httpx
import httpx_aiohttp
import orjson
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from bot.gateway.refusals import UNCLEAR_PAUSE, found_no_connection

# Until Telegram answers, until what is said has left, for a new connection, for a free one.
_USUAL_WAITS = (20, 10, 10, 10)
_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": HTTPXRequest.USER_AGENT,
    "Accept-Encoding": "identity",  # to unpack an answer takes longer than to get it
}
# Seconds that nothing waits for, and no span of time can hold much more.
_ENDLESS = 1e9
# A connection that nobody uses is kept for so long.
_KEEP_SECONDS = 30


class _Transport(httpx_aiohttp.AiohttpTransport):
    """What carries both ways of asking: python-telegram-bot's own through httpx, and the straight one."""

    def session(self) -> aiohttp.ClientSession:
        """The connections, made when they are wanted first: for that the event loop must run."""
        if not isinstance(self.client, aiohttp.ClientSession):
            self.client = self.get_client()
        return self.client


class Plain:
    """What `Request` reads of a RequestData, of parameters that JSON can express: the library's own looks at each
    what it could be."""

    contains_files = False

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.parameters = parameters


class Request(HTTPXRequest):
    """python-telegram-bot's own, but what goes without a file goes as JSON straight to the connections: redirects,
    cookies, logins, hooks and encodings, for which Telegram's API has no use, are most of the work of a call."""

    def __init__(self, most: int) -> None:
        """`most`: calls at a time."""
        self._carrier = _Transport(verify=_certificates(), limits=_limits(most))
        super().__init__(most, *_USUAL_WAITS, httpx_kwargs={"transport": self._carrier})

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """What Telegram says. Raises TelegramError for what is no JSON, of which nothing is logged: it holds what
        people wrote."""
        try:
            return orjson.loads(payload)
        except ValueError:  # half a character, or bytes that are no text: the rest can be read all the same
            return _as_far_as_it_goes(payload)

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
            if found_no_connection(error):
                raise NetworkError("no connection") from error
            raise
        if status == HTTPStatus.TOO_MANY_REQUESTS and not _says_when(body):
            raise RetryAfter(UNCLEAR_PAUSE)  # as of a gateway on the way; for the library it would be any error
        return status, body

    async def _straight(
        self, url: str, method: str, asked: RequestData, waits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        try:
            async with self._carrier.session().request(
                method, url, data=_written(asked.parameters), headers=_HEADERS, timeout=waits, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error  # its own words can hold the address, and so the token


def _written(parameters: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(parameters)
    except TypeError:  # half a character, or a number beyond 64 bits: Telegram has to say what it thinks of that
        return json.dumps(parameters).encode()


@lru_cache(maxsize=64)
def _waits(*given: Any) -> aiohttp.ClientTimeout:
    """Of a call, in the order of _USUAL_WAITS. There is one for all of it too: each byte of an answer that trickles
    comes in time, and while it is broken aiohttp has no other."""
    pairs = zip(given, _USUAL_WAITS, strict=True)
    waits = [usual if wait is BaseRequest.DEFAULT_NONE else wait for wait, usual in pairs]
    read, _write, connect, pool = waits
    return aiohttp.ClientTimeout(total=sum(filter(None, waits)), connect=pool, sock_connect=connect, sock_read=read)


def _as_far_as_it_goes(payload: bytes) -> Any:
    try:
        return json.loads(payload.decode(errors="replace"))
    except (ValueError, RecursionError):
        raise TelegramError("the answer is no JSON") from None


def _says_when(body: bytes) -> bool:
    """A 429 says for how long, as Telegram does: in seconds that can be waited for."""
    try:
        seconds = json.loads(body)["parameters"]["retry_after"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
    return isinstance(seconds, int | float) and 0 < seconds < _ENDLESS


def _limits(most: int) -> httpx.Limits:
    return httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=_KEEP_SECONDS)


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust; reading it takes 20 ms."""
    return httpx.create_ssl_context()
