"""What somebody says while a nudge of theirs waits to leave, or is on its way, counts for it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from db import deliveries, users
from db.engine import Session, Sessions
from db.models import Status, User
from jobs.preferences import Preferences, Tone
from jobs.sender import Nudge, SendError
from jobs.suggest.profile import Profile
from tests.jobs.cast import Post, Tick, all_deliveries, reminded

EVENING = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
Change = Callable[[Session, User], Awaitable[None]]


async def _tells_of_a_clot(_session: Session, alice: User) -> None:
    alice.profile = Profile(traits=frozenset({"leg_clot"})).to_json()


async def _pauses(_session: Session, alice: User) -> None:
    alice.paused_until = EVENING + timedelta(days=3)


async def _wants_few_words(_session: Session, alice: User) -> None:
    alice.preferences = Preferences(tone=Tone.BRIEF).to_json()


class Waiting(Tick):
    """Alice says something while her nudge waits for a place among the messages of the second."""

    def __init__(self, sessions: Sessions, post: Post, alice: int, change: Change) -> None:
        super().__init__(sessions, post, rate=1)
        self._alice, self._change = alice, change

    async def _pass(self, seconds: float) -> None:
        async with self._sessions.begin() as session:
            alice = await session.get(User, self._alice)
            assert alice is not None
            await self._change(session, alice)
        await super()._pass(seconds)


async def _waited(sessions: Sessions, change: Change) -> Post:
    """Bob's leaves at once, alice's a second later."""
    await reminded(sessions, chat_id=2)
    alice, _reminder = await reminded(sessions, chat_id=1)
    post = Post()
    await Waiting(sessions, post, alice.id, change).at(EVENING)
    return post


@pytest.mark.parametrize("change", [_tells_of_a_clot, _pauses])
async def test_a_nudge_that_is_not_right_any_more_does_not_leave(sessions: Sessions, change: Change) -> None:
    """Stretching with a clot, or anything in a pause."""
    post = await _waited(sessions, change)

    assert [2] == [nudge.chat_id for nudge in post.sent]


async def test_a_nudge_leaves_as_it_is_wanted_now(sessions: Sessions) -> None:
    """In few words, as of a second ago."""
    post = await _waited(sessions, _wants_few_words)

    assert [2, 1] == [nudge.chat_id for nudge in post.sent]
    assert Tone.BRIEF is post.sent[1].preferences.tone


class Interrupted(Post):
    """Something happens while the first nudge is on its way."""

    def __init__(self, then: Callable[[], Awaitable[None]], trouble: SendError | None = None) -> None:
        super().__init__()
        self._then: list[Callable[[], Awaitable[None]]] = [then]
        self._refusal = trouble

    async def send(self, nudge: Nudge) -> int:
        if self._then:
            await self._then.pop()()
            if self._refusal is not None:
                raise self._refusal
        return await super().send(nudge)


@pytest.mark.parametrize("forgets", ["all of it", "what was proposed"])
async def test_what_was_proposed_is_not_kept_once_it_was_taken_back(sessions: Sessions, forgets: str) -> None:
    """Alice takes her profile back while a nudge that was made of it is on its way: it comes once more, without it."""
    alice, _reminder = await reminded(sessions)
    async with sessions.begin() as session:
        known = await session.get(User, alice.id)
        assert known is not None
        known.profile = Profile(traits=frozenset({"brittle_bones"})).to_json()

    async def forget() -> None:
        async with sessions.begin() as session:
            known = await session.get(User, alice.id)
            assert known is not None
            known.profile = None
            if forgets == "all of it":
                await deliveries.forget_suggestions(session, alice.id)
            else:
                await deliveries.forget_proposals(session, alice.id, spare="question")

    post = Interrupted(forget)
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    await tick.at(EVENING + timedelta(seconds=2))
    [delivery] = await all_deliveries(sessions)

    assert [True, False] == [bool(nudge.suggestion and nudge.suggestion.cautions) for nudge in post.sent]
    assert (Status.SENT, []) == (delivery.status, (delivery.suggestion or {})["cautions"])


async def test_whoever_writes_while_telegram_refuses_a_nudge_goes_on_getting_them(sessions: Sessions) -> None:
    """Alice unblocked the bot in that second: she is not taken for gone."""
    await reminded(sessions)

    async def write() -> None:
        async with sessions.begin() as session:
            await users.ensure(session, chat_id=1, language="en", now=EVENING + timedelta(seconds=1))

    post = Interrupted(write, SendError("forbidden", permanent=True))
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    await tick.at(EVENING + timedelta(days=1))

    assert [1] == [nudge.chat_id for nudge in post.sent]
