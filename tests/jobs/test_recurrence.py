"""Recurrence against an oracle, against every clock change on earth, and by hand where a person would ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.recurrence import next_due, upcoming
from jobs.rule_json import from_json, to_json
from jobs.rules import ALL_DAYS, AtTimes, Every, Landmark, Once, Relative, Rule, RuleError
from tests.jobs import recurrence_oracle as oracle
from tests.jobs.clock_changes import ZONES, moments, transitions

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# Clock changes happen around midnight and the small hours, so times do too.
night = st.integers(-90, 270).map(lambda m: time((m % 1440) // 60, m % 60))
wall_times = night | st.integers(0, 1439).map(lambda m: time(m // 60, m % 60))
weekdays = st.just(ALL_DAYS) | st.frozensets(st.integers(0, 6), min_size=1)


@st.composite
def rules(draw: st.DrawFn, near: datetime) -> AtTimes | Every:
    """Draw a rule whose dates lie near an instant."""
    dates = st.integers(-12, 12).map(lambda days: near.date() + days * DAY)
    until = draw(st.none() | dates)
    if draw(st.booleans()):
        step = st.sampled_from([1, 7, 15, 45, 60, 90, 120, 420, 1440])
        return Every(draw(step), draw(wall_times), draw(wall_times), draw(weekdays), until)
    times = tuple(sorted(draw(st.sets(wall_times, min_size=1, max_size=4))))
    every_days = draw(st.sampled_from([1, 1, 2, 3, 5]))
    if every_days == 1:
        return AtTimes(times, draw(weekdays), until=until)
    return AtTimes(times, every_days=every_days, anchor=draw(dates), until=until)


@quick
@given(st.data(), moments())
def test_agrees_with_the_oracle(data: st.DataObject, moment: tuple[ZoneInfo, datetime]) -> None:
    """For any rule and zone the next time is the one that a walk through all minutes finds."""
    zone, after = moment
    rule = data.draw(rules(after))

    assert oracle.next_due(rule, zone, after, timedelta(days=30)) == next_due(rule, zone, after)


@quick
@given(st.data(), moments())
def test_upcoming_is_a_rising_chain(data: st.DataObject, moment: tuple[ZoneInfo, datetime]) -> None:
    """Upcoming times rise, begin after the instant, and each is the next one of the instant before it."""
    zone, after = moment
    rule = data.draw(rules(after))

    dues = upcoming(rule, zone, after, 5)

    for earlier, due in zip([after, *dues], dues, strict=False):
        assert earlier < due
        assert timedelta(0) == due.utcoffset()
        assert due == next_due(rule, zone, earlier) == next_due(rule, zone, due - timedelta(microseconds=1))
    assert dues[:2] == upcoming(rule, zone, after, 2)


@quick
@given(st.data(), moments())
def test_a_later_question_never_has_an_earlier_answer(data: st.DataObject, moment: tuple[ZoneInfo, datetime]) -> None:
    """Asking an hour later gives the same instant or a later one."""
    zone, after = moment
    rule = data.draw(rules(after))

    later = next_due(rule, zone, after + timedelta(hours=1))

    if later is not None:
        sooner = next_due(rule, zone, after)
        assert sooner is not None
        assert sooner <= later


@dataclass(frozen=True)
class Invented:
    """A landmark that comes as a table says, on the local days of a zone."""

    table: Mapping[date, Sequence[datetime]]

    def __call__(self, _landmark: Landmark, day: date) -> Sequence[datetime]:
        return self.table.get(day, ())


@st.composite
def invented(draw: st.DrawFn, zone: ZoneInfo, near: datetime) -> Invented:
    """Draw landmarks of eight weeks: none on many days, two on some, some after the midnight that ends their day."""
    today = near.astimezone(zone).date()
    minutes = st.integers(0, 28 * 60 - 1)
    days = draw(st.dictionaries(st.integers(-28, 28), st.lists(minutes, max_size=2), max_size=12))
    midnights = {ahead: datetime.combine(today + ahead * DAY, time(0), zone).astimezone(UTC) for ahead in days}
    return Invented(
        {
            today + ahead * DAY: [midnights[ahead] + timedelta(minutes=minute) for minute in minutes]
            for ahead, minutes in days.items()
        }
    )


@st.composite
def relatives(draw: st.DrawFn, near: datetime) -> Relative:
    """Draw a rule by a landmark whose last day, if any, lies near an instant."""
    untils = st.none() | st.integers(-12, 30).map(lambda days: near.date() + days * DAY)
    offsets = st.sampled_from([0, -30, -720, 720]) | st.integers(-720, 720)
    return Relative(draw(st.sampled_from(Landmark)), draw(offsets), draw(weekdays), draw(untils))


@quick
@given(st.data(), moments())
def test_a_landmark_agrees_with_the_oracle(data: st.DataObject, moment: tuple[ZoneInfo, datetime]) -> None:
    """Whatever the landmark does, the next time is the earliest of all that there are."""
    zone, after = moment
    rule, landmarks = data.draw(relatives(after)), data.draw(invented(zone, after))

    assert oracle.next_beside(rule, landmarks.table, after) == next_due(rule, zone, after, landmarks)


@quick
@given(st.data(), moments())
def test_upcoming_landmarks_are_a_rising_chain(data: st.DataObject, moment: tuple[ZoneInfo, datetime]) -> None:
    """They are all there are, each once and in order."""
    zone, after = moment
    rule, landmarks = data.draw(relatives(after)), data.draw(invented(zone, after))

    dues = upcoming(rule, zone, after, 99, landmarks)

    expected: list[datetime] = []
    while (due := oracle.next_beside(rule, landmarks.table, [after, *expected][-1])) is not None:
        expected.append(due)
    assert expected == dues


@given(st.data(), moments())
def test_without_landmarks_nothing_comes(data: st.DataObject, moment: tuple[ZoneInfo, datetime]) -> None:
    """Nobody is surprised by what they told nothing about."""
    zone, after = moment

    assert next_due(data.draw(relatives(after)), zone, after) is None


def test_a_landmark_that_stays_away_for_half_a_year_comes_back() -> None:
    """The sun of the far north does."""
    back = utc("2026-11-20T12:00")

    assert back == next_due(Relative(Landmark.SUNSET), BERLIN, utc("2026-05-01T00:00"), Invented({back.date(): [back]}))


def test_a_landmark_after_midnight_belongs_to_its_evening() -> None:
    """Bedtime at half past midnight, on Mondays: Tuesday, and before it still Monday's."""
    late = Invented({date(2026, 11, 23): [utc("2026-11-23T23:30")], date(2026, 11, 24): [utc("2026-11-24T23:30")]})
    rule = Relative(Landmark.BEDTIME, -30, days=frozenset({0}), until=date(2026, 11, 23))

    expected = [utc("2026-11-23T23:00")]
    assert expected == upcoming(rule, BERLIN, utc("2026-11-20T00:00"), 9, late)


