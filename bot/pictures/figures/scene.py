"""A whole picture: the room, the person in it, and the arrows of what moves."""

from bot.pictures.figures.body import person
from bot.pictures.figures.figures import HEIGHT, WIDTH
from bot.pictures.figures.poses import Arrow, Bed, Pose, Seat
from bot.pictures.figures.shapes import RIGHT_ANGLE, block, circle, curve, direction, line, stroke, xy

FLOOR = 650.0
AIR, GROUND, PROP = "#dcebea", "#bcd3d3", "#8aa1ab"
HELD, SHEET = "#f2b134", "#f6f4ee"
MOVES, HALO = "#7a2fc4", "#ffffff"


def draw(pose: Pose) -> str:
    """The picture as an SVG document; it has its own ground, so it reads on any page."""
    left, top, width = pose.view
    height = width * HEIGHT // WIDTH
    parts = [
        block(left, top, width, height, AIR),
        block(left, FLOOR, width, top + height - FLOOR, GROUND),
        *_room(pose),
        *_ring(pose),
        *person(pose, _towel(pose)),
        *(part for arrow in pose.arrows for part in _arrow(arrow)),
    ]
    box = f'viewBox="{left} {top} {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>\n' + "\n".join(parts) + "\n</svg>\n"


def _room(pose: Pose) -> list[str]:
    parts = []
    if pose.wall is not None:
        parts.append(block(pose.wall, 0, WIDTH, FLOOR, PROP))
    if pose.chair is not None:
        parts += _chair(pose.chair)
    if pose.bed is not None:
        parts += _bed(pose.bed)
    if pose.ball is not None:
        parts.append(circle(pose.ball, 24, HELD))
    return parts


def _chair(seat: Seat) -> list[str]:
    left, right = complex(seat.left + 9, seat.top + 9), complex(seat.right - 9, seat.top + 9)
    down = complex(0, FLOOR - seat.top - 18)
    stile = left if seat.back == "left" else right
    return [
        line(piece, 18, PROP)
        for piece in ([left, right], [left, left + down], [right, right + down], [stile, stile - 185j])
    ]


def _bed(bed: Bed) -> list[str]:
    head, foot = complex(bed.left, bed.top), complex(bed.right, bed.top)
    ground = complex(0, FLOOR - 13 - bed.top)
    return [
        line([head - 120j, head + ground], 26, PROP),
        line([foot + 40j, foot + ground], 26, PROP),
        block(bed.left, bed.top + 48, bed.right - bed.left, 44, PROP, corner=10),
        block(bed.left + 4, bed.top, bed.right - bed.left - 4, 60, SHEET, corner=26),
        line([head + 52 - 84j, head + 142 - 32j], 62, SHEET),
    ]


def _towel(pose: Pose) -> list[str]:
    """From the near hand round the ball of the near foot."""
    if not pose.towel:
        return []
    along = direction(pose.near_leg.foot)
    ball = pose.near_leg.ankle + along * 46 + along * RIGHT_ANGLE * 20
    hand = pose.near_arm.hand
    return [line([hand + 48j - 8, hand, ball], 24, HELD)]


def _ring(pose: Pose) -> list[str]:
    """Round and round, either way: a ring behind the leg with two heads that point away from each other."""
    if pose.ring is None:
        return []
    around = [pose.ring + 90 * direction(angle) for angle in range(0, 360, 5)]
    path = "M" + " L".join(xy(point) for point in around) + " Z"
    heads = [(pose.ring + 90 * direction(angle), direction(angle + turn)) for angle, turn in ((-62, -75), (82, 75))]
    return _drawn(path, heads)


def _arrow(arrow: Arrow) -> list[str]:
    start, *bends, end = arrow.points
    bend = bends[0] if bends else (start + end) / 2
    control = 2 * bend - (start + end) / 2
    heads = [(end, end - control)]
    if arrow.both:
        heads.append((start, start - control))
    return _drawn(curve(start, bend, end), heads)


def _drawn(path: str, heads: list[tuple[complex, complex]]) -> list[str]:
    """A path with its heads (tip and way), on a halo that keeps it apart from whatever lies under it."""
    return [
        stroke(piece, width, colour)
        for colour, width in ((HALO, 29), (MOVES, 15))
        for piece in (path, *(_barbs(tip, way / abs(way)) for tip, way in heads))
    ]


def _barbs(tip: complex, ahead: complex) -> str:
    side = ahead * RIGHT_ANGLE * 22
    root = tip - ahead * 24
    return f"M{xy(root + side)} L{xy(tip)} L{xy(root - side)}"
