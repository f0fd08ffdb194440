"""Where the sun stands, against almanacs and against an independent formula."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import solar
from jobs.suggest.profile import Spot

BERLIN, LONDON, NEW_YORK = Spot(52.5, 13.4), Spot(51.5, -0.1), Spot(40.7, -74.0)
SYDNEY, QUITO, TROMSO = Spot(-33.9, 151.2), Spot(-0.2, -78.5), Spot(69.6, 18.9)
SPOTS = st.builds(Spot, st.floats(-90, 90), st.floats(-180, 180))
POLES = st.sampled_from([Spot(latitude, longitude) for latitude in (-90, 90) for longitude in (-180, 0, 180)])
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
# The sun's centre when its upper edge sets, in degrees.
SETTING = -0.833


def _almanac(at: datetime) -> tuple[float, float]:
    """Declination in degrees and equation of time in minutes, as NOAA's solar calculator has them (after Meeus)."""
    t = (at - J2000) / timedelta(days=36525)
    mean = math.radians(280.46646 + 36000.76983 * t)
    anomaly = math.radians(357.52911 + 35999.05029 * t)
    node = math.radians(125.04 - 1934.136 * t)
    eccentricity = 0.016708634 - 0.000042037 * t
    centre = (1.914602 - 0.004817 * t) * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly)
    longitude = mean + math.radians(centre - 0.00569 - 0.00478 * math.sin(node))
    tilt = math.radians(23.439291 - 0.0130042 * t + 0.00256 * math.cos(node))
    y = math.tan(tilt / 2) ** 2
    equation = (
        y * math.sin(2 * mean)
        - 2 * eccentricity * math.sin(anomaly)
        + 4 * eccentricity * y * math.sin(anomaly) * math.cos(2 * mean)
        - y * y / 2 * math.sin(4 * mean)
        - 1.25 * eccentricity**2 * math.sin(2 * anomaly)
    )
    return math.degrees(math.asin(math.sin(tilt) * math.sin(longitude))), 4 * math.degrees(equation)


def _elevation(spot: Spot, at: datetime) -> float:
    declination, equation = _almanac(at)
    minutes = at.hour * 60 + at.minute + at.second / 60 + equation + 4 * spot.longitude
    latitude, dec, hour = (math.radians(angle) for angle in (spot.latitude, declination, minutes / 4 - 180))
    sine = math.sin(latitude) * math.sin(dec) + math.cos(latitude) * math.cos(dec) * math.cos(hour)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def _sunset(spot: Spot, day: datetime) -> datetime:
    """Of the day whose midnight, in UTC, is given; by the hour angle, twice, for the sun moves on meanwhile."""
    sunset = day + timedelta(hours=18)
    for _again in range(2):
        declination, equation = _almanac(sunset)
        latitude, dec = math.radians(spot.latitude), math.radians(declination)
        cosine = math.sin(math.radians(SETTING)) / (math.cos(latitude) * math.cos(dec))
        hour = math.degrees(math.acos(cosine - math.tan(latitude) * math.tan(dec)))
        sunset = day + timedelta(minutes=720 + 4 * (hour - spot.longitude) - equation)
    return sunset


def test_the_sun_of_the_solstice_stands_at_sixty_one_degrees_in_berlin() -> None:
    """90 degrees less the latitude and plus the tilt of the Earth's axis, on the minute of noon."""
    noon = solar.next_noon(BERLIN, datetime(2026, 6, 21, 2, tzinfo=UTC))

    assert datetime(2026, 6, 21, 11, 8, tzinfo=UTC) == noon.replace(second=0)
    assert pytest.approx(90 - 52.5 + 23.44, abs=0.02) == solar.elevation(BERLIN, noon)


@pytest.mark.parametrize(
    ("spot", "sunset"),
    [
        (BERLIN, datetime(2026, 6, 21, 19, 33, tzinfo=UTC)),
        (LONDON, datetime(2026, 6, 21, 20, 21, tzinfo=UTC)),
        (NEW_YORK, datetime(2026, 6, 22, 0, 31, tzinfo=UTC)),
        (SYDNEY, datetime(2026, 12, 21, 9, 5, tzinfo=UTC)),
    ],
)
def test_sunsets_are_those_of_the_almanac(spot: Spot, sunset: datetime) -> None:
    """As newspapers print them, within two minutes: a tenth of a degree is half a minute."""
    found = solar.next_sunset(spot, sunset - timedelta(hours=10))

    assert found is not None
    assert timedelta(minutes=2) >= abs(found - sunset)


@given(st.builds(Spot, st.floats(-60, 60), st.floats(-60, 60)), st.integers(0, 4000))
def test_sunsets_are_those_of_another_formula(spot: Spot, days: int) -> None:
    """To half a minute, where the sun does not set at a grazing angle."""
    day = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=days)
    expected = _sunset(spot, day)
    found = solar.next_sunset(spot, expected - timedelta(hours=6))

    assert found is not None
    assert timedelta(seconds=30) >= abs(found - expected)


@given(SPOTS | POLES, INSTANTS)
def test_elevations_are_those_of_another_formula(spot: Spot, at: datetime) -> None:
    """Everywhere, at any time, to a thirtieth of a degree."""
    assert pytest.approx(_elevation(spot, at), abs=0.03) == solar.elevation(spot, at)


@given(SPOTS | POLES, INSTANTS, st.integers(1, 160))
def test_many_elevations_at_once_are_the_same_as_one_by_one(spot: Spot, first: datetime, count: int) -> None:
    """To a hundredth of a degree, over a day and more."""
    moments = [first + number * timedelta(minutes=10) for number in range(count)]
    found = solar.elevations(spot, moments)

    assert len(moments) == len(found)
    for number in {0, count // 3, count // 2, count - 1}:
        assert pytest.approx(solar.elevation(spot, moments[number]), abs=0.01) == found[number]


def test_no_moments_have_no_elevations() -> None:
    """Nothing in, nothing out."""
    assert [] == solar.elevations(QUITO, [])


@given(SPOTS | POLES, INSTANTS)
def test_a_sunset_comes_later_and_the_sun_is_at_the_horizon(spot: Spot, after: datetime) -> None:
    """Or there is none, in polar day and night; nothing ever crashes."""
    sunset = solar.next_sunset(spot, after)

    if sunset is not None:
        assert after < sunset + timedelta(seconds=1)
        assert pytest.approx(SETTING, abs=0.03) == solar.elevation(spot, sunset)


@pytest.mark.parametrize("after", [datetime(2026, 6, 21, tzinfo=UTC), datetime(2026, 12, 21, tzinfo=UTC)])
def test_polar_day_and_night_have_a_noon_but_no_sunset(after: datetime) -> None:
    """Tromsø, at both solstices."""
    assert solar.next_sunset(TROMSO, after) is None
    assert timedelta(days=1) >= solar.next_noon(TROMSO, after) - after


@given(SPOTS | POLES, INSTANTS)
def test_noon_comes_within_a_day(spot: Spot, after: datetime) -> None:
    """Give or take the minute by which days of the sun differ; after noon the sun sinks again."""
    noon = solar.next_noon(spot, after)
    higher = solar.elevation(spot, noon)

    assert after - timedelta(seconds=1) <= noon <= after + timedelta(days=1, minutes=1)
    assert higher >= solar.elevation(spot, noon + timedelta(hours=6)) - 0.2
