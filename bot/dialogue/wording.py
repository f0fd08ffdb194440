"""Times, days, schedules and sources in words, by the person's locale and zone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.lists import format_list
from markupsafe import Markup

from bot.dialogue.words import Words, fill, in_lines, mark
from db.knowledge.models import Mark, Source, Statement, Status
from jobs.rules import ALL_DAYS, AtTimes, Every, Landmark, Once, Relative, Rule

WEEKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
_DAYS_A_WEEK = 7

_LANDMARKS: Mapping[Landmark, str] = {
    Landmark.BEDTIME: mark("at bedtime"),
    Landmark.WORKOUT: mark("after a workout"),
    Landmark.SUNSET: mark("at sunset"),
    Landmark.NOON: mark("when the sun is highest"),
    Landmark.SUN: mark("in the best hours of sun"),
}
# Behind "30 minutes before" or "after".
_AROUND: Mapping[Landmark, str] = {
    Landmark.BEDTIME: mark("bedtime"),
    Landmark.WORKOUT: mark("a workout"),
    Landmark.SUNSET: mark("sunset"),
    Landmark.NOON: mark("the sun is highest"),
    Landmark.SUN: mark("the best hours of sun begin"),
}

_OURS, _COPIED, _UNCHECKED = "†", "°", "*"
_SIGNS: Mapping[Mark, str] = {
    Mark.SECOND_HAND: _COPIED,
    Mark.MEMORY: _UNCHECKED,
    Mark.CALCULATED: _OURS,
    Mark.PROPOSAL: _OURS,
}
_NOTES: Mapping[str, str] = {
    _OURS: mark("our own conclusion or sum"),
    _COPIED: mark("second-hand: we have not read the original"),
    _UNCHECKED: mark("from general knowledge, not yet checked"),
}


def clock(words: Words, moment: time | datetime) -> str:
    """A wall-clock time as it stands, as in 21:30 or 9:30 PM."""
    wall = moment.timetz() if isinstance(moment, datetime) else moment
    return format_time(wall.replace(tzinfo=None), "short", locale=words.locale)


def sources(words: Words, cited: Sequence[Source], *, at_most: int) -> str:
    """Short names of sources that were read themselves, and how many more there are; of the others how many."""
    read = [source.short for source in cited if source.status is Status.SEEN][:at_most]
    if cited and not read:
        return _none_read(words, cited)
    names, more = ", ".join(read), len(cited) - len(read)
    if not more:
        return names
    return words.ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=names, n=more)


def _none_read(words: Words, cited: Sequence[Source]) -> str:
    copies = sum(source.status is Status.SECOND_HAND for source in cited)
    unread = len(cited) - copies
    parts = []
    if copies:
        parts.append(words.ngettext("{n} in a copy", "{n} in copies", copies).format(n=copies))
    if unread:
        parts.append(words.ngettext("{n} not yet checked", "{n} not yet checked", unread).format(n=unread))
    return words.gettext("none read directly; {others}").format(others=", ".join(parts))


def credit(said: Statement) -> str:
    """Who says so, by name where all of it was read there; otherwise the signs that `legend` explains."""
    if said.authority is not None:
        return said.authority.short
    return "".join(_signs(said)) or ", ".join(citation.source.short for citation in said.citations)


def legend(words: Words, said: Iterable[Statement]) -> list[Markup]:
    """What the signs of these statements mean, as one block; nothing where they have none."""
    used = {sign for statement in said for sign in _signs(statement)}
    notes = [fill("{sign} {note}", sign=sign, note=words.gettext(_NOTES[sign])) for sign in _NOTES if sign in used]
    return [fill("<i>{notes}</i>", notes=in_lines(notes))] if notes else []


def _signs(said: Statement) -> list[str]:
    signs = {_SIGNS[citation.mark] for citation in said.citations if citation.mark in _SIGNS}
    if said.own:
        signs.add(_OURS)
    return [sign for sign in _NOTES if sign in signs]


def listed(words: Words, items: Iterable[str]) -> str:
    return format_list(list(items), "standard", locale=words.locale)


def day(words: Words, on: date, today: date) -> str:
    """today, tomorrow, or the date with its weekday."""
    if on == today:
        return words.gettext("today")
    if on == today + timedelta(days=1):
        return words.gettext("tomorrow")
    if on.year == today.year:
        return format_skeleton("MMMEd", on, locale=words.locale)
    return format_date(on, "full", locale=words.locale)


def moment(words: Words, instant: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """An instant as the person reads it, as in "tomorrow 07:30"."""
    local = instant.astimezone(zone)
    return words.gettext("{day} {time}").format(
        day=day(words, local.date(), now.astimezone(zone).date()), time=clock(words, local)
    )


def span(words: Words, length: timedelta) -> str:
    """A length of time in minutes, or in hours and minutes."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    parts = []
    if hours:
        parts.append(words.ngettext("{n} hour", "{n} hours", hours).format(n=hours))
    if minutes or not hours:
        parts.append(words.ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes))
    return " ".join(parts)


