"""Text to places and time zones, without a network: cities, countries, zones, "UTC+2", coordinates, a clock.

The cities come from GeoNames, see README.md in this folder.
"""

import re
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import chain, repeat
from pathlib import Path
from sys import intern
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from tzfpy import get_tz

from db.places import countries, zones
from db.places.names import Names, fold

# Wrong letters that are forgiven, by the least length of what was typed; shorter texts must be exact.
_FORGIVEN = ((8, 2), (4, 1))
_MISSPELLED_NAMES = 60
_LONGEST_TEXT = 80
# Whoever writes London means the big one; who means the one in Ontario writes so.
_OUTSHINES = 20
_ANTARCTICA = "AQ"
_MAX_LATITUDE = 90
_MAX_LONGITUDE = 180
_OFFSET_HOURS = range(-12, 15)
_OFFSET = re.compile(r"(?:utc|gmt)\s*([+\-−])\s*(\d{1,2})(?::?([0-5]\d))?")
# Offsets and abbreviations come without a date; these two see winter and summer in both halves of the world.
_SEASONS = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere with a clock.

    `country` is an ISO 3166 code, empty for bare offsets, which are `is_fixed`: their clock never changes.
    `zone` is an IANA name, `region` the postal code of a state of the USA. `spot` is latitude and longitude in
    degrees, to a tenth; None for what is no city.
    """

    name: str
    country: str
    zone: str
    region: str = ""
    is_fixed: bool = False
    spot: tuple[float, float] | None = None


class Places:
    """All places, the best known first."""

    def __init__(
        self,
        places: Sequence[Place],
        populations: Sequence[int],
        names: Iterable[Collection[str]],
        regions: Mapping[str, str],
    ) -> None:
        """Take places by falling population, all names of each, and the codes of states by their names."""
        self._places = places
        self._populations = populations
        self._names = Names({fold(name) for name in own} for own in names)
        self._states = {fold(name): code for name, code in regions.items()}
        self._regions = self._states | {code.casefold(): code for code in regions.values()}

    def find(self, text: str, limit: int = 6, language: str = "en") -> list[Place]:
        """Give the places that a text can mean, one a zone, the likeliest first; none for nonsense.

        Understands IANA names, offsets, abbreviations such as CET, countries (named in English or in `language`),
        states of the USA, and cities in many languages, alone or with a country or state behind them. What is
        exact wins over what is misspelled. An offset or abbreviation gives the cities that keep it for a part of
        the year, since a bare offset is wrong as soon as their clocks change; the offset itself comes last.
        """
        text = text.strip()[:_LONGEST_TEXT]
        for search in (self._by_zone, self._by_offset, self._by_abbreviation):
            found = search(text.casefold())
            if found:
                return found[:limit]
        folded = fold(text)
        areas = countries.by_name(language)
        exact = [*self._in_area(folded, areas, self._states), *self._cities(folded, areas, self._named)]
        return _one_a_zone(exact or self._misspelled(folded, areas))[:limit]

    def cities(self, text: str, limit: int = 6, language: str = "en") -> list[Place]:
        """Give the cities that a text can mean, one a spot on the map, the biggest first; each has its `spot`.

        A country is no city, and a zone neither. What is exact wins over what is misspelled.
        """
        folded = fold(text.strip()[:_LONGEST_TEXT])
        areas = countries.by_name(language)
        found: dict[object, Place] = {}
        for search in (self._named, self._close):
            for place in self._cities(folded, areas, search):
                if place.spot is not None:
                    found.setdefault(place.spot, place)
            if found:
                break
        return list(found.values())[:limit]

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        """Give the zone of coordinates in degrees, Etc/GMT±N on the high seas, None for what is not on earth."""
        if not (abs(latitude) <= _MAX_LATITUDE and abs(longitude) <= _MAX_LONGITUDE):
            return None
        zone = zones.canonical(get_tz(longitude, latitude))
        return zone if zone.lower() in zones.known() else None

    def clock_choices(self, now: datetime) -> list[datetime]:
        """Give the wall clocks of the inhabited world at an instant, west to east, naive and in whole minutes.

        They carry their dates, because the same hour can be shown on both sides of the date line.
        """
        start = now.astimezone(UTC).replace(second=0, microsecond=0, tzinfo=None)
        return [start + offset for offset in sorted({_offset(place.zone, now) for place in self._centres})]

    def zones_with_clock(self, now: datetime, offset: timedelta) -> list[Place]:
        """Give the biggest city of each group of zones that is `offset` ahead of UTC at an instant.

        Zones are in one group when their clocks go together in the year that follows.
        """
        return _one_a_clock((place for place in self._centres if _offset(place.zone, now) == offset), now)

    @cached_property
    def _centres(self) -> list[Place]:
        """The biggest city of every zone."""
        return _one_a_zone(self._places)

    def _by_zone(self, text: str) -> list[Place]:
        name = zones.known().get(text.replace(" ", "_"), "")
        # Names without a slash are old, or countries and abbreviations, which are understood better below.
        if "/" not in name and name != "UTC":
            return []
        zone = zones.canonical(name)
        country = zones.countries().get(zone, "")
        return [Place(_tail(zone), country, zone, is_fixed=not country)]

    def _by_offset(self, text: str) -> list[Place]:
        match = _OFFSET.fullmatch(text)
        if match is None:
            return []
        hours, minutes = int(match[2]), int(match[3] or 0)
        sign = 1 if match[1] == "+" else -1
        offset = sign * timedelta(hours=hours, minutes=minutes)
        keeping = (p for p in self._centres if offset in {_offset(p.zone, season) for season in _SEASONS})
        found = _one_a_clock(keeping, _SEASONS[0])
        if minutes or sign * hours not in _OFFSET_HOURS:
            return found
        # POSIX counts the hours of these zones westward.
        fixed = Place(f"UTC{sign * hours:+d}", "", f"Etc/GMT{-sign * hours:+d}", is_fixed=True)
        return [*found[:5], fixed if hours else Place("UTC", "", "UTC", is_fixed=True)]

    def _by_abbreviation(self, text: str) -> list[Place]:
        return _one_a_clock(self._abbreviations.get(text.upper(), ()), _SEASONS[0])

    @cached_property
    def _abbreviations(self) -> dict[str, list[Place]]:
        """The biggest cities by what tzdata calls their time in winter and summer: CET, CEST."""
        found: dict[str, list[Place]] = {}
        for place in self._centres:
            for name in {season.astimezone(ZoneInfo(place.zone)).tzname() for season in _SEASONS}:
                if name and name.isalpha():
                    found.setdefault(name, []).append(place)
        return found

    def _in_area(self, name: str, areas: Mapping[str, str], regions: Mapping[str, str]) -> list[Place]:
        """Give the biggest city of each zone of a country, or of a state."""
        country, region = areas.get(name), regions.get(name)
        inside = [
            place
            for place in (self._places if country or region else ())
            if zones.countries().get(place.zone) == country or (region and place.region == region)
        ]
        return _one_a_clock(_one_a_zone(inside), _SEASONS[0])

    def _named(self, name: str) -> list[int]:
        """Give the numbers of the cities with exactly this folded name, the biggest first."""
        return self._names.numbers(name)

    def _close(self, name: str) -> list[int]:
        """Give the numbers of the cities whose names are closest to a folded name, the biggest first."""
        forgiven = _forgiven(name)
        if not forgiven:
            return []
        hits = extract(name, self._names.all(), scorer=OSA.distance, score_cutoff=forgiven, limit=_MISSPELLED_NAMES)
        return sorted({self._names.number(index) for _, distance, index in hits if distance == hits[0][1]})

    def _biggest(self, numbers: Sequence[int]) -> list[Place]:
        least = self._populations[numbers[0]] / _OUTSHINES if numbers else 0
        return [self._places[number] for number in numbers if self._populations[number] >= least]

    def _cities(self, text: str, areas: Mapping[str, str], search: Callable[[str], Sequence[int]]) -> list[Place]:
        return [*self._biggest(search(text)), *self._narrowed(text, areas, search)]

    def _narrowed(self, text: str, areas: Mapping[str, str], search: Callable[[str], Sequence[int]]) -> list[Place]:
        """Read the last words as a country or state: "portland oregon", "san jose costa rica"."""
        words = text.split(" ")
        found: list[Place] = []
        for cut in range(len(words) - 1, 0, -1):
            name, area = " ".join(words[:cut]), " ".join(words[cut:])
            country, region = areas.get(area), self._regions.get(area)
            if country or region:
                named = (self._places[number] for number in search(name))
                found += [p for p in named if p.country == country or (region and p.region == region)]
        return found

    def _misspelled(self, text: str, areas: Mapping[str, str]) -> list[Place]:
        found = self._cities(text, areas, self._close)
        forgiven = _forgiven(text)
        if forgiven:
            for name, _, _ in extract(text, list(areas), scorer=OSA.distance, score_cutoff=forgiven, limit=1):
                found += self._in_area(name, areas, {})
        return found


def _one_a_clock(places: Iterable[Place], since: datetime) -> list[Place]:
    """Keep the first of the places whose clocks go together."""
    found: dict[object, Place] = {}
    for place in places:
        found.setdefault(zones.clock_rule(place.zone, since), place)
    return list(found.values())


def _one_a_zone(places: Iterable[Place]) -> list[Place]:
    found: dict[str, Place] = {}
    for place in places:
        found.setdefault(place.zone, place)
    return list(found.values())


def _forgiven(name: str) -> int:
    return next((letters for length, letters in _FORGIVEN if len(name) >= length), 0)


def _offset(zone: str, instant: datetime) -> timedelta:
    return instant.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


@cache
def load(folder: Path = Path(__file__).parent) -> Places:
    """The places of the two files, and the zones of tzdata by their own names: Azores, Kiritimati.

    Read-only, and so read once in a process.
    """
    with (folder / "regions.tsv").open(encoding="utf-8") as lines:
        regions = {name: code for _, code, name in map(_fields, lines)}
    with (folder / "cities.tsv").open(encoding="utf-8") as lines:
        places = list(map(_city, lines))
        # Only now what goes again: in between what stays it would keep twice the memory from the system.
        lines.seek(0)
        populations = array("L", (int(_fields(line)[-2]) for line in lines))
        lines.seek(0)
        others = list(_zone_places())
        populations.extend(repeat(0, len(others)))
        names = chain(map(_names, lines), ([place.name] for place in others))
        return Places([*places, *others], populations, names, regions)


def _fields(line: str) -> list[str]:
    return line.rstrip("\n").split("\t")


def _names(line: str) -> list[str]:
    name, *_, others = _fields(line)
    return [name, *(others.split("|") if others else ())]


def _city(line: str) -> Place:
    name, country, region, zone, spot, _population, _others = _fields(line)
    latitude, longitude = map(float, spot.split(" "))
    # The same few zones and countries again and again: kept once in memory.
    return Place(name, intern(country), intern(zone), intern(region), spot=(latitude, longitude))


def _zone_places() -> Iterator[Place]:
    for zone, country in zones.countries().items():
        if country != _ANTARCTICA:
            yield Place(_tail(zone), country, zone)


def _tail(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
