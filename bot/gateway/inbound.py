"""An update becomes a Turn, its handler's Replies are committed and only then said.

Updates of one chat are handled in order, those of different chats at the same time.
"""

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from telegram import CallbackQuery, Chat, ChatMember, Message, Update
from telegram.error import TelegramError

from bot import logs
from bot.dialogue.routes import dispatch, understand
from bot.dialogue.turn import House, Incoming, Place, Press, Reply, Turn, Unreadable
from bot.dialogue.words import fill, words_for
from bot.gateway import inline
from bot.gateway.outbound import Outbound
from bot.gateway.tally import Result, Tally
from db import reminders, updates, users
from db.engine import Sessions, is_away
from jobs import schedule
from jobs.budget import BudgetClosedError

log = logging.getLogger(__name__)

_LANGUAGE_LENGTH = 35
_STRANGE_IN_LANGUAGE = re.compile(r"[^A-Za-z0-9-]")
# Seconds until an update that met no database is tried again.
_PAUSE = 1.0


@dataclass(frozen=True)
class Heard:
    """A private message or tap, without Telegram's types."""

    incoming: Incoming
    chat_id: int
    language: str
    message_id: int | None = None
    query_id: str | None = None


class Inbound:
    """Handles one update at a time for each chat; `handle` never raises."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        outbound: Outbound,
        house: House,
        clock: Callable[[], datetime],
        tally: Tally,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sessions = sessions
        self._outbound = outbound
        self._house = house
        self._clock = clock
        self._tally = tally
        self._monotonic = monotonic
        self._sleep = sleep

    async def handle(self, update: Update) -> None:
        """Handle an update, at most once even if Telegram repeats it; while the database is away, wait for it."""
        began = self._monotonic()
        with logs.about(update_id=update.update_id):
            while (result := await self._attempt(update)) is None:
                await self._sleep(_PAUSE)
        self._tally.updated(result, seconds=self._monotonic() - began)

    async def has_handled(self, update_id: int) -> bool:
        """Whether what this update asked for is on record, be it answered or not. Raises DATABASE_ERRORS."""
        async with self._sessions.begin() as session:
            return await updates.seen(session, update_id)

    async def _attempt(self, update: Update) -> Result | None:
        """What became of it; None when the database is away, and so nothing was done."""
        try:
            return await self._route(update)
        except (TelegramError, BudgetClosedError) as error:
            log.warning("reply not sent: %s", type(error).__name__)
            return Result.HANDLED
        except Exception as error:  # noqa: BLE001 - one person's bad update must not stop the others'
            if is_away(error):
                log.warning("an update waits for the database: %s", type(error).__name__)
                self._tally.failed("database")
                return None
            _log_failure(error)
            self._tally.failed(type(error).__name__)
            await self._apologise(update)
            return Result.FAILED

    async def _route(self, update: Update) -> Result:
        if update.my_chat_member is not None:
            await self._blocked_or_back(update)
        elif update.inline_query is not None:
            await inline.answer(update.inline_query, self._house)
        elif update.message is not None and _meant_for_another(update.message, self._house.username):
            log.debug("a command for another bot")
        elif heard := read(update):
            return await self._converse(update.update_id, heard)
        elif (query := update.callback_query) is not None:  # a button of ours outside a private chat
            await self._outbound.reply(Reply(), chat_id=query.from_user.id, query_id=query.id)
        elif (message := update.message) is not None and message.chat.type != Chat.PRIVATE:
            await self._in_a_group(message)
        return Result.HANDLED

    async def _converse(self, update_id: int, heard: Heard) -> Result:
        now = self._clock()
        async with self._sessions.begin() as session:
            if not await updates.first_time(session, update_id, now):
                return Result.REPEATED
            user = await users.ensure(session, chat_id=heard.chat_id, language=heard.language, now=now)
            if user.asleep_at is not None:
                user.asleep_at = None
                await schedule.realign(session, user, now)
            turn = Turn(user=user, session=session, now=now, words=words_for(user.language), house=self._house)
            replies = await dispatch(turn, heard.incoming)
        await self._say(heard, replies)
        return Result.HANDLED

    async def _say(self, heard: Heard, replies: list[Reply]) -> None:
        query_id = heard.query_id
        for reply in replies or [Reply()]:
            try:
                await self._outbound.reply(reply, chat_id=heard.chat_id, pressed=heard.message_id, query_id=query_id)
            except (TelegramError, BudgetClosedError) as error:  # the change is committed, only its words are lost
                log.warning("reply not sent: %s", type(error).__name__)
            query_id = None

    async def _blocked_or_back(self, update: Update) -> None:
        """The person blocked the bot, or unblocked it: their reminders sleep, or wake."""
        change = update.my_chat_member
        if change is None or change.chat.type != Chat.PRIVATE:
            return
        now = self._clock()
        async with self._sessions.begin() as session:
            user = await users.by_chat(session, change.chat.id)
            if user is None:
                return
            if change.new_chat_member.status == ChatMember.BANNED:
                user.asleep_at = now
                await reminders.silence(session, user.id)
            else:
                user.asleep_at = None
                await schedule.realign(session, user, now)

    async def _in_a_group(self, message: Message) -> None:
        """Say once that the bot talks in private only, then stay silent."""
        language = _language(message.from_user.language_code if message.from_user else None)
        async with self._sessions.begin() as session:
            if not await updates.first_word(session, message.chat.id, self._clock()):
                return
        _ = words_for(language).gettext
        text = fill(
            _("I talk in private only: what concerns your health is nobody else's business. "
              "Write to me here: {link}"), link=f"https://t.me/{self._house.username}"
        )  # fmt: skip
        await self._outbound.reply(Reply(text), chat_id=message.chat.id)

    async def _apologise(self, update: Update) -> None:
        heard = read(update)
        if heard is None:
            return
        _ = words_for(heard.language).gettext
        await self._say(heard, [Reply(fill(_("Sorry, that went wrong on my side. Please try again.")))])


def read(update: Update) -> Heard | None:
    """What a person said in private; None for everything else."""
    if (query := update.callback_query) is not None:
        return _read_tap(query)
    message = update.message
    if message is None or message.chat.type != Chat.PRIVATE or message.from_user is None:
        return None
    incoming = _read_message(message)
    if incoming is None:
        return None
    return Heard(incoming, message.chat.id, _language(message.from_user.language_code))


def _read_tap(query: CallbackQuery) -> Heard | None:
    message = query.message
    if message is None or message.chat.type != Chat.PRIVATE:
        return None
    press = Press.decode(query.data or "")
    return Heard(
        press or Unreadable.OLD_BUTTON,
        query.from_user.id,
        _language(query.from_user.language_code),
        message_id=message.message_id,
        query_id=query.id,
    )


def _read_message(message: Message) -> Incoming | None:
    """None for service messages, which nobody wrote."""
    words = message.caption if message.text is None else message.text
    if words is not None:
        return understand(words)
    if message.venue is not None:  # somebody else's place; its location comes with it
        return Unreadable.OTHER
    if message.location is not None:
        return Place(message.location.latitude, message.location.longitude)
    kinds = {
        Unreadable.STICKER: (message.sticker, message.animation, message.dice),
        Unreadable.PICTURE: (message.photo, message.video, message.story),
        Unreadable.SOUND: (message.voice, message.audio, message.video_note),
        Unreadable.FILE: (message.document,),
        Unreadable.OTHER: (message.contact, message.poll, message.game, message.paid_media),
    }
    return next((kind for kind, contents in kinds.items() if any(contents)), None)


def _meant_for_another(message: Message, username: str) -> bool:
    """`/start@other_bot`; names are compared as Telegram does, without regard to case."""
    command, *_rest = (message.text or "").split(maxsplit=1) or [""]
    _name, _, addressee = command.partition("@")
    return command.startswith("/") and bool(addressee) and addressee.lower() != username.lower()


def _language(code: str | None) -> str:
    return _STRANGE_IN_LANGUAGE.sub("", code or "")[:_LANGUAGE_LENGTH] or "en"


def _log_failure(error: Exception) -> None:
    """What failed and where, without the error's own words: they may repeat what a person wrote."""
    places = "".join(traceback.format_tb(error.__traceback__))
    log.error("update failed: %s\n%s", type(error).__name__, places)
