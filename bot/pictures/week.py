"""A week of habits as a picture for a phone: a row for each habit, a column for each day, a shape for each outcome.

The shapes tell without colours: a full disc with a tick, a disc half full, a ring, a dash, a dot.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.pictures import sheet
from bot.pictures.sheet import ACCENT, CARD, FAINT, GREY, INK, MARGIN, ROOM, SMALL, TITLE, WIDTH, Sheet, fitting, font
from jobs.score import Outcome

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_NAMES = 300
_COLUMN = (ROOM - _NAMES) / 7
_TOP = 330
_ROW = 124
_CELL = 76
_KEY = 40
_GAP = 28
_KEY_ROW = 70
_NAME, _WORD = 42, 34
# Drawn larger and made smaller, so that round things are round.
_FINER = 4
_TODAY = "#ebe7db"


@dataclass(frozen=True)
class Row:
    """A habit and what became of it on each of the seven days; None where that is not known yet."""

    name: str
    cells: tuple[Outcome | None, ...]


@dataclass(frozen=True)
class Week:
    """What to draw. `days` are seven names with their dates; `today` is the column of today, None in another week.

    `legend` says what each shape means. `rtl`: for scripts that run from right to left.
    """

    title: str
    subtitle: str
    days: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    legend: Mapping[Outcome, str]
    today: int | None = None
    rtl: bool = False

    @property
    def texts(self) -> Iterator[str]:
        """Every word in it."""
        yield from (self.title, self.subtitle, *self.legend.values())
        for day in self.days:
            yield from day
        for row in self.rows:
            yield row.name


def can_write(week: Week) -> bool:
    """Whether there are letters for all of its words."""
    return sheet.can_write(week.texts)


def draw(week: Week) -> bytes:
    """The week as PNG, 1,080 pixels wide. Takes some hundredths of a second: not for the event loop."""
    keys = list(_legend(week))
    bottom = _TOP + _ROW * len(week.rows)
    on = Sheet(bottom + 60 + _KEY_ROW * len(keys), rtl=week.rtl)
    on.write(week.title, y=110, size=TITLE, strong=True)
    on.write(week.subtitle, y=170, size=SMALL, color=GREY)
    if week.today is not None:
        middle = _middle(week.today)
        on.box(middle - _COLUMN / 2, _TOP - 116, middle + _COLUMN / 2, bottom, _TODAY)
    for column, names in enumerate(week.days):
        for text, y, color in zip(names, (_TOP - 72, _TOP - 26), (INK, GREY), strict=True):
            _centred(on, text, column, y, color, today=column == week.today)
    for number, row in enumerate(week.rows):
        _row(on, row, _TOP + _ROW * number)
    for number, line in enumerate(keys):
        _explain(on, line, bottom + 50 + _KEY_ROW * number)
    return on.png()


def _row(on: Sheet, row: Row, top: float) -> None:
    on.box(MARGIN, top, WIDTH - MARGIN, top + 1, FAINT)
    middle = top + _ROW / 2
    size = fitting(row.name, _NAME, _NAMES - 24)
    on.write(row.name, y=middle + size / 3, size=size, strong=True)
    for column, outcome in enumerate(row.cells):
        if outcome is not None:
            _stamp(on, outcome, _middle(column), middle, _CELL)


def _centred(on: Sheet, text: str, column: int, y: float, color: str, *, today: bool) -> None:
    size = fitting(text, SMALL, _COLUMN - 8)
    x = _middle(column) - font(size).getlength(text) / 2
    on.write(text, x=x, y=y, size=size, color=color, ground=_TODAY if today else CARD, strong=today)


def _middle(column: int) -> float:
    return MARGIN + _NAMES + _COLUMN * (column + 0.5)


def _legend(week: Week) -> Iterator[list[tuple[Outcome, str]]]:
    """What the shapes in this week mean, in lines that have room."""
    used = {cell for row in week.rows for cell in row.cells}
    line: list[tuple[Outcome, str]] = []
    for outcome, text in week.legend.items():
        if outcome not in used:
            continue
        if line and sum(_key_width(shown) for _outcome, shown in (*line, (outcome, text))) > ROOM + _GAP:
            yield line
            line = []
        line.append((outcome, text))
    if line:
        yield line


def _key_width(text: str) -> float:
    return _KEY + 12 + font(_WORD).getlength(text) + _GAP


def _explain(on: Sheet, line: list[tuple[Outcome, str]], middle: float) -> None:
    x: float = MARGIN
    for outcome, text in line:
        on.write(text, x=x + _KEY + 12, y=middle + _WORD / 3, size=_WORD, color=GREY)
        _stamp(on, outcome, x + _KEY / 2, middle, _KEY)
        x += _key_width(text)


# Shapes -----------------------------------------------------------------------------------------------


def _stamp(on: Sheet, outcome: Outcome, x: float, y: float, size: int) -> None:
    on.stamp(_mask(outcome, size), x, y, _COLOURS[outcome])


@cache
def _mask(outcome: Outcome, size: int) -> "Image":
    from PIL import Image, ImageDraw  # noqa: PLC0415 - see `sheet`

    large = Image.new("L", (size * _FINER, size * _FINER))
    _SHAPES[outcome](ImageDraw.Draw(large), size * _FINER)
    return large.resize((size, size), Image.Resampling.LANCZOS)


def _full(pen: "ImageDraw", size: int) -> None:
    pen.ellipse((0, 0, size - 1, size - 1), 255)
    tick = [(0.27 * size, 0.52 * size), (0.44 * size, 0.69 * size), (0.74 * size, 0.34 * size)]
    pen.line(tick, 0, round(0.1 * size), joint="curve")


def _half(pen: "ImageDraw", size: int) -> None:
    _ring(pen, size)
    pen.pieslice((0, 0, size - 1, size - 1), 0, 180, 255)


def _ring(pen: "ImageDraw", size: int) -> None:
    pen.ellipse((0, 0, size - 1, size - 1), outline=255, width=round(0.08 * size))


def _dash(pen: "ImageDraw", size: int) -> None:
    pen.rounded_rectangle((0.2 * size, 0.44 * size, 0.8 * size, 0.56 * size), 0.06 * size, 255)


def _dot(pen: "ImageDraw", size: int) -> None:
    pen.ellipse((0.4 * size, 0.4 * size, 0.6 * size, 0.6 * size), 255)


_SHAPES: Mapping[Outcome, Callable[["ImageDraw", int], None]] = {
    Outcome.DONE: _full,
    Outcome.PARTLY: _half,
    Outcome.NOT: _ring,
    Outcome.SKIPPED: _dash,
    Outcome.NOTHING: _dot,
}
_COLOURS: Mapping[Outcome, str] = {
    Outcome.DONE: ACCENT,
    Outcome.PARTLY: ACCENT,
    Outcome.NOT: GREY,
    Outcome.SKIPPED: GREY,
    Outcome.NOTHING: GREY,
}
