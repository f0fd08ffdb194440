"""The person: bones of one length in every picture, joints that bend the way they do, and flesh drawn round them."""

import cmath
import math
from collections.abc import Iterable

from bot.pictures.figures.poses import Arm, Leg, Muscle, Pose
from bot.pictures.figures.shapes import RIGHT_ANGLE, capsule, circle, curve, direction, spindle, stroke, swelling, xy

# Lengths of bones in pixels; SHOULDER is how far up the trunk the arms hang; SLACK what a pose may overreach.
THIGH = SHIN = 135.0
UPPER_ARM = FOREARM = 94.0
TRUNK, SHOULDER = 160.0, 142.0
SLACK = 6.0
KNEE, ELBOW = -1, 1

# LIGHT is the near arm, which must stand out from a foot or a trunk; SHADE the far side; GHOST where a foot was.
SKIN, SKIN_LIGHT, SKIN_SHADE, SKIN_GHOST = "#e3a67c", "#efbd99", "#c98d66", "#d9b9a3"
HAIR, INK = "#46342c", "#2b2430"
SHIRT, SLEEVE, SLEEVE_SHADE = "#1f9d8f", "#17857a", "#68b9ae"
CLOTH, CLOTH_SHADE = "#2f4470", "#8090b3"
STRETCHED = "#ff5a4e"


def hinge(root: complex, end: complex, upper: float, lower: float, bend: int) -> complex:
    """The joint between two bones that reach from `root` to `end`. `bend` is KNEE or ELBOW: which way it gives.

    Raises ValueError where the bones are too short by more than SLACK.
    """
    span = end - root
    if abs(span) > upper + lower + SLACK:
        raise ValueError(f"{end} is {abs(span) - upper - lower:.0f} px out of reach from {root}")
    reach = min(abs(span), upper + lower)
    angle = math.acos((upper**2 + reach**2 - lower**2) / (2 * upper * reach))
    return root + span / abs(span) * cmath.rect(upper, bend * angle)


def person(pose: Pose, held: Iterable[str]) -> list[str]:
    """All of the person, from the far side to the near one, with what the near hand holds."""
    up = direction(pose.lean - 90)
    top = pose.hip + up * TRUNK
    shoulder = pose.hip + up * SHOULDER
    return [
        *_arm(shoulder, pose.far_arm, SLEEVE_SHADE, SKIN_SHADE),
        *leg(pose.hip, pose.far_leg, CLOTH_SHADE, SKIN_SHADE),
        *(foot(pose.ghost, SKIN_GHOST) if pose.ghost else ()),
        *_head(top, direction(pose.lean + pose.nod - 90)),
        capsule(pose.hip, pose.hip + up * (SHOULDER - 8), 40, 42, SHIRT),
        *leg(pose.hip, pose.near_leg, CLOTH, SKIN),
        *([_muscle(pose.hip, pose.near_leg, pose.muscle)] if pose.muscle else ()),
        *held,
        *_arm(shoulder, pose.near_arm, SLEEVE, SKIN_LIGHT),
    ]


def _knee(hip: complex, limb: Leg) -> complex:
    return limb.knee if limb.knee is not None else hinge(hip, limb.ankle, THIGH, SHIN, KNEE)


def leg(hip: complex, limb: Leg, cloth: str, skin: str) -> list[str]:
    """Trousers that leave the ankle free, so that one sees what it does."""
    knee = _knee(hip, limb)
    cuff = knee + (limb.ankle - knee) * 0.8
    return [
        *foot(limb, skin),
        capsule(knee, limb.ankle, 24, 16, skin),
        capsule(knee, cuff, 28, 21, cloth),
        _calf(knee, cuff, cloth),
        capsule(hip, knee, 42, 29, cloth),
    ]


