"""Rules as short English texts that are understood without a question; for buttons, not for reading aloud."""

from collections.abc import Sequence
from datetime import date, time
from zoneinfo import ZoneInfo

from jobs.rules import ALL_DAYS, Every, Landmark, Once, Relative, Rule

_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LANDMARKS = {
    Landmark.BEDTIME: "bedtime",
    Landmark.WORKOUT: "workout",
    Landmark.SUNSET: "sunset",
    Landmark.NOON: "solar noon",
    Landmark.SUN: "best sun",
}
_HOUR = 60
_SHORTEST_RANGE = 3


def canonical(rules: Sequence[Rule], zone: ZoneInfo) -> str:
    """Write rules as text; a single time shows as a minute of the wall clock in `zone`.

    They share their last day, save for landmarks of one date.
    """
    is_alone = len(rules) == 1
    untils = {None if isinstance(rule, Once) else rule.until for rule in rules}
    shared = next(iter(untils)) if len(untils) == 1 else None
    text = " and ".join(_rule(rule, zone, is_alone=is_alone, shared=shared) for rule in rules)
    return f"{text} until {shared}" if shared else text


def _rule(rule: Rule, zone: ZoneInfo, *, is_alone: bool, shared: date | None) -> str:
    if isinstance(rule, Once):
        return f"{rule.at.astimezone(zone):%H:%M %Y-%m-%d}"
    if isinstance(rule, Relative):
        if rule.until != shared:
            return f"{_relative(rule)} {rule.until}"
        return f"{_relative(rule)} {_days(rule.days) or ('' if is_alone else 'daily')}".strip()
    if isinstance(rule, Every):
        hours, minutes = divmod(rule.minutes, _HOUR)
        step = f"{rule.minutes}min" if minutes else f"{hours}h"
        when = f"every {step} {_clock(rule.start)}-{_clock(rule.end)}"
    else:
        when = " ".join(map(_clock, rule.times))
        if rule.anchor is not None:
            return f"{when} every {rule.every_days} days from {rule.anchor}"
    days = _days(rule.days) or ("" if is_alone else "daily")
    return f"{when} {days}".strip()


def _relative(rule: Relative) -> str:
    if not rule.minutes:
        return f"at {_LANDMARKS[rule.landmark]}" if rule.landmark is not Landmark.WORKOUT else "after workout"
    side = "before" if rule.minutes < 0 else "after"
    return f"{abs(rule.minutes)} min {side} {_LANDMARKS[rule.landmark]}"


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}"


def _days(days: frozenset[int]) -> str:
    """Name the days, three or more in a row as a range; nothing for all of them."""
    if days == ALL_DAYS:
        return ""
    first, last = min(days), max(days)
    if _SHORTEST_RANGE <= len(days) == last - first + 1:
        return f"{_DAY_NAMES[first]}-{_DAY_NAMES[last]}"
    return " ".join(_DAY_NAMES[day] for day in sorted(days))
