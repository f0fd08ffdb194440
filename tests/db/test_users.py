"""People in the database."""

from datetime import timedelta

import pytest

from db import users
from db.engine import Sessions
from tests.world import MONDAY_NOON


@pytest.mark.parametrize(("minutes", "sleeps"), [(0, True), (1, False), (-40, False)])
async def test_who_was_heard_since_does_not_fall_asleep(sessions: Sessions, minutes: int, sleeps: bool) -> None:
    """A refusal can be recorded late; the clock may have been set back meanwhile."""
    async with sessions.begin() as session:
        alice = await users.ensure(session, chat_id=1, language="en", now=MONDAY_NOON)
        last_seen = alice.seen_at
    async with sessions.begin() as session:
        await users.ensure(session, chat_id=1, language="en", now=MONDAY_NOON + timedelta(minutes=minutes))
    async with sessions.begin() as session:
        fell = await users.fall_asleep(session, user_id=alice.id, last_seen=last_seen, now=MONDAY_NOON)
        again = await users.by_chat(session, 1)

    assert again is not None
    assert (sleeps, sleeps) == (fell, again.asleep_at is not None)
