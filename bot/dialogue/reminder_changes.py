"""Another time or other days for a reminder: typed, tapped, or moved to the hour at which it is really done."""

from dataclasses import replace
from datetime import time

from babel.dates import get_day_names

from bot.dialogue import free_text, outlook, remind, when, wording
from bot.dialogue.nudges import faces
from bot.dialogue.reminder_card import card, has_days, listing
from bot.dialogue.reminder_words import other_clock, rule_of, summary
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, in_paragraphs
from db import reminders
from db.models import Reminder, ReminderState
from jobs import schedule
from jobs.better_time import moved
from jobs.rule_json import from_json
from jobs.rules import ALL_DAYS, AtTimes, Every, Once, Relative, Rule

_HHMM = 4


async def ask_time(turn: Turn, reminder: Reminder, _more: str) -> Reply:
    """What is the new time? The next text answers it."""
    _ = turn.words.gettext
    turn.user.expecting = {"what": "retime", "id": reminder.id}
    question = fill(_("<b>{kind}</b>: what is the new time? Write it like this:\n{examples}\n\nOr /cancel."),
                    kind=faces.label(turn.words, reminder.kind), examples=when.examples(reminder.kind))  # fmt: skip
    if (elsewhere := other_clock(turn, reminder)) is not None:
        note = fill(_("It keeps the clock of {city}, so write the time there."), city=elsewhere)
        question = in_paragraphs((question, note))
    return Reply(question)


async def retyped(turn: Turn) -> Answer:
    """The new time of a reminder, in words, or something else altogether."""
    return await free_text.instead_of_a_time(turn) or await _retimed(turn)


async def _retimed(turn: Turn) -> Answer:
    """Days stay as they were unless the words name some."""
    _ = turn.words.gettext
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
        return Reply(fill(_("One schedule at a time, please: use /remind for the others.")))
    old = rule_of(reminder)
    if isinstance(rules[0], Once) and not isinstance(old, Once | None):
        return Reply(
            fill(_("This reminder repeats, and I would lose that. For a single time set another one: "
                   "/remind {kind} {text}"), kind=reminder.kind, text=turn.text[:60])
        )  # fmt: skip
    rule = rules[0] if old is None else _with_days_of(old, rules[0])
    if (never := outlook.never(turn, [rule])) is not None:
        return never
    turn.user.expecting = None
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, rule=rule)
    return remind.echo(turn, [reminder], [rule])


def _with_days_of(old: Rule, new: Rule) -> Rule:
    if isinstance(new, Once) or isinstance(old, Once) or new.days != ALL_DAYS:
        return new
    if (isinstance(new, AtTimes) and new.every_days > 1) or not has_days(old):
        return new
    return replace(new, days=old.days)


async def days(turn: Turn, reminder: Reminder, toggled: str) -> Reply:
    """Seven buttons that switch days; the last day cannot be switched off."""
    _ = turn.words.gettext
    rule = from_json(reminder.rule)
    if not isinstance(rule, AtTimes | Every | Relative) or not has_days(rule):
        return card(turn, reminder)
    toast = None
    if toggled in set("0123456"):
        chosen = rule.days ^ {int(toggled)}
        toast = _why_not(turn, reminder, rule, chosen)
        if toast is None:
            rule = replace(rule, days=chosen)
            await schedule.change(turn.session, turn.user, reminder, now=turn.now, rule=rule)
    names = get_day_names("abbreviated", locale=turn.words.locale)
    boxes = [
        Button(
            f"{'☑' if n in rule.days else '☐'} {names[n]}",
            Press("reminder", (str(reminder.id), "days", str(n))),
        )
        for n in range(7)
    ]
    back = [Button(_("Done"), Press("reminder", (str(reminder.id), "open")), style="success")]
    return Reply(summary(turn, reminder), buttons=[boxes[:4], boxes[4:], back], edit=True, toast=toast)


def _why_not(turn: Turn, reminder: Reminder, rule: AtTimes | Every | Relative, chosen: frozenset[int]) -> str | None:
    """What keeps a rule from having these days."""
    _ = turn.words.gettext
    if not chosen:
        return _("At least one day has to stay. You can turn it off instead.")
    # One that waits for its landmark has no next time either, and may.
    over = rule.until is not None and not turn.almanac_of(reminder).upcoming(replace(rule, days=chosen), turn.now, 1)
    return _("With these days it would not come any more before its last day.") if over else None


async def move(turn: Turn, reminder: Reminder, to: str) -> Reply:
    """To another hour of the day, `to` as in 2230, with a way back."""
    _ = turn.words.gettext
    rule, hour = from_json(reminder.rule), _read(to)
    if hour is None or not isinstance(rule, AtTimes) or len(rule.times) != 1:
        return turn.refuse(Refusal.STALE)
    before = rule.times[0]
    if before == hour:
        already = _("It comes at {time} already.").format(time=wording.clock(turn.words, hour))
        return turn.refuse(Refusal.REPLAYED, already)
    rule = moved(rule, hour)
    await schedule.change(turn.session, turn.user, reminder, now=turn.now, rule=rule)
    echo = remind.echo(turn, [reminder], [rule])
    back = Button(_("Back to {time}").format(time=wording.clock(turn.words, before)),
                  Press("reminder", (str(reminder.id), "move", f"{before:%H%M}")))  # fmt: skip
    return replace(echo, buttons=[[back], *echo.buttons], edit=True)


def _read(hhmm: str) -> time | None:
    if len(hhmm) != _HHMM or not (hhmm.isascii() and hhmm.isdecimal()):
        return None
    hours, minutes = int(hhmm[:2]), int(hhmm[2:])
    return time(hours, minutes) if hours <= time.max.hour and minutes <= time.max.minute else None
