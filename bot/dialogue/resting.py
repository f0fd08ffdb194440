"""The question that comes instead of a nudge after days without an answer: keep, another time, fewer, or stop."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from markupsafe import Markup

from bot.dialogue import nudging, reminder_changes
from bot.dialogue.nudges import faces, message
from bot.dialogue.reminder_words import schedule as schedule_of
from bot.dialogue.reminder_words import summary
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn, row_id
from bot.dialogue.words import fill, in_lines, mark
from db import reminders
from db.deliveries import FAREWELL
from db.models import Delivery, Reminder, ReminderState, Status
from jobs import schedule
from jobs.fewer import Fewer, fewer
from jobs.rule_json import from_json
from jobs.rules import Rule

_WAYS: Mapping[Fewer, str] = {
    Fewer.WEEKDAYS: mark("On weekdays only"),
    Fewer.ALTERNATE: mark("Every other day"),
    Fewer.WEEKLY: mark("Once a week"),
}

_SHOWN = 8


async def pressed(turn: Turn) -> Answer:
    """A button under the question: `<delivery id>, <action>`; behind it a choice."""
    _ = turn.words.gettext
    number, action, *more = (*turn.args, "", "")
    delivery = await nudging.own(turn, row_id(number))
    if delivery is None or not delivery.question or delivery.kind == FAREWELL or action not in _ACTIONS:
        return turn.refuse(Refusal.MISSING, _("I can't find that question any more."))
    if action == "again":  # the only one that comes after an answer
        return await _again(turn, delivery, more[0])
    if delivery.status in nudging.ANSWERED:
        answered = _("You have answered that already. /reminders changes everything.")
        return turn.refuse(Refusal.REPLAYED, answered)
    if not await _of_kind(turn, delivery.kind):
        _settle(turn, delivery)
        return _said(turn, delivery, fill(_("There is no reminder of this kind that is on any more.")), [])
    return await _ACTIONS[action](turn, delivery, more[0])


async def keep(turn: Turn, kind: str) -> None:
    """The reminders of a kind go on as they are, and that is not asked again soon."""
    for reminder in await _of_kind(turn, kind):
        reminder.kept_at = turn.now
    await schedule.heard(turn.session, turn.user, kind=kind, now=turn.now)


async def _keep(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    await keep(turn, delivery.kind)
    _settle(turn, delivery)
    mine = await _of_kind(turn, delivery.kind)
    return _said(turn, delivery, fill(turn.words.gettext("All right, they go on as they are.")), mine)


async def _time(turn: Turn, delivery: Delivery, _more: str) -> Answer:
    """They go on, and the new time is asked for; of several first which one."""
    _ = turn.words.gettext
    await schedule.heard(turn.session, turn.user, kind=delivery.kind, now=turn.now)
    _settle(turn, delivery)
    mine = await _of_kind(turn, delivery.kind)
    if len(mine) == 1:
        said = _said(turn, delivery, fill(_("They go on. Tell me the new time below.")), mine)
        return [said, await reminder_changes.ask_time(turn, mine[0], "")]
    text = fill(_("They go on. Which one shall come at another time?"))
    rows = [[Button(schedule_of(turn, reminder), Press("reminder", (str(reminder.id), "time")))] for reminder in mine]
    return Reply(_headed(turn, delivery, text), buttons=rows, edit=True)


async def _fewer(turn: Turn, delivery: Delivery, chosen: str) -> Reply:
    """First the choices, of which each makes them fewer; then fewer they are."""
    _ = turn.words.gettext
    mine = await _of_kind(turn, delivery.kind)
    ways = {way: changed for way in Fewer if (changed := _on_fewer_days(turn, mine, way))}
    number = str(delivery.id)
    if chosen not in ways:
        rows = [[Button(_(_WAYS[way]), Press("rest", (number, "fewer", way)))] for way in ways]
        rows.append([Button(_("‹ Back"), Press("rest", (number, "back")))])
        text = fill(_("How often shall they come?")) if ways else fill(_("They come once a week at the most already."))
        return Reply(_headed(turn, delivery, text), buttons=rows, edit=True)
    for reminder, rule in ways[Fewer(chosen)]:
        await schedule.change(turn.session, turn.user, reminder, now=turn.now, rule=rule)
    await schedule.heard(turn.session, turn.user, kind=delivery.kind, now=turn.now)
    _settle(turn, delivery)
    return _said(turn, delivery, fill(_("All right, fewer of them.")), mine)


async def _stop(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    """Turned off, with a way back that knows which ones they were."""
    _ = turn.words.gettext
    stopped = await _of_kind(turn, delivery.kind)
    for reminder in stopped:
        await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.OFF)
    _settle(turn, delivery)
    again = Press("rest", (str(delivery.id), "again", ",".join(str(reminder.id) for reminder in stopped)))
    to_list = Button(_("My reminders"), Press("reminder", ("list",)))
    buttons = [Button(_("Turn on again"), again), to_list] if again.fits else [to_list]
    return Reply(_headed(turn, delivery, fill(_("Turned off. No more of these."))), buttons=[buttons], edit=True)


async def _again(turn: Turn, delivery: Delivery, stopped: str) -> Reply:
    """What was stopped here is on again; only that, and only once."""
    _ = turn.words.gettext
    numbers = {row_id(number) for number in stopped.split(",")}
    mine = await reminders.of_user(turn.session, turn.user.id)
    off = [
        reminder
        for reminder in mine
        if reminder.id in numbers and reminder.kind == delivery.kind and reminder.state == ReminderState.OFF
    ]
    for reminder in off:
        await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.ON)
    on = [reminder for reminder in off if reminder.state == ReminderState.ON]
    if not on:
        nothing = _("There is nothing to turn on here any more. /reminders shows them all.")
        return turn.refuse(Refusal.STALE, nothing)
    return _said(turn, delivery, fill(_("Turned on again.")), on)


async def _back(turn: Turn, delivery: Delivery, _more: str) -> Reply:
    asked = message.question(turn.words, delivery.id, delivery.kind)
    return Reply(asked.text, buttons=asked.buttons, edit=True)


_ACTIONS: Mapping[str, Callable[[Turn, Delivery, str], Awaitable[Answer]]] = {
    "keep": _keep,
    "time": _time,
    "fewer": _fewer,
    "stop": _stop,
    "again": _again,
    "back": _back,
}


async def _of_kind(turn: Turn, kind: str) -> list[Reminder]:
    """The person's reminders of a kind that are on."""
    mine = await reminders.of_user(turn.session, turn.user.id)
    return [reminder for reminder in mine if reminder.kind == kind and reminder.state == ReminderState.ON]


