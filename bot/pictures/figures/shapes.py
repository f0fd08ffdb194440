"""SVG elements as text. Points are complex numbers: x to the right, y down, in pixels of a full figure."""

import cmath
import math
from collections.abc import Iterable

RIGHT_ANGLE = 1j


def direction(degrees: float) -> complex:
    """The unit vector of an angle on the screen: 0 is right, 90 is down, -90 is up."""
    return cmath.rect(1, math.radians(degrees))


def xy(point: complex) -> str:
    """A point as SVG has it; a tenth of a pixel hides what floating point differs in between machines."""
    return f"{_number(point.real)} {_number(point.imag)}"


def circle(centre: complex, radius: float, colour: str) -> str:
    return f'<circle cx="{_number(centre.real)}" cy="{_number(centre.imag)}" r="{_number(radius)}" fill="{colour}"/>'


def block(left: float, top: float, width: float, height: float, colour: str, *, corner: float = 0) -> str:
    box = f'x="{_number(left)}" y="{_number(top)}" width="{_number(width)}" height="{_number(height)}"'
    return f'<rect {box} rx="{_number(corner)}" fill="{colour}"/>'


def line(points: Iterable[complex], width: float, colour: str) -> str:
    """Straight pieces with round ends and corners."""
    return stroke("M" + " L".join(xy(point) for point in points), width, colour)


def stroke(path: str, width: float, colour: str) -> str:
    pen = f'stroke="{colour}" stroke-width="{_number(width)}" stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{path}" fill="none" {pen}/>'


def swelling(start: complex, end: complex, rise: complex, fall: complex, colour: str) -> str:
    """What a curve encloses with the straight line from `start` to `end`; `rise` and `fall` pull it outwards."""
    return f'<path d="M{xy(start)} C{xy(rise)} {xy(fall)} {xy(end)} Z" fill="{colour}"/>'


def spindle(start: complex, end: complex, half: complex, colour: str) -> str:
    """A muscle's shape: round ends, `half` its thickness to either side of the middle."""
    handle, bow = (end - start) / 9, half * 4 / 3
    there = f"C{xy(start + handle + bow)} {xy(end - handle + bow)} {xy(end)}"
    back = f"C{xy(end - handle - bow)} {xy(start + handle - bow)} {xy(start)}"
    pen = f'stroke="{colour}" stroke-width="8" stroke-linejoin="round"'
    return f'<path d="M{xy(start)} {there} {back} Z" fill="{colour}" {pen}/>'


def curve(start: complex, bend: complex, end: complex) -> str:
    """The path of a curve that passes through `bend` half-way."""
    return f"M{xy(start)} Q{xy(2 * bend - (start + end) / 2)} {xy(end)}"


def capsule(start: complex, end: complex, start_radius: float, end_radius: float, colour: str) -> str:
    """What a taut band round two circles encloses: a limb that tapers."""
    span = end - start
    turn = math.acos((start_radius - end_radius) / abs(span))
    upper, lower = (span / abs(span) * cmath.rect(1, sign * turn) for sign in (-1, 1))
    big = int(start_radius >= end_radius)
    path = (
        f"M{xy(start + upper * start_radius)} L{xy(end + upper * end_radius)} "
        f"A{end_radius} {end_radius} 0 {1 - big} 1 {xy(end + lower * end_radius)} "
        f"L{xy(start + lower * start_radius)} "
        f"A{start_radius} {start_radius} 0 {big} 1 {xy(start + upper * start_radius)} Z"
    )
    return f'<path d="{path}" fill="{colour}"/>'


def _number(value: float) -> str:
    return f"{round(value, 1) + 0:g}"
