"""Where the sun stands: elevation, noon and sunset at a place. The only use of ephem. Instants are aware, in UTC."""

import math
from datetime import UTC, datetime

import ephem

from jobs.suggest.profile import Spot

# The sun's upper edge at the horizon, with the usual refraction: how almanacs define sunset (US Naval Observatory).
_HORIZON = "-0:50"


def elevation(spot: Spot, at: datetime) -> float:
    """Degrees of the sun's centre above the horizon, without refraction; negative when it is down."""
    return math.degrees(ephem.Sun(_observer(spot, at)).alt)


def next_noon(spot: Spot, after: datetime) -> datetime:
    """When the sun next stands highest after `after`, to the second."""
    return _instant(_observer(spot, after).next_transit(ephem.Sun()))


def next_sunset(spot: Spot, after: datetime) -> datetime | None:
    """When the sun next sets after `after`; None where it does not within a day: polar day and night."""
    observer = _observer(spot, after)
    observer.horizon = _HORIZON
    try:
        return _instant(observer.next_setting(ephem.Sun()))
    except ephem.CircumpolarError:
        return None


def _observer(spot: Spot, at: datetime) -> ephem.Observer:
    observer = ephem.Observer()
    observer.lat, observer.lon = math.radians(spot.latitude), math.radians(spot.longitude)
    observer.pressure = 0
    observer.date = ephem.Date(at.astimezone(UTC).replace(tzinfo=None))
    return observer


def _instant(date: ephem.Date) -> datetime:
    instant: datetime = date.datetime()
    return instant.replace(microsecond=0, tzinfo=UTC)
