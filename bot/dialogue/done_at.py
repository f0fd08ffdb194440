"""Done, but earlier: ten minutes ago, an hour ago, or at a time that the person types. And a better hour, if Done comes
at another one day after day."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.dialogue import nudging, wording
from bot.dialogue.times import Ambiguous, Outcome, Understood, parse
from bot.dialogue.turn import Answer, Button, Press, Reply, Turn
from bot.dialogue.words import fill
from db import deliveries
from db.models import Delivery, Status
from jobs import better_time
from jobs.recurrence import instant_of
from jobs.rule_json import from_json
from jobs.rules import ALL_DAYS, AtTimes, Once

_AGO = {"10": timedelta(minutes=10), "60": timedelta(hours=1)}
_LONGEST_AGO = timedelta(days=1)
_SO_LONG_AGO = re.compile(r"\s*(.+?)\s+ago\s*")
_YESTERDAY = re.compile(r"\byesterday\b(\s+at\b)?")


async def outcome(turn: Turn, delivery: Delivery) -> Reply:
    """Done, with what may be said about when."""
    _ = turn.words.gettext
    earlier = Button(_("It was earlier"), Press("nudge", (str(delivery.id), "earlier")))
    return nudging.outcome(turn, delivery, earlier, *await _better(turn, delivery))


async def earlier(turn: Turn, delivery: Delivery, chosen: str) -> Reply:
    """First the choices; then it was done that long ago."""
    _ = turn.words.gettext
    if delivery.status != Status.DONE:
        return await nudging.again(turn, delivery)
    number = str(delivery.id)
    if chosen in _AGO:
        delivery.answered_at = turn.now - _AGO[chosen]
        turn.user.expecting = None
        return await outcome(turn, delivery)
    turn.user.expecting = {"what": "done_at", "id": delivery.id}
    choices = [
        Button(_("{time} ago").format(time=wording.span(turn.words, ago)), Press("nudge", (number, "earlier", key)))
        for key, ago in _AGO.items()
    ]
    back = Button(_("‹ Back"), Press("nudge", (number, "back")))
    return Reply(fill(_("When did you do it? Choose, or write the time, as in 20:15.")),
                 buttons=[choices, [back]], edit=True)  # fmt: skip


async def typed(turn: Turn) -> Answer:
    """The time at which it was done, in words."""
    _ = turn.words.gettext
    asked = turn.user.expecting or {}
    delivery = await nudging.own(turn, int(asked["id"]))
    if delivery is None or delivery.status != Status.DONE:
        turn.user.expecting = None
        return Reply(fill(_("I can't find that nudge any more.")))
    moments = [at for at in _moments(turn) if timedelta() <= turn.now - at <= _LONGEST_AGO]
    if len(moments) > 1:
        buttons = [Button(wording.moment(turn.words, at, now=turn.now, zone=turn.zone),
                          Press("say", (f"{at.astimezone(turn.zone):%H:%M}",))) for at in moments]  # fmt: skip
        return Reply(fill(_("Morning or evening? I don't want to guess.")), buttons=[buttons])
    if not moments:
        return Reply(
            fill(_("I don't understand that as a time of the last 24 hours. Write it like 20:15, or /cancel."))
        )
    delivery.answered_at, turn.user.expecting = moments[0], None
    return replace(await outcome(turn, delivery), edit=False)


def _moments(turn: Turn) -> list[datetime]:
    """The instants that were meant, by every reading: so long ago, or when the clock last showed that time."""
    text = turn.text.casefold()
    if match := _SO_LONG_AGO.fullmatch(text):
        return [turn.now - length for length in _lengths(turn, match[1])]
    today = turn.local.date()
    days = [today - timedelta(days=1)] if _YESTERDAY.search(text) else [today, today - timedelta(days=1)]
    by_day = [[instant_of(day, at, turn.zone) for day in days] for at in _times(turn, _YESTERDAY.sub(" ", text))]
    return sorted(next((moment for moment in moments if moment <= turn.now), moments[-1]) for moments in by_day)


def _lengths(turn: Turn, text: str) -> list[timedelta]:
    """The length of time that a text names; none for any other text."""
    match _read(turn, f"in {text}"):
        case Understood((Once(at),)):
            return [at - turn.now]
    return []


def _times(turn: Turn, text: str) -> set[time]:
    """What one time of the day a text can mean; none where it says more than a time, or several."""
    outcome = _read(turn, text)
    readings = [_read(turn, option) for option in outcome.options] if isinstance(outcome, Ambiguous) else [outcome]
    found = set()
    for reading in readings:
        match reading:
            case Understood((AtTimes(times=(at,), days=days, every_days=1, until=None),)) if days == ALL_DAYS:
                found.add(at)
            case _:
                return set()
    return found


def _read(turn: Turn, text: str) -> Outcome:
    return parse(text, now=turn.now, zone=turn.zone, language=turn.words.language)


async def _better(turn: Turn, delivery: Delivery) -> list[Button]:
    """A button that moves the reminder to the hour at which Done really comes."""
    reminder = await nudging.reminder_of(turn, delivery)
    if reminder is None:
        return []
    newest = await deliveries.of_reminder(turn.session, reminder.id, limit=better_time.LOOKED_AT)
    done = [(d.due_at, d.answered_at) for d in newest if d.status == Status.DONE and d.answered_at is not None]
    better = better_time.find(from_json(reminder.rule), done, turn.almanac_of(reminder))
    if better is None:
        return []
    label = turn.words.gettext("Move it to {time}").format(time=wording.clock(turn.words, better))
    return [Button(label, Press("reminder", (str(reminder.id), "move", f"{better:%H%M}")))]
