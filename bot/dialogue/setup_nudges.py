"""The last step of /setup: which nudges, at hours that fit what the person told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.dialogue import personal, wording
from bot.dialogue.nudges import faces
from bot.dialogue.setup_run import Run
from bot.dialogue.telling import sunny
from bot.dialogue.telling.kept import profile_is
from bot.dialogue.times import Understood, parse
from bot.dialogue.turn import Button, Turn
from bot.dialogue.words import fill, in_lines, in_paragraphs
from db import reminders
from db.models import ReminderState
from jobs.suggest.kinds import KINDS

_FOOD = "12:00"


def _stretch(turn: Turn) -> str:
    return "30 min before bed" if turn.preferences.bedtime is not None else "21:30"


def _hydrate(turn: Turn) -> str:
    return "after workout" if turn.profile.workouts else "every 2h 9-18"


def _sun(turn: Turn) -> str | None:
    return None if sunny.hindrance(turn) else "best time"


# A kind without a row is suggested at the first of its usual times; None: not for this person, or not yet.
_TIMES: Mapping[str, Callable[[Turn], str | None]] = {
    "stretch": _stretch,
    "food": lambda _turn: _FOOD,
    "hydrate": _hydrate,
    "sun": _sun,
}
# What of the profile is told by setting one.
_OPTS_IN: Mapping[str, Mapping[str, object]] = {"sun": {"sun": True}}


@dataclass(frozen=True)
class Wish:
    """A kind that can be set, with the text of its schedule. `number`: how buttons name the kind."""

    number: str
    kind: str
    schedule: str


async def wishes(turn: Turn) -> Sequence[Wish]:
    """The kinds that this person can set here: allowed, possible, and without a reminder yet."""
    there = {
        reminder.kind
        for reminder in await reminders.of_user(turn.session, turn.user.id)
        if reminder.state == ReminderState.ON
    }
    found = []
    for number, kind in enumerate(KINDS.values()):
        if kind.habit and kind.name not in there and personal.not_for_you(turn, kind.name) is None:
            fitting = _TIMES.get(kind.name)
            schedule = fitting(turn) if fitting else faces.FACES[kind.name].suggested[0]
            if schedule is not None:
                found.append(Wish(str(number), kind.name, schedule))
    return found


def must_ask(turn: Turn, picked: Sequence[Wish]) -> bool:
    """Whether one of them needs the person's word that nothing speaks against minutes of sun."""
    return not turn.profile.sun and any(wish.kind in _OPTS_IN for wish in picked)


def without_asking(picked: Sequence[Wish]) -> str:
    """The numbers of those that need no such word."""
    return "".join(wish.number for wish in picked if wish.kind not in _OPTS_IN)


def opt_in(turn: Turn, picked: Sequence[Wish]) -> None:
    """Keep what the person said by picking these kinds."""
    for wish in picked:
        if values := _OPTS_IN.get(wish.kind):
            profile_is(turn, **values)


def text(turn: Turn, run: Run, offered: Sequence[Wish]) -> Markup:
    """What each would be, and why minutes of sun are not among them for somebody who was interested."""
    _ = turn.words.gettext
    lines = [
        fill("{kind}: {when}", kind=faces.label(turn.words, wish.kind), when=_when(turn, wish)) for wish in offered
    ]
    parts = [
        fill(_("<b>Which nudges?</b>")),
        in_lines(lines) if lines else fill(_("There is none left to add.")),
    ]
    if run.sun and (hindrance := sunny.hindrance(turn)):
        parts.append(hindrance.text)
    parts.append(fill(_("Other hours: /remind. All of them: /reminders.")))
    return in_paragraphs(parts)


def buttons(turn: Turn, run: Run, offered: Sequence[Wish], picked: str) -> list[list[Button]]:
    """A toggle for each; `picked` are the numbers of those that are ticked."""
    rows = []
    for wish in offered:
        on = wish.number in picked
        others = picked.replace(wish.number, "") if on else picked + wish.number
        label = f"{'☑' if on else '☐'} {faces.label(turn.words, wish.kind)}"
        rows.append([Button(label, run.press("tick", others))])
    return rows


def _when(turn: Turn, wish: Wish) -> str:
    """The schedule as people read it."""
    match parse(wish.schedule, now=turn.now, zone=turn.zone):
        case Understood((rule,)):
            return wording.schedule(turn.words, rule, now=turn.now, zone=turn.zone)
    return wish.schedule