@given(st.data(), moments())
def test_the_stored_form_comes_back_the_same(data: st.DataObject, moment: tuple[ZoneInfo, datetime]) -> None:
    """What is written as JSON is read as the same rule."""
    _, after = moment
    rule: Rule = data.draw(rules(after) | relatives(after) | st.just(Once(after)))

    assert rule == from_json(to_json(rule))


@pytest.mark.parametrize("name", ZONES)
def test_every_clock_change_of_every_zone(name: str) -> None:
    """A time in the middle of a gap moves forward by the gap; in the middle of a fold it is the first one."""
    zone = ZoneInfo(name)
    for change in transitions(name):
        before = (change - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None) + timedelta(minutes=1)
        after = change.astimezone(zone).replace(tzinfo=None)
        half = abs(after - before) / 2
        is_gap = after > before
        expected = change + half if is_gap else change - half
        rule = AtTimes(((before + half if is_gap else before - half).time(),))

        actual = [due for due in upcoming(rule, zone, change - 2 * DAY, 6) if abs(due - change) < DAY / 3]

        assert [expected] == actual


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def walls(rule: Rule, zone: str, after: str, count: int) -> list[str]:
    """Show the next times as a person reads them off the wall clock."""
    place = ZoneInfo(zone)
    return [f"{due.astimezone(place):%m-%d %H:%M %z}" for due in upcoming(rule, place, utc(after), count)]


