"""Claimed under a lease, sent within the budget, recorded before and after."""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from itertools import count, pairwise
from typing import Any

import pytest
from sqlalchemy import update

from db import claims
from db.engine import Session, Sessions
from db.models import Delivery, Status, User
from jobs import schedule
from jobs.claimer import LEASE
from jobs.ledger import AGAIN_SECONDS
from jobs.plan import plan
from jobs.retry import MAX_ATTEMPTS
from jobs.rules import AtTimes
from jobs.sender import Nudge, SendError
from jobs.suggest.profile import Profile
from tests.jobs.cast import Post, Tick, all_deliveries, reminded

EVENING = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
Outcomes = Mapping[int, Mapping[str, Any]]


def first_time(error: SendError) -> Callable[[Nudge], SendError | None]:
    """Trouble once, then none."""
    errors = [error]
    return lambda _nudge: errors.pop() if errors else None


async def _only(sessions: Sessions) -> Delivery:
    [delivery] = await all_deliveries(sessions)
    return delivery


async def test_a_nudge_is_sent_and_recorded(sessions: Sessions) -> None:
    """With the id of its message and the moment it left."""
    await reminded(sessions)
    post = Post()
    await Tick(sessions, post).at(EVENING)
    delivery = await _only(sessions)

    assert [(1, "stretch", timedelta(0))] == [(n.chat_id, n.kind, n.late_by) for n in post.sent]
    assert (
        delivery.status, delivery.message_id, delivery.sent_at, delivery.attempts,
    ) == (Status.SENT, 101, EVENING, 1)  # fmt: skip


async def test_a_late_nudge_knows_how_late_it_is(sessions: Sessions) -> None:
    """An hour and a half of downtime is told; a minute is not worth a word."""
    await reminded(sessions)
    post = Post()
    tick = Tick(sessions, post)
    await tick.at(EVENING + timedelta(minutes=90))
    await tick.at(EVENING + timedelta(days=1, minutes=1))

    assert [timedelta(minutes=90), timedelta(0)] == [nudge.late_by for nudge in post.sent]


async def test_a_nudge_that_waited_too_long_is_missed_not_sent(sessions: Sessions) -> None:
    """Telegram was away for three hours: no stretch at half past midnight."""
    await reminded(sessions)
    post = Post(first_time(SendError("network")))
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    await tick.at(EVENING + timedelta(hours=3))

    assert post.sent == []
    assert (await _only(sessions)).status == Status.MISSED


async def test_a_failed_send_is_tried_again_later(sessions: Sessions) -> None:
    """Not at once, and not for ever."""
    await reminded(sessions)
    post = Post(first_time(SendError("network")))
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    waiting = await _only(sessions)
    await tick.at(EVENING + timedelta(seconds=1))
    too_early = list(post.sent)
    await tick.at(EVENING + timedelta(seconds=6))

    assert (Status.PLANNED, EVENING + timedelta(seconds=5), "network") == (
        waiting.status, waiting.send_at, waiting.failure,
    )  # fmt: skip
    assert too_early == []
    assert ((await _only(sessions)).status, (await _only(sessions)).attempts) == (Status.SENT, 2)


async def test_an_outage_of_telegram_loses_no_nudge_that_is_still_useful(sessions: Sessions) -> None:
    """Away for an hour: it comes within ten minutes of the end, and says that it is late."""
    await reminded(sessions)
    back = EVENING + timedelta(hours=1)
    post = Post(lambda _nudge: SendError("network") if tick.now < back else None)
    tick = Tick(sessions, post)
    for minute in range(71):
        await tick.at(EVENING + timedelta(minutes=minute))

    assert Status.SENT == (await _only(sessions)).status
    assert all(timedelta(hours=1) <= nudge.late_by <= timedelta(minutes=70) for nudge in post.sent)


async def test_what_telegram_never_takes_is_given_up(sessions: Sessions) -> None:
    """After the last attempt it is failed, with its reason."""
    await reminded(sessions)
    tick = Tick(sessions, Post(lambda _nudge: SendError("refused", refused=True)))
    for attempt in range(MAX_ATTEMPTS):
        await tick.at(EVENING + timedelta(minutes=15 * attempt))
    delivery = await _only(sessions)

    assert (delivery.status, delivery.failure, delivery.attempts) == (Status.FAILED, "refused", MAX_ATTEMPTS)


