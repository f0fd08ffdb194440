"""The UV index, the most minutes, and the best hours of a day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import solar, sunlight
from jobs.suggest.profile import Spot
from jobs.sunlight import STEP, Window, best_window, minutes_cap, minutes_to_redness, uv_index
from tests.jobs.test_solar import INSTANTS, POLES, SPOTS

BERLIN, QUITO, TROMSO = Spot(52.5, 13.4), Spot(-0.2, -78.5), Spot(69.6, 18.9)
SKINS = st.none() | st.integers(1, 6)
DAY = timedelta(days=1)
Quiet = Callable[[datetime], bool]


def _never(_at: datetime) -> bool:
    return False


def _between(start: datetime, end: datetime) -> Quiet:
    return lambda at: start <= at < end


def _berlin(month: int, day: int, quiet: Quiet = _never, skin: int | None = 2) -> Window | None:
    """Of a day that begins at four in the morning."""
    begin = datetime(2026, month, day, 2, tzinfo=UTC)
    return best_window(BERLIN, skin, begin, begin + DAY, quiet)


def _clock(window: Window | None) -> tuple[str, str] | None:
    return None if window is None else (f"{window.start:%H:%M}", f"{window.end:%H:%M}")


# The UV index ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("elevation", "uv"), [(90, 12.5), (60, 8.83), (45, 5.40), (30, 2.34), (10, 0.18), (0, 0)])
def test_the_uv_index_follows_the_published_formula(elevation: float, uv: float) -> None:
    """12.5 x sin(elevation)^2.42 with 300 Dobson units of ozone, worked out by hand."""
    assert pytest.approx(uv, abs=0.01) == uv_index(elevation)


@given(st.floats(-90, 0))
def test_there_is_no_uv_when_the_sun_is_down(elevation: float) -> None:
    """Not a little, not a complex number."""
    assert uv_index(elevation) == 0


@given(st.floats(-90, 90), st.floats(-90, 90))
def test_a_higher_sun_is_a_stronger_sun(one: float, other: float) -> None:
    """Always between 0 and 12.5."""
    low, high = sorted((one, other))

    assert 0 <= uv_index(low) <= uv_index(high) <= 12.5


# Minutes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skin", "redness", "most", "most_in_stronger"),
    [
        (1, [33, 22, 17], 0, 0),
        (2, [42, 28, 21], 10, 5),
        (3, [58, 39, 29], 10, 5),
        (4, [75, 50, 38], 15, 10),
        (5, [100, 67, 50], 25, 15),
        (6, [167, 111, 83], 30, 25),
    ],
)
def test_the_most_minutes_are_those_of_the_safety_model(
    skin: int, redness: list[int], most: int, most_in_stronger: int
) -> None:
    """The table, line by line: minutes to first redness at 4, 6 and 8, and the caps at both ends of each band."""
    assert redness == [round(minutes_to_redness(skin, uv) or 0) for uv in (4, 6, 8)]
    assert {most} == {minutes_cap(skin, uv) for uv in (3, 4, 5, 5.99)}
    assert {most_in_stronger} == {minutes_cap(skin, uv) for uv in (6, 7, 7.99)}
    assert {0} == {minutes_cap(skin, uv) for uv in (0, 2.99, 8, 11)}


@given(st.integers(1, 6), st.floats(0, 14))
def test_a_cap_never_exceeds_one_quarter_of_the_minutes_to_redness(skin: int, uv: float) -> None:
    """At the index that the band is reckoned at; at the strongest of the band it stays under three eighths."""
    cap, band = minutes_cap(skin, uv), sunlight.band_of(uv)
    reckoned = minutes_to_redness(skin, band.reckoned) if band is not None else None
    real = minutes_to_redness(skin, uv) if band is not None else None

    assert cap % 5 == 0
    assert cap <= min(30, (reckoned or 0) / 4)
    assert cap <= (real or 0) * 3 / 8


@given(st.floats(0, 14))
def test_unknown_skin_gets_no_minutes(uv: float) -> None:
    """Nothing is guessed."""
    assert minutes_cap(None, uv) == 0
    assert minutes_cap(7, uv) == 0
    assert minutes_to_redness(None, 4) is None


# The best hours -------------------------------------------------------------------------------------


def test_a_day_in_spring_has_its_best_hours_around_noon() -> None:
    """The UV index is between 3 and 6 from 10:20 to 15:50 in summer time."""
    assert ("08:20", "13:50") == _clock(_berlin(4, 10))


def test_where_noon_is_too_strong_the_hours_before_it_are_taken() -> None:
    """Of two stretches the earlier, though the sun that rises cuts it short: it does not jump from day to day."""
    windows = [_berlin(6, day) for day in range(1, 30)]

    assert ("06:50", "07:50") == _clock(_berlin(6, 21))
    assert all(window is not None and window.end.hour < 9 for window in windows)


def test_the_longer_stretch_is_taken_where_quiet_hours_cut_the_other() -> None:
    """Quiet until half past nine: the afternoon."""
    quiet = _between(datetime(2026, 6, 21, 2, tzinfo=UTC), datetime(2026, 6, 21, 7, 30, tzinfo=UTC))

    assert ("14:00", "15:20") == _clock(_berlin(6, 21, quiet))


def test_stronger_hours_are_for_dark_skin_only_and_only_where_the_gentler_ones_are_quiet() -> None:
    """At a UV index of 6 and 7."""
    early, late = datetime(2026, 6, 21, 8, 25, tzinfo=UTC), datetime(2026, 6, 21, 13, 55, tzinfo=UTC)

    def quiet(at: datetime) -> bool:
        return not early <= at < late

    strong = _berlin(6, 21, quiet, skin=5)

    assert _berlin(6, 21, quiet, skin=4) is None
    assert strong is not None
    assert 6 <= strong.uv < 8
    assert ("06:50", "07:50") == _clock(_berlin(6, 21, skin=5))


def test_a_dark_day_has_its_brightest_hours_around_noon() -> None:
    """An hour before and after it, or what quiet hours leave of that."""
    noon = datetime(2026, 12, 21, 11, 10, tzinfo=UTC)
    lunch = _between(datetime(2026, 12, 21, 11, tzinfo=UTC), datetime(2026, 12, 21, 12, tzinfo=UTC))

    assert ("10:00", "12:00") == _clock(_berlin(12, 21))
    assert abs(solar.next_noon(BERLIN, noon - DAY / 2) - noon) < STEP
    assert ("09:50", "10:50") == _clock(_berlin(12, 21, lunch))


def test_there_is_no_window_without_daylight_outside_quiet_hours() -> None:
    """The whole day is quiet, or it is polar night."""
    begin = datetime(2026, 12, 21, 3, tzinfo=UTC)

    assert _berlin(6, 21, lambda _at: True) is None
    assert best_window(TROMSO, 2, begin, begin + DAY, _never) is None


def test_in_the_tropics_the_morning_is_taken() -> None:
    """Quito at the equinox: noon is far beyond 8."""
    begin = datetime(2026, 3, 20, 9, tzinfo=UTC)
    window = best_window(QUITO, 4, begin, begin + DAY, _never)

    assert ("13:40", "14:00") == _clock(window)
    assert sunlight.highest_uv(QUITO, begin, begin + DAY) > 12


@given(SPOTS | POLES, SKINS, INSTANTS, st.integers(23, 25), st.tuples(st.integers(0, 23), st.integers(0, 23)))
def test_best_hours_are_never_quiet_and_never_too_strong(
    spot: Spot, skin: int | None, begin: datetime, hours: int, quiet_hours: tuple[int, int]
) -> None:
    """Anywhere and at any time of the year, polar day and night included, looked at minute by minute."""
    begin = begin.replace(second=0, microsecond=0)
    finish = begin + timedelta(hours=hours)

    def quiet(at: datetime) -> bool:
        return quiet_hours[0] <= at.hour < quiet_hours[1]

    window = best_window(spot, skin, begin, finish, quiet)

    if window is not None:
        assert begin <= window.start <= window.end < finish
        minutes = range(int((window.end - window.start).total_seconds() // 60) + 1)
        moments = [window.start + timedelta(minutes=number) for number in minutes]
        strongest = max(map(uv_index, solar.elevations(spot, moments)))
        last = max(sunlight.highest_soon(spot, at) for at in (window.start, window.end))
        assert not any(quiet(at) for at in moments)
        assert max(strongest, last) < (8 if skin in (5, 6) else 6) + 0.02
        assert window.uv == pytest.approx(strongest, abs=0.05)


@given(SPOTS | POLES, SKINS, INSTANTS)
def test_good_hours_are_found_wherever_there_are_any(spot: Spot, skin: int | None, begin: datetime) -> None:
    """Looked for independently, at every step of the day: 3 to 6 before anything weaker or stronger."""
    steps = [begin + number * STEP for number in range(144)]
    strengths = [uv_index(solar.elevation(spot, at)) for at in steps[::3]]
    window = best_window(spot, skin, begin, begin + DAY, _never)

    if any(3.05 < uv < 5.95 for uv in strengths):
        assert window is not None
        assert 3 <= window.uv < 6
    if max(strengths) > 0:
        assert window is not None
    if sunlight.highest_uv(spot, begin, begin + DAY) == 0:
        assert window is None


@given(SPOTS | POLES, SKINS, INSTANTS)
def test_the_same_day_has_the_same_best_hours(spot: Spot, skin: int | None, begin: datetime) -> None:
    """Nothing is left to chance."""
    windows = {best_window(spot, skin, begin, begin + DAY, _never) for _again in range(2)}

    assert len(windows) == 1
