"""Somebody deletes all about them while something of theirs is in flight: nothing is recorded, nothing crashes."""

from datetime import UTC, datetime, timedelta

import pytest

from db import belongings, users
from db import sessions as guided
from db.engine import Sessions
from db.knowledge.loader import load
from jobs.budget import Budget
from jobs.guide_session import Moment, View
from jobs.guide_tick import Guide
from jobs.sender import Nudge, SendError
from tests.bot.owned import rows_of
from tests.jobs.cast import MONDAY_NOON, Post, Tick, person, reminded

EVENING = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


async def _forget(sessions: Sessions, user_id: int) -> None:
    async with sessions.begin() as session:
        await belongings.forget(session, user_id)


class Interrupted(Post):
    """A Sender whose first person deletes all about them while their nudge is on its way."""

    def __init__(self, sessions: Sessions, user_id: int, trouble: SendError | None) -> None:
        super().__init__(lambda nudge: trouble if nudge.chat_id == 1 else None)
        self._sessions = sessions
        self._user_id = user_id

    async def send(self, nudge: Nudge) -> int:
        if nudge.chat_id == 1:
            await _forget(self._sessions, self._user_id)
        return await super().send(nudge)


@pytest.mark.parametrize(
    "trouble",
    [
        None,
        SendError("Forbidden", permanent=True),
        SendError("moved", new_chat_id=77),
        SendError("Bad Gateway"),
        SendError("Bad Request", refused=True),
    ],
)
async def test_what_became_of_a_nudge_is_not_recorded(
    sessions: Sessions, caplog: pytest.LogCaptureFixture, trouble: SendError | None
) -> None:
    """Whatever Telegram says; bob's is sent and recorded."""
    alice, _reminder = await reminded(sessions, 1)
    bob, _his = await reminded(sessions, 2)
    post = Interrupted(sessions, alice.id, trouble)
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    await tick.at(EVENING + timedelta(days=1))

    assert not any((await rows_of(sessions, alice.id)).values())
    assert 2 == (await rows_of(sessions, bob.id))["deliveries"]
    assert {2} == {nudge.chat_id for nudge in post.sent} - {1}
    assert [] == [record.message for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("at", [0, 120, 240])
async def test_a_stretch_is_not_counted(sessions: Sessions, caplog: pytest.LogCaptureFixture, at: int) -> None:
    """At its beginning, on the way, and when it is done in this very second."""
    now = MONDAY_NOON
    async with sessions.begin() as session:
        alice = await person(session, 1)
        await guided.begin(session, user_id=alice.id, plan="trial", delivery_id=None, now=now)
    shown: list[View] = []

    class Wall:
        async def show(self, view: View) -> int:
            shown.append(view)
            if now >= MONDAY_NOON + timedelta(seconds=at):
                await _forget(sessions, alice.id)
            return 101

    def seconds() -> float:
        return now.timestamp()

    guide = Guide(
        sessions=sessions, screen=Wall(), budget=Budget(1000, monotonic=seconds), clock=lambda: now, knowledge=load(),
        rate=30,
    )  # fmt: skip
    for _second in range(246):
        await guide.run_once()
        now += timedelta(seconds=1)

    async with sessions() as session:
        left = await users.everybody(session)

    assert [] == left
    assert not any((await rows_of(sessions, alice.id)).values())
    assert (Moment.DONE is shown[-1].moment) == (at == 240)
    assert [] == [record.message for record in caplog.records if record.levelname == "ERROR"]


class Paused(Tick):
    """While Telegram's pause passes, its first person deletes all about them."""

    forgets = 0

    async def _pass(self, seconds: float) -> None:
        if seconds > 10 and self.forgets:
            await _forget(self._sessions, self.forgets)
        await super()._pass(seconds)


async def test_a_nudge_that_waits_out_a_pause_does_not_come_after_a_farewell(sessions: Sessions) -> None:
    """Alice is gone meanwhile; bob gets his."""
    alice, _reminder = await reminded(sessions, 1)
    await reminded(sessions, 2)
    post = Post()
    tick = Paused(sessions, post)
    tick.forgets = alice.id
    tick.now = EVENING
    await tick.budget.pause(30)
    await tick.at(EVENING)

    assert [2] == [nudge.chat_id for nudge in post.sent]
