"""A reminder in words, the same in every list, card and echo: its schedule, its state, and what is special about it."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from markupsafe import Markup

from bot.dialogue import landmarks, personal, wording
from bot.dialogue.nudges import faces
from bot.dialogue.turn import Turn
from bot.dialogue.words import Words, fill
from db.models import Reminder, ReminderState
from jobs.compose import MOST_ASKED
from jobs.forecast import Coming, Fate, occasions
from jobs.rule_json import from_json
from jobs.rules import Once, Relative, Rule, RuleError
from jobs.suggest.kinds import KINDS

# Zones that are no place, such as Etc/GMT-5.
_NOWHERE = "Etc/"
# An occasion outside quiet hours comes within this many, or it is said that there is none.
_LOOKED_AT = 8


def city(words: Words, zone: str) -> str:
    """What people call a zone: its city, or its name where it has none."""
    if "/" not in zone or zone.startswith(_NOWHERE):
        return zone
    return get_timezone_location(ZoneInfo(zone), locale=words.locale, return_city=True)


def rule_of(reminder: Reminder) -> Rule | None:
    """None for one that is damaged: it can be given another time, or deleted."""
    try:
        return from_json(reminder.rule)
    except RuleError:
        return None


def schedule(turn: Turn, reminder: Reminder, rule: Rule | None = None) -> str:
    """When it comes, as in "every day at 21:30, by the clock of Berlin". `rule`: its own where that is read already."""
    rule = rule or rule_of(reminder)
    if rule is None:
        return turn.words.gettext("at times that I cannot read any more")
    said = wording.schedule(turn.words, rule, now=turn.now, zone=turn.almanac_of(reminder).rule_zone)
    if (elsewhere := other_clock(turn, reminder)) is None:
        return said
    return turn.words.gettext("{schedule}, by the clock of {city}").format(schedule=said, city=elsewhere)


def other_clock(turn: Turn, reminder: Reminder) -> str | None:
    """The city whose clock it keeps, where that is not its owner's."""
    if reminder.zone is None or reminder.zone == turn.user.zone:
        return None
    return city(turn.words, reminder.zone)


def summary(turn: Turn, reminder: Reminder) -> Markup:
    """Kind, schedule, what is special about it, and when it comes next or what it waits for."""
    _ = turn.words.gettext
    what = fill(
        "<b>{kind}</b>: {schedule}",
        kind=faces.label(turn.words, reminder.kind),
        schedule=schedule(turn, reminder),
    )
    if traits := list(_traits(turn, reminder)):
        what = fill("{reminder} ({traits})", reminder=what, traits="; ".join(traits))
    if reminder.state == ReminderState.OFF:
        return fill(_("{reminder} (off)"), reminder=what)
    state = _state(turn, reminder)
    return what if state is None else fill("{reminder}. {state}", reminder=what, state=state)


def rests(reminder: Reminder) -> bool:
    """Whether it waits for the answer to the question what to do with it."""
    return reminder.state == ReminderState.ON and reminder.rests_since is not None


def waits(turn: Turn, reminder: Reminder) -> Markup | None:
    """What one that is on waits for instead of having a next time."""
    _ = turn.words.gettext
    if reminder.state != ReminderState.ON:
        return None
    if rests(reminder):
        return fill(_("It waits for your answer: shall it go on?"))
    if turn.user.zone is None:
        return fill(_("It waits until I know your time zone: /timezone"))
    rule = rule_of(reminder)
    return landmarks.waits(turn, rule) if rule is not None and reminder.next_due_at is None else None


def _state(turn: Turn, reminder: Reminder) -> Markup | None:
    """That it is left out, what it waits for, or its next time; None for a single time that was said already."""
    _ = turn.words.gettext
    if personal.not_for_you(turn, reminder.kind) is not None:
        return fill(_("I leave that out, by what you told me."))
    if (waiting := waits(turn, reminder)) is not None:
        return waiting
    rule = rule_of(reminder)
    if rule is None or reminder.next_due_at is None or (isinstance(rule, Once) and rule.at == reminder.next_due_at):
        return None
    # Landmarks cost more to look up, and those in quiet hours are in them for days.
    most = 2 if isinstance(rule, Relative) else _LOOKED_AT
    coming = next((item for item in occasions(reminder, turn.user, turn.now, most=most) if _is_sent(item)), None)
    if coming is None:
        return fill(_("Its next times are in your quiet hours, so I leave them out."))
    when = wording.moment(turn.words, coming.at, now=turn.now, zone=turn.zone)
    if coming.fate is not Fate.HELD:
        return fill(_("Next: {moment}"), moment=when)
    return fill(
        _("Next: {moment} (held back from {time} by your quiet hours)"),
        moment=when, time=wording.clock(turn.words, coming.due_at.astimezone(turn.zone)),
    )  # fmt: skip


def _is_sent(item: Coming) -> bool:
    return item.fate is not Fate.LEFT_OUT


def _traits(turn: Turn, reminder: Reminder) -> Iterator[str]:
    _ = turn.words.gettext
    if reminder.anyway:
        yield _("in quiet hours too")
    if reminder.nag and KINDS[reminder.kind].habit:
        wait = wording.span(turn.words, timedelta(minutes=reminder.nag))
        yield _("asked again after {time}, {n} times in all").format(time=wait, n=MOST_ASKED)
    if reminder.goal is not None:
        text = turn.words.ngettext("enough after {n} time a day", "enough after {n} times a day", reminder.goal)
        yield text.format(n=reminder.goal)
