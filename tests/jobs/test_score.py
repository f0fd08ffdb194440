"""The score of a habit: it grows slowly, forgives a miss, and leaves out what nobody could have done."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import Status
from jobs.almanac import Almanac
from jobs.score import Days, Outcome, Record, Tally, score, step, tallies

BERLIN = Almanac(ZoneInfo("Europe/Berlin"))
TODAY = date(2026, 3, 30)
DONE, MISS, PAUSE = Tally(asked=1, done=1), Tally(asked=1), Tally()
# Of thirteen days, half of what was before is left.
HALF_LIFE = 13

TALLIES = st.builds(
    Tally, asked=st.integers(0, 6), done=st.integers(0, 8), skipped=st.integers(0, 3), pending=st.integers(0, 3)
)
HISTORIES = st.lists(TALLIES, max_size=90)
STATUSES = st.sampled_from(Status)
RECORDS = st.lists(
    st.builds(
        Record,
        reminder_id=st.none() | st.integers(1, 2),
        kind=st.just("stretch"),
        status=STATUSES,
        due_at=st.integers(0, 6 * 24).map(lambda hours: datetime(2026, 3, 24, 12, tzinfo=UTC) + timedelta(hours=hours)),
        answered_at=st.none() | st.just(datetime(2026, 3, 24, 12, tzinfo=UTC)),
    ),
    max_size=20,
)


def _days(history: list[Tally]) -> Days:
    """Day by day up to today."""
    return {TODAY - timedelta(days=len(history) - n): tally for n, tally in enumerate(history, start=1)}


def _score(*history: Tally) -> float:
    found = score(_days(list(history)))
    assert found is not None
    return found


def _record(
    status: Status, *, days_ago: int = 1, reminder_id: int | None = 5, answered: bool = True, hour: int = 20
) -> Record:
    due = datetime(2026, 3, 30, hour, 30, tzinfo=UTC) - timedelta(days=days_ago)
    return Record(reminder_id, "stretch", status, due, due if answered else None)


def _tally(*records: Record, days_ago: int = 1, goals: dict[int, int | None] | None = None) -> Tally:
    return tallies(records, BERLIN, TODAY, goals=goals)["stretch"][TODAY - timedelta(days=days_ago)]


# The formula ----------------------------------------------------------------------------------------


def test_thirteen_days_count_as_much_as_all_before() -> None:
    """Loop's multiplier for something daily is the thirteenth root of a half."""
    assert 0.5 == pytest.approx(_score(*[DONE] * HALF_LIFE))
    assert 0.75 == pytest.approx(_score(*[DONE] * HALF_LIFE * 2))
    assert 0.25 == pytest.approx(_score(*[DONE] * HALF_LIFE, *[MISS] * HALF_LIFE))


def test_one_miss_after_a_long_run_costs_little_and_the_next_day_mends_most_of_it() -> None:
    """About five points of a hundred."""
    run = _score(*[DONE] * 60)
    missed = _score(*[DONE] * 60, MISS)
    mended = _score(*[DONE] * 60, MISS, DONE)

    assert 0 < run - missed < 0.06
    assert missed < mended
    assert run - mended < 0.05


def test_before_anything_counts_there_is_no_score() -> None:
    """Nothing asked, skipped, or no days at all."""
    assert score({}) is None
    assert score(_days([PAUSE, Tally(skipped=1)])) is None


@given(HISTORIES)
def test_a_score_lies_between_none_and_all(history: list[Tally]) -> None:
    """Whatever happened."""
    found = score(_days(history))

    assert found is None or 0 <= found <= 1


@given(HISTORIES, st.data())
def test_more_done_never_lowers_it(history: list[Tally], data: st.DataObject) -> None:
    """On any day, asked for or not."""
    before = score(_days(history)) or 0.0
    if history:
        which = data.draw(st.integers(0, len(history) - 1))
        better = history[which]
        history = [*history[:which], Tally(better.asked, better.done + 1, better.skipped), *history[which + 1 :]]

    assert (score(_days(history)) or 0.0) >= before - 1e-12


@given(HISTORIES, st.integers(0, 30))
def test_a_pause_keeps_it(history: list[Tally], length: int) -> None:
    """However long it is, and what was skipped in it is no miss."""
    paused = [*history, *([Tally(skipped=1)] * length), *([PAUSE] * length)]

    assert score(_days(history)) == score(_days(paused))


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_step_goes_towards_its_value_and_never_beyond(previous: float, value: float) -> None:
    """Smoothing."""
    low, high = sorted((previous, value))

    assert low - 1e-12 <= step(previous, value) <= high + 1e-12