def days(words: Words, on: frozenset[int]) -> str:
    """every day, weekdays, weekends, or the days' short names."""
    if on == ALL_DAYS:
        return words.gettext("every day")
    if on == WEEKDAYS:
        return words.gettext("on weekdays")
    if on == WEEKEND:
        return words.gettext("at weekends")
    names = get_day_names("abbreviated", locale=words.locale)
    return words.gettext("on {days}").format(days=listed(words, (names[number] for number in sorted(on))))


def schedule(words: Words, rule: Rule, *, now: datetime, zone: ZoneInfo) -> str:
    """A whole rule, as in "every day at 21:30"."""
    if isinstance(rule, Once):
        return words.gettext("once, {moment}").format(moment=moment(words, rule.at, now=now, zone=zone))
    today = now.astimezone(zone).date()
    if isinstance(rule, Relative) and (only := _only_day(rule, today)) is not None:
        return words.gettext("{moment}, {days}").format(moment=_beside(words, rule), days=day(words, only, today))
    text = _repeated(words, rule)
    if rule.until is not None:
        until = day(words, rule.until, today)
        text = words.gettext("{schedule}, until {date}").format(schedule=text, date=until)
    return text


def _repeated(words: Words, rule: Every | AtTimes | Relative) -> str:
    match rule:
        case Every():
            return _interval(words, rule)
        case Relative():
            return _relative(words, rule)
        case AtTimes():
            return _times(words, rule)


def _only_day(rule: Relative, today: date) -> date | None:
    """The one day on which it comes, if its weekday does not return before its last day."""
    until = rule.until
    if until is None or rule.days != {until.weekday()} or (until - today).days >= _DAYS_A_WEEK:
        return None
    return until


def _relative(words: Words, rule: Relative) -> str:
    """As in "30 minutes before bedtime, every day"."""
    return words.gettext("{moment}, {days}").format(moment=_beside(words, rule), days=days(words, rule.days))


def _beside(words: Words, rule: Relative) -> str:
    """As in "30 minutes before bedtime"."""
    _ = words.gettext
    if not rule.minutes:
        return _(_LANDMARKS[rule.landmark])
    side = _("{span} before {moment}") if rule.minutes < 0 else _("{span} after {moment}")
    length = span(words, timedelta(minutes=abs(rule.minutes)))
    return side.format(span=length, moment=_(_AROUND[rule.landmark]))


def _interval(words: Words, rule: Every) -> str:
    return words.gettext("{interval} from {start} to {end}, {days}").format(
        interval=interval(words, rule.minutes),
        start=clock(words, rule.start),
        end=clock(words, rule.end),
        days=days(words, rule.days),
    )


def interval(words: Words, minutes: int) -> str:
    """As in "every hour", "every 2 hours", "every 90 minutes"."""
    hours, odd = divmod(minutes, 60)
    if odd:
        return words.ngettext("every minute", "every {n} minutes", minutes).format(n=minutes)
    return words.ngettext("every hour", "every {n} hours", hours).format(n=hours)


def _times(words: Words, rule: AtTimes) -> str:
    when = days(words, rule.days)
    if rule.every_days > 1:
        when = words.ngettext("every {n} day", "every {n} days", rule.every_days).format(n=rule.every_days)
    return words.gettext("{days} at {times}").format(
        days=when, times=listed(words, (clock(words, at) for at in rule.times))
    )
