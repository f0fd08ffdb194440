"""/week: a picture of a week, and the same in numbers; or in signs where there are no letters for a picture."""

import gettext
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.dialogue.words import Words
from bot.pictures.sheet import WIDTH
from bot.pictures.week import Row, Week, can_write, draw
from bot.sandbox.people import Person
from jobs.score import Outcome
from tests.world import World

pytestmark = pytest.mark.conversation

HALF_PAST_NINE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
LEGEND = {outcome: outcome.value for outcome in Outcome}
DAYS = tuple((name, str(number)) for number, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), 2))
MIXED = (Outcome.DONE, Outcome.PARTLY, Outcome.NOT, Outcome.SKIPPED, Outcome.NOTHING, None, None)


def _size(png: bytes) -> tuple[int, int]:
    """Width and height as the file's own header says."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _week(
    *rows: Row,
    rtl: bool = False,
    today: int | None = None,
    title: str = "Your week",
    legend: Mapping[Outcome, str] = LEGEND,
) -> Week:
    return Week(title, "2 – 8 March 2026", DAYS, rows, legend, today, rtl)


def _in_black_and_white(png: bytes) -> bytes:
    return Image.open(BytesIO(png)).convert("L").point(lambda grey: 255 * (grey > 150)).tobytes()


async def _after_a_week(world: World) -> Person:
    """Alice did it on Monday and Tuesday, skipped Wednesday, and let Thursday go by. It is Friday morning."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    for day, answer in enumerate(("Done", "Done", "Skip")):
        await world.until(HALF_PAST_NINE + timedelta(days=day))
        await alice.taps(answer)
    await world.until(datetime(2026, 3, 6, 8, tzinfo=UTC))
    return alice


# The conversation ---------------------------------------------------------------------------------------


async def test_a_week_is_a_picture_with_its_numbers(world: World) -> None:
    """What counts is counted, and what was skipped is told."""
    alice = await _after_a_week(world)
    await alice.says("/week")
    shown = alice.last

    assert shown.photo is not None
    assert WIDTH == _size(shown.photo)[0]
    assert shown.text == "Your week\n2–8 Mar 2026\n\n🦵 Stretch: done on 2 of 3 days and 1 skipped"
    assert shown.labels == ["‹ Earlier"]


async def test_a_week_is_drawn_after_its_answer_is_committed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine keeps no rows from others meanwhile."""
    alice = await _after_a_week(world)
    connections = world.app.sessions.kw["bind"].pool
    in_use = list[int]()

    def noticed(week: Week) -> bytes:
        in_use.append(connections.checkedout())
        return draw(week)

    monkeypatch.setattr("bot.pictures.week.draw", noticed)
    await alice.says("/week")

    assert alice.last.photo is not None
    assert [0] == in_use


async def test_a_week_that_cannot_be_drawn_is_told_in_numbers(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also in place of a picture that there was."""

    def torn(_week: Week) -> bytes:
        raise ValueError("stretch")

    alice = await _after_a_week(world)
    await alice.says("/week")
    monkeypatch.setattr("bot.pictures.week.draw", torn)
    await alice.taps("‹ Earlier")
    earlier = alice.last
    await alice.says("/week")

    assert (None, None) == (earlier.photo, alice.last.photo)
    assert "23 Feb" in earlier.text
    assert "🦵 Stretch: done on 2 of 3 days and 1 skipped" in alice.last.text
    assert 2 == caplog.text.count("picture not drawn")
    caplog.clear()


async def test_earlier_weeks_are_shown_in_place_up_to_twelve_back(world: World) -> None:
    """And there is a way back to this one."""
    alice = await _after_a_week(world)
    await alice.says("/week")
    first = alice.last
    for _week_back in range(12):
        await alice.taps("‹ Earlier")
    oldest = alice.last
    await alice.taps("Later ›")
    tap = await world.forges(alice, "1:week:13")

    assert first.id == oldest.id
    assert "8–14 Dec 2025\n\n🦵 Stretch: nothing yet" in oldest.text
    assert oldest.labels == ["Later ›"]
    assert first.photo != oldest.photo
    assert "15–21 Dec 2025" in alice.last.text
    assert "I show the last 13 weeks." == tap.text


@pytest.mark.parametrize("data", ["1:week", "1:week:x", "1:week:-1", "1:week:99999999999999999999"])
async def test_a_forged_week_is_answered(world: World, data: str) -> None:
    """And nothing is shown."""
    alice = await _after_a_week(world)
    count = len(alice.messages)
    tap = await world.forges(alice, data)

    assert "I show the last 13 weeks." == tap.text
    assert count == len(alice.messages)


