"""The card of a day's plan: its lines with their ticks, the ways to other days, and today how firm the habits are."""

from collections.abc import Sequence
from datetime import date, timedelta

from babel.dates import format_skeleton
from markupsafe import Markup

from bot.dialogue import personal, progress, wording
from bot.dialogue.nudges import faces, plan
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import fill, in_paragraphs
from jobs import day as days
from jobs import score
from jobs.agenda import OPEN, Agenda
from jobs.suggest.kinds import KINDS

DAYS_BACK = 7
"""How far back it can be corrected."""

_A_DAY = timedelta(days=1)


def today(turn: Turn) -> date:
    """The person's day."""
    return turn.almanac.day_of(turn.now)


async def agenda_of(turn: Turn, day: date) -> Agenda:
    """What a day of theirs holds."""
    (found,) = await days.load(turn.session, [(turn.user, day)], now=turn.now, table=turn.edition.safety)
    return found


def addable(turn: Turn, agenda: Agenda) -> Sequence[str]:
    """Habits without a line on this day that this person may have."""
    there = {line.kind for line in agenda.lines}
    return [
        name
        for name, kind in KINDS.items()
        if kind.habit and name not in there and personal.not_for_you(turn, name) is None
    ]


async def show(turn: Turn, day: date) -> Reply:
    """The card as it stands."""
    agenda, now = await agenda_of(turn, day), today(turn)
    lines = plan.listed(turn.words, turn.zone, agenda.lines, over=day < now) if agenda.lines else _nothing(turn, day)
    more = await _score(turn, agenda) if day == now else [_hint(turn)]
    return Reply(in_paragraphs((_head(turn, day), lines, *more)), buttons=_buttons(turn, agenda))


def _head(turn: Turn, day: date) -> Markup:
    _ = turn.words.gettext
    titles = {0: _("Today's plan"), 1: _("Yesterday")}
    on = format_skeleton("MMMMEEEEd", day, locale=turn.words.locale)
    title = titles.get((today(turn) - day).days)
    return fill("<b>📋 {title}</b>\n{on}", title=title, on=on) if title else fill("<b>📋 {on}</b>", on=on)


def _nothing(turn: Turn, day: date) -> Markup:
    _ = turn.words.gettext
    return fill(_("Nothing is planned today.") if day == today(turn) else _("Nothing was planned on that day."))


def _hint(turn: Turn) -> Markup:
    return fill(turn.words.gettext("Tap what you did. It counts for that day."))


async def _score(turn: Turn, agenda: Agenda) -> list[Markup]:
    habits = await score.load(turn.session, turn.user, agenda)
    still_open = {line.kind for line in agenda.lines if line.state in OPEN}
    return progress.said(turn.words, habits, agenda.day, still_open)


def _buttons(turn: Turn, agenda: Agenda) -> list[list[Button]]:
    _ = turn.words.gettext
    rows = plan.ticks(turn.words, turn.zone, agenda.day, agenda.lines)
    extra = [
        Button(f"+ {faces.label(turn.words, kind)}", plan.press(agenda.day, "add", kind))
        for kind in addable(turn, agenda)
    ]
    rows += [extra[i : i + 2] for i in range(0, len(extra), 2)]
    rows.append(_other_days(turn, agenda.day))
    small = [Button(_("My week"), Press("say", ("/week",)))]
    if any(line.state in OPEN for line in agenda.lines):
        small.insert(0, Button(_("Skip one"), plan.press(agenda.day, "skips")))
    if not agenda.lines and agenda.day == today(turn):
        small.insert(0, Button(_("Set a reminder"), Press("say", ("/remind",))))
    return [*rows, small]


def _other_days(turn: Turn, day: date) -> list[Button]:
    ways = []
    if (today(turn) - day).days < DAYS_BACK:
        ways.append(Button(f"‹ {_named(turn, day - _A_DAY)}", plan.press(day - _A_DAY)))
    if day < today(turn):
        ways.append(Button(f"{_named(turn, day + _A_DAY)} ›", plan.press(day + _A_DAY)))
    return ways


def _named(turn: Turn, day: date) -> str:
    """Today, Yesterday, or the date with its weekday."""
    _ = turn.words.gettext
    now = today(turn)
    names = {now: _("Today"), now - _A_DAY: _("Yesterday")}
    return names.get(day) or wording.day(turn.words, day, now)
