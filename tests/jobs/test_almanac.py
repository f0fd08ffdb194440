"""A person's own time: the day something belongs to, quiet hours, a pause, and the moments that reminders go by."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from db.models import Reminder, User
from jobs.almanac import Almanac
from jobs.preferences import Preferences, Quiet
from jobs.recurrence import instant_of
from jobs.rules import ALL_DAYS, AtTimes, Landmark, Once, Relative
from jobs.suggest.profile import Profile, Spot
from jobs.workouts import Workout
from tests.jobs.clock_changes import moments

BERLIN, UNCHANGING = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NIGHT = Quiet(time(22), time(7, 30))
TROMSO = Profile(place=Spot(69.6, 18.9))

wall_times = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
day_starts = st.integers(0, 480).map(lambda minute: time(minute // 60, minute % 60))
weekdays = st.just(ALL_DAYS) | st.frozensets(st.integers(0, 6), min_size=1)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@st.composite
def quiet_spans(draw: st.DrawFn) -> Quiet:
    """Draw seven hours at the most, so that three spans leave some of each day."""
    start = draw(st.integers(0, 1439))
    end = (start + draw(st.integers(1, 420))) % 1440
    return Quiet(time(start // 60, start % 60), time(end // 60, end % 60), draw(weekdays))


def almanac(
    *quiet: Quiet,
    zone: ZoneInfo = BERLIN,
    pause: datetime | None = None,
    bedtime: time | None = None,
    day_start: time = time(4),
) -> Almanac:
    return Almanac(zone, Preferences(quiet=quiet, bedtime=bedtime, day_start=day_start), pause=pause)


def at(wall: str, zone: ZoneInfo = BERLIN) -> datetime:
    """The instant of a wall clock, of two the first."""
    return datetime.fromisoformat(wall).replace(tzinfo=zone).astimezone(UTC)


def wall(instant: datetime | None, zone: ZoneInfo = BERLIN) -> str | None:
    return None if instant is None else f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


# Days ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-11-24 00:40", "2026-11-23"),
        ("2026-11-24 03:59:59", "2026-11-23"),
        ("2026-11-24 04:00", "2026-11-24"),
        ("2026-11-24 23:59", "2026-11-24"),
        ("2027-01-01 01:00", "2026-12-31"),
    ],
)
def test_what_happens_before_the_start_of_day_belongs_to_yesterday(instant: str, day: str) -> None:
    """A tick at 00:40 is for the evening that one comes from."""
    assert date.fromisoformat(day) == almanac().day_of(at(instant))


def test_a_day_may_start_at_midnight() -> None:
    """For those who like it."""
    assert date(2026, 11, 24) == almanac(day_start=time(0)).day_of(at("2026-11-24 00:40"))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 27), 24), (date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 7, 1), 24)],
)
def test_the_day_before_a_clock_change_is_as_long_as_it_is(day: date, hours: int) -> None:
    """From four to four: the night of the change is the day before's."""
    mine = almanac()

    assert timedelta(hours=hours) == mine.end(day) - mine.begin(day)
    assert "04:00" == f"{mine.begin(day).astimezone(BERLIN):%H:%M}"


@given(moments(), day_starts)
def test_every_instant_lies_in_its_day(moment: tuple[ZoneInfo, datetime], day_start: time) -> None:
    """In any zone and near any clock change; days follow each other without a gap."""
    zone, instant = moment
    mine = almanac(zone=zone, day_start=day_start)
    day = mine.day_of(instant)

    assert mine.begin(day) <= instant < mine.end(day)
    assert mine.end(day) == mine.begin(day + DAY)


# Quiet hours --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "until"),
    [
        ("2026-11-23 21:59", None),
        ("2026-11-23 22:00", "2026-11-24 07:30"),
        ("2026-11-24 02:00", "2026-11-24 07:30"),
        ("2026-11-24 07:29:59", "2026-11-24 07:30"),
        ("2026-11-24 07:30", None),
        # The clocks change in the night, the end of the quiet hours does not.
        ("2026-03-28 22:30", "2026-03-29 07:30"),
        ("2026-03-29 03:30", "2026-03-29 07:30"),
        ("2026-10-24 22:30", "2026-10-25 07:30"),
        ("2026-10-25 02:30", "2026-10-25 07:30"),
    ],
)
def test_quiet_hours_reach_across_midnight(instant: str, until: str | None) -> None:
    """Their beginning is in, their end is out."""
    assert until == wall(almanac(NIGHT).quiet_until(at(instant)))


