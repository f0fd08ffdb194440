"""How strong the sun is, how long skin may be in it at the most, and which hours of a day are good for a little of it.

Pure, and all of it an estimate of our own: for a sky without clouds, with the usual ozone. Instants are in UTC.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from jobs import solar
from jobs.suggest.profile import Spot

LITTLE = 3.0
"""Under this UV index the sun does little to skin, for good or ill."""
STRONG = 6.0
TOO_STRONG = 8.0
"""From this UV index on nobody is sent into the sun."""
STEP = timedelta(minutes=10)
"""How closely a day is looked at."""
AHEAD = 3 * STEP
"""So long the longest stay lasts that is ever named: the sun must not become too strong until it is over."""

# A usual ozone column, in Dobson units; the day's own is not known here.
_OZONE = 300.0

# J/m2 that first redden skin of each Fitzpatrick type: averages of the literature, from memory; people vary at least
# twofold.
_FIRST_REDNESS = {1: 200, 2: 250, 3: 350, 4: 450, 5: 600, 6: 1000}
# A UV index of 1 is 0.025 W/m2 of what reddens skin, by definition.
_DOSE_A_MINUTE = 1.5
_PART = 4
_ROUNDED_TO = 5
_MOST_MINUTES = int(AHEAD.total_seconds()) // 60

# Skin that gets no minutes at all.
_TENDER = 1
# Skin that may also be out at a UV index of 6 and 7, where the gentler hours don't suit.
_HARDY = frozenset({5, 6})
# Where the sun stays weak: so far from the brightest moment.
_AROUND = timedelta(hours=1)
# Two stretches whose lengths differ by this much are alike: the earlier one is taken, though the rising sun cuts it
# short, and whatever the steps hit.
_ALIKE = AHEAD + 2 * STEP


@dataclass(frozen=True)
class Band:
    """A range of the UV index, `least` in and `below` out, and the index that its minutes are reckoned at."""

    least: float
    below: float
    reckoned: float


BANDS = (Band(LITTLE, STRONG, 4.0), Band(STRONG, TOO_STRONG, 6.0))


@dataclass(frozen=True)
class Window:
    """From when to when (UTC), and the highest UV index in between, for a sky without clouds."""

    start: datetime
    end: datetime
    uv: float


@dataclass(frozen=True)
class _Moment:
    """`soon`: the highest UV index from here until a stay that begins now is over."""

    at: datetime
    uv: float
    soon: float


def uv_index(elevation: float) -> float:
    """The UV index under the sun at so many degrees above the horizon; 0 where it is down.

    UVI = 12.5 x cos(zenith angle)^2.42 x (ozone / 300)^-1.23, for a cloud-free sky, clean air and dark ground:
    Madronich, "Analytic formula for the clear-sky UV index", Photochemistry and Photobiology 83 (2007). Ozone is
    fixed at 300 Dobson units. Clouds mostly lower it; snow, water and height raise it.
    """
    height = max(0.0, math.sin(math.radians(elevation)))
    return float(12.5 * height**2.42 * (_OZONE / 300) ** -1.23)


def band_of(uv: float) -> Band | None:
    """The band in which minutes are possible at all; None under 3 and from 8 on."""
    return next((band for band in BANDS if band.least <= uv < band.below), None)


def minutes_to_redness(skin: int | None, uv: float) -> float | None:
    """Until skin of a type first reddens at a UV index above 0, on average; None where the type is unknown."""
    dose = _FIRST_REDNESS.get(skin or 0)
    return None if dose is None else dose / (uv * _DOSE_A_MINUTE)


def minutes_cap(skin: int | None, uv: float) -> int:
    """The most minutes that may be named; 0 for none.

    A safety model of this project's, no guideline: one quarter of the minutes to first redness at the index that the
    band is reckoned at, rounded down to 5, and 30 at the most. None at all for skin of type I.
    """
    band = band_of(uv)
    redness = None if band is None else minutes_to_redness(skin, band.reckoned)
    if redness is None or skin == _TENDER:
        return 0
    return min(_MOST_MINUTES, int(redness / _PART) // _ROUNDED_TO * _ROUNDED_TO)


def highest_soon(spot: Spot, at: datetime) -> float:
    """The highest UV index of a stay outside that begins at `at`, half an hour at the longest."""
    moments = [at + number * STEP for number in range(AHEAD // STEP + 1)]
    return max(map(uv_index, solar.elevations(spot, moments)))


def highest_uv(spot: Spot, begin: datetime, end: datetime) -> float:
    """The highest UV index from `begin` until `end`, a day or two at most; 0 where the sun stays down."""
    return max((moment.uv for moment in _daylight(spot, begin, end)), default=0.0)


def best_window(
    spot: Spot, skin: int | None, begin: datetime, end: datetime, quiet: Callable[[datetime], bool]
) -> Window | None:
    """The best hours between `begin` and `end` (one day of the person's, in UTC) outside quiet hours.

    Those of a UV index of 3 to under 6; else, for types V and VI, of 6 to under 8; each so that it is no stronger
    half an hour later. Of several stretches the longest; the earliest of those that are about as long. Where there
    are none, as on days on which the sun stays weak, an hour around the brightest moment under 3. None without
    daylight that is neither quiet nor stronger than that.
    """
    day = _daylight(spot, begin, end)
    for band in BANDS if skin in _HARDY else BANDS[:1]:
        good = [
            moment for moment in day if band.least <= moment.uv and moment.soon < band.below and not quiet(moment.at)
        ]
        if good:
            return _window(_longest(_stretches(good)))
    weak = [moment for moment in day if moment.uv < LITTLE and not quiet(moment.at)]
    if not weak:
        return None
    best = max(weak, key=lambda moment: moment.uv)
    around = [moment for moment in weak if abs(moment.at - best.at) <= _AROUND]
    return _window(next(stretch for stretch in _stretches(around) if best in stretch))


# A town's people are told in the same minutes.
@lru_cache(maxsize=128)
def _daylight(spot: Spot, begin: datetime, end: datetime) -> Sequence[_Moment]:
    """Every step at which the sun is up."""
    ahead = AHEAD // STEP
    moments = [begin + number * STEP for number in range(math.ceil((end - begin) / STEP) + ahead)]
    strengths = list(map(uv_index, solar.elevations(spot, moments)))
    return tuple(
        _Moment(at, strengths[number], max(strengths[number : number + ahead + 1]))
        for number, at in enumerate(moments[:-ahead])
        if strengths[number] > 0
    )


def _stretches(moments: Sequence[_Moment]) -> list[list[_Moment]]:
    """Cut where a step is missing."""
    stretches = [[moments[0]]]
    for before, moment in pairwise(moments):
        if moment.at - before.at > STEP:
            stretches.append([])
        stretches[-1].append(moment)
    return stretches


def _longest(stretches: Sequence[Sequence[_Moment]]) -> Sequence[_Moment]:
    enough = max(map(_length, stretches)) - _ALIKE
    return next(stretch for stretch in stretches if _length(stretch) >= enough)


def _length(stretch: Sequence[_Moment]) -> timedelta:
    return stretch[-1].at - stretch[0].at


def _window(stretch: Sequence[_Moment]) -> Window:
    return Window(stretch[0].at, stretch[-1].at, max(moment.uv for moment in stretch))
