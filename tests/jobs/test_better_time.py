"""A better hour is offered when Done comes steadily at another one."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from jobs.almanac import Almanac
from jobs.better_time import find
from jobs.rules import AtTimes, Every, Rule

BERLIN = Almanac(ZoneInfo("Europe/Berlin"))
RULE = AtTimes((time(21, 30),))
NEWEST = datetime(2026, 3, 8, 20, 30, tzinfo=UTC)


def _found(*minutes: int, rule: Rule = RULE) -> time | None:
    """What is found if Done came so many minutes after the nudge, newest first."""
    dues = [NEWEST - timedelta(days=n) for n in range(len(minutes))]
    return find(rule, [(due, due + timedelta(minutes=m)) for due, m in zip(dues, minutes, strict=True)], BERLIN)


def test_five_evenings_an_hour_later_are_regular() -> None:
    """To five minutes, by the middle one."""
    assert time(22, 30) == _found(58, 62, 61, 55, 70)


def test_an_hour_earlier_counts_too() -> None:
    """Told with "it was earlier"."""
    assert time(20, 30) == _found(-60, -58, -62, -61, -59)


def test_after_midnight_is_a_time_of_the_clock_like_any_other() -> None:
    """Three hours after half past nine."""
    assert time(0, 30) == _found(180, 181, 179, 180, 182)


def test_what_is_near_unsteady_or_rare_is_left_alone() -> None:
    """And so is what has not one time a day."""
    assert _found(20, 22, 21, 19, 20) is None
    assert _found(60, 130, 61, 55, 240) is None
    assert _found(60, 60, 60, 60) is None
    assert _found(60, 60, 60, 60, 60, rule=AtTimes((time(9), time(21, 30)))) is None
    assert _found(60, 60, 60, 60, 60, rule=Every(60, time(9), time(18))) is None


@given(st.lists(st.integers(-700, 700), max_size=8))
def test_what_is_offered_is_a_whole_five_minutes_and_never_the_old_time(minutes: list[int]) -> None:
    """Whatever the answers were."""
    found = _found(*minutes)

    assert found is None or (found.minute % 5 == 0 and found != time(21, 30))
