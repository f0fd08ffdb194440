"""What is in season for a person: by their time zone alone, for their place is told for the sun and nothing else."""

from db.knowledge.foods import Season
from db.places import zones
from jobs.suggest.suggestion import Occasion

# Degrees north and south; between them fresh produce has no season like that of a temperate climate.
TROPICS = 23.44


def in_season(season: Season | None, occasion: Occasion) -> bool | None:
    """Whether something fresh is in season now. None where that cannot be said: it has no season, or the time zone
    lies in the tropics or is nobody's place."""
    if season is None:  # as for most foods, which are asked about by the hundred
        return None
    zone, day = occasion.almanac.zone.key, occasion.almanac.day_of(occasion.now)
    latitude = zones.latitude(zone)
    if latitude is None or abs(latitude) < TROPICS:
        return None
    return season.covers(day.month, southern=latitude < 0)
