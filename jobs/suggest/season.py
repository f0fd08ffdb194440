"""What is in season for a person: by their time zone alone, for their place is told for the sun and nothing else."""

from typing import NamedTuple

from db.knowledge.foods import Season
from db.places import zones
from jobs.suggest.suggestion import Occasion

# Degrees north and south; between them fresh produce has no season like that of a temperate climate.
TROPICS = 23.44


class Climate(NamedTuple):
    """The month where a person lives, and whether that is in the south."""

    month: int
    southern: bool


def climate_of(occasion: Occasion) -> Climate | None:
    """None where seasons cannot be told: the time zone lies in the tropics or is nobody's place."""
    latitude = zones.latitude(occasion.almanac.zone.key)
    if latitude is None or abs(latitude) < TROPICS:
        return None
    return Climate(occasion.almanac.day_of(occasion.now).month, latitude < 0)


def in_season(season: Season | None, climate: Climate | None) -> bool | None:
    """Whether something fresh is in season. None where that cannot be said, or it has none."""
    return None if season is None or climate is None else season.covers(climate.month, southern=climate.southern)