def test_a_missing_time_moves_and_may_change_the_order() -> None:
    """In Berlin's spring night 02:45 becomes 03:45 and comes after 03:30."""
    rule = AtTimes((time(2, 45), time(3, 30)))

    expected = ["03-29 03:30 +0200", "03-29 03:45 +0200", "03-30 02:45 +0200"]
    assert expected == walls(rule, "Europe/Berlin", "2026-03-29T00:00", 3)


def test_two_times_that_become_one_fire_once() -> None:
    """In Berlin's spring night 02:30 and 03:30 are the same instant."""
    rule = AtTimes((time(2, 30), time(3, 30)))

    expected = ["03-29 03:30 +0200", "03-30 02:30 +0200"]
    assert expected == walls(rule, "Europe/Berlin", "2026-03-29T00:00", 2)


def test_a_double_time_fires_at_the_first() -> None:
    """In Berlin's autumn night 02:30 comes twice and fires in summer time only."""
    rule = AtTimes((time(2, 30),))

    expected = ["10-25 02:30 +0200", "10-26 02:30 +0100"]
    assert expected == walls(rule, "Europe/Berlin", "2026-10-24T12:00", 2)


def test_a_gap_at_midnight() -> None:
    """Cairo's day of change begins at 01:00, so 00:15 is 01:15 of that day."""
    rule = AtTimes((time(0, 15),))

    expected = ["04-23 00:15 +0200", "04-24 01:15 +0300", "04-25 00:15 +0300"]
    assert expected == walls(rule, "Africa/Cairo", "2026-04-22T12:00", 3)


def test_a_gap_that_ends_at_midnight_reorders_days() -> None:
    """In Nuuk 23:30 moves past midnight, behind 00:15 of the next day."""
    rule = AtTimes((time(0, 15), time(23, 30)))

    expected = ["03-29 00:15 -0100", "03-29 00:30 -0100", "03-29 23:30 -0100"]
    assert expected == walls(rule, "America/Nuuk", "2026-03-28T12:00", 3)


def test_half_an_hour_on_lord_howe() -> None:
    """Lord Howe moves by thirty minutes: 02:10 becomes 02:40."""
    rule = AtTimes((time(2, 10),))

    expected = ["10-03 02:10 +1030", "10-04 02:40 +1100"]
    assert expected == walls(rule, "Australia/Lord_Howe", "2026-10-02T12:00", 2)


def test_far_east_of_the_date_line() -> None:
    """On Kiritimati, fourteen hours ahead, Monday is Monday there."""
    rule = AtTimes((time(0, 5),), days=frozenset({0}))

    expected = ["11-23 00:05 +1400"]
    assert expected == walls(rule, "Pacific/Kiritimati", "2026-11-22T00:00", 1)


def test_an_interval_is_always_as_long_as_it_says() -> None:
    """Two hours through Berlin's spring night are two hours, whatever the wall clock shows."""
    rule = Every(120, time(0), time(8))

    expected = [
        "03-29 00:00 +0100",
        "03-29 03:00 +0200",
        "03-29 05:00 +0200",
        "03-29 07:00 +0200",
        "03-30 00:00 +0200",
    ]
    assert expected == walls(rule, "Europe/Berlin", "2026-03-28T22:00", 5)


