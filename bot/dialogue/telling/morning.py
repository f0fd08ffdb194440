"""The morning card: a reminder like any other, with a short way to it."""

from collections.abc import Sequence

from bot.dialogue import wording
from bot.dialogue.telling.way import Ask, Offer, Told, says_nothing
from bot.dialogue.times import Ambiguous, Understood, parse
from bot.dialogue.turn import Redirect, Turn
from bot.dialogue.when import QUESTIONS
from bot.dialogue.words import fill
from db import reminders
from db.models import Reminder, ReminderState
from jobs import schedule
from jobs.rule_json import from_json

KIND = "today"
_SUGGESTED = ("06:30", "07:00", "07:30", "08:00")


class MorningCard:
    """Not kept here: `/remind today 7:30` makes it, and what is there already is changed."""

    async def shown(self, turn: Turn) -> Sequence[str]:
        """When it comes."""
        return [
            wording.schedule(turn.words, from_json(reminder.rule), now=turn.now, zone=turn.zone)
            for reminder in await _on(turn)
        ]

    async def offers(self, _turn: Turn) -> Sequence[Offer]:
        """Times of a morning."""
        return [Offer(at.replace(":", ""), at, chosen=False) for at in _SUGGESTED]

    async def pick(self, turn: Turn, key: str) -> Told:
        """At this time from now on."""
        return await self.read(turn, f"{key[:2]}:{key[2:]}")

    async def read(self, turn: Turn, text: str) -> Told:
        """A schedule; what is no schedule is answered where reminders are made."""
        if says_nothing(text):
            await self.clear(turn)
            return None
        kept = await _on(turn)
        match parse(text, now=turn.now, zone=turn.zone, language=turn.words.language):
            case Ambiguous(question, options):
                return Ask(fill(turn.words.gettext(QUESTIONS[question])), {option: option for option in options})
            case Understood((rule,)) if len(kept) == 1 and turn.user.zone is not None:
                await schedule.change(turn.session, turn.user, kept[0], now=turn.now, rule=rule)
                return None
        return Redirect(f"/remind {KIND} {text}")

    async def clear(self, turn: Turn) -> None:
        """Turned off; it can be turned on again in /reminders."""
        for reminder in await _on(turn):
            await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.OFF)


async def _on(turn: Turn) -> list[Reminder]:
    mine = await reminders.of_user(turn.session, turn.user.id)
    return [reminder for reminder in mine if reminder.kind == KIND and reminder.state == ReminderState.ON]
