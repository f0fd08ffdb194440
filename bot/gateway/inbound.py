"""An update becomes a Turn, its handler's Replies are committed and only then said.

Updates of one chat are handled in order, those of different chats at the same time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from telegram import Update
from telegram.error import TelegramError

from bot import logs
from bot.dialogue.routes import dispatch
from bot.dialogue.turn import House, Later, Reply, Turn
from bot.dialogue.words import fill, words_for
from bot.gateway import inline, reading
from bot.gateway.outbound import Outbound
from bot.gateway.reading import CameOrWent, Heard, Overheard, Searched, TappedElsewhere, What
from bot.gateway.tally import Result, Tally
from db import reminders, updates, users
from db.engine import Sessions, is_away
from jobs import schedule
from jobs.budget import BudgetClosedError
from jobs.courtesy import Courtesy

log = logging.getLogger(__name__)
T = TypeVar("T")

# Seconds until an update that met no database is tried again.
_PAUSE = 1.0


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
        courtesy: Courtesy,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sessions = sessions
        self._outbound = outbound
        self._house = house
        self._clock = clock
        self._tally = tally
        self._monotonic = monotonic
        self._courtesy = courtesy
        self._sleep = sleep

    async def handle(self, update: Update) -> None:
        """Handle an update; while the database is away, wait for it. What it changes is changed once, even if Telegram
        repeats it."""
        began = self._monotonic()
        with logs.about(update_id=update.update_id):
            result = await self._result(update)
        self._tally.updated(result, seconds=self._monotonic() - began)

    async def has_handled(self, update_id: int) -> bool:
        """Whether what this update asked for is on record, be it answered or not. Raises DATABASE_ERRORS."""
        async with self._sessions.begin() as session:
            return await updates.seen(session, update_id)

    async def _result(self, update: Update) -> Result:
        try:
            what = reading.read(update, self._house.username)
        except reading.ERRORS as error:  # it costs only itself
            log.warning("update cannot be read: %s", type(error).__name__)
            return Result.UNREADABLE
        while (result := await self._attempt(update, what)) is None:
            await self._sleep(_PAUSE)
        return result

    async def slow_down(self, update: Update) -> None:
        """Tell whoever it is from that it was one too many; raises nothing."""
        what = None
        with suppress(*reading.ERRORS):
            what = reading.read(update, self._house.username)
        if isinstance(what, Heard):
            _ = words_for(what.language).gettext
            words = fill(_("That was faster than I can follow, so I left some of it out. Please wait a moment, and "
                           "send it again."))  # fmt: skip
            await self._say(what, [Reply(words) if what.query_id is None else Reply(toast=str(words))])

    async def _attempt(self, update: Update, what: What | None) -> Result | None:
        """What became of it; None when the database is away, and so nothing was done."""
        try:
            return await self._route(update, what)
        except (TelegramError, BudgetClosedError) as error:
            log.warning("reply not sent: %s", type(error).__name__)
            return Result.HANDLED
        except Exception as error:  # noqa: BLE001 - one person's bad update must not stop the others'
            if is_away(error):
                log.warning("an update waits for the database: %s", type(error).__name__)
                self._tally.failed("database")
                return None
            log.error("update failed: %s\n%s", type(error).__name__, logs.places(error))  # noqa: TRY400
            self._tally.failed(type(error).__name__)
            await self._apologise(what)
            return Result.FAILED

    async def _route(self, update: Update, what: What | None) -> Result:
        match what:
            case Heard():
                return await self._converse(update.update_id, what)
            case CameOrWent():
                return await self._blocked_or_back(update.update_id, what)
            case Searched():
                await inline.answer(what, self._house, heed=self._outbound.heed)
            case TappedElsewhere(person_id, query_id):
                await self._outbound.reply(Reply(), chat_id=person_id, query_id=query_id)
            case Overheard():
                await self._in_a_group(what)
        return Result.HANDLED

    async def _converse(self, update_id: int, heard: Heard) -> Result:
        now = self._clock()
        with self._courtesy.answering():
            replies = await self._replies(update_id, heard, now)
            if replies is None:
                return Result.REPEATED
            for reply in replies:
                if isinstance(reply, Reply) and reply.refused is not None:
                    self._tally.refused(reply.refused)
            await self._say(heard, replies)
        return Result.HANDLED

    async def _replies(self, update_id: int, heard: Heard, now: datetime) -> Sequence[Reply | Later] | None:
        """What to say, with all that changes committed; None where Telegram repeats itself."""
        async with self._sessions.begin() as session:
            if not await updates.first_time(session, update_id, now):
                return None
            user = await users.ensure(session, chat_id=heard.chat_id, language=heard.language, now=now)
            if user.asleep_at is not None:
                user.asleep_at = None
                await schedule.realign(session, user, now)
            turn = Turn(user=user, session=session, now=now, words=words_for(user.language), house=self._house)
            return await dispatch(turn, heard.incoming)

    async def _say(self, heard: Heard, replies: Sequence[Reply | Later]) -> None:
        query_id = heard.query_id
        for reply in replies or [Reply()]:
            now = Reply() if isinstance(reply, Later) else reply
            try:
                await self._outbound.reply(now, chat_id=heard.chat_id, pressed=heard.message_id, query_id=query_id)
                if isinstance(reply, Later):
                    await self._say_later(heard.chat_id, reply)
            except (TelegramError, BudgetClosedError) as error:  # the change is committed, only its words are lost
                log.warning("reply not sent: %s", type(error).__name__)
            query_id = None

    async def _say_later(self, chat_id: int, later: Later) -> None:
        """Made, said, and only then on record. Raises TelegramError, BudgetClosedError."""
        reply = await self._with_database(lambda: later.make(self._sessions))
        await self._outbound.reply(reply, chat_id=chat_id)
        await self._with_database(lambda: self._record(later))

    async def _record(self, later: Later) -> None:
        async with self._sessions.begin() as session:
            await later.said(session)

    async def _with_database(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do it, again while the database is away: the update itself would not be handled a second time."""
        while True:
            try:
                return await work()
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("an answer waits for the database: %s", type(error).__name__)
                self._tally.failed("database")
                await self._sleep(_PAUSE)

    async def _blocked_or_back(self, update_id: int, what: CameOrWent) -> Result:
        """Reminders sleep while the bot is blocked, and wake when it no longer is."""
        now = self._clock()
        async with self._sessions.begin() as session:
            if not await updates.first_time(session, update_id, now):
                return Result.REPEATED
            user = await users.by_chat(session, what.chat_id)
            if user is None:
                return Result.HANDLED
            if what.blocked:
                user.asleep_at = now
                await reminders.silence(session, user.id)
            else:
                user.asleep_at = user.leaving_at = None
                user.seen_at = now
                await schedule.realign(session, user, now)
        return Result.HANDLED

    async def _in_a_group(self, what: Overheard) -> None:
        """Say once that the bot talks in private only, then stay silent."""
        async with self._sessions.begin() as session:
            if not await updates.first_word(session, what.chat_id, self._clock()):
                return
        _ = words_for(what.language).gettext
        text = fill(
            _("I talk in private only: what concerns your health is nobody else's business. "
              "Write to me here: {link}"), link=f"https://t.me/{self._house.username}"
        )  # fmt: skip
        await self._outbound.reply(Reply(text), chat_id=what.chat_id)

    async def _apologise(self, what: What | None) -> None:
        if isinstance(what, Heard):
            _ = words_for(what.language).gettext
            await self._say(what, [Reply(fill(_("Sorry, that went wrong on my side. Please try again.")))])
