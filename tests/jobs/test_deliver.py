"""Claimed under a lease, sent within the budget, recorded before and after."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from db import claims
from db.engine import Sessions
from db.models import Delivery, Status, User
from jobs.deliver import LEASE
from jobs.plan import plan
from jobs.recurrence import AtTimes
from jobs.retry import MAX_ATTEMPTS
from jobs.sender import Nudge, SendError
from jobs.suggest.profile import Profile
from tests.jobs.cast import Post, Tick, all_deliveries, reminded

EVENING = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


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

    assert [(1, "stretch", timedelta(0))] == [(n.chat_id, n.suggestion.kind, n.late_by) for n in post.sent]
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


async def test_what_never_works_is_given_up(sessions: Sessions) -> None:
    """After the last attempt it is failed, with its reason."""
    await reminded(sessions)
    tick = Tick(sessions, Post(lambda _nudge: SendError("network")))
    for attempt in range(MAX_ATTEMPTS):
        await tick.at(EVENING + timedelta(minutes=15 * attempt))
    delivery = await _only(sessions)

    assert (delivery.status, delivery.failure, delivery.attempts) == (Status.FAILED, "network", MAX_ATTEMPTS)


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
    """It is planned again and costs no attempt."""
    await reminded(sessions)
    post = Post()
    tick = Tick(sessions, post)
    tick.budget.close()
    await tick.at(EVENING)
    delivery = await _only(sessions)

    assert post.sent == []
    assert (delivery.status, delivery.attempts) == (Status.PLANNED, 0)


async def test_one_persons_nudges_keep_their_order(sessions: Sessions) -> None:
    """The second never overtakes the first, even when it could leave sooner."""
    await reminded(sessions, chat_id=1, kind="stretch")
    await reminded(sessions, chat_id=1, kind="food", rule=AtTimes((time(21, 29),)))
    post = Post()
    await Tick(sessions, post).at(EVENING)

    assert [nudge.suggestion.kind for nudge in post.sent] == ["food", "stretch"]


async def test_what_safety_withholds_is_not_sent(sessions: Sessions) -> None:
    """A clot in the leg, told after the reminder was set: no stretching nudge, and the reason is recorded."""
    user, _ = await reminded(sessions, chat_id=1)
    async with sessions.begin() as session:
        known = await session.get(User, user.id)
        assert known is not None
        known.profile = Profile(traits=frozenset({"leg_clot"})).to_json()
    post = Post()
    await Tick(sessions, post).at(EVENING)
    delivery = await _only(sessions)

    assert [] == post.sent
    assert (Status.SKIPPED, "withheld for safety") == (delivery.status, delivery.failure)