def test_a_window_includes_its_end() -> None:
    """Every two hours from nine to five ends with five o'clock."""
    rule = Every(120, time(9), time(17))

    expected = ["15:00", "17:00", "09:00"]
    assert expected == [text[6:11] for text in walls(rule, "Asia/Tokyo", "2026-11-23T05:00", 3)]


def test_a_window_over_midnight_belongs_to_the_day_it_starts() -> None:
    """Friday's window from ten to two reaches into Saturday and no further."""
    rule = Every(120, time(22), time(2), days=frozenset({4}))

    expected = ["11-27 22:00 +0100", "11-28 00:00 +0100", "11-28 02:00 +0100", "12-04 22:00 +0100"]
    assert expected == walls(rule, "Europe/Berlin", "2026-11-24T00:00", 4)


def test_a_full_day_window_goes_round_the_clock() -> None:
    """A window that ends when it starts lasts a day, and two of them meet in one nudge."""
    rule = Every(720, time(8), time(8))

    expected = ["11-23 08:00 +0100", "11-23 20:00 +0100", "11-24 08:00 +0100"]
    assert expected == walls(rule, "Europe/Berlin", "2026-11-23T00:00", 3)
    assert rule.window_minutes == 1440


def test_every_other_day_counts_from_its_anchor() -> None:
    """Every second day keeps its beat over months and does not begin before its first day."""
    rule = AtTimes((time(7),), every_days=2, anchor=date(2026, 11, 25))

    expected = ["11-25 07:00 +0100", "11-27 07:00 +0100"]
    assert expected == walls(rule, "Europe/Berlin", "2026-01-01T00:00", 2)
    expected = ["03-03 07:00 +0100"]
    assert expected == walls(rule, "Europe/Berlin", "2027-03-01T07:00", 1)


def test_the_last_day_counts() -> None:
    """Until a day means that day too, by the local calendar."""
    rule = AtTimes((time(21, 30),), until=date(2026, 11, 24))

    expected = ["11-23 21:30 +0100", "11-24 21:30 +0100"]
    assert expected == walls(rule, "Europe/Berlin", "2026-11-23T00:00", 9)


def test_once_is_once() -> None:
    """A single instant is due before it and never again."""
    rule = Once(utc("2026-11-23T12:00"))

    assert utc("2026-11-23T12:00") == next_due(rule, BERLIN, utc("2026-11-23T11:59"))
    assert next_due(rule, BERLIN, utc("2026-11-23T12:00")) is None


