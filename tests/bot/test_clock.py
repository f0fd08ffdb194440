"""A clock that is set wrong for a moment must cost nobody a nudge."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import Doubt, MovableClock, uptime
from jobs.suggest.kinds import KINDS
from tests.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = 60.0


class Machine:
    """Its clock can be set; its seconds only go on."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.ahead = timedelta(0)
        self.doubt = Doubt(self.clock, lambda: self.seconds)

    def clock(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds) + self.ahead

    def doubts(self, *, after: float = 0.0, ahead: timedelta = timedelta(0)) -> bool:
        """So many seconds later, with the clock so far ahead."""
        self.seconds += after
        self.ahead = ahead
        return self.doubt()


DAYS = timedelta(days=3)


def test_a_clock_that_leaps_ahead_is_in_doubt_until_it_has_stood_so() -> None:
    """For ten minutes; then it is right, and was wrong before."""
    machine = Machine()

    assert not machine.doubts(after=MINUTE)
    assert machine.doubts(after=1, ahead=DAYS)
    assert machine.doubts(after=9 * MINUTE, ahead=DAYS)
    assert not machine.doubts(after=MINUTE, ahead=DAYS)
    assert not machine.doubts(after=1, ahead=DAYS)


def test_a_clock_that_goes_back_to_where_it_was_is_believed_at_once() -> None:
    """And the next leap is in doubt for as long again."""
    machine = Machine()

    assert machine.doubts(after=1, ahead=DAYS)
    assert not machine.doubts(after=9 * MINUTE)
    assert machine.doubts(after=1, ahead=DAYS)
    assert machine.doubts(after=9 * MINUTE, ahead=DAYS)


@given(st.lists(st.timedeltas(-timedelta(hours=1), timedelta(hours=1)), max_size=20))
def test_a_clock_that_is_put_right_by_a_little_is_never_in_doubt(steps: list[timedelta]) -> None:
    """By an hour at most, however often."""
    machine, ahead = Machine(), timedelta(0)
    for step in steps:
        ahead += step
        assert not machine.doubts(after=1, ahead=ahead)


def test_a_leap_in_which_a_nudge_would_be_missed_is_in_doubt() -> None:
    """What is two hours late is sent no more."""
    assert Machine().doubts(after=1, ahead=min(kind.usefulness for kind in KINDS.values()))


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_a_clock_that_goes_back_is_never_in_doubt(back: timedelta) -> None:
    """What was planned comes again at its time."""
    assert not Machine().doubts(after=1, ahead=-back)


def test_the_sandbox_clock_is_moved_on_purpose() -> None:
    """Its seconds go with it."""
    clock = MovableClock(lambda: NOON)
    doubt = Doubt(clock, clock.monotonic)
    clock.move_to(NOON + DAYS)

    assert not doubt()


def test_uptime_goes_on() -> None:
    """In seconds."""
    assert 0 <= uptime() <= uptime()


class Wrong:
    """The world's clock, which is set ahead for a while though no time goes by."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._right = world.clock()

    def set(self, ahead: timedelta) -> None:
        """Not as `world.passes`, with which the seconds of the machine go on too."""
        self._world.clock._base = lambda: self._right + ahead


@pytest.mark.parametrize("days", [3, 400])
async def test_a_clock_that_is_days_ahead_for_a_minute_costs_nobody_a_nudge(world: World, days: int) -> None:
    """Alice has a daily one, and one at a moment; both come when they should."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/remind food in 40 hours")
    clock = Wrong(world)
    before = len(alice.messages)
    clock.set(timedelta(days=days))
    await world.app.tick()
    await world.app.tidy()
    clock.set(timedelta(0))
    await world.app.tick()
    meanwhile = len(alice.messages) - before
    await world.passes(days=3)
    heads = [message.text.splitlines()[0] for message in alice.messages[before:]]

    assert 0 == meanwhile
    assert (3, 1) == (sum("Stretch" in head for head in heads), sum("food" in head.casefold() for head in heads))
