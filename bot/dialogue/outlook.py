"""What reminders will bring, in lines: the next times, a pause, quiet hours, and what they wait for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from markupsafe import Markup

from bot.dialogue import landmarks, wording
from bot.dialogue.turn import Reply, Turn
from bot.dialogue.words import fill, in_paragraphs
from db.models import Reminder
from jobs import fire
from jobs.rules import Landmark, Once, Relative, Rule

_SHOWN = 2
# Quiet hours may begin on some weekdays only: more than a week of a daily reminder. Landmarks cost more to look up.
_LOOKED_AT = 24
_LANDMARKS_LOOKED_AT = 8


def lines(turn: Turn, reminders: Sequence[Reminder], rules: Sequence[Rule]) -> list[Markup]:
    """What becomes of reminders that are on, each by its rule."""
    found = [*pause(turn), *_next(turn, reminders, rules)]
    found += [line for rule in rules if (line := landmarks.waits(turn, rule)) is not None]
    found += [line for reminder, rule in zip(reminders, rules, strict=True) for line in _workouts(turn, reminder, rule)]
    quiet = (line for reminder, rule in zip(reminders, rules, strict=True) for line in _quiet(turn, reminder, rule))
    return [*dict.fromkeys(found), *islice(quiet, 1)]


def never(turn: Turn, rules: Sequence[Rule]) -> Reply | None:
    """Why reminders by these rules would end at once: some have a last day, and nothing comes until then."""
    _ = turn.words.gettext
    over = [
        rule
        for rule in rules
        if not isinstance(rule, Once) and rule.until is not None and not turn.almanac.upcoming(rule, turn.now, 1)
    ]
    if not over:
        return None
    said = (wording.schedule(turn.words, rule, now=turn.now, zone=turn.zone) for rule in over)
    parts = [fill(_("As far as I know, that would not come even once: {schedule}."), schedule="; ".join(said))]
    if any(isinstance(rule, Relative) and rule.landmark is Landmark.WORKOUT for rule in over):
        parts.append(
            fill(_("Without a last day it can wait for the workouts that you tell me with /workout. Or tell me your "
                   "usual ones first: <code>/settings workouts mon wed 18:00 45 min run</code>"))
        )  # fmt: skip
    return Reply(in_paragraphs((*parts, *pause(turn))))


def quiet_occasion(turn: Turn, reminder: Reminder, rule: Rule) -> datetime | None:
    """The next occasion in quiet hours, of those that come soon; None where there is none or it comes anyway."""
    if reminder.anyway:
        return None
    almanac = turn.almanac_of(reminder)
    count = _LANDMARKS_LOOKED_AT if isinstance(rule, Relative) else _LOOKED_AT
    return next((due for due in almanac.upcoming(rule, turn.now, count) if almanac.quiet_until(due)), None)


def pause(turn: Turn) -> list[Markup]:
    """Until when a pause holds everything back; no line without one."""
    until = turn.user.paused_until
    if until is None or until <= turn.now:
        return []
    moment = wording.moment(turn.words, until, now=turn.now, zone=turn.zone)
    return [fill(turn.words.gettext("You have a pause: nothing comes before {moment}."), moment=moment)]


def _next(turn: Turn, reminders: Sequence[Reminder], rules: Sequence[Rule]) -> list[Markup]:
    soon = sorted(
        due
        for reminder, rule in zip(reminders, rules, strict=True)
        for due in turn.almanac_of(reminder).upcoming(rule, _from(turn, reminder, rule), _SHOWN)
    )[:_SHOWN]
    # A single time was said already, unless a pause moves it.
    if soon == sorted(rule.at for rule in rules if isinstance(rule, Once))[:_SHOWN]:
        return []
    times = (wording.moment(turn.words, due, now=turn.now, zone=turn.zone) for due in soon)
    return [fill(turn.words.gettext("Next: {times}."), times=wording.listed(turn.words, times))]


def _from(turn: Turn, reminder: Reminder, rule: Rule) -> datetime:
    """From when on it is looked at: it may begin later than now, when today is answered already."""
    next_due = reminder.next_due_at
    return (
        turn.now if next_due is None or isinstance(rule, Once) else max(turn.now, next_due - timedelta(microseconds=1))
    )


def _workouts(turn: Turn, reminder: Reminder, rule: Rule) -> list[Markup]:
    is_by_plan = isinstance(rule, Relative) and rule.landmark is Landmark.WORKOUT
    if not is_by_plan or not turn.almanac_of(reminder).upcoming(rule, turn.now, 1):
        return []
    return [fill(turn.words.gettext("It comes too after a workout that you tell me with /workout."))]


def _quiet(turn: Turn, reminder: Reminder, rule: Rule) -> list[Markup]:
    """Where quiet hours hold an occasion back, or swallow it."""
    _ = turn.words.gettext
    almanac = turn.almanac_of(reminder)
    due = quiet_occasion(turn, reminder, rule)
    end = None if due is None else almanac.quiet_until(due)
    if due is None or end is None:
        return []
    said = _("{moment} is in your quiet hours (until {time}), so I leave it out.")
    if fire.held(reminder, rule, almanac, due) is not None:
        said = _("{moment} is in your quiet hours (until {time}), so I hold it back until then.")
    moment = wording.moment(turn.words, due, now=turn.now, zone=turn.zone)
    return [
        fill(said, moment=moment[:1].upper() + moment[1:], time=wording.clock(turn.words, end.astimezone(turn.zone)))
    ]