# What counts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "answered", "outcome"),
    [
        (Status.DONE, True, Outcome.DONE),
        (Status.SENT, False, Outcome.NOT),
        (Status.SKIPPED, True, Outcome.SKIPPED),
        (Status.SKIPPED, False, Outcome.NOTHING),
        (Status.MISSED, False, Outcome.NOTHING),
        (Status.FAILED, False, Outcome.NOTHING),
        (Status.SNOOZED, True, Outcome.NOTHING),
        (Status.PLANNED, False, Outcome.NOTHING),
    ],
)
def test_only_what_was_done_or_left_unanswered_counts(status: Status, answered: bool, outcome: Outcome) -> None:
    """Skipping, quiet hours and an outage of ours are nobody's miss."""
    assert outcome == _tally(_record(status, answered=answered)).outcome


def test_what_waits_today_is_no_miss_yet() -> None:
    """It is once the day is over."""
    waiting = _tally(_record(Status.SENT, days_ago=0), days_ago=0)

    assert Outcome.NOTHING == waiting.outcome
    assert Outcome.NOT == _tally(_record(Status.SENT)).outcome


def test_while_a_day_goes_on_it_can_only_lift_the_score() -> None:
    """One of six drinks is no whole day; and it never costs anything to have had it."""
    firm = [DONE] * 20
    begun, halfway, full = Tally(1, 1, pending=5), Tally(3, 3, pending=3), Tally(6, 6)

    assert (Outcome.NOTHING, Outcome.PARTLY) == (Tally(pending=6).outcome, begun.outcome)
    assert _score(*firm) == _score(*firm, Tally(pending=6)) == _score(*firm, begun)
    assert _score(begun) < _score(halfway) < _score(full)
    assert _score(*firm) < _score(*firm, full)


def test_what_is_open_today_comes_from_the_plan() -> None:
    """Also what has no delivery yet."""
    records = [_record(Status.DONE, days_ago=0)]
    found = tallies(records, BERLIN, TODAY, pending={"stretch": 2, "sun": 1, "food": 0})

    assert Tally(1, 1, pending=2) == found["stretch"][TODAY]
    assert Outcome.NOTHING == found["sun"][TODAY].outcome
    assert "food" not in found


def test_a_day_is_worth_the_share_that_was_done() -> None:
    """Two of four drinks; the skipped fifth does not count."""
    records = [_record(Status.DONE), _record(Status.DONE), _record(Status.SENT), _record(Status.SENT)]
    tally = _tally(*records, _record(Status.SKIPPED))

    assert 0.5 == tally.value
    assert Outcome.PARTLY == tally.outcome


def test_a_goal_is_enough() -> None:
    """Three of ten were the goal, so three make a day."""
    records = [*[_record(Status.DONE)] * 3, *[_record(Status.SENT)] * 7]

    assert 0.3 == _tally(*records).value
    assert 1 == _tally(*records, goals={5: 3}).value


def test_what_was_done_unasked_counts_up_to_a_whole_day() -> None:
    """On a day without a reminder, and in place of one that was not answered."""
    unasked = _record(Status.DONE, reminder_id=None)

    assert 1 == _tally(unasked).value
    assert 1 == _tally(unasked, unasked, _record(Status.SENT)).value
    assert Outcome.NOTHING == _tally(_record(Status.SENT, reminder_id=None)).outcome


def test_after_midnight_belongs_to_the_day_before() -> None:
    """The person's day begins at four: 00:30 in Berlin is 22:30 UTC of the day before, in summer time."""
    late = Record(5, "stretch", Status.DONE, datetime(2026, 3, 29, 22, 30, tzinfo=UTC), None)

    assert 1 == _tally(late, days_ago=1).done


@given(RECORDS, st.data())
def test_an_answer_instead_of_none_never_lowers_the_score(records: list[Record], data: st.DataObject) -> None:
    """Whatever else was asked, on that day or another."""
    waiting = [n for n, record in enumerate(records) if record.status is Status.SENT]
    before = score(tallies(records, BERLIN, TODAY).get("stretch", {})) or 0.0
    if waiting:
        which = data.draw(st.sampled_from(waiting))
        old = records[which]
        records = list(records)
        records[which] = Record(old.reminder_id, old.kind, Status.DONE, old.due_at, old.due_at)

    assert (score(tallies(records, BERLIN, TODAY).get("stretch", {})) or 0.0) >= before - 1e-12
