"""One row that the database cannot read or write costs nobody else anything."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from db.engine import Sessions
from db.models import Delivery, Reminder, Status
from jobs.plan import plan
from jobs.rules import AtTimes
from tests.jobs.cast import Post, Tick, all_deliveries, reminded

EVENING = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
# As a damaged file or a hand on the database may leave them: no text, or a count at its end.
_BREAK = {
    "sqlite": {"reminders": "kind = CAST(X'FF' AS TEXT)", "deliveries": "failure = CAST(X'FF' AS TEXT)"},
    "postgresql": {"reminders": "fired = 2147483647", "deliveries": "attempts = 2147483647"},
}
_FATE = "NEW.status IN ('sent', 'failed') AND NEW.user_id = (SELECT min(id) FROM users)"
_NEVER_RECORDED = {
    "sqlite": (
        [f"CREATE TRIGGER never BEFORE UPDATE ON deliveries WHEN {_FATE} BEGIN SELECT RAISE(ABORT, 'never'); END"],
        ["DROP TRIGGER never"],
    ),
    "postgresql": (
        [
            f"CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {_FATE} THEN RAISE EXCEPTION 'never'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER never BEFORE UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION never()",
        ],
        ["DROP FUNCTION never CASCADE"],
    ),
}


def _dialect(sessions: Sessions) -> str:
    return str(sessions.kw["bind"].dialect.name)


async def _break(sessions: Sessions, table: str, chat_id: int) -> None:
    """What this person has in this table."""
    broken = _BREAK[_dialect(sessions)][table]
    whose = "user_id = (SELECT id FROM users WHERE chat_id = :chat)"
    async with sessions.begin() as session:
        await session.execute(text(f"UPDATE {table} SET {broken} WHERE {whose}"), {"chat": chat_id})  # noqa: S608


async def _next_due(sessions: Sessions) -> list[datetime | None]:
    async with sessions() as session:
        return list(await session.scalars(select(Reminder.next_due_at).order_by(Reminder.id)))


async def test_a_reminder_that_cannot_be_planned_rests_for_a_day(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    """Bob's is broken and due first; alice gets her nudge, and the log says whose is not planned."""
    await reminded(sessions, chat_id=2)
    await reminded(sessions, chat_id=1, rule=AtTimes((time(21, 31),)))
    await _break(sessions, "reminders", chat_id=2)
    post, now = Post(), EVENING + timedelta(minutes=1)
    await Tick(sessions, post).at(now)
    bobs, _alices = await _next_due(sessions)

    assert [1] == [nudge.chat_id for nudge in post.sent]
    assert now + timedelta(days=1) == bobs
    assert "reminder cannot be planned" in caplog.text


async def test_where_nothing_can_be_planned_it_may_be_no_rows_fault(sessions: Sessions) -> None:
    """Nothing is put off then, and what is wrong is said."""
    await reminded(sessions)
    before = await _next_due(sessions)
    await _break(sessions, "reminders", chat_id=1)
    with pytest.raises((SQLAlchemyError, ValueError)):
        await plan(sessions, now=EVENING)

    assert before == await _next_due(sessions)


async def test_a_delivery_that_cannot_be_claimed_fails_alone(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    """Bob's is broken; alice gets hers."""
    await reminded(sessions, chat_id=2)
    await reminded(sessions, chat_id=1)
    await plan(sessions, now=EVENING)
    await _break(sessions, "deliveries", chat_id=2)
    post = Post()
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    await tick.at(EVENING + timedelta(seconds=2))

    assert [1] == [nudge.chat_id for nudge in post.sent]
    assert {(Status.FAILED, "cannot be read"), (Status.SENT, None)} == {
        (delivery.status, delivery.failure) for delivery in await all_deliveries(sessions)
    }
    assert "delivery cannot be claimed" in caplog.text


@pytest.fixture
async def never(sessions: Sessions) -> AsyncIterator[None]:
    """The database refuses whatever became of the first person's deliveries."""
    make, unmake = _NEVER_RECORDED[_dialect(sessions)]
    for statements in (make, unmake):
        async with sessions.begin() as session:
            for statement in statements:
                await session.execute(text(statement))
        if statements is make:
            yield


async def test_what_can_never_be_recorded_leaves_once(
    sessions: Sessions, never: None, caplog: pytest.LogCaptureFixture
) -> None:
    """Alice's: she gets it once all the same, and bob his."""
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    post = Post()
    tick = Tick(sessions, post)
    for seconds in range(0, 600, 100):
        await tick.at(EVENING + timedelta(seconds=seconds))
    async with sessions() as session:
        statuses = set(await session.scalars(select(Delivery.status)))

    assert [1, 2] == sorted(nudge.chat_id for nudge in post.sent)
    assert {Status.CLAIMED, Status.SENT} == statuses
    assert "outcome cannot be recorded" in caplog.text
