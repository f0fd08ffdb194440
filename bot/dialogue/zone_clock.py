"""The time zone by the clock: the person says what time it is for them now, and picks a city with that time."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from math import ceil
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from bot.dialogue import wording
from bot.dialogue.times import Understood, parse
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import Words, fill
from db.places.places import Place
from jobs.rules import ALL_DAYS, AtTimes

_CLOCKS_A_ROW = 4
_DAY = timedelta(days=1)
_HALF_DAY = timedelta(hours=12)
# Clocks on walls are wrong, and people take their time to type.
_FORGIVEN = timedelta(minutes=15)
# 4:42 can be the afternoon's; 04:42, 16:42 and 4:42am cannot.
_OF_TWELVE_HOURS = re.compile(r"([1-9]|1[0-2])([:.]\d\d)?")


def grid(turn: Turn) -> Reply:
    """Every clock of the inhabited world; the weekday is with those where it is not the day it is in UTC."""
    here = _utc(turn.now)
    buttons = []
    for shown in turn.house.places.clock_choices(turn.now):
        minutes = round((shown - here) / timedelta(minutes=1))
        buttons.append(Button(_clock_label(turn.words, shown, here), Press("zone", ("clock", str(minutes)))))
    return Reply(
        fill(turn.words.gettext("What time is it for you now? Choose, or write it, as in 16:42.")),
        buttons=_rows(buttons),
    )


def cities(turn: Turn, offsets: Iterable[timedelta], *, edit: bool = False) -> Reply:
    """The biggest cities that are so far ahead of UTC now."""
    _ = turn.words.gettext
    found = [place for offset in offsets for place in turn.house.places.zones_with_clock(turn.now, offset)]
    return Reply(
        fill(_("Which of these is nearest to you? Places in one row share the clock all year.")),
        buttons=[*choices(turn.words, found), [Button(_("Back"), Press("zone", ("clocks",)))]],
        edit=edit,
    )


def choices(words: Words, found: Sequence[Place]) -> list[list[Button]]:
    """A button a place that sets its zone."""
    return [[Button(place_label(words, place), Press("zone", ("set", place.zone)))] for place in found]


def offsets_showing(turn: Turn) -> list[timedelta]:
    """How far ahead of UTC the places are whose clocks show the time that was typed; none when it is no time.

    The closest first, within a quarter of an hour, on both sides of the date line.
    """
    here, typed = _utc(turn.now), _read(turn)
    found = {}
    for shown in turn.house.places.clock_choices(turn.now) if typed else ():
        apart = min(_apart(shown, clock) for clock in typed)
        if apart <= _FORGIVEN:
            found[shown - here] = apart
    return sorted(found, key=lambda offset: found[offset])


def _read(turn: Turn) -> list[timedelta]:
    """The times since midnight that the text can mean when it is a time of day and nothing else."""
    is_open = _OF_TWELVE_HOURS.fullmatch(turn.text.strip()) is not None
    match parse(turn.text, now=turn.now, zone=ZoneInfo("UTC"), language=turn.words.language):
        case Understood((AtTimes(times=(clock,), days=days, every_days=1, until=None),)) if days == ALL_DAYS:
            read = _since_midnight(clock)
        case _ if is_open and turn.text.strip().isdecimal():
            read = timedelta(hours=int(turn.text))
        case _:
            return []
    return [read, read + _HALF_DAY] if is_open else [read]


def _apart(shown: datetime, clock: timedelta) -> timedelta:
    """Between two clocks, the short way round."""
    ahead = (_since_midnight(shown.time()) - clock) % _DAY
    return min(ahead, _DAY - ahead)


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute)


def _utc(now: datetime) -> datetime:
    """UTC's wall clock in whole minutes, as the choices are."""
    return now.astimezone(UTC).replace(tzinfo=None, second=0, microsecond=0)


def _clock_label(words: Words, shown: datetime, here: datetime) -> str:
    clock = wording.clock(words, shown)
    if shown.date() == here.date():
        return clock
    return f"{get_day_names('abbreviated', locale=words.locale)[shown.weekday()]} {clock}"


def _rows(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """Full rows, and at the end as many as it takes that are one shorter, so that no button stands alone."""
    count = ceil(len(buttons) / _CLOCKS_A_ROW)
    short = count * _CLOCKS_A_ROW - len(buttons)
    sizes = [_CLOCKS_A_ROW] * (count - short) + [_CLOCKS_A_ROW - 1] * short
    return [buttons[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]


def place_label(words: Words, place: Place) -> str:
    """As in "Portland, OR, United States"."""
    country = words.locale.territories.get(place.country, "")
    return ", ".join(part for part in (place.name, place.region, country) if part)
