"""The same reminder on fewer days. Pure."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from jobs.rules import MAX_EVERY_DAYS, AtTimes, Every, Once, Relative, Rule

_WORKDAYS = frozenset(range(5))
_A_WEEK = 7


class Fewer(StrEnum):
    """On which days it still comes."""

    WEEKDAYS = "weekdays"
    ALTERNATE = "alternate"
    WEEKLY = "weekly"


def fewer(rule: Rule, how: Fewer, day: date) -> Rule | None:
    """The rule on fewer days; None where it has not more days than that. `day`: the local day of its next occasion.

    Every other day is meant to the day where a rule can say so; of chosen weekdays every other one stays.
    """
    if isinstance(rule, Once):
        return None
    if isinstance(rule, AtTimes) and rule.every_days > 1:
        return _less_often(rule, how, day)
    if how is Fewer.ALTERNATE and isinstance(rule, AtTimes) and len(rule.days) == _A_WEEK:
        return replace(rule, every_days=2, anchor=day)
    days = _days(rule, how, day)
    return replace(rule, days=days) if days and days < rule.days else None


def _less_often(rule: AtTimes, how: Fewer, day: date) -> AtTimes | None:
    """One that comes every few days."""
    step = {Fewer.ALTERNATE: 2 * rule.every_days, Fewer.WEEKLY: _A_WEEK}.get(how, 0)
    return replace(rule, every_days=step, anchor=day) if rule.every_days < step <= MAX_EVERY_DAYS else None


def _days(rule: AtTimes | Every | Relative, how: Fewer, day: date) -> frozenset[int]:
    match how:
        case Fewer.WEEKDAYS:
            return rule.days & _WORKDAYS
        case Fewer.ALTERNATE:
            return frozenset(sorted(rule.days)[::2])
        case Fewer.WEEKLY:
            return rule.days & {day.weekday()} or frozenset({min(rule.days)})
