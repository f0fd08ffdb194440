"""Done, Later, Skip, Why and Undo on a nudge; and /nudge, which shows one at once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.dialogue import consent, done_at, food_answers, nudge_why, nudging, personal, remind, wording
from bot.dialogue.nudges import faces
from bot.dialogue.turn import Answer, Button, Press, Redirect, Refusal, Reply, Turn, row_id
from bot.dialogue.words import Words, fill, mark
from db.models import Delivery, ReminderState, Status
from jobs import schedule
from jobs.suggest.kinds import KINDS

_EVENING_HOUR = 20

REASONS: Mapping[str, str] = {
    "no_time": mark("No time"),
    "not_well": mark("Not well"),
    "away": mark("Away"),
}
"""Why somebody skips, by what is stored."""


async def command(turn: Turn) -> Answer:
    """`/nudge stretch`: what a nudge of that kind would be, now, with buttons that count."""
    kind = faces.find(turn.text)
    if kind is None:
        return remind.unknown_kind(turn, turn.text, command="nudge") if turn.text else _which(turn.words)
    if (command := faces.FACES[kind].command) is not None:
        return Redirect(f"/{command}")
    return await nudging.begin(turn, kind)


def _which(words: Words) -> Reply:
    return Reply(
        fill(words.gettext("Which nudge would you like to see?")),
        buttons=[[Button(faces.label(words, kind), Press("say", (f"/nudge {kind}",)))] for kind in KINDS],
    )


async def pressed(turn: Turn) -> Answer:
    """A button under a nudge: `<delivery id>, <action>`."""
    number, action, *more = (*turn.args, "", "")
    delivery = await nudging.own(turn, row_id(number))
    if delivery is None or delivery.question or action not in _ACTIONS:
        return turn.refuse(Refusal.MISSING, turn.words.gettext("I can't find that nudge any more."))
    return await _ACTIONS[action](turn, delivery, more[0])


async def answer(turn: Turn, delivery: Delivery, status: Status) -> bool:
    """Note the answer; False if there is one already. Whatever asked for it keeps quiet about it from now on."""
    if delivery.status in nudging.ANSWERED:
        return False
    delivery.status, delivery.answered_at, delivery.again_at = status, turn.now, None
    await schedule.heard(turn.session, turn.user, kind=delivery.kind, now=turn.now)
    return True


def known(turn: Turn, delivery: Delivery) -> Reply:
    """For a second tap."""
    noted = turn.words.gettext("That is noted already.")
    return replace(nudging.outcome(turn, delivery), toast=noted, refused=Refusal.REPLAYED)


async def _done(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    if not await answer(turn, delivery, Status.DONE):
        return known(turn, delivery)
    return await done_at.outcome(turn, delivery)


async def _skip(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    """Skipped at once; the reason may follow, and so may the end of it all."""
    _ = turn.words.gettext
    if not await answer(turn, delivery, Status.SKIPPED):
        return known(turn, delivery)
    number = str(delivery.id)
    reasons = [Button(_(label), Press("nudge", (number, "reason", name))) for name, label in REASONS.items()]
    if delivery.reminder_id is not None:
        reasons.append(Button(_("Stop these"), Press("nudge", (number, "stop"))))
    return nudging.outcome(turn, delivery, *reasons)


async def _reason(turn: Turn, delivery: Delivery, name: str) -> Reply:
    _ = turn.words.gettext
    if delivery.status != Status.SKIPPED or name not in REASONS:
        return known(turn, delivery) if delivery.status in nudging.ANSWERED else await nudging.again(turn, delivery)
    if consent.given(turn):  # it can tell of their health
        delivery.skipped_for = name
    toast = _("Noted. Get well soon.") if name == "not_well" else _("Noted.")
    more = [Button(_("Pause everything"), Press("say", ("/pause",)))] if name != "no_time" else []
    return replace(nudging.outcome(turn, delivery, *more), toast=toast)


async def _stop(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    """The reminder behind this nudge is turned off; it can be turned on again here."""
    _ = turn.words.gettext
    reminder = await nudging.reminder_of(turn, delivery)
    if reminder is None or reminder.state == ReminderState.ENDED:
        return turn.refuse(Refusal.STALE, _("There is no reminder behind this one."))
    await answer(turn, delivery, Status.SKIPPED)
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.OFF)
    text = fill(_("<b>{kind}</b>\nTurned off. No more of these."), kind=faces.label(turn.words, delivery.kind))
    again = Button(_("Turn on again"), Press("reminder", (str(reminder.id), "on")))
    return Reply(text, buttons=[[again, Button(_("My reminders"), Press("reminder", ("list",)))]], edit=True)


async def _later(turn: Turn, delivery: Delivery, chosen: str) -> Reply:
    """First the choices, then the chosen time: the same delivery with another `send_at`."""
    if delivery.status in nudging.ANSWERED:
        return known(turn, delivery)
    if withheld := personal.not_for_you(turn, delivery.kind):
        return replace(withheld, edit=True)
    waits = _waits(turn)
    if chosen not in waits:
        labels = [Button(label, Press("nudge", (str(delivery.id), "later", key)))
                  for key, (label, _wait) in waits.items()]  # fmt: skip
        back = Button(turn.words.gettext("‹ Back"), Press("nudge", (str(delivery.id), "back")))
        buttons = [labels[i : i + 2] for i in range(0, len(labels), 2)]
        return replace(await nudging.again(turn, delivery), buttons=[*buttons, [back]], edit=True)
    await answer(turn, delivery, Status.SNOOZED)
    delivery.promised_at = delivery.send_at = turn.now + waits[chosen][1]
    delivery.attempts = delivery.asked = 0
    return nudging.outcome(turn, delivery)


def _waits(turn: Turn) -> Mapping[str, tuple[str, timedelta]]:
    _ = turn.words.gettext
    waits = {
        "10": (wording.span(turn.words, timedelta(minutes=10)), timedelta(minutes=10)),
        "60": (wording.span(turn.words, timedelta(hours=1)), timedelta(hours=1)),
    }
    if turn.user.zone is None:
        return waits
    evening = turn.local.replace(hour=_EVENING_HOUR, minute=0, second=0, microsecond=0)
    if evening - turn.local > timedelta(hours=1):
        waits["evening"] = (_("This evening"), evening.astimezone(turn.now.tzinfo) - turn.now)
    tomorrow = (turn.local + timedelta(days=1)).astimezone(turn.now.tzinfo)
    waits["tomorrow"] = (_("Tomorrow, same time"), tomorrow - turn.now)
    return waits


async def _undo(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    if delivery.status not in nudging.ANSWERED:
        nothing = turn.words.gettext("Nothing to undo.")
        return replace(await nudging.again(turn, delivery), toast=nothing, refused=Refusal.REPLAYED)
    delivery.status, delivery.answered_at, delivery.skipped_for = Status.SENT, None, None
    return await nudging.again(turn, delivery)


async def _back(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    if delivery.status in nudging.ANSWERED:
        return nudging.outcome(turn, delivery)
    return await nudging.again(turn, delivery)


_ACTIONS: Mapping[str, Callable[[Turn, Delivery, str], Awaitable[Reply]]] = {
    "done": _done,
    "earlier": done_at.earlier,
    "skip": _skip,
    "reason": _reason,
    "stop": _stop,
    "later": _later,
    "undo": _undo,
    "back": _back,
    "show": _back,
    "why": nudge_why.screen,
    **food_answers.ACTIONS,
}