@pytest.mark.parametrize(
    ("instant", "until"),
    [
        ("2026-11-27 06:00", None),
        ("2026-11-27 23:00", "2026-11-28 07:30"),
        ("2026-11-28 07:00", "2026-11-28 07:30"),
        ("2026-11-28 23:00", None),
    ],
)
def test_weekdays_of_quiet_hours_are_those_on_which_they_begin(instant: str, until: str | None) -> None:
    """The night from Friday to Saturday is Friday's."""
    assert until == wall(almanac(Quiet(time(22), time(7, 30), frozenset({4}))).quiet_until(at(instant)))


def test_a_span_that_follows_another_prolongs_it() -> None:
    """Nothing slips through where they meet, or where they overlap."""
    meeting = almanac(Quiet(time(22), time(0)), Quiet(time(0), time(6)), Quiet(time(5), time(9)))

    assert "2026-11-24 09:00" == wall(meeting.quiet_until(at("2026-11-23 23:00")))
    assert "2026-11-24 09:00" == wall(meeting.quiet_until(at("2026-11-24 05:30")))


def test_quiet_hours_that_end_in_a_gap_end_behind_it() -> None:
    """Half past two does not exist in the spring night, and the hours within the gap are empty."""
    late = almanac(Quiet(time(23), time(2, 30)))
    inside = almanac(Quiet(time(2, 15), time(2, 45)))

    assert "2026-03-29 03:30" == wall(late.quiet_until(at("2026-03-29 01:00")))
    assert "2026-03-29 03:45" == wall(inside.quiet_until(at("2026-03-29 03:20")))
    assert inside.quiet_until(at("2026-03-29 01:59")) is None


def test_quiet_hours_follow_the_person_to_another_zone() -> None:
    """Ten in the evening in Tokyo is afternoon in Berlin."""
    instant = at("2026-11-23 14:30")

    assert almanac(NIGHT).quiet_until(instant) is None
    tokyo = ZoneInfo("Asia/Tokyo")
    assert "2026-11-24 07:30" == wall(almanac(NIGHT, zone=tokyo).quiet_until(instant), tokyo)


@given(st.lists(quiet_spans(), max_size=3), instants)
def test_quiet_hours_are_those_that_a_walk_through_the_minutes_finds(spans: list[Quiet], instant: datetime) -> None:
    """Read off the wall clock minute by minute, in a zone whose clocks never change."""
    instant = instant.replace(second=0, microsecond=0)
    end = instant
    while any(_holds(quiet, end.astimezone(UNCHANGING)) for quiet in spans):
        end += MINUTE

    assert (end if end > instant else None) == almanac(*spans, zone=UNCHANGING).quiet_until(instant)


def _holds(quiet: Quiet, local: datetime) -> bool:
    today, yesterday = local.weekday() in quiet.days, (local.weekday() - 1) % 7 in quiet.days
    if quiet.start < quiet.end:
        return today and quiet.start <= local.time() < quiet.end
    return (today and local.time() >= quiet.start) or (yesterday and local.time() < quiet.end)


@given(st.data(), st.lists(quiet_spans(), min_size=1, max_size=3), moments())
def test_after_quiet_hours_it_is_not_quiet(
    data: st.DataObject, spans: list[Quiet], moment: tuple[ZoneInfo, datetime]
) -> None:
    """Near any clock change too; and until their end it is."""
    zone, near = moment
    spans[0] = replace(spans[0], days=ALL_DAYS)
    mine = almanac(*spans, zone=zone)
    begin = instant_of(near.astimezone(zone).date(), spans[0].start, zone)
    until = mine.quiet_until(begin)
    assume(until is not None)  # a gap may swallow a short span
    assert until is not None
    instant = begin + data.draw(st.floats(0, 0.999)) * (until - begin)

    assert begin <= instant < until == mine.quiet_until(instant)
    assert mine.quiet_until(until) is None


# A pause ------------------------------------------------------------------------------------------


def test_nothing_comes_before_the_end_of_a_pause() -> None:
    """An occasion at its very end comes."""
    paused = almanac(pause=at("2026-11-30 08:00"))

    dues = paused.upcoming(AtTimes((time(8),)), at("2026-11-23 12:00"), 2)
    assert ["2026-11-30 08:00", "2026-12-01 08:00"] == [wall(due) for due in dues]


