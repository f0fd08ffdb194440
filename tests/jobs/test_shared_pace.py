"""One budget for all processes of a token: a row of PostgreSQL, from which each reserves stretches of time."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise, repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from db import budgets
from db.engine import Session, Sessions
from db.models import Budget as Row
from jobs.budget import Budget
from jobs.lane import Lane
from jobs.shared_pace import SharedPace, steps
from jobs.window import Flight

BOT = 1234567890


def _stretch(
    begin: float = 0.0, step: float = 0.01, *, known_at: float = 0.0, alone: bool = False, asked: bool = False
) -> budgets.Stretch:
    return budgets.Stretch(known_at, begin, step, 0.0, datetime.now(UTC), alone, asked)


async def _reserve(
    session: Session, rate: int, count: int, *, asked: bool = False, last: datetime | None = None
) -> budgets.Stretch:
    return await budgets.reserve(
        session, BOT, steps(rate), count=count, asked=asked, last=last, monotonic=time.monotonic
    )


def _budget(sessions: Sessions, rate: int) -> Budget:
    pace = SharedPace(sessions, bot_id=BOT, rate=rate, monotonic=time.monotonic)
    return Budget(rate, monotonic=time.monotonic, pace=pace)


async def _spend(budget: Budget, count: int, left: list[float], lane: Lane = Lane.BULK) -> None:
    async def one() -> None:
        await budget.acquire(lane)
        left.append(time.monotonic())

    await asyncio.gather(*(one() for _ in range(count)))


@pytest.mark.parametrize("quiet", [0, 3600], ids=["on a new row", "after an hour of quiet"])
async def test_four_workers_together_keep_the_tokens_rate(shared: Sessions, quiet: int) -> None:
    """A hundred messages each at two hundred a second: no second sees more, whoever sends. After an hour of quiet the
    first of them finds itself alone."""
    rate = 200
    async with shared.begin() as session:
        until = (await _reserve(session, rate, 1)).until
        moved = until - timedelta(seconds=quiet)
        await session.execute(update(Row).values(free_at=moved, blocked_at=moved, blocked_until=moved))
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
        await _turn_back(session, timedelta(hours=hours))
    began = time.monotonic()
    await _budget(shared, 100).acquire(Lane.REPLY)

    assert time.monotonic() - began < 5


async def _turn_back(session: Session, by: timedelta) -> None:
    """The database's clock: as good as all in the row so much later."""
    row = (await session.scalars(select(Row))).one()
    moved = {name: getattr(row, name) + by for name in ("free_at", "blocked_at", "blocked_until")}
    await session.execute(update(Row).values(moved))


async def test_a_block_ends_though_the_clock_went_back(shared: Sessions) -> None:
    """By an hour, after Telegram had asked for five seconds: they pass once, and not anew with each look."""
    async with shared.begin() as session:
        await budgets.block(session, BOT, seconds=5)
        await _turn_back(session, timedelta(hours=1))
    async with shared.begin() as session:
        first = await _reserve(session, 100, 1)
    async with shared.begin() as session:
        await _turn_back(session, timedelta(seconds=-5))  # they have passed
    async with shared.begin() as session:
        later = await _reserve(session, 100, 1)

    assert 4 < first.begin <= 5
    assert later.begin < 0.5


