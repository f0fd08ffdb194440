"""Time zones by themselves: today's names for old ones, countries, where they lie, and who shares a clock."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

_DAYS = 366
_LINK_FIELDS = 3
# Degrees and minutes; seconds may follow, and then the longitude.
_LATITUDE = re.compile(r"([+-])(\d{2})(\d{2})")
# Names of zones that are nobody's place.
_UNUSED = frozenset({"localtime", "Factory", "leapseconds", "posixrules"})


@cache
def known() -> dict[str, str]:
    """Give all IANA names by their small letters."""
    return {name.lower(): name for name in available_timezones() if name not in _UNUSED}


@cache
def countries() -> dict[str, str]:
    """Give the country code of every zone that belongs to one."""
    return {zone: country for country, _, zone in _table()}


def latitude(zone: str) -> float | None:
    """Give the degrees north of the equator of a zone's principal place; None for what is nobody's, such as UTC."""
    return _latitudes().get(canonical(zone))


@cache
def _latitudes() -> dict[str, float]:
    found = {}
    for _, spot, zone in _table():
        if match := _LATITUDE.match(spot):
            found[zone] = int(f"{match[1]}1") * (int(match[2]) + int(match[3]) / 60)
    return found


def _table() -> Iterator[tuple[str, str, str]]:
    """Give country, coordinates and name of every zone that belongs to a country."""
    for line in _lines("zone.tab"):
        if not line.startswith("#"):
            country, spot, zone, *_ = line.split("\t")
            yield country, spot, zone


def canonical(zone: str) -> str:
    """Give today's name of a zone: Europe/Kyiv for Europe/Kiev. Europe/Oslo stays, though its clock is Berlin's."""
    target = _links().get(zone, zone)
    return target if zone not in countries() and target in countries() else zone


@lru_cache(maxsize=4096)
def _clock_rule(zone: str, start: date) -> tuple[tuple[int, timedelta | None], ...]:
    place = ZoneInfo(zone)
    noon = datetime.combine(start, time(12), UTC)
    offsets = [(noon + timedelta(days=day)).astimezone(place).utcoffset() for day in range(_DAYS)]
    return ((0, offsets[0]), *((day, to) for day, (was, to) in enumerate(pairwise(offsets)) if was != to))


def clock_rule(zone: str, since: datetime) -> object:
    """Give what two zones have in common when their clocks go together for a year from an instant."""
    return _clock_rule(zone, since.date())


@cache
def _links() -> dict[str, str]:
    """Give the target of each link, followed to its end."""
    direct = {}
    for line in _lines("tzdata.zi"):
        fields = line.split()
        if len(fields) == _LINK_FIELDS and fields[0] == "L":
            direct[fields[2]] = fields[1]
    return {name: _end(name, direct) for name in direct}


def _end(name: str, direct: dict[str, str]) -> str:
    while name in direct:
        name = direct[name]
    return name


def _lines(name: str) -> Iterator[str]:
    return iter((files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8").splitlines())
