"""What Telegram shows about the bot: command menu, description, short description. Set when they differ."""

import logging

from telegram import Bot, BotCommand

from bot.dialogue.routes import COMMANDS
from bot.dialogue.words import mark, words_for

log = logging.getLogger(__name__)

NAME = mark("Cramp Coach")
DESCRIPTION = mark(
    "Legs that cramp? Ask me why, and I tell you what is known, how well, and where it is written. "
    "I also send small nudges at the hours you choose: stretch, drink, daylight, magnesium food.\n\n"
    "General information, not medical advice."
)
SHORT_DESCRIPTION = mark("Honest answers about leg cramps, and nudges at your hours. Not medical advice.")


async def introduce(bot: Bot, language: str = "en") -> list[str]:
    """Set what has changed, and return the names of what was set. Raises TelegramError."""
    _ = words_for(language).gettext
    code = None if language == "en" else language
    changed = []
    commands = [BotCommand(route.name, _(route.menu)) for route in COMMANDS.values()]
    if list(await bot.get_my_commands(language_code=code)) != commands:
        await bot.set_my_commands(commands, language_code=code)
        changed.append("commands")
    if (await bot.get_my_description(language_code=code)).description != _(DESCRIPTION):
        await bot.set_my_description(_(DESCRIPTION), language_code=code)
        changed.append("description")
    if (await bot.get_my_short_description(language_code=code)).short_description != _(SHORT_DESCRIPTION):
        await bot.set_my_short_description(_(SHORT_DESCRIPTION), language_code=code)
        changed.append("short description")
    if (await bot.get_my_name(language_code=code)).name != _(NAME):
        await bot.set_my_name(_(NAME), language_code=code)
        changed.append("name")
    log.info("introduction: %s", ", ".join(changed) or "unchanged")
    return changed
