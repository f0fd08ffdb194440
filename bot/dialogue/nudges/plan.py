"""The plan of a day in words: a line and a tick for each of its lines, in /today and on the morning card."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.nudges import faces
from bot.dialogue.turn import Button, Press
from bot.dialogue.words import Words, fill, in_lines, mark
from jobs.agenda import Line, State
from jobs.compose import GOAL
from jobs.day import PAUSED
from jobs.fire import QUIET

MOST_LINES = 40
"""More are neither read in one message nor taken by Telegram as buttons."""

_DONE, _OPEN, _PASSED_OVER = "✓", "☐", "–"
_SIGNS: Mapping[State, str] = {
    State.DONE: _DONE,
    State.SKIPPED: _PASSED_OVER,
    State.LEFT_OUT: _PASSED_OVER,
}
_STATES: Mapping[State, str] = {
    State.WAITING: mark("waits for your answer"),
    State.DONE: mark("done"),
    State.SKIPPED: mark("skipped"),
    State.PUT_OFF: mark("put off to {time}"),
    State.LEFT_OUT: mark("left out"),
    State.MISSED: mark("did not come"),
}
_REASONS: Mapping[str, str] = {
    QUIET: mark("left out: quiet hours"),
    PAUSED: mark("left out: paused"),
    GOAL: mark("left out: goal reached"),
}


def listed(words: Words, zone: ZoneInfo, lines: Sequence[Line], *, over: bool = False) -> Markup:
    """Each line with its time and state. `over`: the day is, so that nothing waits any more."""
    shown = [_line(words, zone, line, over=over) for line in lines[:MOST_LINES]]
    if more := len(lines) - len(shown):
        shown.append(fill(words.ngettext("… and {n} more", "… and {n} more", more), n=more))
    return in_lines(shown)


def ticks(words: Words, zone: ZoneInfo, day: date, lines: Sequence[Line]) -> list[list[Button]]:
    """A button for each line that ticks it, or takes the tick back; "−1" beside one that counts."""
    rows = []
    for line in lines[:MOST_LINES]:
        action = "open" if line.state is State.DONE else "done"
        row = [_button(words, zone, line, press(day, action, line.key, str(line.done)))]
        if line.of > 1 and line.done and action == "done":
            row.append(Button("−1", press(day, "open", line.key, str(line.done))))
        rows.append(row)
    return rows


def press(day: date, *action: str) -> Press:
    """A button of this day's plan; `bot.dialogue.today` knows the actions."""
    return Press("today", (day.isoformat(), *action))


def name(words: Words, zone: ZoneInfo, line: Line) -> str:
    """As in "21:30 🦵 Stretch" or "💧 Hydrate 2 of 5"."""
    kind = faces.label(words, line.kind)
    if line.of > 1:
        return words.gettext("{kind} {done} of {of}").format(kind=kind, done=line.done, of=line.of)
    return kind if line.at is None else f"{wording.clock(words, line.at.astimezone(zone))} {kind}"


def _button(words: Words, zone: ZoneInfo, line: Line, pressed: Press) -> Button:
    return Button(f"{_SIGNS.get(line.state, _OPEN)} {name(words, zone, line)}", pressed)


def _line(words: Words, zone: ZoneInfo, line: Line, *, over: bool) -> Markup:
    sign, what = _SIGNS.get(line.state, _OPEN), name(words, zone, line)
    state = _state(words, zone, line, over=over)
    return fill("{sign} {what}{state}", sign=sign, what=what, state=f" · {state}" if state else "")


def _state(words: Words, zone: ZoneInfo, line: Line, *, over: bool) -> str:
    """What is to be said of it; nothing of what simply is to come."""
    _ = words.gettext
    if line.state is State.WAITING and over:
        return _("no answer")
    if line.of > 1 and line.at is not None and line.state is not State.DONE:
        return _("next {time}").format(time=wording.clock(words, line.at.astimezone(zone)))
    if line.state is State.COMING:
        return ""
    text = _(_REASONS.get(line.reason or "", _STATES[line.state]))
    return text if line.until is None else text.format(time=wording.clock(words, line.until.astimezone(zone)))