def test_a_naive_instant_is_refused() -> None:
    """An instant without a zone is a mistake of the caller."""
    with pytest.raises(ValueError, match="aware"):
        next_due(AtTimes((time(8),)), BERLIN, datetime(2026, 11, 23))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            AtTimes((time(7),), every_days=2, anchor=date(2026, 11, 25), until=date(2026, 12, 31)),
            {
                "kind": "times",
                "times": ["07:00"],
                "every_days": 2,
                "anchor": "2026-11-25",
                "until": "2026-12-31",
            },
        ),
        (
            AtTimes((time(8), time(13)), days=frozenset({0, 2})),
            {"kind": "times", "times": ["08:00", "13:00"], "days": [0, 2]},
        ),
        (
            Every(120, time(9), time(18)),
            {"kind": "every", "minutes": 120, "start": "09:00", "end": "18:00"},
        ),
        (Once(utc("2026-11-23T12:00")), {"kind": "once", "at": "2026-11-23T12:00:00+00:00"}),
        (Relative(Landmark.SUNSET), {"kind": "relative", "landmark": "sunset", "minutes": 0}),
        (
            Relative(Landmark.BEDTIME, -30, frozenset({6, 0}), date(2026, 12, 31)),
            {"kind": "relative", "landmark": "bedtime", "minutes": -30, "days": [0, 6], "until": "2026-12-31"},
        ),
    ],
)
def test_the_stored_form_is_stable(rule: Rule, expected: dict[str, object]) -> None:
    """Rows that are already stored must stay readable, so their form is spelled out."""
    assert expected == to_json(rule)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"kind": "cron"},
        {"kind": ["times"]},
        {"kind": "times"},
        {"kind": "times", "times": []},
        {"kind": "times", "times": "08:00"},
        {"kind": "times", "times": [8]},
        {"kind": "times", "times": ["25:00"]},
        {"kind": "times", "times": ["08:00"], "colour": "blue"},
        {"kind": "times", "times": ["08:00"], "days": [7]},
        {"kind": "times", "times": ["08:00"], "days": [True]},
        {"kind": "times", "times": ["08:00"], "every_days": "2", "anchor": "2026-01-01"},
        {"kind": "times", "times": ["08:00"], "until": "tomorrow"},
        {"kind": "every", "minutes": 60, "start": "09:00"},
        {"kind": "relative"},
        {"kind": "relative", "landmark": "bedtime"},
        {"kind": "relative", "landmark": "lunch", "minutes": 0},
        {"kind": "relative", "landmark": ["bedtime"], "minutes": 0},
        {"kind": "relative", "landmark": "bedtime", "minutes": "30"},
        {"kind": "relative", "landmark": "bedtime", "minutes": True},
        {"kind": "relative", "landmark": "bedtime", "minutes": 721},
        {"kind": "relative", "landmark": "bedtime", "minutes": 0, "times": ["08:00"]},
        {"kind": "once", "at": 5},
        {"kind": "once", "at": "soon"},
        {"kind": "once", "at": "9999-12-31T23:59:59-12:00"},
        {1: 2},
        "times",
        None,
        [],
    ],
)
def test_a_strange_stored_form_is_refused(stored: object) -> None:
    """Unknown kinds and fields, and values of the wrong shape, are errors and never guesses."""
    with pytest.raises(RuleError):
        from_json(stored)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"times": ()}, "at least one time"),
        ({"times": (time(9), time(8))}, "sorted"),
        ({"times": (time(8), time(8))}, "different"),
        ({"times": (time(8, 0, 1),)}, "whole minute"),
        ({"times": (time(8, tzinfo=UTC),)}, "wall clock"),
        ({"days": frozenset()}, "one or more"),
        ({"days": frozenset({7})}, "Monday"),
        ({"every_days": 0}, "1 to 366"),
        ({"every_days": 2}, "first day"),
        ({"anchor": date(2026, 1, 1)}, "first day"),
        ({"every_days": 2, "anchor": date(2026, 1, 1), "days": frozenset({1})}, "combined"),
        ({"until": date(9999, 1, 1)}, "years 2000"),
    ],
)
def test_times_that_cannot_be_kept(fields: dict[str, object], sentence: str) -> None:
    """A rule that makes no sense cannot be built, and the error is a sentence about it."""
    with pytest.raises(RuleError, match=sentence):
        AtTimes(**{"times": (time(8),), **fields})  # type: ignore[arg-type]


def test_intervals_that_cannot_be_kept() -> None:
    """An interval needs a length between a minute and a day."""
    for minutes in (0, -5, 1441):
        with pytest.raises(RuleError, match="interval"):
            Every(minutes, time(9), time(18))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"minutes": 721}, "12 hours"),
        ({"minutes": -721}, "12 hours"),
        ({"days": frozenset()}, "one or more"),
        ({"until": date(9999, 1, 1)}, "years 2000"),
    ],
)
def test_landmarks_that_cannot_be_kept(fields: dict[str, object], sentence: str) -> None:
    """Half a day around a landmark is all there is."""
    with pytest.raises(RuleError, match=sentence):
        Relative(Landmark.BEDTIME, **fields)  # type: ignore[arg-type]


def test_a_single_time_is_in_utc() -> None:
    """A single instant with another offset, or with none, is refused."""
    for at in (datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=BERLIN)):  # noqa: DTZ001
        with pytest.raises(RuleError, match="UTC"):
            Once(at)
