"""A bar chart as a picture for a phone: names above their bars, so that none is cut, and amounts at the ends.

The letters are those that Pillow brings along, which are plain Latin without accents; `can_write` tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

WIDTH = 1080
_MARGIN = 48
_ROW = 108
_BAR = 34
_AMOUNT_ROOM = 300
_LEAST_BAR = 6
_CARD, _INK, _GREY, _FAINT, _ACCENT = "#faf8f3", "#1d2a33", "#5c6870", "#d9d4c7", "#0b7a6f"
# A third of the bytes, and nobody sees it.
_COLOURS = 64
_TITLE, _NAME, _SMALL, _LEAST = 54, 36, 30, 20
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
        self._top = 230 if chart.line is None else 270
        height = self._top + _ROW * len(chart.bars) + 96
        self._image = Image.new("RGB", (WIDTH, height), _CARD)
        self._pen = ImageDraw.Draw(self._image)
        longest = max((bar.length for bar in chart.bars), default=0) or 1
        self._scale = (WIDTH - 2 * _MARGIN - _AMOUNT_ROOM) / longest

    def png(self) -> bytes:
        chart = self._chart
        self._write(chart.title, y=64, size=_TITLE, strong=True)
        self._write(chart.subtitle, y=140, size=_SMALL, color=_GREY)
        for number, bar in enumerate(chart.bars):
            self._box(_MARGIN, self._below(number), self._end(bar), self._below(number) + _BAR, _ACCENT)
        if chart.line is not None:
            self._reference(chart.line)
        for number, bar in enumerate(chart.bars):
            self._name(bar, self._below(number))
        self._write(chart.footer, y=self._image.height - 72, size=_SMALL - 4, color=_GREY)
        file = BytesIO()
        self._image.quantize(_COLOURS).save(file, "PNG")
        return file.getvalue()

    def _below(self, number: int) -> int:
        """Where a bar begins, below its name."""
        return self._top + number * _ROW + 50

    def _end(self, bar: Bar) -> float:
        return _MARGIN + max(bar.length * self._scale, _LEAST_BAR)

    def _name(self, bar: Bar, below: int) -> None:
        size = _fitting(f"{bar.label}   {bar.detail}", _NAME)
        beside = _MARGIN + _font(size).getlength(f"{bar.label}   ")
        self._write(bar.label, y=below - 50, size=size, strong=True)
        self._write(bar.detail, x=beside, y=below - 47 + (size - _SMALL) // 2, size=min(size, _SMALL), color=_GREY)
        self._write(bar.amount, x=self._end(bar) + 16, y=below - 1, size=_SMALL)

    def _reference(self, line: Line) -> None:
        """Thin, with its name above, and interrupted by words."""
        x = _MARGIN + line.length * self._scale
        self._box(x - 1, self._top - 14, x + 1, self._image.height - 100, _FAINT)
        width = _font(_SMALL - 4).getlength(line.label)
        start = min(max(x - width / 2, _MARGIN), WIDTH - _MARGIN - width)
        self._write(line.label, x=start, y=self._top - 58, size=_SMALL - 4, color=_GREY)

    def _write(
        self, text: str, *, y: float, size: int, x: float = _MARGIN, color: str = _INK, strong: bool = False
    ) -> None:
        text = text.translate(_PLAIN)
        font = _font(_fitting(text, size, WIDTH - _MARGIN - x))
        self._box(x - 6, y, x + font.getlength(text) + 6, y + font.size, _CARD)
        where, anchor = ((WIDTH - x, y), "ra") if self._chart.rtl else ((x, y), "la")
        self._pen.text(where, text, color, font, anchor, stroke_width=1 if strong else 0)

    def _box(self, start: float, top: float, end: float, bottom: float, color: str) -> None:
        if self._chart.rtl:
            start, end = WIDTH - end, WIDTH - start
        self._pen.rectangle((round(start), top, round(end), bottom), color)


@cache
def _font(size: int) -> FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, FreeTypeFont):
        raise TypeError("this Pillow was built without FreeType and cannot write")
    return font


def _fitting(text: str, size: int, room: float = WIDTH - 2 * _MARGIN) -> int:
    """The largest size up to `size` in which the text has room; letters below `_LEAST` cannot be read."""
    return next((s for s in range(size, _LEAST, -1) if _font(s).getlength(text) <= room), _LEAST)


@cache
def _has(letter: str) -> bool:
    """Whether it is drawn as something else than the box for what is missing."""
    font = _font(_SMALL)
    drawn, missing = font.getmask(letter), font.getmask("\uffff")
    return letter.isspace() or (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))
