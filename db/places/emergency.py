"""Whom to call: the emergency number of the country that a time zone belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from db.places import zones

_FILE = Path(__file__).parent / "emergency.tsv"
# Works on most mobile phones of the world, though not in every country.
ANYWHERE = "112"


@dataclass(frozen=True, slots=True)
class Numbers:
    """`country` is an ISO 3166 code; `emergency` the numbers for an ambulance, the best first.

    `advice` is a line for what must be seen today but is no emergency, empty where none is known. `mark` says how
    the row was learnt: `second-hand` or `memory`.
    """

    country: str
    emergency: tuple[str, ...]
    advice: str
    mark: str


def numbers_for(zone: str | None) -> Numbers | None:
    """The numbers of the country of an IANA zone; None for no zone, the high seas, and countries not listed."""
    country = zones.countries().get(zones.canonical(zone)) if zone else None
    return known().get(country) if country else None


@cache
def known() -> Mapping[str, Numbers]:
    """Every country's numbers by its code."""
    rows = (line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines())
    return {
        country: Numbers(country, tuple(numbers.split("|")), advice, mark) for country, numbers, advice, mark in rows
    }
