"""The poses: what poses.toml says of each figure, checked. Everybody faces right; `near` is the side that one sees."""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, TypeAdapter

from db.knowledge.models import Id, Strict

FILE = Path(__file__).with_name("poses.toml")


def _point(pair: object) -> object:
    match pair:
        case [int() | float() as x, int() | float() as y]:
            return complex(x, y)
    return pair


Point = Annotated[complex, BeforeValidator(_point)]


class Muscle(StrEnum):
    """What a figure tints, always on the near leg."""

    CALF = "calf"
    DEEP_CALF = "deep_calf"
    THIGH_BACK = "thigh_back"
    THIGH_FRONT = "thigh_front"
    SOLE = "sole"


class Leg(Strict):
    """`foot` and `toes` are angles in degrees: 0 flat on the floor, negative with the toes up (toes: against the foot).

    The knee follows from hip and ankle and bends forwards; `knee` is for a leg that comes towards the viewer.
    """

    ankle: Point
    foot: float = 0
    toes: float = 0
    knee: Point | None = None


class Arm(Strict):
    """The elbow follows from shoulder and hand. `palm`: the angle of the hand where it does not go on from the arm."""

    hand: Point
    palm: float | None = None


class Arrow(Strict):
    """Start, end and, where it bends, a point half-way. `both`: a head at either end."""

    points: Annotated[tuple[Point, ...], Field(min_length=2, max_length=3)]
    both: bool = False


class Seat(Strict):
    """A chair: its seat from left to right, the height of its top, and on which side the back is."""

    left: float
    right: float
    top: float
    back: Literal["left", "right"]


class Bed(Strict):
    """A bed with its head and pillow to the left; `top` is the height of the mattress."""

    left: float
    right: float
    top: float


class Pose(Strict):
    """`hip` is the hip joint, `lean` how far the trunk tips forwards in degrees, `nod` the head against the trunk.

    `ghost`: a foot where it was or will be; `ring`: the centre of a round arrow; `wall`: where its face stands;
    `towel`: from the near hand round the near foot; `view`: left, top and width of what is shown, always
    4 by 3 and in whole pixels.
    """

    view: tuple[int, int, Annotated[int, Field(multiple_of=4)]]
    hip: Point
    lean: float = 0
    nod: float = 0
    near_leg: Leg
    far_leg: Leg
    near_arm: Arm
    far_arm: Arm
    muscle: Muscle | None = None
    ghost: Leg | None = None
    arrows: tuple[Arrow, ...] = ()
    wall: float | None = None
    chair: Seat | None = None
    bed: Bed | None = None
    ball: Point | None = None
    ring: Point | None = None
    towel: bool = False


Poses = dict[Id, dict[Id, Pose]]


def read(path: Path = FILE) -> Poses:
    """Every pose by stretch and step; first aid stands among the stretches as `first_aid`.

    Raises pydantic.ValidationError for a field that is missing, unknown or of the wrong kind.
    """
    return TypeAdapter(Poses).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
