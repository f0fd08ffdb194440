"""The first word with Telegram: is the token good, and does what Telegram shows about the bot still hold."""

import asyncio
import logging

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.gateway.introduce import introduce
from bot.gateway.transport import GatewayBot

log = logging.getLogger(__name__)

_PAUSE = 5.0


class BadTokenError(Exception):
    """Telegram does not know the token."""


class UnreachableError(Exception):
    """Telegram does not answer, or not as it should."""


async def who_am_i(bot: Bot) -> str:
    """Log in once and return the bot's username. Raises BadTokenError, UnreachableError."""
    try:
        await bot.initialize()
    except InvalidToken as error:
        raise BadTokenError from error
    except TelegramError as error:
        raise UnreachableError(type(error).__name__) from error
    return bot.username


async def how_updates_come(bot: GatewayBot) -> tuple[str, str | None]:
    """The address that Telegram brings updates to, empty where it is asked for them, and what it could not bring last.
    Raises BadTokenError, UnreachableError."""
    await who_am_i(bot)
    try:
        return await bot.hook()
    except TelegramError as error:
        raise UnreachableError(type(error).__name__) from error


async def log_in(bot: Bot, *, pause: float = _PAUSE) -> None:
    """Log in, waiting for the network as long as it takes, and introduce the bot. Raises BadTokenError."""
    while True:
        try:
            await who_am_i(bot)
        except UnreachableError as error:
            log.warning("Telegram cannot be reached at %s (%s); again in %s s", _where(bot), error, pause)
            await asyncio.sleep(pause)
        else:
            break
    try:
        await introduce(bot)
    except TelegramError as error:  # not worth a failed start: limits on it are strict
        log.warning("menu and descriptions not set: %s", type(error).__name__)


def _where(bot: Bot) -> str:
    """The address of the Bot API, without the token."""
    return bot.base_url.partition("/bot")[0]
