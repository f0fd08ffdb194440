"""Done, Later, Skip, Why and Undo on a nudge; and /nudge, which shows one at once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.dialogue import nudges, personal, remind, why, wording
from bot.dialogue.turn import Answer, Button, Press, Reply, Turn, row_id
from bot.dialogue.words import Words, fill
from db import deliveries
from db.models import Delivery, Status
from jobs.suggest.kinds import KINDS
from jobs.suggest.suggestion import Occasion

_ANSWERED = (Status.DONE, Status.SKIPPED, Status.SNOOZED)
_EVENING_HOUR = 20


async def command(turn: Turn) -> Answer:
    """`/nudge stretch`: what a nudge of that kind would be, now, with buttons that count."""
    kind = remind.find(turn.text)
    if kind is None:
        return remind.unknown_kind(turn, turn.text, command="nudge") if turn.text else _which(turn.words)
    if withheld := personal.not_for_you(turn, kind):
        return withheld
    delivery = Delivery(
        user_id=turn.user.id, kind=kind, ordinal=turn.now.toordinal(), due_at=turn.now, promised_at=turn.now,
        send_at=turn.now, status=Status.SENT, attempts=1, sent_at=turn.now,
    )  # fmt: skip
    turn.session.add(delivery)
    await turn.session.flush()
    return _nudge(turn, delivery)


def _which(words: Words) -> Reply:
    return Reply(
        fill(words.gettext("Which nudge would you like to see?")),
        buttons=[[Button(wording.kind(words, kind), Press("say", (f"/nudge {kind}",)))] for kind in KINDS],
    )


async def pressed(turn: Turn) -> Answer:
    """A button under a nudge: `<delivery id>, <action>`."""
    _ = turn.words.gettext
    number, action, *more = (*turn.args, "", "")
    delivery = None
    if (delivery_id := row_id(number)) is not None:
        delivery = await deliveries.owned(turn.session, user_id=turn.user.id, delivery_id=delivery_id)
    if delivery is None or action not in _ACTIONS:
        return Reply(toast=_("I can't find that nudge any more."))
    return await _ACTIONS[action](turn, delivery, more[0])


async def _done(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    return _answer(turn, delivery, Status.DONE)


async def _skip(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    return _answer(turn, delivery, Status.SKIPPED)


def _answer(turn: Turn, delivery: Delivery, status: Status) -> Reply:
    if delivery.status in _ANSWERED:
        return replace(_outcome(turn, delivery), toast=turn.words.gettext("That is noted already."))
    delivery.status, delivery.answered_at = status, turn.now
    return _outcome(turn, delivery)


async def _later(turn: Turn, delivery: Delivery, chosen: str) -> Reply:
    """First the choices, then the chosen time: the same delivery with another `send_at`."""
    if delivery.status in _ANSWERED:
        return _answer(turn, delivery, Status.SNOOZED)
    waits = _waits(turn)
    if chosen not in waits:
        labels = [Button(label, Press("nudge", (str(delivery.id), "later", key)))
                  for key, (label, _wait) in waits.items()]  # fmt: skip
        back = Button(turn.words.gettext("‹ Back"), Press("nudge", (str(delivery.id), "back")))
        buttons = [labels[i : i + 2] for i in range(0, len(labels), 2)]
        return replace(_nudge(turn, delivery), buttons=[*buttons, [back]], edit=True)
    delivery.promised_at = delivery.send_at = turn.now + waits[chosen][1]
    delivery.status, delivery.answered_at, delivery.attempts = Status.SNOOZED, turn.now, 0
    return _outcome(turn, delivery)


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
    if delivery.status not in _ANSWERED:
        return replace(_nudge(turn, delivery), edit=True, toast=turn.words.gettext("Nothing to undo."))
    delivery.status, delivery.answered_at = Status.SENT, None
    return replace(_nudge(turn, delivery), edit=True)


async def _back(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    if delivery.status in _ANSWERED:
        return _outcome(turn, delivery)
    return replace(_nudge(turn, delivery), edit=True)


async def _why(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    return why.first_screen(turn, KINDS[delivery.kind].card)


_ACTIONS: Mapping[str, Callable[[Turn, Delivery, str], Awaitable[Reply]]] = {
    "done": _done,
    "skip": _skip,
    "later": _later,
    "undo": _undo,
    "back": _back,
    "why": _why,
}


def _nudge(turn: Turn, delivery: Delivery) -> Reply:
    """The nudge, unless what the person told since speaks against it."""
    if withheld := personal.not_for_you(turn, delivery.kind):
        return withheld
    suggestion = KINDS[delivery.kind].suggest(Occasion(ordinal=delivery.ordinal))
    return nudges.render(turn.words, delivery.id, suggestion)


def _outcome(turn: Turn, delivery: Delivery) -> Reply:
    """What became of it, in place of the nudge, with Undo."""
    _ = turn.words.gettext
    at = delivery.answered_at or turn.now
    texts = {
        Status.DONE: _("<b>{kind}</b>\n✓ Done ({moment}). Well done."),
        Status.SKIPPED: _("<b>{kind}</b>\nSkipped ({moment}). That is fine."),
        Status.SNOOZED: _("<b>{kind}</b>\nPut off. It comes again: {moment}."),
    }
    if delivery.status == Status.SNOOZED:
        at = delivery.send_at
    text = fill(
        texts[Status(delivery.status)],
        kind=wording.kind(turn.words, delivery.kind),
        moment=wording.moment(turn.words, at, now=turn.now, zone=turn.zone),
    )
    undo = Button(_("Undo"), Press("nudge", (str(delivery.id), "undo")))
    return Reply(text, buttons=[[undo, Button(_("Why?"), Press("nudge", (str(delivery.id), "why")))]], edit=True)