async def test_without_anything_to_show_there_is_a_way_to_begin(world: World) -> None:
    """No empty picture."""
    alice = await world.settled("Alice")
    await alice.says("/week")

    assert "There is no week to show yet." in alice.last.text
    assert alice.last.photo is None
    assert alice.last.labels == ["Set a reminder"]


async def test_a_week_is_the_persons_own(world: World) -> None:
    """Bob did nothing, whatever alice did."""
    await _after_a_week(world)
    bob = await world.settled("Bob")
    await bob.says("/week")

    assert "There is no week to show yet." in bob.last.text


async def test_weeks_begin_by_the_locale(world: World) -> None:
    """On Sunday for Americans."""
    alice = world.person("Alice", "en-US")
    await alice.says("/timezone America/New_York")
    await alice.says("/remind stretch 21:30")
    await alice.says("/week")

    assert "Mar 1\u2009–\u20097, 2026" in alice.last.text


async def test_what_was_done_without_a_reminder_is_in_it_too(world: World) -> None:
    """Ticked in the plan of a day, partly and wholly."""
    alice = await world.settled("Alice")
    await alice.says("/remind water 9:00 11:00")
    await world.until(datetime(2026, 3, 4, 8, tzinfo=UTC))
    await alice.taps("Done")
    await alice.says("/today")
    await alice.taps("+ 🦵 Stretch")
    await world.until(datetime(2026, 3, 5, 7, tzinfo=UTC))
    await alice.says("/week")

    assert "🦵 Stretch: done on 1 of 1 day" in alice.last.text
    assert "💧 Hydrate: done on 0 of 2 days and partly on 1" in alice.last.text


async def test_words_alone_where_there_are_no_letters_for_a_picture(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A language with other letters gets signs instead of boxes, and pages through them."""
    arabic = Words("ar", Locale("ar"), gettext.NullTranslations())
    alice = await _after_a_week(world)
    monkeypatch.setattr("bot.gateway.inbound.words_for", lambda _language: arabic)
    await alice.says("/week")
    shown = alice.last
    await alice.taps("‹ Earlier")

    assert shown.photo is None
    assert "الاثنين ●" in shown.text
    assert "– skipped" in shown.text
    assert shown.id == alice.last.id
    assert shown.text != alice.last.text


# The picture --------------------------------------------------------------------------------------------


def test_a_week_is_as_wide_as_a_phone_and_as_high_as_its_rows() -> None:
    """Each habit adds the same height; a few tens of kilobytes."""
    heights = [_size(draw(_week(*[Row("Stretch", MIXED)] * count)))[1] for count in (1, 2, 5)]
    png = draw(_week(*[Row("Stretch", MIXED)] * 5))

    assert WIDTH == _size(png)[0] == 1080
    assert heights[1] - heights[0] == (heights[2] - heights[1]) / 3
    assert len(png) < 100_000


def test_every_outcome_looks_different_without_colours() -> None:
    """The shapes tell them apart, and nothing at all is another picture still."""
    pictures = {_in_black_and_white(draw(_week(Row("", (outcome,) * 7), legend={}))) for outcome in (*Outcome, None)}

    assert len(Outcome) + 1 == len(pictures)


def test_today_and_the_side_where_reading_starts_show() -> None:
    """The same week is the same picture."""
    row = Row("Stretch", MIXED)
    pictures = {draw(_week(row)), draw(_week(row)), draw(_week(row, today=4)), draw(_week(row, rtl=True))}

    assert 3 == len(pictures)


@settings(max_examples=10)
@given(
    st.lists(st.builds(Row, st.text(max_size=80), st.tuples(*[st.none() | st.sampled_from(Outcome)] * 7)), max_size=8),
    st.none() | st.integers(0, 6),
    st.booleans(),
)
def test_no_names_and_no_outcomes_break_it(rows: list[Row], today: int | None, rtl: bool) -> None:
    """No habits, long names, letters it does not have."""
    assert WIDTH == _size(draw(_week(*rows, today=today, rtl=rtl)))[0]


@pytest.mark.parametrize(("word", "written"), [("Stretch", True), ("Dehnen für Füße", False), ("تمدد", False)])
def test_it_knows_which_words_it_can_write(word: str, written: bool) -> None:
    """As the chart of foods does: plain Latin."""
    assert written == can_write(_week(Row(word, MIXED)))
    assert written == can_write(_week(title=word))
