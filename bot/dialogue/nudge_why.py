"""Why this, why now? The inputs that led to a nudge, in place of it, with a way back."""

from markupsafe import Markup

from bot.dialogue import nudging, wording
from bot.dialogue.nudges import faces
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import fill, in_lines
from db.models import Delivery, Status
from jobs.memory import suggestion_of
from jobs.rule_json import from_json
from jobs.suggest.kinds import KINDS
from jobs.suggest.suggestion import Suggestion


async def screen(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    """Both halves of the answer, and the card that says what is known.

    A nudge that still waits is made anew first: what the person told since may speak against it.
    """
    _ = turn.words.gettext
    if delivery.status not in nudging.ANSWERED:
        made = await nudging.anew(turn, delivery)
        if isinstance(made, Reply):
            return made
        delivery.suggestion = made.to_json()
    return await _explained(turn, delivery, suggestion_of(delivery))


async def _explained(turn: Turn, delivery: Delivery, made: Suggestion | None) -> Reply:
    """The screen about this proposal; of one that is not known any more only its moment."""
    _ = turn.words.gettext
    face = faces.FACES[delivery.kind]
    this = list(face.explain(nudging.scene(turn, delivery, made))) if made is not None else []
    head = fill(_("<b>{kind}: why this, why now?</b>"), kind=faces.label(turn.words, delivery.kind))
    lines = [fill("• {line}", line=line) for line in (*this, *await _now(turn, delivery))]
    number = str(delivery.id)
    card = KINDS[delivery.kind].card
    known = [] if card is None else [[_card(turn, card)]]
    rows = [*known, [Button(_("‹ Back"), Press("nudge", (number, "back")))]]
    return Reply(in_lines((head, *lines)), buttons=rows, edit=True)


def _card(turn: Turn, card: str) -> Button:
    """As a message of its own: the nudge stays where it is."""
    label = turn.words.gettext("What is known about it")
    return Button(label, Press("say", (f"/why {card.replace('_', ' ')}",)))


async def _now(turn: Turn, delivery: Delivery) -> list[Markup]:
    """What decided its moment."""
    _ = turn.words.gettext
    reminder = await nudging.reminder_of(turn, delivery)
    if delivery.reminder_id is None or reminder is None:
        return [fill(_("Now, because you asked for it."))]
    rule = from_json(reminder.rule)
    said = wording.schedule(turn.words, rule, now=turn.now, zone=turn.zone)
    lines = [fill(_("Now, because you set: {schedule}."), schedule=said)]
    if delivery.promised_at > delivery.due_at and delivery.status != Status.SNOOZED and delivery.asked <= 1:
        lines.append(fill(_("Held back from {time}: quiet hours, or put off by you."),
                          time=wording.clock(turn.words, delivery.due_at.astimezone(turn.zone))))  # fmt: skip
    if reminder.nag:
        lines.append(fill(_("Asked up to three times, as you wished.")))
    return lines
