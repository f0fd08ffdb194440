"""Whole conversations that nobody thought of: alice and bob write, tap old and new buttons, and time goes by.

`make fuzz` goes deeper (CONVERSATIONS=long).
"""

import asyncio
import os
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.sandbox.keyboards import inline_buttons
from bot.sandbox.people import Person
from tests.bot.owned import id_of
from tests.bot.test_every_command import SAID
from tests.databases import Maker
from tests.fuzz.values import TEXTS
from tests.rows import rows_of
from tests.world import MONDAY_NOON, world_with

pytestmark = pytest.mark.conversation

_APOLOGY = "went wrong on my side"
_SENDS = {"sendMessage", "sendPhoto", "sendDocument"}
_WORDS = (
    "magnesium", "remind me to stretch at 21:30", "21:30", "berlin", "my calf is swollen and hot", "vegan",
    "45 run hot", "3d", "22:00-07:00", "kidney", "80 kg", "skip", "/remind hydrate every 2 hours 9:00-18:00",
    "/settings bedtime 22:30",
    "/remind stretch 1h before bed", "/pause until friday", "/settings workouts mon 18:00 45 min run", "/nudge hydrate",
)  # fmt: skip
_SAYINGS = st.sampled_from((*SAID.values(), *_WORDS, *(text for text in TEXTS if text)))


class Conversations(RuleBasedStateMachine):
    """One bot, in an event loop of its own, that runs only while something happens."""

    maker: Maker

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._rooms = AsyncExitStack()
        self._database = self.maker.migrated()
        self._steps = 0
        self._run(self._open())

    async def _open(self) -> None:
        arriving = world_with(self._database, MONDAY_NOON, {}, waited=self._a_second_later)
        self.world = await self._rooms.enter_async_context(arriving)
        self.alice, self.bob = await self.world.settled("Alice"), await self.world.settled("Bob")
        self.bob_id = await id_of(self.world, self.bob) or 0

    def _a_second_later(self) -> float:
        self._steps += 1
        return float(self._steps)

    def _run(self, work: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await work

        return self._loop.run_until_complete(awaited())

    def teardown(self) -> None:
        """The bot stops as it does elsewhere."""
        self._run(self._rooms.aclose())
        self._loop.close()
        self.maker.done(self._database)

    # What happens ---------------------------------------------------------------------------------

    @rule(text=_SAYINGS)
    def alice_says(self, text: str) -> None:
        """Whatever it is, bob's rows are as they were."""
        if not self.alice.blocked:
            self._unnoticed_by_bob(self.alice.says(text))

    @rule(text=_SAYINGS)
    def bob_says(self, text: str) -> None:
        self._run(self._and_what_follows(self.bob.says(text)))

    @rule(which=st.integers(0, 10_000))
    def alice_taps(self, which: int) -> None:
        """Any button of any message that is still there."""
        if (tap := self._tap(self.alice, which)) is not None:
            self._unnoticed_by_bob(tap)

    @rule(which=st.integers(0, 10_000))
    def bob_taps(self, which: int) -> None:
        if (tap := self._tap(self.bob, which)) is not None:
            self._run(self._and_what_follows(tap))

    @rule(which=st.integers(0, 10_000))
    def alice_taps_what_is_bobs(self, which: int) -> None:
        """The data of one of his buttons, as if it were hers."""
        if found := _buttons(self.bob):
            self._unnoticed_by_bob(self.world.forges(self.alice, found[which % len(found)][1]))

    @rule(minutes=st.integers(1, 2_000))
    def time_goes_by(self, minutes: int) -> None:
        self._run(self.world.passes(minutes=minutes))

    @precondition(lambda self: not self.alice.blocked)
    @rule()
    def alice_blocks(self) -> None:
        self._unnoticed_by_bob(self.alice.blocks())

    @precondition(lambda self: self.alice.blocked)
    @rule()
    def alice_comes_back(self) -> None:
        self._unnoticed_by_bob(self.alice.unblocks())

    def _tap(self, person: Person, which: int) -> Awaitable[object] | None:
        found = [] if person.blocked else _buttons(person)
        if not found:
            return None
        message, data = found[which % len(found)]
        tap = person.tap_data(person.chat.history[message], data, person.chat)
        return self.world.state.handled(tap.update_id)

    async def _and_what_follows(self, act: Awaitable[object]) -> None:
        await act
        await self.world.app.tick()  # what the act set going, such as a guided session

    def _unnoticed_by_bob(self, act: Awaitable[object]) -> None:
        before = self._run(rows_of(self.world.app.sessions, self.bob_id))
        self._run(self._and_what_follows(act))
        assert before == self._run(rows_of(self.world.app.sessions, self.bob_id))

    # What always holds ----------------------------------------------------------------------------

    @invariant()
    def nobody_gets_an_apology(self) -> None:
        """No fault of ours."""
        for person in (self.alice, self.bob):
            assert not [message.text for message in person.messages if message.from_bot and _APOLOGY in message.text]

    @invariant()
    def telegram_takes_all_that_is_said(self) -> None:
        """Nothing too long, no broken HTML; only who has blocked the bot cannot be written to."""
        refused = [call for call in self.world.state.calls if call.method in _SENDS and call.outcome not in {200, 403}]
        assert [] == refused


def _buttons(person: Person) -> list[tuple[int, str]]:
    """Every callback button in the chat, with its message."""
    return [
        (message.id, button["callback_data"])
        for message in person.chat.history.values()
        for button in inline_buttons(message.wire.get("reply_markup"))
        if "callback_data" in button
    ]


@pytest.mark.timeout(3600)
def test_no_conversation_breaks_anything(databases_of_one_kind: Maker) -> None:
    """Short ones here; the same ones each time."""
    is_long = os.environ.get("CONVERSATIONS") == "long"
    Conversations.maker = databases_of_one_kind
    run_state_machine_as_test(
        Conversations,
        settings=settings(
            max_examples=60 if is_long else 3,
            stateful_step_count=60 if is_long else 25,
            derandomize=not is_long,
            deadline=None,
            phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if is_long else [])],
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
