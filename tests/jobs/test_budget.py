"""How many messages may leave, and who goes first. Time is moved, never waited for."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.budget import Budget, BudgetClosedError
from jobs.lane import Lane


class Time:
    """A monotonic clock whose sleeps pass at once."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)  # who has a permit leaves before time passes
        self.now += seconds


async def _departures(budget: Budget, time: Time, lanes: list[Lane]) -> list[tuple[float, Lane]]:
    left: list[tuple[float, Lane]] = []

    async def one(lane: Lane) -> None:
        await budget.acquire(lane)
        left.append((time.now, lane))

    await asyncio.gather(*(one(lane) for lane in lanes))
    return left


@given(rate=st.integers(1, 40), messages=st.integers(0, 150))
def test_no_second_sees_more_than_the_rate(rate: int, messages: int) -> None:
    """In any window of one second, wherever it begins."""
    time = Time()
    left = asyncio.run(_departures(Budget(rate, monotonic=time, sleep=time.sleep), time, [Lane.BULK] * messages))
    moments = [moment for moment, _lane in left]

    assert messages == len(moments)
    assert all(later - earlier > 1 for earlier, later in zip(moments, moments[rate:], strict=False))


def test_the_budget_is_used_and_not_wasted() -> None:
    """Ninety messages at thirty a second are gone in two seconds and a little: the first thirty leave at once."""
    time = Time()
    left = asyncio.run(_departures(Budget(30, monotonic=time, sleep=time.sleep), time, [Lane.BULK] * 90))

    assert 2 <= left[-1][0] - left[0][0] <= 2.1


def test_replies_go_before_bulk() -> None:
    """Someone waits for a reply, nobody for bulk, whichever came first."""
    time = Time()
    lanes = [Lane.BULK] * 10 + [Lane.REPLY] * 3
    left = asyncio.run(_departures(Budget(2, monotonic=time, sleep=time.sleep), time, lanes))

    assert [lane for _moment, lane in left] == [Lane.REPLY] * 3 + [Lane.BULK] * 10


async def test_chats_take_turns_within_a_lane() -> None:
    """Alice's five messages came first, yet bob and charlie wait for one of them only."""
    time = Time()
    budget = Budget(1, monotonic=time, sleep=time.sleep)
    left: list[int] = []

    async def one(chat_id: int) -> None:
        await budget.acquire(Lane.REPLY, chat_id)
        left.append(chat_id)

    await asyncio.gather(*(one(chat_id) for chat_id in (1, 1, 1, 1, 1, 2, 2, 3)))

    assert [1, 2, 3, 1, 2, 1, 1, 1] == left


def test_a_pause_stops_both_lanes_until_it_is_over() -> None:
    """And what waited leaves at the normal rate afterwards, not as a herd."""
    time = Time()
    budget = Budget(5, monotonic=time, sleep=time.sleep)
    budget.pause(60)
    budget.pause(1)  # a shorter one does not end a longer one
    left = asyncio.run(_departures(budget, time, [Lane.BULK, Lane.REPLY] * 10))
    moments = [moment for moment, _lane in left]

    assert min(moments) >= 160
    assert all(later - earlier > 1 for earlier, later in zip(moments, moments[5:], strict=False))
    assert all(later >= earlier for earlier, later in pairwise(moments))


async def test_a_caller_who_gave_up_costs_no_permit() -> None:
    """A cancelled wait leaves its place to the next."""
    time = Time()
    budget = Budget(1, monotonic=time, sleep=time.sleep)
    await budget.acquire(Lane.BULK)
    first, second = (asyncio.create_task(budget.acquire(Lane.BULK)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await second

    assert 1 <= time.now - 100 < 2


async def test_closing_sends_everybody_home() -> None:
    """Who waits and who comes later get an error, not silence."""
    budget = Budget(1, monotonic=lambda: 0.0, sleep=lambda _seconds: asyncio.sleep(3600))
    await budget.acquire(Lane.BULK)
    waiting = asyncio.create_task(budget.acquire(Lane.REPLY))
    await asyncio.sleep(0)
    budget.close()
    with pytest.raises(BudgetClosedError):
        await waiting
    with pytest.raises(BudgetClosedError):
        await budget.acquire(Lane.BULK)
