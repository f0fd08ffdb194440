"""How much one chat may say at once, what it hears about that, and what is remembered of it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.gateway.limits import BURST, PER_SECOND, Limits, Verdict
from bot.sandbox.people import Person
from bot.sandbox.views import SeenMessage
from db import users
from db.models import SeenUpdate
from tests.bot.test_health import figures, watched
from tests.world import World

_TOO_FAST = "That was faster than I can follow"


class _Time:
    """A monotonic clock that is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@given(pauses=st.lists(st.floats(0, 120), max_size=200))
def test_no_chat_gets_more_than_a_burst_and_one_a_second(pauses: list[float]) -> None:
    """In any stretch of time, whatever the pauses between its updates; and it is told once a minute at most."""
    time = _Time()
    limits = Limits(time)
    passed, told = [], []
    for pause in pauses:
        time.now += pause
        verdict = limits.take(1)
        if verdict is Verdict.PASSES:
            passed.append(time.now)
        elif verdict is Verdict.TELL:
            told.append(time.now)

    for first, begin in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= BURST + PER_SECOND * (passed[last] - begin) + 1e-6
    assert all(later - earlier >= 60 for earlier, later in pairwise(told))


def test_who_writes_once_a_second_is_always_heard() -> None:
    """For an hour, right after as many at once as may be."""
    time = _Time()
    limits = Limits(time)
    verdicts = [limits.take(1) for _ in range(BURST)]
    for _second in range(3600):
        time.now += 1
        verdicts.append(limits.take(1))

    assert {Verdict.PASSES} == set(verdicts)


def test_one_chats_flood_is_no_other_chats() -> None:
    """Bob passes while alice does not; chat 0 is a chat like any other."""
    limits = Limits(_Time())
    verdicts = [limits.take(1) for _ in range(BURST + 3)]

    assert [Verdict.TELL, Verdict.DROP, Verdict.DROP] == verdicts[BURST:]
    assert [Verdict.PASSES] * 2 == [limits.take(2), limits.take(0)]


def test_chats_that_fall_silent_are_forgotten() -> None:
    """A million of them, a thousand a second: those of the last minute or so are remembered, and no more."""
    time = _Time()
    limits, most = Limits(time), 0
    for chat in range(200_000):
        time.now += 0.001
        limits.take(chat)
        most = max(most, len(limits))
    time.now += 3600
    limits.take(1)

    assert most <= 61_000
    assert 1 == len(limits)


async def test_a_flood_is_left_out_kindly_and_reaches_no_table(database: str) -> None:
    """Alice writes 80 times at once and taps 20 times: the first are answered, she hears why, and bob is heard."""
    async with watched(database) as (world, http):
        alice, bob = await world.settled("Alice"), await world.settled("Bob")
        await alice.says("/why b6")
        message = alice.chat.history[alice.last.id]
        before = await figures(http)
        for _ in range(80):
            alice.write("/why b1")
        taps = [alice.tap_data(message, "1:why:b6:signs", alice.chat) for _ in range(20)]
        bob.write("/why b5")
        last = alice.write("/why b1")
        await world.state.handled(last)
        await bob.sees("Vitamin B5")
        after = await figures(http)
        left_out = after["updates_total left out"] - before.get("updates_total left out", 0)
        answered = 81 + len(taps) - left_out
        await alice.until(lambda: len(_about_b1(alice)) == answered, f"not {answered} answers")
        said = [message.text for message in alice.messages if message.from_bot]
        seen = await _updates_on_record(world)

    assert 1 == len([text for text in said if _TOO_FAST in text])
    assert BURST - 5 <= answered <= BURST + 5
    assert not any(tap.answered for tap in taps)
    assert 102 == left_out + seen - 3


def _about_b1(person: Person) -> list[SeenMessage]:
    return [message for message in person.messages if message.from_bot and message.text.startswith("Vitamin B1")]


async def _updates_on_record(world: World) -> int:
    async with world.app.sessions() as session:
        return len((await session.scalars(select(SeenUpdate))).all())


async def test_a_flood_of_taps_is_told_so_in_place(world: World) -> None:
    """The first one too many says it in its toast."""
    alice = await world.settled("Alice")
    await alice.says("/why b6")
    message = alice.chat.history[alice.last.id]
    taps = [alice.tap_data(message, "1:why:b6:signs", alice.chat) for _ in range(60)]
    for tap in taps:
        await world.state.handled(tap.update_id)

    assert 1 == len([tap for tap in taps if _TOO_FAST in tap.text])


async def test_who_is_left_out_can_still_block(world: World) -> None:
    """That is no talk, and must not be missed: nothing is sent any more."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    for _ in range(60):
        alice.write("/why b1")
    await alice.blocks()
    async with world.app.sessions() as session:
        user = await users.by_chat(session, alice.id)

    assert user is not None
    assert user.asleep_at == world.clock()