def test_a_pause_that_is_over_changes_nothing() -> None:
    """It is left where it was."""
    paused = almanac(pause=at("2026-11-20 08:00"))

    assert ["2026-11-23 20:00"] == [
        wall(due) for due in paused.upcoming(AtTimes((time(20),)), at("2026-11-23 12:00"), 1)
    ]


@pytest.mark.parametrize(
    ("once", "expected"),
    [
        ("2026-11-25 10:00", ["2026-11-30 08:00"]),
        ("2026-12-01 10:00", ["2026-12-01 10:00"]),
        ("2026-11-22 10:00", []),
    ],
)
def test_a_single_time_within_a_pause_waits_for_its_end(once: str, expected: list[str]) -> None:
    """It would never come otherwise."""
    paused = almanac(pause=at("2026-11-30 08:00"))

    assert expected == [wall(due) for due in paused.upcoming(Once(at(once)), at("2026-11-23 12:00"), 3)]


# Landmarks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bedtime", "expected"),
    [
        (time(21, 30), "2026-11-23 21:30"),
        (time(0), "2026-11-24 00:00"),
        (time(0, 30), "2026-11-24 00:30"),
        (time(3, 59), "2026-11-24 03:59"),
        # Who goes to bed in the morning does so on that day.
        (time(4), "2026-11-23 04:00"),
        (time(9), "2026-11-23 09:00"),
    ],
)
def test_a_bedtime_after_midnight_belongs_to_the_evening_before(bedtime: time, expected: str) -> None:
    """Monday's bedtime, until Tuesday starts at four."""
    mine = almanac(bedtime=bedtime)

    assert [expected] == [wall(instant) for instant in mine.landmarks(Landmark.BEDTIME, date(2026, 11, 23))]


def test_half_an_hour_before_a_bedtime_after_midnight_keeps_its_weekday() -> None:
    """On Fridays: half past midnight is Saturday by the calendar, Friday to whoever goes to bed."""
    mine = almanac(bedtime=time(1))
    rule = Relative(Landmark.BEDTIME, -30, frozenset({4}), date(2026, 11, 27))

    assert ["2026-11-28 00:30"] == [wall(due) for due in mine.upcoming(rule, at("2026-11-23 12:00"), 3)]


def test_bedtime_in_the_hour_that_is_missing_or_double() -> None:
    """As every other time: behind the gap, and the first of two."""
    mine = almanac(bedtime=time(2, 30))

    spring, autumn = (mine.landmarks(Landmark.BEDTIME, day) for day in (date(2026, 3, 28), date(2026, 10, 24)))
    assert [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)] == list(spring)
    assert [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)] == list(autumn)