async def test_a_database_that_is_away_is_asked_again(
    shared: Sessions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing leaves meanwhile, and nobody is told that it did."""
    answers: list[budgets.Stretch | Exception] = [OSError("away"), _stretch(known_at=time.monotonic() + 60)]

    async def reserve(*_: object, **_more: object) -> budgets.Stretch:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("db.budgets.reserve", reserve)
    monkeypatch.setattr("jobs.shared_pace._ASK_AGAIN", 0.01)
    await _budget(shared, 100).acquire(Lane.BULK)

    assert [] == answers
    assert "reserving of the budget failed (OSError)" in caplog.text


async def test_a_429_during_a_reservation_counts(shared: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram's answer comes while the next stretch is being reserved: that one waits until the pause is over."""
    budget = _budget(shared, 100)
    reserve = budgets.reserve

    async def slow(*what: Any, **more: Any) -> budgets.Stretch:
        monkeypatch.setattr("db.budgets.reserve", reserve)
        stretch = await reserve(*what, **more)
        pausing.append(asyncio.create_task(budget.pause(0.5)))
        await asyncio.sleep(0)
        return stretch

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
            begins.append((await _reserve(session, 10, 10)).begin)

    assert all(0.9 < later - earlier <= 1.07 for earlier, later in pairwise(begins))
    assert begins[0] > 50


async def test_while_people_ask_a_reply_leaves_before_what_others_have_reserved(shared: Sessions) -> None:
    """A worker is in the midst of a backlog; a process that only answers waits for its first moment, and a second
    later, when the worker has left room, no more."""
    rate = 20
    backlog, answers = _budget(shared, rate), _budget(shared, rate)
    left: list[float] = []
    await asyncio.gather(_spend(backlog, 26, left), _spend(answers, 1, left, Lane.REPLY))
    sending = asyncio.create_task(_spend(backlog, 20, left))
    await backlog.acquire(Lane.BULK)
    began = time.monotonic()
    await _spend(answers, 1, left, Lane.REPLY)
    waited = time.monotonic() - began
    await asyncio.gather(sending, _spend(answers, 4, left, Lane.REPLY))
    moments = sorted(left)

    assert waited < 0.05  # less than what is between two moments, of which one at least is the worker's
    assert all(later - earlier > 1 for earlier, later in zip(moments, moments[rate:], strict=False))


@pytest.mark.parametrize("asked", [-3600, -11, 3600])
async def test_without_a_question_of_late_bulk_leaves_no_room(shared: Sessions, asked: int) -> None:
    """Nor where the database's clock went back since somebody asked."""
    async with shared.begin() as session:
        await _reserve(session, 30, 1, asked=True)
        when = (await session.scalars(select(Row.free_at))).one() + timedelta(seconds=asked)
        await session.execute(update(Row).values(asked_at=when, room_at=when))
        free_at = (await session.scalars(select(Row.free_at))).one()
        bulk = await _reserve(session, 30, 10, last=free_at)
        reply = await _reserve(session, 30, 1, asked=True)

    assert bulk.step == pytest.approx(1.01 / 30)
    assert 0 == bulk.early == reply.early


async def test_moments_are_further_apart_for_processes_that_take_turns(shared: Sessions) -> None:
    """They may share a core, and what is held up on it arrives together. Whoever is alone knows it by the row."""
    async with shared.begin() as session:
        alice = await _reserve(session, 100, 2)
        alone = await _reserve(session, 100, 2, last=alice.until)
        bob = await _reserve(session, 100, 2, last=alice.until)
        again = await _reserve(session, 100, 2, last=alone.until)

    assert pytest.approx(1.01 / 100) == alone.step
    assert alice.step == bob.step == again.step == pytest.approx(1.01 * 1.055 / 100)


@pytest.mark.parametrize(("seconds", "is_alone"), [(9, False), (11, True)])
@pytest.mark.parametrize("what", ["free_at", "blocked_until"])
async def test_whoever_comes_when_nobody_has_sent_for_long_is_alone(
    shared: Sessions, what: str, seconds: int, is_alone: bool
) -> None:
    """Nor was anybody kept from sending meanwhile, who would come back now."""
    async with shared.begin() as session:
        before = await _reserve(session, 100, 2)
        long_ago, then = before.until - timedelta(hours=1), before.until - timedelta(seconds=seconds)
        moved = {"free_at": long_ago, "blocked_at": long_ago, "blocked_until": long_ago, what: then}
        await session.execute(update(Row).values(moved))
        stretch = await _reserve(session, 100, 2)

    assert is_alone is stretch.alone


class _Played:
    """A process that sends as fast as it may, on a clock that is moved, for the other processes of which `step` leaves
    time. `late`: when what leaves at an instant arrives. `alone`: of each stretch, whether nobody else took one.
    `asked`: whether people ask. `commits`: how long each takes."""

    def __init__(
        self,
        sessions: Sessions,
        *,
        step: float,
        alone: Iterator[bool],
        asked: bool = False,
        rate: int = 10,
        commits: Iterator[float] | None = None,
    ) -> None:
        self.now = self._free = 1000.0
        self.landed = list[float]()
        self.counts = list[int]()
        """Of moments, of each stretch."""
        self.pace = SharedPace(sessions, bot_id=BOT, rate=rate, monotonic=lambda: self.now)
        self._step, self._alone, self._asked = step, alone, asked
        self._commits = commits or repeat(0.0)
        self._flights: list[tuple[float, Flight]] = []

    async def reserve(self, *_: object, count: int, **_more: object) -> budgets.Stretch:
        self.counts.append(count)
        known_at, begin = self.now, max(self._free, self.now)
        self._free = begin + count * self._step
        self.now += next(self._commits)
        return _stretch(begin - known_at, self._step, known_at=known_at, alone=next(self._alone), asked=self._asked)

    async def until(self, end: float, *, late: Callable[[float], float] = float) -> None:
        while self.now < end:
            if await self.pace.wait(Lane.BULK) <= 0:
                flight = self.pace.take(Lane.BULK)
                flight.__enter__()
                self._flights.append((late(self.now), flight))
            self.now += 0.001
            for at, flight in [(at, flight) for at, flight in self._flights if at <= self.now]:
                self._flights.remove((at, flight))
                flight.__exit__(None, None, None)
                self.landed.append(self.now)


@pytest.mark.parametrize("seconds", [0.1, 0.5, 0.9, 3])
async def test_what_was_reserved_before_a_slow_commit_is_made_up_for(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """Others have used their moments meanwhile: as much less leaves in the next second as has left too late."""
    share, commits = 5, chain(repeat(0.0, 7), [seconds], repeat(0.0))
    played = _Played(sessions, step=1.01 / share, alone=repeat(False), commits=commits)
    monkeypatch.setattr("db.budgets.reserve", played.reserve)
    await played.until(1008)

    assert len(played.landed) > 4 * share
    assert all(later - earlier >= 1 for earlier, later in zip(played.landed, played.landed[share:], strict=False))


async def test_what_passed_during_a_stall_is_not_used_where_commits_are_quick(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process may have nothing to send afterwards by which it would make up for it. But of one stall after another
    each second one is: else a database that stalls again and again would stop everything."""
    played = _Played(sessions, step=0.1, alone=repeat(False), commits=chain(repeat(0.0, 20), repeat(0.9)))
    monkeypatch.setattr("db.budgets.reserve", played.reserve)
    while len(played.counts) <= 20:
        await played.until(played.now + 0.001)
    left = len(played.landed)
    first_stall = played.now
    while len(played.landed) == left:
        await played.until(played.now + 0.001)

    assert len(played.counts) == 22
    assert played.now >= first_stall + 0.9


async def test_where_every_commit_is_slow_nothing_is_lost(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is always late by as much comes at the rate."""
    played = _Played(sessions, step=0.2, alone=repeat(False), commits=repeat(0.15))
    monkeypatch.setattr("db.budgets.reserve", played.reserve)
    await played.until(1010)

    assert len(played.landed) >= 45


@pytest.mark.parametrize(("alone", "counts"), [(True, [2, 5, 5, 5]), (False, [2, 2, 2, 2])])
async def test_a_stretch_is_shorter_where_others_wait_for_its_end(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, alone: bool, counts: list[int]
) -> None:
    """Of a hundred a second five moments, or two; and two until it is known, at first and after a 429."""
    played = _Played(sessions, step=0.01, alone=repeat(alone), rate=100)
    monkeypatch.setattr("db.budgets.reserve", played.reserve)
    await played.until(1001)
    before = len(played.counts)
    await played.pace.pause(5)
    await played.until(1007)

    assert counts == played.counts[:4]
    assert 2 == min(played.counts[before : before + 2])  # one may have been under way
    assert len(played.landed) > 180


@pytest.mark.parametrize(
    ("share", "alone"),
    [(5, lambda: repeat(False)), (5, lambda: chain([False], repeat(True))), (10, lambda: repeat(True))],
    ids=["beside others", "others of whom nothing was heard since", "alone"],
)
async def test_what_arrived_late_is_made_up_for(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, share: int, alone: Callable[[], Iterator[bool]]
) -> None:
    """What is sent in the third second is held up on a busy machine until that is over; then as much less leaves. In no
    second more arrives than the process had moments for, and where it is alone no more than the rate."""
    played = _Played(sessions, step=1.01 / share, alone=alone())
    monkeypatch.setattr("db.budgets.reserve", played.reserve)
    await played.until(1006, late=lambda now: 1003 if 1002 < now < 1003 else now)

    assert len(played.landed) > 4 * share
    assert all(later - earlier >= 1 for earlier, later in zip(played.landed, played.landed[share:], strict=False))


@pytest.mark.parametrize(
    ("share", "alone", "asked"),
    [(5, False, False), (8, True, True)],
    ids=["nudges make up for it", "nudges leave places of the second free"],
)
async def test_an_answer_does_not_wait_for_what_arrived_late(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, share: int, alone: bool, asked: bool
) -> None:
    """Nudges do, beside others or while people ask; the next moment is an answer's all the same."""
    played = _Played(sessions, step=1.01 / share, alone=repeat(alone), asked=asked)
    monkeypatch.setattr("db.budgets.reserve", played.reserve)
    await played.until(1003.1, late=lambda now: 1003 if 1002 < now < 1003 else now)
    waits = list[tuple[float, float]]()
    for _ in range(250):
        waits.append((await played.pace.wait(Lane.BULK), await played.pace.wait(Lane.REPLY)))
        played.now += 0.001

    assert all(bulk > 0 for bulk, _reply in waits)
    assert any(reply <= 0 for _bulk, reply in waits)


@given(rate=st.integers(1, 1500), early=st.lists(st.booleans(), min_size=1, max_size=100), data=st.data())
def test_no_second_holds_more_than_the_rate_however_early_replies_leave(
    rate: int, early: list[bool], data: st.DataObject
) -> None:
    """Moments in which some leave before their time by up to what there is room for."""
    spaced = steps(rate)
    moments = sorted(
        index * spaced.asked - is_reply * data.draw(st.floats(0, spaced.room * spaced.asked))
        for index, is_reply in enumerate(early * (2 * rate // len(early) + 1))
    )

    assert all(later - earlier > 1 for earlier, later in zip(moments, moments[rate:], strict=False))