def _on_fewer_days(turn: Turn, mine: Sequence[Reminder], way: Fewer) -> list[tuple[Reminder, Rule]]:
    """Those of the reminders that this way makes fewer, with their new rules."""
    found = []
    for reminder in mine:
        rule, almanac = from_json(reminder.rule), turn.almanac_of(reminder)
        due = almanac.next_due(rule, turn.now)
        changed = fewer(rule, way, (due or turn.now).astimezone(almanac.rule_zone).date())
        # One that waits for its landmark has no next time either way.
        if changed is not None and (due is None or almanac.next_due(changed, turn.now) is not None):
            found.append((reminder, changed))
    return found


def _settle(turn: Turn, delivery: Delivery) -> None:
    """The question is answered; nothing was done or left undone by that."""
    delivery.status, delivery.answered_at, delivery.again_at = Status.SKIPPED, turn.now, None


def _said(turn: Turn, delivery: Delivery, text: Markup, mine: Sequence[Reminder]) -> Reply:
    """What became of them, in place of the question; one of them can be opened at once, several in their list."""
    _ = turn.words.gettext
    lines = [summary(turn, reminder) for reminder in mine[:_SHOWN]]
    to_list = Button(_("My reminders"), Press("reminder", ("list",)))
    change = [Button(_("Change"), Press("reminder", (str(reminder.id), "open"))) for reminder in mine]
    buttons = change if len(mine) == 1 else [to_list]
    return Reply(in_lines((_headed(turn, delivery, text), *lines)), buttons=[buttons], edit=True)


def _headed(turn: Turn, delivery: Delivery, text: Markup) -> Markup:
    return fill("<b>{kind}</b>\n{text}", kind=faces.label(turn.words, delivery.kind), text=text)
