"""/reminders: a person's reminders as a list and as cards with buttons that edit in place."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from babel.dates import get_day_names
from markupsafe import Markup

from bot.dialogue import remind, when, wording
from bot.dialogue.nudges import faces
from bot.dialogue.turn import Answer, Button, Press, Reply, Turn, row_id
from bot.dialogue.words import fill
from db import reminders
from db.models import Reminder, ReminderState
from jobs import schedule
from jobs.rule_json import from_json
from jobs.rules import ALL_DAYS, AtTimes, Every, Once, Rule

# The longest schedules still fit into one message.
_A_PAGE = 8
_LABEL = 44


async def listing(turn: Turn, *, page: int = 0, edit: bool = False) -> Reply:
    """A page of them, each a button that opens its card."""
    _ = turn.words.gettext
    mine = list(enumerate(await reminders.of_user(turn.session, turn.user.id), 1))
    if not mine:
        return Reply(
            fill(_("You have no reminders yet. Set one: /remind stretch 21:30")),
            buttons=[[Button(_("Set a reminder"), Press("say", ("/remind",)), style="primary")]],
            edit=edit,
        )
    last = (len(mine) - 1) // _A_PAGE
    page = min(page, last)
    shown = mine[page * _A_PAGE : (page + 1) * _A_PAGE]
    lines = [fill("{n}. {summary}", n=n, summary=_summary(turn, reminder)) for n, reminder in shown]
    buttons = [
        [Button(f"{n}. {_label(turn, reminder)}", Press("reminder", (str(reminder.id), "open")))]
        for n, reminder in shown
    ]
    turns = [(page - 1, "‹"), (page + 1, "›")]
    buttons.append([Button(sign, Press("reminder", ("list", str(to)))) for to, sign in turns if 0 <= to <= last])
    text = Markup("\n").join((fill(_("<b>Your reminders</b>")), *lines))
    return Reply(text, buttons=[row for row in buttons if row], edit=edit)


async def command(turn: Turn) -> Answer:
    return await listing(turn)


async def pressed(turn: Turn) -> Answer:
    """A button of the list or of a card: `<id>, <action>` with more behind it for days."""
    _ = turn.words.gettext
    if turn.args[:1] == ("list",):
        return await listing(turn, page=row_id(turn.args[-1]) or 0, edit=True)
    number, action, *more = (*turn.args, "", "")
    reminder = None
    if (reminder_id := row_id(number)) is not None:
        reminder = await reminders.owned(turn.session, user_id=turn.user.id, reminder_id=reminder_id)
    if reminder is None or action not in _ACTIONS:
        return Reply(toast=_("This reminder is no longer there."))
    if reminder.state == ReminderState.ENDED and action != "undo":
        return replace(await listing(turn, edit=True), toast=_("It was deleted already."))
    return await _ACTIONS[action](turn, reminder, more[0])


async def retyped(turn: Turn) -> Answer:
    """The new time of a reminder, in words. Days stay as they were unless the words name some."""
    asked = turn.user.expecting or {}
    reminder = await reminders.owned(turn.session, user_id=turn.user.id, reminder_id=int(asked["id"]))
    if reminder is None or reminder.state == ReminderState.ENDED:
        turn.user.expecting = None
        return await listing(turn)
    match when.read(turn, turn.text, kind=reminder.kind, retry=""):
        case Reply() as question:
            return question
        case rules:
            pass
    if len(rules) > 1:
        return Reply(fill(turn.words.gettext("One schedule at a time, please: use /remind for the others.")))
    old = from_json(reminder.rule)
    if isinstance(rules[0], Once) and not isinstance(old, Once):
        return Reply(
            fill(
                turn.words.gettext(
                    "This reminder repeats, and I would lose that. For a single time set another "
                    "one: /remind {kind} {text}"
                ),
                kind=reminder.kind,
                text=turn.text[:60],
            )
        )
    turn.user.expecting = None
    rule = _with_days_of(old, rules[0])
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, rule=rule)
    return remind.echo(turn, [reminder], [rule])


def _with_days_of(old: Rule, new: Rule) -> Rule:
    unnamed = isinstance(new, AtTimes | Every) and new.days == ALL_DAYS
    if unnamed and isinstance(new, AtTimes) and new.every_days > 1:
        return new
    if unnamed and isinstance(new, AtTimes | Every) and isinstance(old, AtTimes | Every):
        return replace(new, days=old.days)
    return new


async def _open(turn: Turn, reminder: Reminder, _more: str, *, toast: str | None = None) -> Reply:
    _ = turn.words.gettext
    number, on = str(reminder.id), reminder.state == ReminderState.ON
    first = [Button(_("Change time"), Press("reminder", (number, "time")))]
    if isinstance(rule := from_json(reminder.rule), AtTimes | Every) and not _by_interval_of_days(rule):
        first.append(Button(_("Change days"), Press("reminder", (number, "days"))))
    switch = Button(_("Turn off") if on else _("Turn on"), Press("reminder", (number, "off" if on else "on")))
    return Reply(
        _summary(turn, reminder),
        buttons=[
            first,
            [switch, Button(_("Delete"), Press("reminder", (number, "delete")), style="danger")],
            [Button(_("‹ All reminders"), Press("reminder", ("list",)))],
        ],
        edit=True,
        toast=toast,
    )


async def _ask_time(turn: Turn, reminder: Reminder, _more: str) -> Reply:
    _ = turn.words.gettext
    turn.user.expecting = {"what": "retime", "id": reminder.id}
    return Reply(
        fill(_("<b>{kind}</b>: what is the new time? Write it like this:\n{examples}\n\nOr /cancel."),
             kind=faces.label(turn.words, reminder.kind), examples=when.examples(reminder.kind))
    )  # fmt: skip


async def _days(turn: Turn, reminder: Reminder, toggled: str) -> Reply:
    """Seven buttons that switch days; the last day cannot be switched off."""
    _ = turn.words.gettext
    rule = from_json(reminder.rule)
    if not isinstance(rule, AtTimes | Every) or _by_interval_of_days(rule):
        return await _open(turn, reminder, "")
    toast = None
    if toggled in set("0123456"):
        days = rule.days ^ {int(toggled)}
        if days:
            rule = replace(rule, days=days)
            await schedule.change(turn.session, turn.user, reminder, now=turn.now, rule=rule)
        else:
            toast = _("At least one day has to stay. You can turn it off instead.")
    names = get_day_names("abbreviated", locale=turn.words.locale)
    boxes = [
        Button(
            f"{'☑' if n in rule.days else '☐'} {names[n]}",
            Press("reminder", (str(reminder.id), "days", str(n))),
        )
        for n in range(7)
    ]
    back = [Button(_("Done"), Press("reminder", (str(reminder.id), "open")), style="success")]
    return Reply(_summary(turn, reminder), buttons=[boxes[:4], boxes[4:], back], edit=True, toast=toast)


async def _off(turn: Turn, reminder: Reminder, more: str) -> Reply:
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.OFF)
    return await _open(turn, reminder, more, toast=turn.words.gettext("Turned off."))


async def _on(turn: Turn, reminder: Reminder, more: str) -> Reply:
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.ON)
    if reminder.state == ReminderState.ENDED:
        return replace(await listing(turn, edit=True), toast=turn.words.gettext("Its time has passed."))
    return await _open(turn, reminder, more, toast=turn.words.gettext("Turned on."))


async def _delete(turn: Turn, reminder: Reminder, _more: str) -> Reply:
    _ = turn.words.gettext
    was_on = reminder.state == ReminderState.ON
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=ReminderState.ENDED)
    text = fill(_("Deleted: {reminder}"), reminder=_summary(turn, reminder))
    undo = Press("reminder", (str(reminder.id), "undo", "on" if was_on else "off"))
    back = Button(_("‹ All reminders"), Press("reminder", ("list",)))
    return Reply(text, buttons=[[Button(_("Undo"), undo), back]], edit=True)


async def _undo(turn: Turn, reminder: Reminder, was: str) -> Reply:
    _ = turn.words.gettext
    if reminder.state != ReminderState.ENDED:
        return await _open(turn, reminder, "", toast=_("It is back already."))
    if len(await reminders.of_user(turn.session, turn.user.id)) >= remind.MOST_REMINDERS:
        return Reply(toast=_("You have as many reminders as I can keep. Delete another one first."))
    state = ReminderState.OFF if was == "off" else ReminderState.ON
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, state=state)
    if reminder.state == ReminderState.ENDED:
        return replace(await listing(turn, edit=True), toast=_("Its time has passed."))
    return await _open(turn, reminder, "", toast=_("It is back."))


_ACTIONS: Mapping[str, Callable[[Turn, Reminder, str], Awaitable[Reply]]] = {
    "open": _open,
    "time": _ask_time,
    "days": _days,
    "off": _off,
    "on": _on,
    "delete": _delete,
    "undo": _undo,
}


def _label(turn: Turn, reminder: Reminder) -> str:
    """Short, and different for two reminders of one kind: as in "🦵 on weekdays at 21:30"."""
    rule = from_json(reminder.rule)
    said = wording.schedule(turn.words, rule, now=turn.now, zone=turn.zone)
    return f"{faces.FACES[reminder.kind].icon} {said}"[:_LABEL]


def _by_interval_of_days(rule: Rule) -> bool:
    return isinstance(rule, AtTimes) and rule.every_days > 1


def _summary(turn: Turn, reminder: Reminder) -> Markup:
    """Kind, schedule, and when it comes next."""
    _ = turn.words.gettext
    rule = from_json(reminder.rule)
    what = fill(
        "<b>{kind}</b>: {schedule}",
        kind=faces.label(turn.words, reminder.kind),
        schedule=wording.schedule(turn.words, rule, now=turn.now, zone=turn.zone),
    )
    if reminder.state == ReminderState.OFF:
        return fill(_("{reminder} (off)"), reminder=what)
    if reminder.next_due_at is None or isinstance(rule, Once):
        return what
    due = wording.moment(turn.words, reminder.next_due_at, now=turn.now, zone=turn.zone)
    return fill(_("{reminder}. Next: {moment}"), reminder=what, moment=due)
