"""How much to drink at most after a workout. Pure; our own estimate, which nobody has validated.

From guidance: in sport one should lose no more than about 2% of body weight, never gain any by drinking (ACSM, read in
a copy), and thirst leads (Wilderness Medical Society 2018, seen). The rest is a proposal of this project: what is
sweated in an hour by effort, heat and weight, all at the low end of what is measured, since too much water is the
greater danger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jobs.workouts import Effort, Workout

# Millilitres an hour, of somebody who weighs _WEIGHED kg, where it is not hot.
SWEAT: Mapping[Effort, int] = {Effort.EASY: 300, Effort.MODERATE: 500, Effort.HARD: 700}
_WEIGHED = 70
HEAT = 1.4
MOST_AN_HOUR = 900
"""More than this is never counted, in ml."""

PART = 0.6
"""Of what was sweated; most people drink some of it on the way, and nobody shall gain weight."""

LIGHT = 50.0
"""The weight in kg that is assumed where none was told: a light body needs least."""

ML_A_KG = 20
"""2% of body weight."""

MOST = 1500
"""In ml, whatever the length: who drinks for hours on end is most at risk."""

SHORT = 60
"""Below so many minutes, where it is not hot, thirst alone is the guide."""

_STEP = 50
_LEAST = 100


class Cap(StrEnum):
    """What kept the amount down."""

    HOUR = "hour"
    BODY = "body"
    MOST = "most"


class Nothing(StrEnum):
    """Why there is no amount."""

    SHORT = "short"
    LITTLE = "little"


@dataclass(frozen=True)
class Estimate:
    """`amount` and `an_hour` (the sweat that was counted) are in ml; no amount has its reason."""

    an_hour: int
    amount: int | None
    caps: tuple[Cap, ...] = ()
    nothing: Nothing | None = None


def estimate(workout: Workout, weight: float | None) -> Estimate:
    """The most to drink in the hours after it, to whole 50 ml and never rounded up; `weight` is in kg."""
    body = LIGHT if weight is None else weight
    sweat = SWEAT[workout.effort] * (HEAT if workout.hot else 1) * body / _WEIGHED
    an_hour = min(sweat, MOST_AN_HOUR)
    if workout.minutes < SHORT and not workout.hot:
        return Estimate(_about(an_hour), None, nothing=Nothing.SHORT)
    wanted = an_hour * workout.minutes / 60 * PART
    limits = {Cap.BODY: body * ML_A_KG, Cap.MOST: MOST}
    amount = int(min(wanted, *limits.values())) // _STEP * _STEP
    if amount < _LEAST:
        return Estimate(_about(an_hour), None, nothing=Nothing.LITTLE)
    caps = [Cap.HOUR] if sweat > MOST_AN_HOUR else []
    caps += [cap for cap, limit in limits.items() if limit < wanted and limit == min(limits.values())]
    return Estimate(_about(an_hour), amount, tuple(caps))


def _about(ml: float) -> int:
    """As exact as an estimate is."""
    return round(ml / 10) * 10
