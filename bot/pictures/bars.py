"""A bar chart as a picture for a phone: names above their bars, so that none is cut, and amounts at the ends."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.pictures import sheet
from bot.pictures.sheet import ACCENT, FAINT, GREY, LEAST, MARGIN, NAME, ROOM, SMALL, TITLE, WIDTH, Sheet, font

_ROW = 132
_BAR = 42
_AMOUNT_ROOM = 380
_LEAST_BAR = 6


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
    return sheet.can_write(chart.texts)


def draw(chart: Chart) -> bytes:
    """The chart as PNG, 1,080 pixels wide. Takes some hundredths of a second: not for the event loop."""
    return _Drawing(chart).png()


class _Drawing:
    """Every x is counted from the side where reading starts."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._top = 220 if chart.line is None else 270
        self._sheet = Sheet(self._top + _ROW * len(chart.bars) + 100, rtl=chart.rtl)
        longest = max((bar.length for bar in chart.bars), default=0) or 1
        self._scale = (ROOM - _AMOUNT_ROOM) / longest

    def png(self) -> bytes:
        chart, on = self._chart, self._sheet
        on.write(chart.title, y=110, size=TITLE, strong=True)
        on.write(chart.subtitle, y=170, size=SMALL, color=GREY)
        for number, bar in enumerate(chart.bars):
            on.box(MARGIN, self._below(number), self._end(bar), self._below(number) + _BAR, ACCENT)
        if chart.line is not None:
            self._reference(chart.line)
        for number, bar in enumerate(chart.bars):
            self._name(bar, self._below(number))
        on.write(chart.footer, y=on.height - 40, size=SMALL - 6, color=GREY)
        return on.png()

    def _below(self, number: int) -> int:
        """Where a bar begins, below its name."""
        return self._top + number * _ROW + 58

    def _end(self, bar: Bar) -> float:
        return MARGIN + max(bar.length * self._scale, _LEAST_BAR)

    def _name(self, bar: Bar, below: int) -> None:
        size = next((size for size in range(NAME, LEAST, -1) if _beside(bar, size) <= ROOM), LEAST)
        beside = MARGIN + font(size).getlength(f"{bar.label}  ")
        base = below - 16
        self._sheet.write(bar.label, y=base, size=size, strong=True)
        self._sheet.write(bar.detail, x=beside, y=base, size=_detail(size), color=GREY)
        self._sheet.write(bar.amount, x=self._end(bar) + 16, y=below + _BAR - 5, size=SMALL)

    def _reference(self, line: Line) -> None:
        """Thin, with its name above, and interrupted by words."""
        x = MARGIN + line.length * self._scale
        self._sheet.box(x - 1, self._top - 14, x + 1, self._sheet.height - 110, FAINT)
        width = font(SMALL - 6).getlength(line.label)
        start = min(max(x - width / 2, MARGIN), WIDTH - MARGIN - width)
        self._sheet.write(line.label, x=start, y=self._top - 28, size=SMALL - 6, color=GREY)


def _detail(size: int) -> int:
    """The size of what stands beside a name."""
    return size * 3 // 4


def _beside(bar: Bar, size: int) -> float:
    """How wide a name and what stands beside it are."""
    return font(size).getlength(f"{bar.label}  ") + font(_detail(size)).getlength(bar.detail)