@pytest.mark.parametrize(
    ("ambiguous", "status"),
    [
        ((True, False, False), Status.SENT),
        ((False, False, True), Status.SENT),
        ((True, True), Status.FAILED),
        ((True, False, True), Status.FAILED),
    ],
)
async def test_of_tries_that_may_have_arrived_there_are_two_at_most(
    sessions: Sessions, ambiguous: tuple[bool, ...], status: Status
) -> None:
    """Whatever clean failures come before, between or after them."""
    await reminded(sessions)
    errors = [SendError("trouble", ambiguous=each) for each in ambiguous]
    tick = Tick(sessions, Post(lambda _nudge: errors.pop(0) if errors else None))
    for minute in range(5):
        await tick.at(EVENING + timedelta(minutes=minute))

    assert status == (await _only(sessions)).status


async def test_a_person_who_blocked_the_bot_gets_no_more_attempts(sessions: Sessions) -> None:
    """Their reminders sleep; what was planned besides fails without a call."""
    await reminded(sessions, rule=AtTimes((time(21, 30), time(21, 40))))
    calls: list[Nudge] = []

    def refuse(nudge: Nudge) -> SendError:
        calls.append(nudge)
        return SendError("forbidden", permanent=True)

    tick = Tick(sessions, Post(refuse))
    await tick.at(EVENING)
    await tick.at(EVENING + timedelta(days=1))

    assert len(calls) == 1
    assert [delivery.status for delivery in await all_deliveries(sessions)] == [Status.FAILED]


async def test_a_moved_chat_gets_its_nudge_under_the_new_id(sessions: Sessions) -> None:
    """The new id is kept and used for the same nudge."""
    await reminded(sessions, chat_id=1)
    post = Post(first_time(SendError("moved", new_chat_id=77)))
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    await tick.at(EVENING)

    assert [nudge.chat_id for nudge in post.sent] == [77]


async def test_a_429_stops_everybody_and_costs_no_attempt(sessions: Sessions) -> None:
    """The budget pauses; the nudge waits for the end of the pause."""
    await reminded(sessions)
    post = Post(first_time(SendError("rate limited", retry_after=timedelta(seconds=30))))
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    delivery = await _only(sessions)

    assert (Status.PLANNED, EVENING + timedelta(seconds=30), 0) == (
        delivery.status,
        delivery.send_at,
        delivery.attempts,
    )


