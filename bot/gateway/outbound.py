"""Replies and nudges become calls of Telegram's methods, within the budget."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from telegram import InputMediaPhoto, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import RetryAfter, TelegramError

from bot import logs
from bot.dialogue import guided
from bot.dialogue.nudges import message
from bot.dialogue.nudges.scene import Scene
from bot.dialogue.turn import Reply
from bot.dialogue.words import Words, words_for
from bot.gateway import keyboards, refusals
from bot.gateway.transport import GatewayBot
from db.knowledge.cards import Knowledge
from jobs.budget import Budget, BudgetClosedError
from jobs.guide_session import View
from jobs.guide_tick import ScreenGoneError
from jobs.lane import Lane
from jobs.sender import Nudge
from jobs.zones import zone_of

log = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NO_PREVIEW_WIRE = _NO_PREVIEW.to_dict()
# A tap's answer may be 200 characters long.
_TOAST = 200
# Seconds that the message which a nudge replaces is given to change.
_PATIENCE = 5.0
# Seconds before a reply that met a passing fault is tried again; after the last one it is given up.
_PAUSES = (0.2, 1.0, 3.0)


class Outbound:
    """Fulfils `jobs.sender.Sender` and `jobs.guide_tick.Screen`, and carries replies.

    `paid`: nudges may cost Telegram Stars, and then leave faster than 30 a second.
    """

    def __init__(
        self,
        bot: GatewayBot,
        budget: Budget,
        knowledge: Knowledge,
        *,
        paid: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._paid = paid
        self._budget = budget
        self._knowledge = knowledge
        self._sleep = sleep

    async def send(self, nudge: Nudge) -> int:
        """Send a nudge (the caller holds its permit) and return the message's id. Raises SendError.

        The message that asked before is left as a line that points down.
        """
        with logs.about(delivery_id=nudge.delivery_id):
            return await self._send(nudge)

    async def _send(self, nudge: Nudge) -> int:
        words = words_for(nudge.language)
        try:
            message_id = await self._message(nudge.chat_id, self._said(words, nudge), paid=self._paid)
        except TelegramError as error:
            raise refusals.send_error(error) from error
        if nudge.replaces is not None:
            line = message.superseded(words, nudge.kind, neutral=nudge.preferences.neutral)
            with suppress(TimeoutError):  # the nudge is not on record yet, and its claim does not last for ever
                async with asyncio.timeout(_PATIENCE):
                    await self._step_back(nudge.chat_id, nudge.replaces, line)
        return message_id

    async def _step_back(self, chat_id: int, message_id: int, line: Reply) -> None:
        """A message that stays as it is is no harm: its buttons still work."""
        try:
            with await self._budget.acquire(Lane.REPLY, chat_id):
                await self._change_text(chat_id, message_id, line)
        except (TelegramError, BudgetClosedError) as error:
            log.info("earlier message not changed: %s", type(error).__name__)
            await self.heed(error)

    def _said(self, words: Words, nudge: Nudge) -> Reply:
        zone = zone_of(nudge.zone)
        if nudge.leaving_at is not None:
            return message.farewell(words, nudge.leaving_at.astimezone(zone).date())
        if nudge.suggestion is None:
            neutral = nudge.preferences.neutral
            return message.question(words, nudge.delivery_id, nudge.kind, neutral=neutral)
        notes = (
            message.count(words, nudge.asked, nudge.of),
            message.lateness(words, promised_at=nudge.promised_at, late_by=nudge.late_by, zone=zone),
            message.twice(words) if nudge.maybe_twice else None,
        )
        edition = self._knowledge.edition(words.language)
        scene = Scene(words, edition, nudge.preferences, zone, nudge.delivery_id, nudge.suggestion)
        return message.render(scene, notes=[note for note in notes if note is not None])

    async def show(self, view: View) -> int:
        """Send or edit a guided session's message (the caller holds its permit) and return its id.

        Raises SendError, ScreenGoneError.
        """
        reply = guided.render(words_for(view.language), view)
        try:
            if view.message_id is not None:
                await self._change_text(view.chat_id, view.message_id, reply)
                return view.message_id
            message_id = await self._message(view.chat_id, reply)
        except TelegramError as error:
            if refusals.gone_for_good(error):
                raise ScreenGoneError(type(error).__name__) from error
            raise refusals.send_error(error) from error
        if view.replaces is not None:
            await self._take_away(view.chat_id, view.replaces)
        return message_id

    async def _take_away(self, chat_id: int, message_id: int) -> None:
        try:
            await self._bot.delete_message(chat_id, message_id)
        except TelegramError as error:  # an old copy that stays is no harm: its buttons still work
            log.info("message not deleted: %s", type(error).__name__)
            await self.heed(error)

    async def reply(
        self, reply: Reply, *, chat_id: int, pressed: int | None = None, query_id: str | None = None
    ) -> None:
        """Say one reply: edit the `pressed` message or send a new one, and end the tap's spinner.

        Raises TelegramError when Telegram refuses for good, BudgetClosedError when the program stops.
        """
        if query_id is not None:
            await self._end_spinner(chat_id, query_id, reply.toast)
        picture = await _drawn(reply)
        if reply.edit and reply.file is None and pressed is not None:
            await self._edit(chat_id, pressed, reply, picture)
        elif reply.text is not None:
            await self._patiently(chat_id, lambda: self._message(chat_id, reply, picture), message=True)

    async def _end_spinner(self, chat_id: int, query_id: str, toast: str | None) -> None:
        text = toast[:_TOAST] if toast else None
        try:
            await self._patiently(chat_id, lambda: self._bot.answer_callback_query(query_id, text=text))
        except TelegramError as error:  # too old, or answered before a crash: the tap itself still counts
            log.info("tap not answered: %s", type(error).__name__)

    async def _patiently(self, chat_id: int, call: Callable[[], Awaitable[object]], *, message: bool = False) -> None:
        """Do `call` within the budget, again after a 429 or a passing fault: someone waits for it.

        After a lost connection it may be said twice, which is better than not at all.
        """
        pauses = iter(_PAUSES)
        while True:
            flight = await self._budget.acquire(Lane.REPLY, chat_id, message=message)
            try:
                with flight:
                    await call()
            except TelegramError as error:
                await self.heed(error)
                pause = next(pauses, None)
                if pause is None or not refusals.passing(error):
                    raise
                if not isinstance(error, RetryAfter):
                    await self._sleep(pause)
            else:
                return

    async def heed(self, error: Exception) -> None:
        """A 429 is a pause for every sender of the token, also where whoever had it goes on without an answer."""
        if isinstance(error, RetryAfter):
            await self._budget.pause(refusals.pause_of(error).total_seconds())

    async def _message(self, chat_id: int, reply: Reply, picture: bytes | None = None, *, paid: bool = False) -> int:
        """A new message, which holds `picture` where the reply's was drawn; its id."""
        text = str(reply.text or "")
        about: dict[str, object] = {"link_preview_options": _NO_PREVIEW_WIRE, **keyboards.wire(reply)}
        if paid:
            about["allow_paid_broadcast"] = True
        try:
            if picture is not None:
                return (await self._bot.send_photo(chat_id, picture, **_captioned(reply))).message_id
            if reply.file is not None:
                name, data = reply.file.name, reply.file.data
                return (await self._bot.send_document(chat_id, data, filename=name, **_captioned(reply))).message_id
            return await self._bot.say(chat_id, text, parse_mode=ParseMode.HTML, **about)
        except TelegramError as error:
            if not refusals.bad_formatting(error) or reply.text is None:
                raise
            log.exception("Telegram could not read our HTML; sending it as plain text")
            return await self._bot.say(chat_id, reply.text.striptags(), **about)

    async def _edit(self, chat_id: int, message_id: int, reply: Reply, picture: bytes | None) -> None:
        try:
            await self._patiently(chat_id, lambda: self._change(chat_id, message_id, reply, picture))
        except TelegramError as error:
            if refusals.not_modified(error):
                return
            if not refusals.not_editable(error):
                raise
            if reply.text is not None:
                await self._patiently(chat_id, lambda: self._message(chat_id, reply, picture), message=True)

    async def _change(self, chat_id: int, message_id: int, reply: Reply, picture: bytes | None) -> None:
        if reply.text is None:
            await self._bot.edit_message_reply_markup(chat_id, message_id)
        elif picture is not None:
            media = InputMediaPhoto(picture, caption=str(reply.text), parse_mode=ParseMode.HTML)
            await self._bot.edit_message_media(media, chat_id, message_id, reply_markup=keyboards.inline(reply.buttons))
        else:
            await self._change_text(chat_id, message_id, reply)

    async def _change_text(self, chat_id: int, message_id: int, reply: Reply) -> None:
        """Raises TelegramError, but not for a text that is there already."""
        try:
            await self._bot.edit_message_text(
                str(reply.text),
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboards.inline(reply.buttons),
                link_preview_options=_NO_PREVIEW,
            )
        except TelegramError as error:
            if not refusals.not_modified(error):
                raise


async def _drawn(reply: Reply) -> bytes | None:
    """The reply's picture; None where there is none, or it cannot be drawn: then its words go alone."""
    if reply.picture is None:
        return None
    try:
        return await asyncio.to_thread(reply.picture)
    except Exception:
        log.exception("picture not drawn")
        return None


def _captioned(reply: Reply) -> dict[str, Any]:
    """What goes with a picture or a file."""
    return {"caption": str(reply.text or ""), "parse_mode": ParseMode.HTML, "reply_markup": keyboards.markup(reply)}
