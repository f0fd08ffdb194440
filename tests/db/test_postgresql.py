"""Connections to PostgreSQL that die without a word."""

import asyncio
import time

import pytest
from sqlalchemy import text

from db import budgets, postgresql
from db.engine import DATABASE_ERRORS, is_away, make_engine, make_sessions, take_time
from db.postgresql import Patient
from jobs.lane import Lane
from jobs.shared_pace import SharedPace, steps
from tests.door import door_to
from tests.world import world_on


@pytest.fixture
def on_postgresql(database: str) -> str:
    if database.startswith("sqlite"):
        pytest.skip("a file of this machine")
    return database


async def test_connections_that_were_lost_on_the_way_are_given_up(
    on_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy goes on taking what is said, and nobody gets it: people are answered and reminded over new ones."""
    async with door_to(on_postgresql) as (door, url), world_on(url) as world:
        alice, bob = await world.settled("Alice"), await world.settled("Bob")
        await alice.says("/remind stretch 14:00")
        world.state.feed.patience = 40.0  # each lost one takes some seconds of real time
        monkeypatch.setattr(Patient, "patience", 1.0)  # nobody waits for a minute here
        door.lose()
        bob.write("/help")
        await world.until(world.clock().replace(hour=13, minute=1))
        await bob.until(lambda: "/remind" in bob.last.text, "no answer")
        await alice.until(lambda: alice.last.text.startswith("🦵 Stretch"), "no nudge")


async def test_a_process_that_is_gone_keeps_nothing_locked(on_postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen, or without power, in the middle of a reservation: the others wait for a moment, and go on."""
    settings = [setting.replace(postgresql._IDLE, "300ms") for setting in postgresql._SETTINGS]
    monkeypatch.setattr(postgresql, "_SETTINGS", settings)
    frozen, lively = make_engine(on_postgresql), make_engine(on_postgresql)
    pace = SharedPace(make_sessions(lively), bot_id=7, rate=30, monotonic=time.monotonic)
    async with make_sessions(frozen)() as session:
        await budgets.reserve(session, 7, steps(30), count=1, asked=False, last=None, monotonic=time.monotonic)
        wait = await asyncio.wait_for(pace.wait(Lane.REPLY), 20)
        with pytest.raises(DATABASE_ERRORS) as told:
            await session.commit()
        await session.invalidate()
    for engine in (frozen, lively):
        await engine.dispose()

    assert wait < 0.5  # it has a moment, and not the second after which an absent database is asked again
    assert is_away(told.value)


async def test_what_is_known_to_take_long_may(on_postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a migration; whoever gets its connection next is in the usual hurry."""
    engine = make_engine(on_postgresql)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        monkeypatch.setattr(Patient, "patience", 0.3)
        await take_time(connection)
        await connection.execute(text("SELECT pg_sleep(0.6)"))
    async with engine.connect() as connection:
        with pytest.raises(DATABASE_ERRORS) as told:
            await connection.execute(text("SELECT pg_sleep(60)"))
    await engine.dispose()

    assert is_away(told.value)