async def test_a_fault_of_ours_fails_one_nudge_and_no_other(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    """A poison row never stops the loop, and is reported."""
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    post = Post(lambda nudge: ValueError("a bug") if nudge.chat_id == 1 else None)
    await Tick(sessions, post).at(EVENING)

    assert [nudge.chat_id for nudge in post.sent] == [2]
    assert [delivery.status for delivery in await all_deliveries(sessions)] == [Status.FAILED, Status.SENT]
    assert "delivery failed unexpectedly" in caplog.text


async def test_an_answer_that_comes_before_the_record_wins(sessions: Sessions) -> None:
    """A tap on Done can be quicker than the note that the nudge was sent."""
    await reminded(sessions)

    class Quick(Post):
        async def send(self, nudge: Nudge) -> int:
            async with sessions.begin() as session:
                delivery = await session.get(Delivery, nudge.delivery_id)
                assert delivery is not None
                delivery.status = Status.DONE
            return await super().send(nudge)

    await Tick(sessions, Quick()).at(EVENING)

    assert (await _only(sessions)).status == Status.DONE


async def test_two_workers_never_claim_the_same(sessions: Sessions) -> None:
    """Forty nudges, two workers at once: each nudge is sent once."""
    for chat_id in range(40):
        await reminded(sessions, chat_id=chat_id)
    post = Post()
    one, two = Tick(sessions, post, "one"), Tick(sessions, post, "two")
    one.now = two.now = EVENING
    await one.at(EVENING - timedelta(seconds=1))
    await asyncio.gather(one.at(EVENING), two.at(EVENING))

    assert list(range(40)) == sorted(nudge.chat_id for nudge in post.sent)


async def test_a_dead_workers_claims_return_when_the_lease_ends(sessions: Sessions) -> None:
    """Not before: it may still be sending."""
    await reminded(sessions)
    post = Post()
    tick = Tick(sessions, post)
    await plan(sessions, now=EVENING)
    async with sessions.begin() as session:
        claimed = await claims.claim(session, now=EVENING, lease_until=EVENING + LEASE, worker="dead", limit=10)
    await tick.at(EVENING + LEASE - timedelta(seconds=1))
    before = list(post.sent)
    await tick.at(EVENING + LEASE)

    assert len(claimed) == 1
    assert before == []
    assert len(post.sent) == 1


async def test_what_waits_when_the_program_stops_is_given_back(sessions: Sessions) -> None:
    """It is planned again and costs no attempt; nothing more is claimed."""
    for chat_id in range(25):
        await reminded(sessions, chat_id=chat_id)
    post = Post(lambda _nudge: tick.budget.close())
    tick = Tick(sessions, post, rate=1)
    await tick.at(EVENING)
    await tick.at(EVENING)
    outcomes = [(delivery.status, delivery.attempts) for delivery in await all_deliveries(sessions)]

    assert 1 == len(post.sent)
    assert [(Status.PLANNED, 0)] * 24 + [(Status.SENT, 1)] == sorted(outcomes)


async def test_no_more_is_claimed_than_leaves_soon(sessions: Sessions) -> None:
    """A crash makes few people wait for the end of a lease."""
    for chat_id in range(25):
        await reminded(sessions, chat_id=chat_id)
    claimed: list[int] = []

    class Counting(Post):
        async def send(self, nudge: Nudge) -> int:
            statuses = [delivery.status for delivery in await all_deliveries(sessions)]
            claimed.append(statuses.count(Status.CLAIMED))
            return await super().send(nudge)

    post = Counting()
    await Tick(sessions, post, rate=5).at(EVENING)

    assert 25 == len(post.sent)
    assert 10 == max(claimed)


async def test_nothing_is_claimed_where_the_room_has_become_too_small(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are twenty in flight, and now there is room for ten. For SQLite a negative limit is none."""
    for chat_id in range(40):
        await reminded(sessions, chat_id=chat_id)
    limits, claim, sizes = list[int](), claims.claim, iter([20])

    async def noted(session: Session, *, limit: int, **about: Any) -> Sequence[Delivery]:
        limits.append(limit)
        return await claim(session, limit=limit, **about)

    class Slow(Post):
        async def send(self, nudge: Nudge) -> int:
            for _turn in range(50):
                await asyncio.sleep(0)
            return await super().send(nudge)

    monkeypatch.setattr(claims, "claim", noted)
    monkeypatch.setattr("jobs.room.Room.size", property(lambda _room: next(sizes, 10)))
    monkeypatch.setattr("jobs.deliver._LOOK_AGAIN_SECONDS", 0)
    post = Slow()
    await Tick(sessions, post).at(EVENING)

    assert 40 == len(post.sent)
    assert 20 == limits[0]
    assert 10 >= max(limits[1:]) >= min(limits) > 0


async def test_a_second_nudge_that_waits_for_its_chat_makes_no_room_smaller(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody has two at the same time, and a chat gets one a second. That says nothing of how fast the others go."""
    for chat_id in range(60):
        await reminded(sessions, chat_id=chat_id)
        await reminded(sessions, chat_id=chat_id, kind="hydrate")
    waits = list[float]()
    monkeypatch.setattr("jobs.room.Room.waited", lambda _room, seconds: waits.append(seconds))
    post = Post()
    await Tick(sessions, post).at(EVENING)

    assert len(post.sent) == len(waits) == 120
    assert max(waits) < 0.2


async def test_nothing_is_claimed_while_somebody_waits_for_an_answer(sessions: Sessions) -> None:
    """The claims of a drain are the longest work there is between two steps of an answer."""
    await reminded(sessions)
    post = Post()
    tick = Tick(sessions, post)
    await tick.at(EVENING - timedelta(seconds=1))
    with tick.courtesy.answering():
        sending = asyncio.create_task(tick.at(EVENING))
        await plan(sessions, now=EVENING)
        looks = [await _only(sessions) for _turn in range(5)]  # each of them takes longer than a claim
    await sending

    assert {(Status.PLANNED, 0)} == {(delivery.status, delivery.attempts) for delivery in looks}
    assert 1 == len(post.sent)


async def test_a_send_that_hangs_holds_nobody_up(sessions: Sessions) -> None:
    """Alice's hangs until all the others have theirs, also those that fall due meanwhile."""
    for chat_id in range(25):
        await reminded(sessions, chat_id=chat_id)
    await reminded(sessions, chat_id=99, rule=AtTimes((time(21, 31),)))
    others = asyncio.Event()

    class Hanging(Post):
        async def send(self, nudge: Nudge) -> int:
            if nudge.chat_id == 0:
                await others.wait()
            message_id = await super().send(nudge)
            if len(self.sent) == 24:
                tick.now = EVENING + timedelta(minutes=1)
                await plan(sessions, now=tick.now)
            if nudge.chat_id == 99:
                others.set()
            return message_id

    post = Hanging()
    tick = Tick(sessions, post, rate=5)
    await asyncio.wait_for(tick.at(EVENING), 20)

    assert [99, 0] == [nudge.chat_id for nudge in post.sent[-2:]]
    assert {Status.SENT} == {delivery.status for delivery in await all_deliveries(sessions)}


async def test_while_the_database_is_away_nothing_is_sent_and_nothing_is_sent_twice(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What left is recorded when it is back; what waited goes back and leaves then."""
    for chat_id in range(6):
        await reminded(sessions, chat_id=chat_id)
    sent_while_away: list[int] = []
    away = asyncio.Event()
    record = claims.record

    async def flaky(
        session: Session, claimed: Iterable[Delivery], outcomes: Outcomes, *, worker: str
    ) -> Collection[int]:
        if len(sent_while_away) < 10:
            sent_while_away.append(len(post.sent))
            raise OSError("away")
        return await record(session, claimed, outcomes, worker=worker)

    class UntilAway(Tick):
        async def _pass(self, seconds: float) -> None:
            if seconds == AGAIN_SECONDS:
                away.set()
            await away.wait()
            await super()._pass(seconds)

    monkeypatch.setattr(claims, "record", flaky)
    post = Post()
    tick = UntilAway(sessions, post, rate=1)
    await tick.at(EVENING)
    for _ in range(3):
        await tick.at(tick.now)

    assert [1] * 10 == sent_while_away
    assert list(range(6)) == sorted(nudge.chat_id for nudge in post.sent)
    assert {(Status.SENT, 1)} == {(d.status, d.attempts) for d in await all_deliveries(sessions)}


async def test_a_database_that_stays_away_until_the_program_stops_is_reported(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again and again, beyond the lease; then the nudge may come a second time, as after a crash."""
    await reminded(sessions)
    tries: list[datetime] = []

    async def gone(_session: Session, _claimed: object, _outcomes: Outcomes, *, worker: str) -> Collection[int]:
        tries.append(tick.now)
        if tick.now > EVENING + 2 * LEASE:
            tick.budget.close()
        raise OSError("away")

    monkeypatch.setattr(claims, "record", gone)
    tick = Tick(sessions, Post())
    with pytest.raises(OSError, match="away"):
        await tick.at(EVENING)

    assert {timedelta(seconds=AGAIN_SECONDS)} == {later - earlier for earlier, later in pairwise(tries)}
    assert "outcome not recorded" in caplog.text
    assert Status.CLAIMED == (await _only(sessions)).status


async def test_one_persons_nudges_keep_their_order(sessions: Sessions) -> None:
    """The second never overtakes the first, even when it could leave sooner."""
    await reminded(sessions, chat_id=1, kind="stretch")
    await reminded(sessions, chat_id=1, kind="food", rule=AtTimes((time(21, 29),)))
    post = Post()
    await Tick(sessions, post).at(EVENING)

    assert [nudge.kind for nudge in post.sent] == ["food", "stretch"]


async def test_what_safety_withholds_is_not_sent(sessions: Sessions) -> None:
    """A clot in the leg, told after the reminder was set: no stretching nudge. Why is not recorded."""
    user, _ = await reminded(sessions, chat_id=1)
    async with sessions.begin() as session:
        known = await session.get(User, user.id)
        assert known is not None
        known.profile = Profile(traits=frozenset({"leg_clot"})).to_json()
    post = Post()
    await Tick(sessions, post).at(EVENING)
    delivery = await _only(sessions)

    assert [] == post.sent
    assert (Status.SKIPPED, "left out") == (delivery.status, delivery.failure)


async def test_no_worker_lets_a_persons_second_overtake_their_first(sessions: Sessions) -> None:
    """Worker one is sending alice's first: worker two gets bob's, and hers only when the first is on record."""
    await reminded(sessions, chat_id=1, kind="food")
    await reminded(sessions, chat_id=1, kind="stretch", rule=AtTimes((time(21, 31),)))
    await reminded(sessions, chat_id=2, rule=AtTimes((time(21, 32),)))
    now = EVENING + timedelta(minutes=2)
    await plan(sessions, now=now)

    async def claimed(worker: str) -> Sequence[Delivery]:
        async with sessions.begin() as session:
            return await claims.claim(session, now=now, lease_until=now + LEASE, worker=worker, limit=10)

    one, two = await claimed("one"), await claimed("two")
    async with sessions.begin() as session:
        await claims.record(session, one[:1], {one[0].id: {"status": Status.SENT}}, worker="one")
    later = await claimed("two")

    assert [(1, "food"), (2, "stretch")] == [(delivery.user_id, delivery.kind) for delivery in one]
    assert [] == two
    assert [(1, "stretch")] == [(delivery.user_id, delivery.kind) for delivery in later]


async def test_what_has_to_be_tried_again_keeps_its_place(sessions: Sessions) -> None:
    """The first one's try failed: the second waits for it, and both come in their order."""
    await reminded(sessions, chat_id=1, kind="food")
    await reminded(sessions, chat_id=1, kind="stretch", rule=AtTimes((time(21, 31),)))
    post = Post(first_time(SendError("network")))
    tick = Tick(sessions, post)
    now = EVENING + timedelta(minutes=1)
    await tick.at(now)
    meanwhile = list(post.sent)
    await tick.at(now + timedelta(seconds=10))

    assert [] == meanwhile
    assert ["food", "stretch"] == [nudge.kind for nudge in post.sent]


async def test_a_retry_that_may_be_the_second_copy_says_so(sessions: Sessions) -> None:
    """The connection broke before Telegram had answered."""
    await reminded(sessions)
    post = Post(first_time(SendError("timed out", ambiguous=True)))
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    await tick.at(EVENING + timedelta(seconds=10))

    assert [True] == [nudge.maybe_twice for nudge in post.sent]


async def test_a_jump_of_the_clock_sends_nothing_twice(sessions: Sessions) -> None:
    """An hour forward while ten are being sent: the worker knows that its own claims are alive."""
    for chat_id in range(10):
        await reminded(sessions, chat_id=chat_id)
    post = Post()
    tick = Tick(sessions, post)

    def jump(_nudge: Nudge) -> None:
        tick.now = EVENING + timedelta(hours=1, minutes=30)

    post.trouble = jump
    await tick.at(EVENING)
    await tick.at(tick.now)

    assert list(range(10)) == sorted(nudge.chat_id for nudge in post.sent)


async def test_whoever_is_alone_need_not_wait_for_the_lease_of_the_dead(sessions: Sessions) -> None:
    """One process on SQLite was killed: what it had claimed leaves as soon as the next one starts."""
    await reminded(sessions)
    await plan(sessions, now=EVENING)
    async with sessions.begin() as session:
        await claims.claim(session, now=EVENING, lease_until=EVENING + LEASE, worker="dead", limit=10)
    post = Post()
    await Tick(sessions, post, alone=True).at(EVENING + timedelta(seconds=1))

    assert 1 == len(post.sent)


async def test_an_outcome_that_cannot_be_written_holds_nobody_up(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours in recording: it is reported, and what may have arrived is not sent once more."""
    await reminded(sessions)
    record, faults = claims.record, [ValueError("a bug")]

    async def faulty(
        session: Session, claimed: Iterable[Delivery], outcomes: Outcomes, *, worker: str
    ) -> Collection[int]:
        if faults:
            raise faults.pop()
        return await record(session, claimed, outcomes, worker=worker)

    monkeypatch.setattr(claims, "record", faulty)
    post = Post()
    tick = Tick(sessions, post)
    await asyncio.wait_for(tick.at(EVENING), 20)
    await tick.at(EVENING + timedelta(seconds=2))

    assert "outcome cannot be recorded: ValueError" in caplog.text
    assert [1] == [nudge.chat_id for nudge in post.sent]
    assert (Status.FAILED, "record: ValueError") == ((await _only(sessions)).status, (await _only(sessions)).failure)


async def test_a_429_changes_nobodys_order(sessions: Sessions) -> None:
    """The first was refused for a while and costs no attempt; the second waits behind it all the same."""
    await reminded(sessions, chat_id=1, kind="food")
    await reminded(sessions, chat_id=1, kind="stretch", rule=AtTimes((time(21, 31),)))
    post = Post(first_time(SendError("rate limited", retry_after=timedelta(seconds=30))))
    tick = Tick(sessions, post)
    await tick.at(EVENING + timedelta(minutes=1))
    meanwhile = list(post.sent)
    await tick.at(EVENING + timedelta(minutes=2))

    assert [] == meanwhile
    assert ["food", "stretch"] == [nudge.kind for nudge in post.sent]


async def test_a_claim_without_a_worker_comes_back(sessions: Sessions) -> None:
    """As a hand in the database may leave it; once its lease is over."""
    await reminded(sessions)
    await plan(sessions, now=EVENING)
    async with sessions.begin() as session:
        await claims.claim(session, now=EVENING, lease_until=EVENING + LEASE, worker="one", limit=10)
        await session.execute(update(Delivery).values(worker=None))
    post = Post()
    await Tick(sessions, post, "two").at(EVENING + LEASE)

    assert 1 == len(post.sent)


async def test_rows_of_nobody_cost_nobody_else_anything(sessions: Sessions, database: str) -> None:
    """Alice's row alone is deleted by hand, which SQLite allows: one nudge of hers waits, one reminder is due."""
    if not database.startswith("sqlite"):
        pytest.skip("PostgreSQL deletes what hangs on it")
    alice, _waits = await reminded(sessions, chat_id=1)
    await plan(sessions, now=EVENING)
    async with sessions.begin() as session:
        schedule.add(session, alice, kind="food", rule=AtTimes((time(21, 30),)), now=EVENING - timedelta(hours=1))
    await reminded(sessions, chat_id=2)
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as by_hand:
        by_hand.execute("DELETE FROM users WHERE chat_id = 1")
        by_hand.commit()
    post = Post()
    await Tick(sessions, post).at(EVENING)

    assert [2] == [nudge.chat_id for nudge in post.sent]
    assert ["nobody's"] == [row.failure for row in await all_deliveries(sessions) if row.status == Status.FAILED]


async def test_a_permit_does_not_outlast_a_wait_for_the_database(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At one a second three have got theirs when the database answers again: they do not leave together."""
    for chat_id in range(4):
        await reminded(sessions, chat_id=1 + chat_id)
    is_back, asked, stands, left = asyncio.Event(), count(1), claims.stands, list[datetime]()

    async def slow(*what: Any, **more: Any) -> bool:
        if next(asked) == 3:
            is_back.set()
        await is_back.wait()
        return await stands(*what, **more)

    monkeypatch.setattr("db.claims.stands", slow)
    monkeypatch.setattr("jobs.claimer.reading", lambda sessions: sessions())
    tick = Tick(sessions, Post(lambda _nudge: left.append(tick.now)), rate=1)
    await tick.at(EVENING)

    assert 4 == len(left)
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(sorted(left)))


async def test_a_claim_that_nobody_holds_comes_back(sessions: Sessions) -> None:
    """This worker's answer to a claim was lost on the way: it is not in flight, so it is ripe at once."""
    await reminded(sessions)
    await plan(sessions, now=EVENING)
    async with sessions.begin() as session:
        await claims.claim(session, now=EVENING, lease_until=EVENING + LEASE, worker="one", limit=10)
    post = Post()
    await Tick(sessions, post, "one").at(EVENING + timedelta(seconds=1))

    assert 1 == len(post.sent)
