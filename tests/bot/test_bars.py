"""The bar chart: a PNG that a phone shows well, whatever its words and numbers."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pictures.bars import Bar, Chart, Line, can_write, draw
from bot.pictures.sheet import WIDTH

BARS = (Bar("1. Pumpkin seeds", "a small handful (28 g)", "168 mg", 168), Bar("2. Okra", "half a cup", "36 mg", 36))


def _size(png: bytes) -> tuple[int, int]:
    """Width and height as the file's own header says."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_chart_is_as_wide_as_a_phone_and_as_high_as_its_bars() -> None:
    """1,080 pixels wide; each bar adds the same height; a few tens of kilobytes."""
    heights = [_size(draw(Chart("Magnesium", "In one serving", BARS[:1] * count)))[1] for count in (1, 2, 10)]
    png = draw(Chart("Magnesium", "In one serving", BARS * 5))

    assert WIDTH == _size(png)[0] == 1080
    assert heights[1] - heights[0] == (heights[2] - heights[1]) / 8
    assert len(png) < 150_000


def test_the_same_chart_is_the_same_picture() -> None:
    """And the line, the footer and the side where reading starts change it."""
    plain = Chart("Magnesium", "In one serving", BARS)
    line = Line("25% of a day", 100)
    others = {draw(Chart("Magnesium", "In one serving", BARS, line, footer="USDA", rtl=rtl)) for rtl in (False, True)}

    assert draw(plain) == draw(plain)
    assert 2 == len(others - {draw(plain)})


@settings(max_examples=15)
@given(
    st.lists(st.builds(Bar, st.text(max_size=80), st.text(max_size=40), st.text(max_size=20), st.floats(0, 1e6))),
    st.none() | st.builds(Line, st.text(max_size=60), st.floats(0, 1e6)),
    st.booleans(),
)
def test_no_words_and_no_numbers_break_it(bars: list[Bar], line: Line | None, rtl: bool) -> None:
    """No bars, no length, long names, letters it does not have."""
    assert WIDTH == _size(draw(Chart("Title", "", tuple(bars[:12]), line, rtl=rtl)))[0]


@pytest.mark.parametrize(
    ("word", "written"),
    [("Pumpkin seeds (28 g), 40–54% · 1.2 mg", True), ("Kürbiskerne", False), ("тыква", False), ("يقطين", False)],
)
def test_it_knows_which_words_it_can_write(word: str, written: bool) -> None:
    """The letters at hand are plain Latin: for others no picture is offered, rather than one of boxes."""
    assert written == can_write(Chart(word, "", BARS))
    assert written == can_write(Chart("", "", BARS, Line(word, 1)))
