"""The stored form of a rule."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from jobs.rules import ALL_DAYS, AtTimes, Every, Landmark, Once, Relative, Rule, RuleError


def to_json(rule: Rule) -> dict[str, object]:
    """Give the stored form of a rule; what has its usual value is left out."""
    if isinstance(rule, Once):
        return {"kind": "once", "at": rule.at.isoformat()}
    stored: dict[str, object]
    if isinstance(rule, Every):
        stored = {
            "kind": "every",
            "minutes": rule.minutes,
            "start": f"{rule.start:%H:%M}",
            "end": f"{rule.end:%H:%M}",
        }
    elif isinstance(rule, Relative):
        stored = {"kind": "relative", "landmark": rule.landmark.value, "minutes": rule.minutes}
    else:
        stored = {"kind": "times", "times": [f"{moment:%H:%M}" for moment in rule.times]}
        if rule.anchor is not None:
            stored |= {"every_days": rule.every_days, "anchor": rule.anchor.isoformat()}
    if rule.days != ALL_DAYS:
        stored["days"] = sorted(rule.days)
    if rule.until is not None:
        stored["until"] = rule.until.isoformat()
    return stored


def from_json(stored: object) -> Rule:
    """Read what `to_json` wrote. RuleError for anything else: another kind, field, or shape."""
    if not isinstance(stored, Mapping):
        raise RuleError("A stored rule is a mapping.")
    fields = dict(stored)
    kind = fields.pop("kind", None)
    try:
        match kind:
            case "once":
                return Once(at=_read_instant(**fields))
            case "every":
                return _read_every(**fields)
            case "times":
                return _read_times(**fields)
            case "relative":
                return _read_relative(**fields)
    except (TypeError, ValueError, OverflowError) as error:
        raise RuleError(f"A stored rule cannot be read: {error}.") from error
    raise RuleError(f"A stored rule has the unknown kind {kind!r}.")


def _read_instant(*, at: object) -> datetime:
    return datetime.fromisoformat(_text(at)).astimezone(UTC)


def _read_every(*, minutes: object, start: object, end: object, days: object = None, until: object = None) -> Every:
    return Every(_number(minutes), _read_time(start), _read_time(end), _read_days(days), _read_date(until))


def _read_relative(*, landmark: object, minutes: object, days: object = None, until: object = None) -> Relative:
    return Relative(Landmark(_text(landmark)), _number(minutes), _read_days(days), _read_date(until))


def _read_times(
    *, times: object, days: object = None, every_days: object = 1, anchor: object = None, until: object = None
) -> AtTimes:
    return AtTimes(
        times=tuple(_read_time(moment) for moment in _items(times)),
        days=_read_days(days),
        every_days=_number(every_days),
        anchor=_read_date(anchor),
        until=_read_date(until),
    )


def _read_time(value: object) -> time:
    hour, colon, minute = _text(value).partition(":")
    if not colon:
        raise ValueError(f"{value!r} is not a time")
    return time(int(hour), int(minute))


def _read_date(value: object) -> date | None:
    return None if value is None else date.fromisoformat(_text(value))


def _read_days(value: object) -> frozenset[int]:
    return ALL_DAYS if value is None else frozenset(_number(day) for day in _items(value))


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return value
