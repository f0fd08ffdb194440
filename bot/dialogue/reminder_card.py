"""A person's reminders on the screen: the list, and each one's card with what can be done to it."""

from collections.abc import Sequence

from bot.dialogue import outlook
from bot.dialogue.nudges import faces
from bot.dialogue.reminder_words import other_clock, rests, rule_of, schedule, summary
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import fill, in_lines
from db import reminders
from db.models import Reminder, ReminderState
from jobs.rules import AtTimes, Every, Once, Relative, Rule
from jobs.suggest.kinds import KINDS

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
    lines = [fill("{n}. {summary}", n=n, summary=summary(turn, reminder)) for n, reminder in shown]
    buttons = [
        [Button(f"{n}. {_label(turn, reminder)}", Press("reminder", (str(reminder.id), "open")))]
        for n, reminder in shown
    ]
    turns = [(page - 1, "‹"), (page + 1, "›")]
    buttons.append([Button(sign, Press("reminder", ("list", str(to)))) for to, sign in turns if 0 <= to <= last])
    buttons.append(_resume(turn))
    text = in_lines((fill(_("<b>Your reminders</b>")), *outlook.pause(turn), *lines))
    return Reply(text, buttons=[row for row in buttons if row], edit=edit)


def card(turn: Turn, reminder: Reminder, *, toast: str | None = None) -> Reply:
    """One of them, in place of what was there, with all that can be changed."""
    _ = turn.words.gettext
    number, on = str(reminder.id), reminder.state == ReminderState.ON
    switch = Button(_("Turn off") if on else _("Turn on"), Press("reminder", (number, "off" if on else "on")))
    rows = [
        [Button(_("Let it go on"), Press("reminder", (number, "keep")), style="success")] if rests(reminder) else [],
        _schedule_row(turn, reminder),
        *_option_rows(turn, reminder),
        [switch, Button(_("Delete"), Press("reminder", (number, "delete")), style="danger")],
        [to_list(turn)],
    ]
    text = in_lines((summary(turn, reminder), *(outlook.pause(turn) if on else ())))
    return Reply(text, buttons=[row for row in rows if row], edit=True, toast=toast)


def to_list(turn: Turn) -> Button:
    """Back to all of them."""
    return Button(turn.words.gettext("‹ All reminders"), Press("reminder", ("list",)))


def has_days(rule: Rule) -> bool:
    """Whether weekdays can be chosen for it: not for every few days, and not for a single day."""
    if isinstance(rule, Once) or (isinstance(rule, AtTimes) and rule.every_days > 1):
        return False
    return not (isinstance(rule, Relative) and rule.until is not None and rule.days == {rule.until.weekday()})


def has_goal(reminder: Reminder, rule: Rule) -> bool:
    """Whether it can be enough for a day: where one comes again and again and is counted."""
    return KINDS[reminder.kind].habit and (isinstance(rule, Every) or reminder.goal is not None)


def _schedule_row(turn: Turn, reminder: Reminder) -> list[Button]:
    _ = turn.words.gettext
    number = str(reminder.id)
    row = [Button(_("Change time"), Press("reminder", (number, "time")))]
    rule = rule_of(reminder)
    if rule is not None and has_days(rule):
        row.append(Button(_("Change days"), Press("reminder", (number, "days"))))
    return row


def _option_rows(turn: Turn, reminder: Reminder) -> Sequence[Sequence[Button]]:
    """What matters to this one only: quiet hours where it meets them, another clock where it keeps one."""
    _ = turn.words.gettext
    number, rule = str(reminder.id), rule_of(reminder)
    if rule is None:
        return []
    asking = []
    if KINDS[reminder.kind].habit:
        asking.append(Button(_("Ask again"), Press("reminder", (number, "nag"))))
    if has_goal(reminder, rule):
        asking.append(Button(_("Enough for a day"), Press("reminder", (number, "goal"))))
    rows = [asking]
    if reminder.anyway:
        rows.append([Button(_("Keep to quiet hours"), Press("reminder", (number, "anyway", "off")))])
    elif outlook.quiet_occasion(turn, reminder, rule) is not None:
        rows.append([Button(_("Come in quiet hours too"), Press("reminder", (number, "anyway", "on")))])
    if other_clock(turn, reminder) is not None:
        rows.append([Button(_("Go by my clock here"), Press("reminder", (number, "here")))])
    return rows


def _resume(turn: Turn) -> list[Button]:
    paused = turn.user.paused_until is not None and turn.user.paused_until > turn.now
    return [Button(turn.words.gettext("Resume now"), Press("pause", ("resume",)))] if paused else []


def _label(turn: Turn, reminder: Reminder) -> str:
    """Short, and different for two reminders of one kind: as in "🦵 on weekdays at 21:30"."""
    return f"{faces.FACES[reminder.kind].icon} {schedule(turn, reminder)}"[:_LABEL]
