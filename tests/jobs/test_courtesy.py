"""Whoever waits for an answer goes before work that nobody waits for."""

import asyncio
from contextlib import suppress

from jobs.budget import Budget
from jobs.courtesy import Courtesy
from jobs.lane import Lane

_TURNS = 50
"""Of the event loop: many more than handing out a permit takes."""


async def _turns() -> None:
    for _turn in range(_TURNS):
        await asyncio.sleep(0)


async def test_bulk_waits_until_the_answer_is_made() -> None:
    """Of two answers, until the last one is."""
    courtesy = Courtesy(longest=60)
    budget = Budget(1000, monotonic=lambda: 0.0, courtesy=courtesy)
    with courtesy.answering():
        with courtesy.answering():
            bulk = asyncio.create_task(budget.acquire(Lane.BULK))
            await _turns()
            with_two = bulk.done()
        await _turns()
        with_one = bulk.done()
    await _turns()

    assert (with_two, with_one, bulk.done()) == (False, False, True)


async def test_a_reply_does_not_wait_for_another() -> None:
    """Nor for the bulk message that gives way."""
    courtesy = Courtesy(longest=60)
    budget = Budget(1000, monotonic=lambda: 0.0, courtesy=courtesy)
    with courtesy.answering():
        bulk = asyncio.create_task(budget.acquire(Lane.BULK, 1))
        await _turns()
        reply = asyncio.create_task(budget.acquire(Lane.REPLY, 2))
        await _turns()
        left = (reply.done(), bulk.done())
    await bulk

    assert (True, False) == left


async def test_answers_without_end_do_not_stop_the_nudges() -> None:
    """A piece of work gives way for a moment, then it goes on, and some more with it."""
    courtesy = Courtesy(longest=0.001)
    with courtesy.answering():
        await asyncio.wait_for(courtesy.give_way(), 10)
        next_ones = [await courtesy.asked() for _piece in range(17)]

    assert [False] * 16 + [True] == next_ones


async def test_whoever_asks_goes_before_the_next_transaction_of_bulk() -> None:
    """Not behind all those that stand in line: one is under way, and the other begins when the answer is made."""
    courtesy = Courtesy(longest=60)
    done: list[str] = []

    async def bulk(name: str, work: asyncio.Event) -> None:
        async with courtesy.transaction():
            done.append(f"{name} begins")
            await work.wait()

    working, ready = asyncio.Event(), asyncio.Event()
    ready.set()
    first = asyncio.create_task(bulk("first", working))
    await _turns()
    second = asyncio.create_task(bulk("second", ready))
    await _turns()
    with courtesy.answering():
        working.set()
        await _turns()
        done.append("answered")
    await asyncio.gather(first, second)

    assert ["first begins", "answered", "second begins"] == done


async def test_an_answer_that_failed_holds_nothing_up() -> None:
    """It is over all the same."""
    courtesy = Courtesy(longest=60)
    with suppress(ZeroDivisionError), courtesy.answering():
        _ = 1 / 0
    await asyncio.wait_for(courtesy.give_way(), 10)


async def test_transactions_of_bulk_are_short_while_people_ask() -> None:
    """Who asks may wait for one; when nobody has asked for a while they do more at once."""
    courtesy = Courtesy()
    before = courtesy.rows
    with courtesy.answering():
        while_asked = courtesy.rows
    just_after = courtesy.rows
    for _transaction in range(50):
        async with courtesy.transaction():
            pass

    assert while_asked == just_after < before == courtesy.rows
