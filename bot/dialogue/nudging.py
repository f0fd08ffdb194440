"""A person's delivery as a message, in a conversation: what `jobs.deliver` does for the tick, here for a tap."""

from dataclasses import replace
from datetime import datetime, timedelta

from markupsafe import Markup

from bot.dialogue import consent, personal, wording
from bot.dialogue.nudges import faces, message
from bot.dialogue.nudges.scene import Scene
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import fill, in_paragraphs, mark
from db import deliveries, reminders
from db.models import Delivery, Reminder, Status
from jobs.compose import Case, compose
from jobs.day import with_agendas
from jobs.memory import histories
from jobs.suggest.suggestion import Silence, Suggestion
from jobs.workouts import Workout

ANSWERED = (Status.DONE, Status.SKIPPED, Status.SNOOZED)
"""What a nudge is once the person has said what became of it."""

MOST_A_DAY = 50
"""Nudges that a person asks for, each of which is kept."""
_DAY = timedelta(days=1)

# What silence of a kind means, for somebody who asked to see a nudge.
SILENCES = {
    "uv": mark(
        "By my estimate the sun is too strong now, or within half an hour: UV index 8 or more. Earlier or later "
        "today it is gentler."
    ),
    "withheld for safety": mark("By what you told me, I leave that out for you."),
    "nothing planned": mark("Nothing is planned for that day."),
    "nothing": mark("I have nothing for you at the moment: all that I know is on your list of what to leave out."),
}


async def begin(turn: Turn, kind: str, *, workout: Workout | None = None) -> Reply:
    """A nudge right now that counts, made from what the person told; or why there is none."""
    if withheld := personal.not_for_you(turn, kind):
        return withheld
    if await deliveries.asked_for(turn.session, turn.user.id, since=turn.now - _DAY) >= MOST_A_DAY:
        _ = turn.words.gettext
        return Reply(
            fill(_("That is enough for a day: I keep {n} nudges that you ask for yourself. Your reminders go on, and "
                   "tomorrow there is room again."), n=MOST_A_DAY)
        )  # fmt: skip
    delivery = Delivery(
        user_id=turn.user.id, kind=kind, ordinal=0, due_at=turn.now, promised_at=turn.now, send_at=turn.now,
        status=Status.SENT, attempts=1, asked=1, sent_at=turn.now, question=False,
    )  # fmt: skip
    turn.session.add(delivery)
    await turn.session.flush()
    made = compose(await case_of(turn, delivery), turn.now, workout=workout)
    if isinstance(made, Silence):
        await turn.session.delete(delivery)
        return silence(turn, kind, made)
    shown = put(turn, delivery, made)
    return shown if workout is None or consent.given(turn) else _not_kept(turn, delivery, shown)


def _not_kept(turn: Turn, delivery: Delivery, shown: Reply) -> Reply:
    """A workout that somebody tells who has not agreed is answered, and nothing of it is kept."""
    _ = turn.words.gettext
    delivery.suggestion = None
    note = fill(
        _("<i>Without your yes in /settings I keep nothing of this workout: Later and Why will not know it.</i>")
    )
    return replace(shown, text=in_paragraphs((shown.text or Markup(), note)))


async def case_of(turn: Turn, delivery: Delivery) -> Case:
    """The delivery with all that its suggestion depends on."""
    found = await histories(turn.session, [turn.user.id], turn.now)
    reminder = await reminder_of(turn, delivery)
    case = Case(delivery, turn.user, reminder, turn.edition, found[turn.user.id].without(delivery.id))
    (case,) = await with_agendas(turn.session, [case], turn.now)
    return case


async def reminder_of(turn: Turn, delivery: Delivery) -> Reminder | None:
    """The reminder that it came from; None for one that was asked for."""
    if delivery.reminder_id is None:
        return None
    return await reminders.owned(turn.session, user_id=turn.user.id, reminder_id=delivery.reminder_id)


def put(turn: Turn, delivery: Delivery, made: Suggestion) -> Reply:
    """The delivery proposes this from now on; the nudge as a reply, open to read: the person is here."""
    delivery.suggestion = made.to_json()
    return message.render(scene(turn, delivery, made), opened=True)


async def again(turn: Turn, delivery: Delivery) -> Reply:
    """The nudge in place, made anew: the same, unless what the person told since, or the hour, speaks against it."""
    made = await anew(turn, delivery)
    return made if isinstance(made, Reply) else replace(put(turn, delivery, made), edit=True)


async def anew(turn: Turn, delivery: Delivery) -> Suggestion | Reply:
    """What it proposes by all that is known now, or in place of the nudge why it proposes nothing any more."""
    if withheld := personal.not_for_you(turn, delivery.kind):
        return replace(withheld, edit=True)
    made = compose(await case_of(turn, delivery), turn.now)
    return replace(silence(turn, delivery.kind, made), edit=True) if isinstance(made, Silence) else made


def scene(turn: Turn, delivery: Delivery, made: Suggestion) -> Scene:
    """What the kind's face needs to speak of it."""
    return Scene(turn.words, turn.edition, turn.preferences, turn.zone, delivery.id, made)


def silence(turn: Turn, kind: str, why: Silence) -> Reply:
    """Why there is nothing to propose."""
    _ = turn.words.gettext
    reason = _(SILENCES.get(why.reason, SILENCES["nothing"]))
    return Reply(fill("<b>{kind}</b>\n{reason}", kind=faces.label(turn.words, kind), reason=reason))


def outcome(turn: Turn, delivery: Delivery, *more: Button) -> Reply:
    """What became of it, in place of the nudge, with Undo and what else can be said now."""
    _ = turn.words.gettext
    texts = {
        Status.DONE: _("<b>{kind}</b>\n✓ Done ({moment}). Well done."),
        Status.SKIPPED: _("<b>{kind}</b>\nSkipped ({moment}). That is fine."),
        Status.SNOOZED: _("<b>{kind}</b>\nPut off. It comes again: {moment}."),
    }
    at: datetime = delivery.answered_at or turn.now
    if delivery.status == Status.SNOOZED:
        at = delivery.send_at
    text: Markup = fill(
        texts[Status(delivery.status)],
        kind=faces.label(turn.words, delivery.kind),
        moment=wording.moment(turn.words, at, now=turn.now, zone=turn.zone),
    )
    undo = Button(_("Undo"), Press("nudge", (str(delivery.id), "undo")))
    rows = [more[i : i + 2] for i in range(0, len(more), 2)]
    return Reply(text, buttons=[*rows, [undo]], edit=True)


async def own(turn: Turn, number: int | None) -> Delivery | None:
    """The person's own delivery of this number, out of a button."""
    if number is None:
        return None
    return await deliveries.owned(turn.session, user_id=turn.user.id, delivery_id=number)
