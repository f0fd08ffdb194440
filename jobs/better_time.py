"""Does Done come regularly at another hour than the reminder? Pure; nothing is ever moved by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from jobs.almanac import Almanac
from jobs.rules import AtTimes, Rule

LOOKED_AT = 8
"""How many of the newest deliveries are looked at."""

_ENOUGH = 5
# Less than this apart from the reminder, moving it is not worth a question.
_APART = timedelta(minutes=40)
# Of each other: the answers must agree.
_AGREE = timedelta(minutes=60)
_STEP = 5
_DAY = timedelta(days=1)
_HALF_DAY = 12 * 60


def find(rule: Rule, done: Sequence[tuple[datetime, datetime]], almanac: Almanac) -> time | None:
    """The wall-clock time at which it is really done, to five minutes; None where it is the reminder's, or unsteady.

    `done` are (due_at, answered_at) of what was done, newest first. Only for rules with one time a day.
    """
    if not isinstance(rule, AtTimes) or len(rule.times) != 1 or len(done) < _ENOUGH:
        return None
    shifts = sorted(answered - due for due, answered in done[:_ENOUGH])
    middle = shifts[len(shifts) // 2]
    if shifts[-1] - shifts[0] > _AGREE or not _APART <= abs(middle) < _DAY / 2:
        return None
    usual = done[0][0].astimezone(almanac.rule_zone).replace(tzinfo=None) + middle
    minutes = round((usual.hour * 60 + usual.minute) / _STEP) * _STEP % (24 * 60)
    return time(minutes // 60, minutes % 60)


def moved(rule: AtTimes, to: time) -> AtTimes:
    """The rule with this one time, the shorter way round the clock: past midnight its days go along."""
    before = rule.times[0]
    ahead = (to.hour * 60 + to.minute) - (before.hour * 60 + before.minute)
    days = -1 if ahead > _HALF_DAY else 1 if ahead < -_HALF_DAY else 0
    shift = timedelta(days=days)
    return replace(
        rule,
        times=(to,),
        days=frozenset((day + days) % 7 for day in rule.days),
        anchor=rule.anchor and rule.anchor + shift,
        until=rule.until and rule.until + shift,
    )
