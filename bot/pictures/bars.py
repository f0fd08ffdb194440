"""A bar chart as a picture for a phone: names above their bars, so that none is cut, and amounts at the ends.

The letters are those that Pillow brings along, which are plain Latin without accents; `can_write` tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import cast

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

WIDTH = 1080
_MARGIN = 48
_ROOM = WIDTH - 2 * _MARGIN
_ROW = 132
_BAR = 42
_AMOUNT_ROOM = 380
_LEAST_BAR = 6
_CARD, _INK, _GREY, _FAINT, _ACCENT = "#faf8f3", "#1d2a33", "#5c6870", "#d9d4c7", "#0b7a6f"
# A third of the bytes, and nobody sees it.
_COLOURS = 64
_TITLE, _NAME, _SMALL, _LEAST = 64, 46, 38, 22
# The letters lack these; the plain ones say the same.
_PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "…": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " "})


@dataclass(frozen=True)
class Bar:
    """`length` is in the unit of the chart; `label` its name, `detail` something small beside it, `amount` its end."""

    label: str
    detail: str
    amount: str
    length: float


@dataclass(frozen=True)
class Line:
    """A length to compare with, in the unit of the bars."""

    label: str
    length: float


@dataclass(frozen=True)
class Chart:
    """What to draw. `rtl`: for scripts that run from right to left, everything starts at the right."""

    title: str
    subtitle: str
    bars: tuple[Bar, ...]
    line: Line | None = None
    footer: str = ""
    rtl: bool = False

    @property
    def texts(self) -> Iterator[str]:
        """Every word in it."""
        yield from (self.title, self.subtitle, self.footer)
        for bar in self.bars:
            yield from (bar.label, bar.detail, bar.amount)
        if self.line is not None:
            yield self.line.label


def can_write(chart: Chart) -> bool:
    """Whether there are letters for all of its words."""
    return all(_has(letter) for text in chart.texts for letter in set(text.translate(_PLAIN)))


def draw(chart: Chart) -> bytes:
    """The chart as PNG, 1,080 pixels wide. Takes some hundredths of a second: not for the event loop."""
    return _Drawing(chart).png()


class _Drawing:
    """Every x is counted from the side where reading starts."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._top = 220 if chart.line is None else 270
        height = self._top + _ROW * len(chart.bars) + 100
        self._image = Image.new("RGB", (WIDTH, height), _CARD)
        self._pen = ImageDraw.Draw(self._image)
        longest = max((bar.length for bar in chart.bars), default=0) or 1
        self._scale = (_ROOM - _AMOUNT_ROOM) / longest

    def png(self) -> bytes:
        chart = self._chart
        self._write(chart.title, y=110, size=_TITLE, strong=True)
        self._write(chart.subtitle, y=170, size=_SMALL, color=_GREY)
        for number, bar in enumerate(chart.bars):
            self._box(_MARGIN, self._below(number), self._end(bar), self._below(number) + _BAR, _ACCENT)
        if chart.line is not None:
            self._reference(chart.line)
        for number, bar in enumerate(chart.bars):
            self._name(bar, self._below(number))
        self._write(chart.footer, y=self._image.height - 40, size=_SMALL - 6, color=_GREY)
        file = BytesIO()
        self._image.quantize(_COLOURS).save(file, "PNG")
        return file.getvalue()

    def _below(self, number: int) -> int:
        """Where a bar begins, below its name."""
        return self._top + number * _ROW + 58

    def _end(self, bar: Bar) -> float:
        return _MARGIN + max(bar.length * self._scale, _LEAST_BAR)

    def _name(self, bar: Bar, below: int) -> None:
        size = next((size for size in range(_NAME, _LEAST, -1) if _beside(bar, size) <= _ROOM), _LEAST)
        beside = _MARGIN + _font(size).getlength(f"{bar.label}  ")
        base = below - 16
        self._write(bar.label, y=base, size=size, strong=True)
        self._write(bar.detail, x=beside, y=base, size=_detail(size), color=_GREY)
        self._write(bar.amount, x=self._end(bar) + 16, y=below + _BAR - 5, size=_SMALL)

    def _reference(self, line: Line) -> None:
        """Thin, with its name above, and interrupted by words."""
        x = _MARGIN + line.length * self._scale
        self._box(x - 1, self._top - 14, x + 1, self._image.height - 110, _FAINT)
        width = _font(_SMALL - 6).getlength(line.label)
        start = min(max(x - width / 2, _MARGIN), WIDTH - _MARGIN - width)
        self._write(line.label, x=start, y=self._top - 28, size=_SMALL - 6, color=_GREY)

    def _write(
        self, text: str, *, y: float, size: int, x: float = _MARGIN, color: str = _INK, strong: bool = False
    ) -> None:
        """`y` is where the letters stand."""
        text = text.translate(_PLAIN)
        size = _fitting(text, size, WIDTH - _MARGIN - x)
        font = _font(size)
        self._box(x - 6, y - size, x + font.getlength(text) + 6, y + size // 4, _CARD)
        where, anchor = ((WIDTH - x, y), "rs") if self._chart.rtl else ((x, y), "ls")
        self._pen.text(where, text, color, font, anchor, stroke_width=1 if strong else 0)

    def _box(self, start: float, top: float, end: float, bottom: float, color: str) -> None:
        if self._chart.rtl:
            start, end = WIDTH - end, WIDTH - start
        self._pen.rectangle((round(start), top, round(end), bottom), color)


@cache
def _font(size: int) -> FreeTypeFont:
    # Every wheel of Pillow has FreeType; without it a font would have no size.
    return cast(FreeTypeFont, ImageFont.load_default(size))


def _detail(size: int) -> int:
    """The size of what stands beside a name."""
    return size * 3 // 4


def _beside(bar: Bar, size: int) -> float:
    """How wide a name and what stands beside it are."""
    return _font(size).getlength(f"{bar.label}  ") + _font(_detail(size)).getlength(bar.detail)


def _fitting(text: str, size: int, room: float = _ROOM) -> int:
    """The largest size up to `size` in which the text has room; letters below `_LEAST` cannot be read."""
    return next((s for s in range(size, _LEAST, -1) if _font(s).getlength(text) <= room), _LEAST)


@cache
def _has(letter: str) -> bool:
    """Whether it is drawn as something else than the box for what is missing."""
    font = _font(_SMALL)
    drawn, missing = font.getmask(letter), font.getmask("\uffff")
    return letter.isspace() or (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))
