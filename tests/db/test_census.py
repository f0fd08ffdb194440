"""What is counted over everybody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db import census
from db.engine import Sessions
from db.models import Delivery, Reminder, ReminderState, Status, User

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def reminder(user: User, due: datetime | None) -> Reminder:
    return Reminder(
        user_id=user.id, kind="stretch", rule={}, state=ReminderState.ON, next_due_at=due, fired=0, created_at=NOON
    )


def delivery(user: User, status: Status, send_at: datetime, **more: Any) -> Delivery:
    return Delivery(
        user_id=user.id, kind="stretch", due_at=send_at, promised_at=send_at, send_at=send_at, status=status, **more
    )


@pytest.fixture
async def alice(sessions: Sessions) -> User:
    async with sessions.begin() as session:
        user = User(chat_id=1, language="en", created_at=NOON, seen_at=NOON)
        session.add(user)
    return user


async def test_what_falls_due_is_counted_by_its_instant(sessions: Sessions, alice: User) -> None:
    """From the beginning on and before the end, in order; resting reminders are not due."""
    moments = [NOON - timedelta(seconds=1), NOON, NOON, NOON + timedelta(seconds=1), NOON + timedelta(hours=24), None]
    async with sessions.begin() as session:
        session.add_all(reminder(alice, moment) for moment in reversed(moments))
    async with sessions.begin() as session:
        counted = await census.due_between(session, NOON, NOON + timedelta(hours=24))

    assert [(NOON, 2), (NOON + timedelta(seconds=1), 1)] == counted


async def test_what_waits_is_what_is_ripe_and_not_on_record(sessions: Sessions, alice: User) -> None:
    """Planned, put off until now, or being sent; not what is sent or comes later."""
    later = NOON + timedelta(seconds=1)
    async with sessions.begin() as session:
        session.add_all(
            (
                delivery(alice, Status.PLANNED, NOON),
                delivery(alice, Status.SNOOZED, NOON - timedelta(hours=1)),
                delivery(alice, Status.CLAIMED, NOON, lease_until=later),
                delivery(alice, Status.SENT, NOON),
                delivery(alice, Status.PLANNED, later),
            )
        )
    async with sessions.begin() as session:
        assert 3 == await census.ripe(session, NOON)
