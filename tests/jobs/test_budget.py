"""How many messages may leave, and who goes first. Time is moved, never waited for."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.budget import Budget, BudgetClosedError
from jobs.lane import Lane
from jobs.pace import OwnPace


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
    """Ninety messages at thirty a second are gone in three seconds."""
    time = Time()
    left = asyncio.run(_departures(Budget(30, monotonic=time, sleep=time.sleep), time, [Lane.BULK] * 90))

    assert 2.9 <= left[-1][0] - left[0][0] <= 3.03


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


async def test_a_pause_stops_both_lanes_until_it_is_over() -> None:
    """And what waited leaves at the normal rate afterwards, evenly spaced and not as a herd."""
    time = Time()
    budget = Budget(5, monotonic=time, sleep=time.sleep)
    await budget.pause(60)
    await budget.pause(1)  # a shorter one does not end a longer one
    left = await _departures(budget, time, [Lane.BULK, Lane.REPLY] * 10)
    moments = [moment for moment, _lane in left]

    assert min(moments) >= 160
    assert all(later - earlier > 0.2 for earlier, later in pairwise(moments[:5]))
    assert all(later - earlier > 1 for earlier, later in zip(moments, moments[5:], strict=False))


async def test_a_reply_that_comes_while_bulk_is_spaced_leaves_at_once() -> None:
    """Bulk keeps a second apart at one a second; a reply of an idle second need not wait for its turn."""
    time = Time()
    naps: list[asyncio.Future[None]] = []

    async def sleep(_seconds: float) -> None:
        naps.append(asyncio.get_running_loop().create_future())
        await naps[-1]

    budget = Budget(2, monotonic=time, sleep=sleep)
    await budget.acquire(Lane.BULK)
    bulk = asyncio.create_task(budget.acquire(Lane.BULK))
    await asyncio.sleep(0.01)
    await budget.acquire(Lane.REPLY)
    waits = not bulk.done()
    bulk.cancel()
    budget.close()

    assert waits
    assert naps[0].cancelled()


async def test_a_chat_gets_one_message_a_second_and_a_reply_may_be_a_short_burst() -> None:
    """Five replies leave together, the sixth a second later; a nudge to the same chat waits for its own second."""
    time = Time()
    budget = Budget(1000, monotonic=time, sleep=time.sleep)
    moments: list[float] = []
    for _ in range(6):
        await budget.acquire(Lane.REPLY, 7, message=True)
        moments.append(time.now)
    await budget.acquire(Lane.BULK, 8, message=True)
    other = time.now
    await budget.acquire(Lane.BULK, 7, message=True)

    assert [True] * 5 + [False] == [moment - moments[0] < 0.1 for moment in moments]
    assert 1 <= moments[-1] - moments[0] < 1.1
    assert other - moments[-1] < 0.1
    assert 4.9 <= time.now - other


async def test_edits_and_answers_to_taps_are_no_messages() -> None:
    """Twenty quick taps in one chat are answered at once."""
    time = Time()
    budget = Budget(1000, monotonic=time, sleep=time.sleep)
    for _ in range(20):
        await budget.acquire(Lane.REPLY, 7)

    assert time.now - 100 < 0.1


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


def test_replies_without_end_leave_a_tenth_to_bulk() -> None:
    """Two hundred replies wait when bulk comes; it gets every tenth permit, not the last ones."""
    time = Time()
    lanes = [Lane.REPLY] * 200 + [Lane.BULK] * 5
    left = asyncio.run(_departures(Budget(50, monotonic=time, sleep=time.sleep), time, lanes))
    places = [place for place, (_moment, lane) in enumerate(left) if lane is Lane.BULK]

    assert 5 == len(places)
    assert [10] * 4 == [later - earlier for earlier, later in pairwise(places)]
    assert places[0] <= 10


async def test_while_people_ask_an_answer_finds_a_place() -> None:
    """Bulk has filled the second, so the first answer waits for the next place; those after it do not."""
    time = Time()
    pace = OwnPace(30, time)

    async def leave(lane: Lane) -> float:
        wait = max(await pace.wait(lane), 0.0)
        time.now += wait
        pace.take(lane)
        return wait

    async def answer_amid(bulk: int) -> float:
        for _message in range(bulk):
            await leave(Lane.BULK)
        return await leave(Lane.REPLY)

    first = await answer_amid(60)
    others = [await answer_amid(5) for _answer in range(10)]

    assert first > 0.01
    assert [0.0] * 10 == others