@given(wall_times, day_starts, st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_bedtime_lies_in_its_day(bedtime: time, day_start: time, day: date) -> None:
    """Whatever both are: there is one, and it belongs to the day it was asked for."""
    mine = almanac(zone=UNCHANGING, bedtime=bedtime, day_start=day_start)
    (instant,) = mine.landmarks(Landmark.BEDTIME, day)

    assert day == mine.day_of(instant)


@pytest.mark.parametrize("landmark", Landmark)
def test_who_told_nothing_has_no_landmarks(landmark: Landmark) -> None:
    """Nothing is guessed."""
    mine = almanac()

    assert [] == list(mine.landmarks(landmark, date(2026, 11, 23)))
    assert [] == mine.upcoming(Relative(landmark), at("2026-11-23 12:00"), 2)


def test_a_workout_counts_by_its_end() -> None:
    """Also past midnight; one without a time of its own never comes by itself."""
    workouts = (
        Workout(45, start=time(18), days=frozenset({0, 2})),
        Workout(90, start=time(23), days=frozenset({0})),
        Workout(30),
    )
    mine = Almanac(BERLIN, profile=Profile(workouts=workouts))
    rule = Relative(Landmark.WORKOUT, 15)

    expected = ["2026-11-23 19:00", "2026-11-24 00:45", "2026-11-25 19:00", "2026-11-30 19:00"]
    assert expected == [wall(due) for due in mine.upcoming(rule, at("2026-11-23 12:00"), 4)]


def test_sunset_and_noon_of_a_place() -> None:
    """To the minute, as the almanacs have them for Berlin."""
    mine = Almanac(BERLIN, profile=Profile(place=Spot(52.5, 13.4)))

    for landmark, day, expected in (
        (Landmark.SUNSET, date(2026, 6, 21), "2026-06-21 21:33"),
        (Landmark.SUNSET, date(2026, 12, 21), "2026-12-21 15:54"),
        (Landmark.NOON, date(2026, 11, 23), "2026-11-23 11:52"),
    ):
        (instant,) = mine.landmarks(landmark, day)
        assert abs(instant - at(expected)) <= 2 * MINUTE
        assert 0 == instant.second == instant.microsecond


def test_a_sunset_after_midnight_belongs_to_its_evening() -> None:
    """In Reykjavik's June the sun sets after midnight."""
    reykjavik = ZoneInfo("Atlantic/Reykjavik")
    mine = Almanac(reykjavik, profile=Profile(place=Spot(64.1, -21.9)))
    (sunset,) = mine.landmarks(Landmark.SUNSET, date(2026, 6, 20))

    assert "2026-06-21 00:0" == (wall(sunset, reykjavik) or "")[:-1]
    assert date(2026, 6, 20) == mine.day_of(sunset)


@pytest.mark.parametrize("day", [date(2026, 6, 21), date(2026, 12, 21)])
def test_polar_day_and_night_have_no_sunset_but_a_noon(day: date) -> None:
    """North of the circle; nothing breaks."""
    mine = Almanac(ZoneInfo("Europe/Oslo"), profile=TROMSO)

    assert [] == list(mine.landmarks(Landmark.SUNSET, day))
    assert 1 == len(mine.landmarks(Landmark.NOON, day))


def test_no_sun_window_in_the_polar_night() -> None:
    """There is no daylight to sit in."""
    mine = Almanac(ZoneInfo("Europe/Oslo"), profile=TROMSO)

    assert mine.sun_window(date(2026, 12, 21)) is None
    assert [] == list(mine.landmarks(Landmark.SUN, date(2026, 12, 21)))


@pytest.mark.parametrize(("now", "month"), [("2026-06-01 12:00", 7), ("2026-12-05 12:00", 1)])
def test_a_reminder_by_sunset_waits_through_polar_day_and_night(now: str, month: int) -> None:
    """It comes back with the sunset."""
    mine = Almanac(ZoneInfo("Europe/Oslo"), profile=TROMSO)
    (due,) = mine.upcoming(Relative(Landmark.SUNSET, -30), at(now), 1)

    assert month == due.month


@given(
    st.floats(-90, 90), st.floats(-180, 180), st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    st.sampled_from([Landmark.SUNSET, Landmark.NOON, Landmark.SUN]),
)  # fmt: skip
def test_the_sun_of_any_place_lies_in_its_day(latitude: float, longitude: float, day: date, landmark: Landmark) -> None:
    """At most once, within a day of its beginning; the poles and the date line included."""
    mine = Almanac(UNCHANGING, profile=Profile(place=Spot(latitude, longitude)))
    found = mine.landmarks(landmark, day)

    assert len(found) <= 1
    assert all(mine.begin(day) - MINUTE < instant <= mine.end(day) + 10 * MINUTE for instant in found)


def test_the_best_sun_is_outside_quiet_hours() -> None:
    """Who wants quiet until two has the best of what is left."""
    quiet = Quiet(time(8), time(14))
    mine = Almanac(BERLIN, Preferences(quiet=(quiet,)), Profile(place=Spot(52.5, 13.4), skin=3))
    window = mine.sun_window(date(2026, 6, 21))
    assert window is not None

    assert mine.quiet_until(window.start) is None
    assert instant_of(date(2026, 6, 21), time(14), BERLIN) <= window.start


def test_a_reminder_may_keep_the_clock_of_another_place() -> None:
    """The person moved, the reminder did not."""
    user = User(zone="Asia/Tokyo")
    now, rule = at("2026-11-23 12:00"), AtTimes((time(8),))
    home, moved = Almanac.of(user, Reminder(zone="Europe/Berlin")), Almanac.of(user, Reminder(zone=None))

    assert "2026-11-24 08:00" == wall(home.next_due(rule, now))
    assert "2026-11-24 08:00" == wall(moved.next_due(rule, now), ZoneInfo("Asia/Tokyo"))
