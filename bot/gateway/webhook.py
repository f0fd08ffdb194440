"""Updates that Telegram brings by itself: each is answered with 200 once it is handled, and no sooner. One whose words
wait for long is answered when what it changes is on record.

What is not answered with 2xx comes again, here or at another process; `seen_updates` knows it then.
python-telegram-bot's own server compares the secret with `!=` and answers before anything is handled.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.address import Address
from bot.gateway import refusals, transport
from bot.gateway.admission import Admission
from bot.gateway.login import BadTokenError
from bot.gateway.tally import Tally
from bot.gateway.transport import GatewayBot
from bot.listener import Listener
from db.engine import DATABASE_ERRORS

log = logging.getLogger(__name__)

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name only
# A message is 4,096 characters long and may quote another one.
_MOST_BYTES = 1 << 20
# Seconds for a body to arrive.
_SLOW = 10.0
# Seconds for an update to be handled; Telegram gives up after about 60.
_PATIENCE = 25.0
# What Telegram may bring at once, all processes together; 100 is the most there is.
_CONNECTIONS = 100
_PAUSE = 5.0
# Seconds between two looks at whether Telegram still brings updates here.
_LOOK_EVERY = 60.0


class RefusedError(Exception):
    """Telegram does not bring updates to this address; the message says why."""


class Webhook:
    """Hears until it is stopped. The webhook stays set then: others go on, and Telegram keeps what nobody takes.

    `has_handled`: whether an update is on record, by its id; may raise DATABASE_ERRORS.
    """

    def __init__(
        self,
        bot: GatewayBot,
        admission: Admission,
        *,
        has_handled: Callable[[int], Awaitable[bool]],
        url: str,
        secret: str,
        listen: Address,
        tally: Tally,
    ) -> None:
        self._bot = bot
        self._admission = admission
        self._has_handled = has_handled
        self._url = url
        self._secret = secret
        self._tally = tally
        self._stopping = False
        self._trouble: str | None = None
        """What Telegram last could not bring, as far as it was said."""
        path = urlsplit(url).path or "/"
        self._listener = Listener([web.post(path, self._receive)], listen, setting="LISTEN", most_bytes=_MOST_BYTES)

    async def open(self) -> None:
        """Listen. Raises StartError."""
        await self._listener.start()

    async def run(self) -> None:
        """Have updates brought until cancelled. Raises RefusedError, BadTokenError."""
        try:
            await self._announce()
            with suppress(TelegramError):
                _url, self._trouble = await self._bot.hook()  # what was before is no news
            while True:
                await asyncio.sleep(_LOOK_EVERY)
                await self._look_after()
        finally:
            self._stopping = True
            await self._listener.refuse()

    async def finish(self) -> None:
        """Return when all that was taken has been handled."""
        await self._admission.drain()

    async def close(self) -> None:
        """The last answers, and no more."""
        await self._listener.stop()

    async def _announce(self) -> None:
        """Tell Telegram where to bring updates; as often as it takes, and whoever else says the same."""
        while True:
            try:
                await self._bot.set_webhook(
                    self._url,
                    secret_token=self._secret,
                    allowed_updates=transport.WANTED,
                    max_connections=_CONNECTIONS,
                )
            except InvalidToken as error:
                raise BadTokenError from error
            except BadRequest as error:
                raise RefusedError(error.message) from error
            except TelegramError as error:
                pause = refusals.pause_of(error).total_seconds() if isinstance(error, RetryAfter) else _PAUSE
                log.warning("webhook not set (%s); again in %s s", type(error).__name__, pause)
                await asyncio.sleep(pause)
            else:
                log.info("Telegram brings updates to https://%s", urlsplit(self._url).hostname)
                return

    async def _look_after(self) -> None:
        """Whoever starts `run` with this token takes the webhook away, and without it nobody is heard. What Telegram
        could not bring is said."""
        try:
            url, trouble = await self._bot.hook()
            if plain(url) != plain(self._url):
                log.warning("somebody took the webhook away; it is set again")
                self._tally.failed("webhook")
                await self._announce()
            elif trouble not in (None, self._trouble):
                log.warning("an update could not be brought: Telegram says “%s”", trouble)
                self._tally.failed("webhook")
            self._trouble = trouble
        except (TelegramError, RefusedError) as error:  # it was right once: it can be so again in a minute
            log.warning("webhook not looked after: %s", type(error).__name__)

    async def _receive(self, request: web.Request) -> web.Response:
        """One update. 503 when there is no room, or no database: Telegram brings it again."""
        if not self._is_telegram(request):
            log.warning("a call without the webhook's secret was refused")
            self._tally.failed("webhook secret")
            raise web.HTTPForbidden
        raw = await _update_in(request)
        if self._stopping or self._admission.full:
            self._tally.failed("no room for updates")
            return _later()
        task = await self._admission.admit(raw)
        if task is None:
            return web.Response()
        await asyncio.wait({task}, timeout=_PATIENCE)
        return web.Response() if task.done() or await self._is_on_record(raw["update_id"]) else _later()

    def _is_telegram(self, request: web.Request) -> bool:
        given = request.headers.get(_SECRET_HEADER, "")
        return hmac.compare_digest(given.encode(errors="surrogateescape"), self._secret.encode())

    async def _is_on_record(self, update_id: int) -> bool:
        """Only its words are not said yet, because Telegram asked for silence: what it changed is safe."""
        try:
            return await self._has_handled(update_id)
        except DATABASE_ERRORS:
            return False


async def _update_in(request: web.Request) -> dict[str, Any]:
    """The body of a request, which must be JSON and an update in its outermost shape."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(_SLOW):
            raw = json.loads(await request.read())
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        raise web.HTTPBadRequest
    return raw


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": "1"})


def plain(url: str) -> str:
    """As it is compared: Telegram may write it in its own way."""
    return url.casefold().rstrip("/")
