"""Where the sun stands: elevation, noon and sunset at a place. The only use of ephem. Instants are aware, in UTC."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import ephem

from jobs.suggest.profile import Spot

# Sunset is when the sun's upper edge, which ephem looks at by itself, goes under the horizon with the usual
# refraction: how almanacs define it (US Naval Observatory). The centre is 50' below by then.
_HORIZON = "-0:34"
_TURN = 2 * math.pi
_DAY_SECONDS = 86400


def elevation(spot: Spot, at: datetime) -> float:
    """Degrees of the sun's centre above the horizon, without refraction; negative when it is down."""
    return math.degrees(ephem.Sun(_observer(spot, at)).alt)


def elevations(spot: Spot, moments: Sequence[datetime]) -> list[float]:
    """As `elevation`, to a hundredth of a degree, of moments in order of time that span two days at most.

    A hundred times as fast: the sun's place among the stars is asked for at both ends and, as it moves by a degree a
    day and evenly, interpolated in between. The rest is the altitude formula of spherical astronomy.
    """
    if not moments:
        return []
    first, last = moments[0], moments[-1]
    span = (last - first).total_seconds() or 1.0
    (lead, declination), (later_lead, later_declination) = _place(spot, first), _place(spot, last)
    drift = (later_lead - lead + math.pi) % _TURN - math.pi
    latitude = math.radians(spot.latitude)
    up, across = math.sin(latitude), math.cos(latitude)
    found = []
    for moment in moments:
        part = (moment - first).total_seconds() / span
        hour_angle = lead + drift * part + _turned(moment)
        dec = declination + (later_declination - declination) * part
        sine = up * math.sin(dec) + across * math.cos(dec) * math.cos(hour_angle)
        found.append(math.degrees(math.asin(max(-1.0, min(1.0, sine)))))
    return found


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


def _place(spot: Spot, at: datetime) -> tuple[float, float]:
    """How far the sun's hour angle is ahead of the clock in UTC, and its declination; radians."""
    observer = _observer(spot, at)
    sun = ephem.Sun(observer)
    return observer.sidereal_time() - sun.g_ra - _turned(at), float(sun.g_dec)


def _turned(at: datetime) -> float:
    """How far the clock in UTC has turned since midnight; radians, a full turn a day."""
    utc = at.astimezone(UTC)
    return ((utc.hour * 60 + utc.minute) * 60 + utc.second + utc.microsecond / 1e6) / _DAY_SECONDS * _TURN


def _observer(spot: Spot, at: datetime) -> ephem.Observer:
    observer = ephem.Observer()
    observer.lat, observer.lon = math.radians(spot.latitude), math.radians(spot.longitude)
    observer.pressure = 0
    observer.date = ephem.Date(at.astimezone(UTC).replace(tzinfo=None))
    return observer


def _instant(date: ephem.Date) -> datetime:
    instant: datetime = date.datetime()
    return instant.replace(microsecond=0, tzinfo=UTC)
