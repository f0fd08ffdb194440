"""Trouble on demand, as a real client meets it."""

import asyncio
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot.sandbox.faults import Faults
from bot.sandbox.people import Person
from bot.sandbox.state import SandboxState
from tests.bot.sandbox.conftest import Running


async def test_flood_control_names_its_seconds(bot: Bot, state: SandboxState, alice: Person) -> None:
    """The next two sends are 429 with retry_after; the third passes."""
    fault = state.faults.add("too_many_requests", times=2, method="sendmessage", retry_after=7)
    for _ in range(2):
        with pytest.raises(RetryAfter) as error:
            await bot.send_message(alice.id, "x")
        assert timedelta(seconds=7) == error.value.retry_after
    await bot.send_message(alice.id, "through")

    assert (alice.last.text, fault.hits) == ("through", 2)
    assert [call.outcome for call in state.calls_of("sendMessage")] == [429, 429, 200]


async def test_a_fault_hits_only_its_chat(bot: Bot, state: SandboxState, alice: Person) -> None:
    """A 403 for alice leaves bob alone."""
    bob = state.person("Bob", opened=True)
    state.faults.add("forbidden", chat_id=alice.id)
    await bot.send_message(bob.id, "x")

    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(alice.id, "x")


async def test_a_migrated_chat_names_the_new_one(bot: Bot, state: SandboxState, alice: Person) -> None:
    """The refusal carries migrate_to_chat_id."""
    state.faults.add("migrated", migrate_to=-1001)

    with pytest.raises(ChatMigrated) as error:
        await bot.send_message(alice.id, "x")
    assert error.value.new_chat_id == -1001


async def test_a_server_error_does_nothing(bot: Bot, state: SandboxState, alice: Person) -> None:
    """A 500 is a network error to the client, and nothing was sent."""
    state.faults.add("server_error")

    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(alice.id, "x")
    assert alice.messages == []


@pytest.mark.parametrize(("kind", "arrived"), [("hang", 0), ("hang_after", 1)])
async def test_a_hanging_call_answers_when_released(
    bot: Bot, state: SandboxState, alice: Person, kind: str, arrived: int
) -> None:
    """A hanging call has its effect before or after the wait, and its answer after."""
    fault = state.faults.add(kind)  # type: ignore[arg-type]
    call = asyncio.create_task(bot.send_message(alice.id, "x"))
    await fault.caught()
    before = len(alice.messages)
    fault.release()
    await call

    assert (arrived, 1) == (before, len(alice.messages))


@pytest.mark.parametrize(("kind", "arrived"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection_may_have_sent(
    bot: Bot, state: SandboxState, alice: Person, kind: str, arrived: int
) -> None:
    """The client sees a broken connection either way; only drop_after sent the message."""
    state.faults.add(kind)  # type: ignore[arg-type]

    with pytest.raises(NetworkError):
        await bot.send_message(alice.id, "x")
    assert (arrived, ["dropped"]) == (
        len(alice.messages),
        [call.outcome for call in state.calls_of("sendMessage", alice.id)],
    )


async def test_clearing_lets_everything_pass(bot: Bot, state: SandboxState, alice: Person) -> None:
    """After clear nothing is scripted and no rate is enforced."""
    state.faults.add("forbidden", times=9)
    state.faults.limit_rate(1)
    state.faults.clear()
    for _ in range(3):
        await bot.send_message(alice.id, "x")

    assert len(alice.messages) == 3


def test_the_rate_holds_in_every_second() -> None:
    """Any one-second window admits at most so many messages; the oldest frees its place."""
    now = 0.0
    faults = Faults(lambda: now)
    faults.limit_rate(2)
    outcomes = []
    for instant in (0.0, 0.6, 0.9, 1.0, 1.5, 1.6):
        now = instant
        try:
            faults.count_message()
        except Exception as error:  # noqa: BLE001 - the outcome is what is looked at
            outcomes.append((instant, str(error)))

    assert outcomes == [(0.9, "Too Many Requests: retry after 1"), (1.5, "Too Many Requests: retry after 1")]


def test_an_unknown_fault_names_the_known() -> None:
    """A misspelt fault is refused with the list."""
    with pytest.raises(ValueError, match="unknown fault 'explode'; known: too_many_requests, forbidden"):
        Faults(lambda: 0.0).add("explode")  # type: ignore[arg-type]


async def test_the_enforced_rate_reaches_the_client(running: Running, bot: Bot, alice: Person) -> None:
    """Beyond the rate a send is 429."""
    running.state.faults.limit_rate(1)
    await bot.send_message(alice.id, "x")

    with pytest.raises(RetryAfter):
        await bot.send_message(alice.id, "x")
