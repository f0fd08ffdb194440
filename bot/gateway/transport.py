"""The bot as python-telegram-bot has it, with Telegram's updates and answers read one by one."""

import logging
from datetime import UTC, datetime
from typing import Any, cast

from telegram import Bot, Update, User
from telegram.error import TelegramError
from telegram.request import RequestData

from bot import logs
from bot.gateway import reading
from bot.gateway.calls import Plain, Request
from bot.settings import choose_timedeltas

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


class GatewayBot(Bot):
    """A Bot whose updates are read one by one, so that one that cannot be read costs only itself.

    `Bot.get_updates` would raise for the whole batch, again and again, and log what people wrote.
    """

    async def say(self, chat_id: int, text: str, **about: Any) -> int:
        """sendMessage, without making objects of what is asked and answered; its id. `about`: more parameters, as JSON
        has them. Raises TelegramError."""
        asked = cast(RequestData, Plain({"chat_id": chat_id, "text": text, **about}))
        try:
            sent: Any = await self.request.post(f"{self.base_url}/sendMessage", asked)
            return int(sent["message_id"])
        except TelegramError:
            raise
        except Exception as error:
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
        if isinstance(batch, list) and len(found) < len(batch):
            log.warning("no updates, and passed over: %d of what came", len(batch) - len(found))
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
        request=Request(at_once(rate) * 3 // 2),
        get_updates_request=Request(1),
    )
