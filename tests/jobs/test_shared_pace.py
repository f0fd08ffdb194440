"""One budget for all processes of a token: a row of PostgreSQL, from which each reserves stretches of time."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from db import budgets
from db.engine import Sessions, make_engine, make_sessions
from db.models import Budget as Row
from jobs.budget import Budget
from jobs.lane import Lane
from jobs.shared_pace import SharedPace
from tests.data_key import KEYRING

BOT = 1234567890


@pytest.fixture
async def shared(database: str) -> AsyncIterator[Sessions]:
    if database.startswith("sqlite"):
        pytest.skip("only PostgreSQL is shared")
    engine = make_engine(database, KEYRING)
    yield make_sessions(engine)
    await engine.dispose()


def _budget(sessions: Sessions, rate: int) -> Budget:
    pace = SharedPace(sessions, bot_id=BOT, rate=rate, monotonic=time.monotonic)
    return Budget(rate, monotonic=time.monotonic, pace=pace)


async def _spend(budget: Budget, count: int, left: list[float], lane: Lane = Lane.BULK) -> None:
    async def one() -> None:
        await budget.acquire(lane)
        left.append(time.monotonic())

    await asyncio.gather(*(one() for _ in range(count)))


async def test_four_workers_together_keep_the_tokens_rate(shared: Sessions) -> None:
    """A hundred messages each at two hundred a second: no second sees more, whoever sends."""
    rate = 200
    left: list[float] = []
    await asyncio.gather(*(_spend(_budget(shared, rate), 100, left) for _ in range(4)))
    moments = sorted(left)

    assert 400 == len(moments)
    assert all(later - earlier > 1 for earlier, later in zip(moments, moments[rate + 4 :], strict=False))


async def test_a_429_of_one_stops_the_others(shared: Sessions) -> None:
    """Bob's worker hears of the pause when it reserves next, and goes on at the normal pace when it is over."""
    alice, bob = _budget(shared, 100), _budget(shared, 100)
    await alice.pause(0.5)
    began = time.monotonic()
    left: list[float] = []
    await _spend(bob, 5, left)

    assert 0.4 <= left[0] - began
    assert left[-1] - left[0] >= 0.03


async def test_what_a_dead_worker_reserved_passes_by(shared: Sessions) -> None:
    """It reserved a fiftieth of a second, used one permit of it and died: nobody waits for more than that."""
    dead, alive = _budget(shared, 1000), _budget(shared, 1000)
    await dead.acquire(Lane.BULK)
    began = time.monotonic()
    await alive.acquire(Lane.BULK)

    assert time.monotonic() - began < 5


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_database_whose_clock_jumps_keeps_nobody_waiting(shared: Sessions, hours: int) -> None:
    """What was reserved or blocked before it went back by an hour does not last an hour longer."""
    await _budget(shared, 100).acquire(Lane.BULK)
    async with shared.begin() as session:
        row = (await session.scalars(select(Row))).one()
        ahead = timedelta(hours=hours)
        moved = {name: getattr(row, name) + ahead for name in ("free_at", "blocked_at", "blocked_until")}
        await session.execute(update(Row).values(moved))
    began = time.monotonic()
    await _budget(shared, 100).acquire(Lane.REPLY)

    assert time.monotonic() - began < 5


async def test_a_database_that_is_away_is_asked_again(
    shared: Sessions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing leaves meanwhile, and nobody is told that it did."""
    answers: list[float | Exception] = [OSError("away"), 0.0]

    async def reserve(*_: object, **_more: object) -> float:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("db.budgets.reserve", reserve)
    monkeypatch.setattr("jobs.shared_pace._ASK_AGAIN", 0.01)
    await _budget(shared, 100).acquire(Lane.BULK)

    assert [] == answers
    assert "budget not reserved (OSError)" in caplog.text


async def test_a_429_during_a_reservation_counts(shared: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram's answer comes while the next stretch is being reserved: that one waits until the pause is over."""
    budget = _budget(shared, 100)
    reserve = budgets.reserve

    async def slow(*what: Any, **more: Any) -> float:
        monkeypatch.setattr("db.budgets.reserve", reserve)
        begin = await reserve(*what, **more)
        pausing.append(asyncio.create_task(budget.pause(0.5)))
        await asyncio.sleep(0)
        return begin

    pausing: list[asyncio.Task[None]] = []
    monkeypatch.setattr("db.budgets.reserve", slow)
    began = time.monotonic()
    await budget.acquire(Lane.BULK)
    left = time.monotonic() - began
    await asyncio.gather(*pausing)

    assert left >= 0.4


async def test_after_a_long_pause_no_two_get_the_same_stretch(shared: Sessions) -> None:
    """A pause of a minute, longer than anybody reserves ahead: each stretch begins where the one before it ends."""
    async with shared.begin() as session:
        await budgets.block(session, BOT, seconds=60)
    begins = []
    for _ in range(3):
        async with shared.begin() as session:
            begins.append(await budgets.reserve(session, BOT, seconds=1))

    assert all(0.9 < later - earlier <= 1 for earlier, later in pairwise(begins))
    assert begins[0] > 50
