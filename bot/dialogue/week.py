"""/week: a small picture of a week, habit by habit, with the same in numbers; up to twelve weeks back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from babel.dates import format_interval, format_skeleton, get_day_names
from markupsafe import Markup

from bot.dialogue import day_card, wording, zone
from bot.dialogue.nudges import faces
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn, row_id
from bot.dialogue.words import Words, fill, in_lines, in_paragraphs, mark
from bot.pictures import week as picture
from jobs import score
from jobs.score import NOTHING, Days, Outcome

WEEKS_BACK = 12

_DAYS = 7
_LEGEND: Mapping[Outcome, str] = {
    Outcome.DONE: mark("done"),
    Outcome.PARTLY: mark("partly"),
    Outcome.NOT: mark("not done"),
    Outcome.SKIPPED: mark("skipped"),
    Outcome.NOTHING: mark("not asked"),
}
# Where there are no letters for a picture.
_SIGNS: Mapping[Outcome, str] = {
    Outcome.DONE: "●",
    Outcome.PARTLY: "◐",
    Outcome.NOT: "○",
    Outcome.SKIPPED: "–",
    Outcome.NOTHING: "·",
}


async def command(turn: Turn) -> Answer:
    """`/week`."""
    if turn.user.zone is None:
        return zone.ask(turn, then="/week")
    return await _shown(turn, 0)


async def pressed(turn: Turn) -> Answer:
    """How many weeks back."""
    back = row_id(turn.args[0]) if turn.args else None
    if back is None or back > WEEKS_BACK:
        return turn.refuse(Refusal.FORGED, turn.words.gettext("I show the last {n} weeks.").format(n=WEEKS_BACK + 1))
    return replace(await _shown(turn, back), edit=True)


async def _shown(turn: Turn, back: int) -> Reply:
    _ = turn.words.gettext
    agenda = await day_card.agenda_of(turn, day_card.today(turn))
    habits = await score.load(turn.session, turn.user, agenda)
    if not habits:
        return Reply(
            fill(_("There is no week to show yet. Set a reminder first, or tick something in /today.")),
            buttons=[[Button(_("Set a reminder"), Press("say", ("/remind",)), style="primary")]],
        )
    week, buttons = _week(turn, habits, back), _ways(turn, back)
    said = _said(turn.words, habits, week)
    if not picture.can_write(week):
        return Reply(in_paragraphs((said, _in_signs(week))), buttons=buttons)
    return Reply(said, picture=partial(picture.draw, week), buttons=buttons)


def _first(turn: Turn, back: int) -> date:
    """The first day of a week, by the person's locale."""
    today = day_card.today(turn)
    since = (today.weekday() - turn.words.locale.first_week_day) % _DAYS
    return today - timedelta(days=since + _DAYS * back)


def _week(turn: Turn, habits: Mapping[str, Days], back: int) -> picture.Week:
    _ = turn.words.gettext
    first, today, locale = _first(turn, back), day_card.today(turn), turn.words.locale
    days = [first + timedelta(days=n) for n in range(_DAYS)]
    names = get_day_names("abbreviated", locale=locale)
    return picture.Week(
        title=_("Your week"),
        subtitle=format_interval(first, days[-1], "yMMMd", locale=locale),
        days=tuple((names[day.weekday()], format_skeleton("d", day, locale=locale)) for day in days),
        rows=tuple(
            picture.Row(_(faces.FACES[kind].name), tuple(_outcome(its, day, today) for day in days))
            for kind, its in habits.items()
        ),
        legend={outcome: _(text) for outcome, text in _LEGEND.items()},
        today=days.index(today) if today in days else None,
        rtl=locale.text_direction == "rtl",
    )


def _outcome(its: Days, day: date, today: date) -> Outcome | None:
    """None while it is not known: nothing that counts happened today yet, or the day is to come."""
    outcome = its.get(day, NOTHING).outcome
    return None if day > today or (day == today and outcome is Outcome.NOTHING) else outcome


def _said(words: Words, habits: Mapping[str, Days], week: picture.Week) -> Markup:
    """The same in numbers, as the picture's caption."""
    head = fill("<b>{title}</b>\n{days}", title=week.title, days=week.subtitle)
    lines = [
        fill("{habit}: {numbers}", habit=faces.label(words, kind), numbers=_numbers(words, row.cells))
        for kind, row in zip(habits, week.rows, strict=True)
    ]
    return in_paragraphs((head, in_lines(lines)))


def _numbers(words: Words, cells: tuple[Outcome | None, ...]) -> str:
    """As in "done on 3 of 5 days, partly on 1, 1 skipped"."""
    done, partly, missed, skipped = (cells.count(outcome) for outcome in list(_LEGEND)[:4])
    counted = done + partly + missed
    parts = []
    if counted:
        text = words.ngettext("done on {n} of {of} day", "done on {n} of {of} days", counted)
        parts.append(text.format(n=done, of=counted))
    if partly:
        parts.append(words.ngettext("partly on {n}", "partly on {n}", partly).format(n=partly))
    if skipped:
        parts.append(words.ngettext("{n} skipped", "{n} skipped", skipped).format(n=skipped))
    return wording.listed(words, parts) if parts else words.gettext("nothing yet")


def _in_signs(week: picture.Week) -> Markup:
    """The picture as letters, for a language that it has none for."""
    names = [name for name, _date in week.days]
    rows = [
        fill(
            "{habit}: {days}",
            habit=row.name,
            days=" ".join(f"{name} {_SIGNS[cell]}" for name, cell in zip(names, row.cells, strict=True) if cell),
        )
        for row in week.rows
        if any(row.cells)
    ]
    key = fill("<i>{key}</i>", key="  ".join(f"{_SIGNS[outcome]} {text}" for outcome, text in week.legend.items()))
    return in_lines((*rows, key))


def _ways(turn: Turn, back: int) -> list[list[Button]]:
    _ = turn.words.gettext
    ways = []
    if back < WEEKS_BACK:
        ways.append(Button(_("‹ Earlier"), Press("week", (str(back + 1),))))
    if back:
        ways.append(Button(_("Later ›"), Press("week", (str(back - 1),))))
    return [ways]
