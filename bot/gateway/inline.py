"""Inline queries: shared cards become Telegram's articles. No row is made for whoever asks."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.dialogue.inline import InlineCard, cards
from bot.dialogue.turn import House
from bot.gateway.reading import Searched

log = logging.getLogger(__name__)

_KEPT = timedelta(minutes=5)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def answer(searched: Searched, house: House, *, heed: Callable[[Exception], Awaitable[None]]) -> None:
    """Give the cards that are asked for. Telegram may show them to others who ask the same, in one language. `heed`
    hears of an error."""
    found = cards(house, searched.words, searched.language)
    try:
        await searched.query.answer(
            [_article(card) for card in found],
            cache_time=_KEPT,
            is_personal=len(house.knowledge.languages) > 1,
        )
    except TelegramError as error:  # too old: the person has typed on
        log.info("inline query not answered: %s", type(error).__name__)
        await heed(error)


def _article(card: InlineCard) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        id=card.id,
        title=card.title,
        description=card.description,
        input_message_content=InputTextMessageContent(
            str(card.text), parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
        ),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(card.label, url=card.url)]]),
    )
