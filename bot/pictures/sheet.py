"""A sheet to draw on, as wide as a phone shows well. Every x is counted from the side where reading starts.

The letters are those that Pillow brings along, which are plain Latin without accents; `can_write` tells. Pillow is
imported when something is drawn first: it takes 4 MB, and few ask for a picture.
"""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

WIDTH = 1080
MARGIN = 48
ROOM = WIDTH - 2 * MARGIN
CARD, INK, GREY, FAINT, ACCENT = "#faf8f3", "#1d2a33", "#5c6870", "#d9d4c7", "#0b7a6f"
TITLE, NAME, SMALL, LEAST = 64, 46, 38, 22
"""Sizes of letters; those below LEAST cannot be read."""

# A third of the bytes, and nobody sees it.
_COLOURS = 64
# The letters lack these; the plain ones say the same.
_PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "…": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " "})


class Sheet:
    """Blank, of this height in pixels. `rtl`: for scripts that run from right to left."""

    def __init__(self, height: int, *, rtl: bool = False) -> None:
        from PIL import Image, ImageDraw  # noqa: PLC0415

        self.height = height
        self._rtl = rtl
        self._image = Image.new("RGB", (WIDTH, height), CARD)
        self._pen = ImageDraw.Draw(self._image)

    def write(
        self,
        text: str,
        *,
        y: float,
        size: int,
        x: float = MARGIN,
        color: str = INK,
        ground: str = CARD,
        strong: bool = False,
    ) -> None:
        """`y` is where the letters stand; they shrink until they have room. `ground`: what covers lines behind."""
        text = text.translate(_PLAIN)
        size = fitting(text, size, WIDTH - MARGIN - x)
        letters = font(size)
        self.box(x - 6, y - size, x + letters.getlength(text) + 6, y + size // 4, ground)
        where, anchor = ((WIDTH - x, y), "rs") if self._rtl else ((x, y), "ls")
        self._pen.text(where, text, color, letters, anchor, stroke_width=1 if strong else 0)

    def box(self, start: float, top: float, end: float, bottom: float, color: str) -> None:
        """A filled rectangle."""
        if self._rtl:
            start, end = WIDTH - end, WIDTH - start
        self._pen.rectangle((round(start), top, round(end), bottom), color)

    def stamp(self, mask: "Image", x: float, y: float, color: str) -> None:
        """Colour through a mask whose middle is at x, y."""
        middle = WIDTH - x if self._rtl else x
        corner = round(middle - mask.width / 2), round(y - mask.height / 2)
        self._image.paste(color, corner, mask)

    def png(self) -> bytes:
        """What was drawn, as a file."""
        file = BytesIO()
        self._image.quantize(_COLOURS).save(file, "PNG")
        return file.getvalue()


def can_write(texts: Iterable[str]) -> bool:
    """Whether there are letters for all of it."""
    return all(_has(letter) for text in texts for letter in set(text.translate(_PLAIN)))


@cache
def font(size: int) -> "FreeTypeFont":
    """The letters in a size, to measure with."""
    from PIL import ImageFont  # noqa: PLC0415

    # Every wheel of Pillow has FreeType; without it a font would have no size.
    return cast("FreeTypeFont", ImageFont.load_default(size))


def fitting(text: str, size: int, room: float = ROOM) -> int:
    """The largest size up to `size` in which the text has room, LEAST if none."""
    return next((s for s in range(size, LEAST, -1) if font(s).getlength(text) <= room), LEAST)


@cache
def _has(letter: str) -> bool:
    """Whether it is drawn as something else than the box for what is missing."""
    letters = font(SMALL)
    drawn, missing = letters.getmask(letter), letters.getmask("\uffff")
    return letter.isspace() or (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))
