"""/reminders: a person's reminders as a list and as cards with buttons that edit in place."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.dialogue import remind, reminder_changes, reminder_options, resting
from bot.dialogue.reminder_card import card, listing, to_list
from bot.dialogue.reminder_words import summary
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn, row_id
from bot.dialogue.words import fill
from db import reminders
from db.models import Reminder, ReminderState
from jobs import schedule


async def command(turn: Turn) -> Answer:
    return await listing(turn)


async def pressed(turn: Turn) -> Answer:
    """A button of the list or of a card: `<id>, <action>` with more behind it for days and other choices."""
    _ = turn.words.gettext
    if turn.args[:1] == ("list",):
        return await listing(turn, page=row_id(turn.args[-1]) or 0, edit=True)
    number, action, *more = (*turn.args, "", "")
    reminder = None
    if (reminder_id := row_id(number)) is not None:
        reminder = await reminders.owned(turn.session, user_id=turn.user.id, reminder_id=reminder_id)
    if reminder is None or action not in _ACTIONS:
        return turn.refuse(Refusal.MISSING, _("This reminder is no longer there."))
    if reminder.state == ReminderState.ENDED and action != "undo":
        return replace(await listing(turn, edit=True), toast=_("It was deleted already."), refused=Refusal.REPLAYED)
    return await _ACTIONS[action](turn, reminder, more[0])


async def _open(turn: Turn, reminder: Reminder, _more: str) -> Reply:
    return card(turn, reminder)


async def _off(turn: Turn, reminder: Reminder, _more: str) -> Reply:
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.OFF)
    return card(turn, reminder, toast=turn.words.gettext("Turned off."))


async def _on(turn: Turn, reminder: Reminder, _more: str) -> Reply:
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.ON)
    if reminder.state == ReminderState.ENDED:
        return replace(await listing(turn, edit=True), toast=turn.words.gettext("Its time has passed."))
    return card(turn, reminder, toast=turn.words.gettext("Turned on."))


async def _keep(turn: Turn, reminder: Reminder, _more: str) -> Reply:
    """What the question "shall these go on?" asks, answered here."""
    await resting.keep(turn, reminder.kind)
    return card(turn, reminder, toast=turn.words.gettext("It goes on."))


async def _delete(turn: Turn, reminder: Reminder, _more: str) -> Reply:
    _ = turn.words.gettext
    was_on = reminder.state == ReminderState.ON
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.ENDED)
    text = fill(_("Deleted: {reminder}"), reminder=summary(turn, reminder))
    undo = Press("reminder", (str(reminder.id), "undo", "on" if was_on else "off"))
    return Reply(text, buttons=[[Button(_("Undo"), undo), to_list(turn)]], edit=True)


async def _undo(turn: Turn, reminder: Reminder, was: str) -> Reply:
    _ = turn.words.gettext
    if was not in ("", "on", "off"):
        return turn.refuse(Refusal.FORGED)
    if reminder.state != ReminderState.ENDED:
        return replace(card(turn, reminder, toast=_("It is back already.")), refused=Refusal.REPLAYED)
    if len(await reminders.of_user(turn.session, turn.user.id)) >= remind.MOST_REMINDERS:
        return Reply(toast=_("You have as many reminders as I can keep. Delete another one first."))
    state = ReminderState.OFF if was == "off" else ReminderState.ON
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=state)
    if reminder.state == ReminderState.ENDED:
        return replace(await listing(turn, edit=True), toast=_("Its time has passed."))
    return card(turn, reminder, toast=_("It is back."))


_ACTIONS: Mapping[str, Callable[[Turn, Reminder, str], Awaitable[Reply]]] = {
    "open": _open,
    "time": reminder_changes.ask_time,
    "days": reminder_changes.days,
    "move": reminder_changes.move,
    "anyway": reminder_options.anyway,
    "nag": reminder_options.nag,
    "goal": reminder_options.goal,
    "here": reminder_options.here,
    "off": _off,
    "on": _on,
    "keep": _keep,
    "delete": _delete,
    "undo": _undo,
}