def foot(limb: Leg, skin: str) -> list[str]:
    """Heel, arch, ball and toes round the ankle."""
    along = direction(limb.foot)
    sole = along * RIGHT_ANGLE
    heel, ball = limb.ankle - along * 14 + sole * 12, limb.ankle + along * 46 + sole * 15
    toes = ball + direction(limb.foot + limb.toes) * 24 + sole * 1
    return [
        capsule(limb.ankle, heel, 17, 15, skin),
        capsule(limb.ankle, ball, 17, 12, skin),
        capsule(heel, ball, 15, 12, skin),
        capsule(ball, toes, 12, 9.5, skin),
    ]


def _behind(start: complex, end: complex) -> complex:
    """The unit vector to the back of a leg bone."""
    return (end - start) / abs(end - start) * RIGHT_ANGLE


def _calf(knee: complex, cuff: complex, cloth: str) -> str:
    bone, back = cuff - knee, _behind(knee, cuff)
    rise, fall = knee + bone * 0.4 + back * 44, knee + bone * 0.72 + back * 30
    return swelling(knee + back * 27, cuff + back * 21, rise, fall, cloth)


def _muscle(hip: complex, limb: Leg, muscle: Muscle) -> str:
    """The tint: a spindle between two shares of a bone's length, between two depths behind it."""
    knee = _knee(hip, limb)
    along = direction(limb.foot)
    start, end, (first, last), (inner, outer) = {
        Muscle.CALF: (knee, limb.ankle, (0.06, 0.64), (0, 29)),
        Muscle.DEEP_CALF: (knee, limb.ankle, (0.3, 0.82), (-1, 25)),
        Muscle.THIGH_BACK: (hip, knee, (0.14, 0.9), (3, 29)),
        Muscle.THIGH_FRONT: (hip, knee, (0.14, 0.9), (-3, -29)),
        Muscle.SOLE: (limb.ankle - along * 14, limb.ankle + along * 50, (0, 1), (13, 25)),
    }[muscle]
    bone, back = end - start, _behind(start, end)
    tips = [start + bone * share + back * (inner + outer) / 2 for share in (first, last)]
    return spindle(tips[0], tips[1], back * (outer - inner) / 2, STRETCHED)


def _arm(shoulder: complex, limb: Arm, sleeve: str, skin: str) -> list[str]:
    elbow = hinge(shoulder, limb.hand, UPPER_ARM, FOREARM, ELBOW)
    palm = direction(limb.palm) if limb.palm is not None else (limb.hand - elbow) / abs(limb.hand - elbow)
    cuff = shoulder + (elbow - shoulder) * 0.62
    return [
        capsule(shoulder, elbow, 22, 17, skin),
        capsule(elbow, limb.hand, 17, 13, skin),
        capsule(limb.hand, limb.hand + palm * 20, 14, 11, skin),
        capsule(shoulder, cuff, 25, 22, sleeve),
    ]


def _head(neck: complex, up: complex) -> list[str]:
    """In profile: a nose in front, an eye, a small smile, and hair from the forehead to the nape."""
    ahead = up * RIGHT_ANGLE
    centre = neck + up * 56

    def at(forwards: float, upwards: float) -> complex:
        return centre + ahead * forwards + up * upwards

    forehead, nape = xy(at(42, 27)), xy(at(-31, -39))
    hairline = f"Q{xy(at(-14, -28))} {xy(at(-10, 6))} Q{xy(at(14, 8))} {forehead}"
    return [
        capsule(neck - up * 20, centre, 21, 22, SKIN_SHADE),
        circle(centre, 48, SKIN),
        circle(at(48, -8), 8, SKIN),
        circle(at(-44, 38), 20, HAIR),
        f'<path d="M{forehead} A50 50 0 1 0 {nape} {hairline} Z" fill="{HAIR}"/>',
        circle(at(-6, -6), 10, SKIN_SHADE),
        circle(at(29, -2), 5, INK),
        stroke(curve(at(38, -23), at(31, -28), at(23, -25)), 4, INK),
    ]
