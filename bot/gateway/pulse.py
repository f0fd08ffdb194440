"""Asks Telegram now and then, so that whoever watches knows that it answers."""

import asyncio
import logging

from telegram import Bot
from telegram.error import TelegramError

from bot.gateway.tally import Tally
from bot.vitals import Vitals

log = logging.getLogger(__name__)

_EVERY = 60.0
_AFTER_A_FAILURE = 10.0


async def beat(bot: Bot, vitals: Vitals, tally: Tally) -> None:
    """Note each answer to getMe, until cancelled."""
    pause = _EVERY
    while True:
        await asyncio.sleep(pause)
        try:
            await bot.get_me()
        except TelegramError as error:
            log.warning("Telegram does not answer: %s", type(error).__name__)
            tally.failed("telegram")
            pause = _AFTER_A_FAILURE
        else:
            vitals.answered()
            pause = _EVERY
