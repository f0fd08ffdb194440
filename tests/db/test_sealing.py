"""What is about health in a real database: sealed by whom, and sealed anew."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Select, Text, cast, select, text, type_coerce
from sqlalchemy.exc import StatementError

from db import sealing
from db.crypto import LOCKED, UNREADABLE, Keyring, SealError, new_key
from db.engine import Engine, make_engine, make_sessions, reading
from db.models import Delivery, GuidedSession, User
from tests.data_key import KEYRING

_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_OTHER = new_key()
_BOTH = Keyring([_OTHER, "VEVTVC1rZXktdGhhdC1vcGVucy1ub3RoaW5nLWF0ISE="])
_PEOPLE = 5
Opener = Callable[[Keyring], Engine]


@pytest.fixture
async def engine(keyless_database: str) -> AsyncIterator[Engine]:
    """With people who told something, sealed by the tests' key; their number is in what they told."""
    engine = make_engine(keyless_database, KEYRING)
    async with make_sessions(engine).begin() as session:
        for number in range(_PEOPLE):
            user = User(chat_id=number, language="en", created_at=_NOON, seen_at=_NOON,
                        profile={"weight": number}, expecting={"said": "ouch"} if number % 2 else None)  # fmt: skip
            session.add(user)
            await session.flush()
            session.add(Delivery(user_id=user.id, kind="food", due_at=_NOON, promised_at=_NOON, send_at=_NOON,
                                 status="skipped", suggestion={"item": "kale"}, skipped_for="not_well"))  # fmt: skip
    yield engine
    await engine.dispose()


@pytest.fixture
async def opened(engine: Engine, keyless_database: str) -> AsyncIterator[Opener]:
    """Makes further engines on the same database, with these keys."""
    engines: list[Engine] = []

    def make(keyring: Keyring) -> Engine:
        engines.append(make_engine(keyless_database, keyring))
        return engines[-1]

    yield make
    for each in engines:
        await each.dispose()


async def _profiles(engine: Engine) -> list[Any]:
    async with make_sessions(engine).begin() as session:
        return list((await session.scalars(select(User.profile).order_by(User.id))).all())


def _as_text(column: Any) -> Select[str]:
    return select(cast(type_coerce(column, JSON()), Text))


async def _written(engine: Engine) -> set[str]:
    """All sealed columns as the database has them."""
    columns = (User.profile, User.expecting, Delivery.suggestion, Delivery.skipped_for)
    async with engine.connect() as connection:
        rows = [await connection.scalars(_as_text(column).where(column.is_not(None))) for column in columns]
        return {value for values in rows for value in values}


async def test_the_database_has_none_of_it_in_clear(engine: Engine) -> None:
    written = await _written(engine)

    assert len(written) == _PEOPLE * 3 + _PEOPLE // 2
    assert all(value.startswith(f'"{KEYRING.primary}:') for value in written)


async def test_another_key_reads_nothing_and_changes_nothing(engine: Engine, opened: Opener) -> None:
    stranger = opened(Keyring([_OTHER]))
    before = await _written(engine)
    read = await _profiles(stranger)
    with pytest.raises(SealError, match="users 1, users 2"):
        await sealing.reseal(stranger, Keyring([_OTHER]))

    assert read == [LOCKED] * _PEOPLE
    assert before == await _written(engine)


async def test_a_new_key_takes_over_everything(opened: Opener) -> None:
    told: list[tuple[int, int]] = []
    count = await sealing.reseal(opened(_BOTH), _BOTH, lambda done, total: told.append((done, total)))
    alone = opened(Keyring([_OTHER]))

    assert count == _PEOPLE * 2
    assert told[-1] == (count, count)
    assert await _profiles(alone) == [{"weight": number} for number in range(_PEOPLE)]
    assert all(_BOTH.primary in value for value in await _written(alone))


async def test_what_somebody_stretches_is_sealed_and_taken_over(engine: Engine, opened: Opener) -> None:
    """In a table whose rows go by their owner's id."""
    async with make_sessions(engine).begin() as session:
        for number in range(1, _PEOPLE + 1):
            session.add(GuidedSession(user_id=number, plan="seated", started_at=_NOON, next_edit_at=_NOON))
    async with engine.connect() as connection:
        before = (await connection.scalars(_as_text(GuidedSession.plan))).all()
    await sealing.reseal(opened(_BOTH), _BOTH)
    async with make_sessions(opened(Keyring([_OTHER]))).begin() as session:
        after = (await session.execute(select(GuidedSession.plan, GuidedSession.routine))).all()

    assert all(value.startswith(f'"{KEYRING.primary}:') for value in before)
    assert [("seated", "")] * _PEOPLE == [tuple(row) for row in after]


async def test_it_goes_on_where_it_was_stopped(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after the first two rows, what was done stays done."""
    monkeypatch.setattr(sealing, "_BATCH", 2)
    both = opened(_BOTH)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await sealing.reseal(both, _BOTH, stop)
    between = await _profiles(both)
    count = await sealing.reseal(both, _BOTH)

    assert between == [{"weight": number} for number in range(_PEOPLE)]
    assert count == _PEOPLE * 2 - 2


async def test_old_keys_are_forgotten_only_when_nothing_needs_them(opened: Opener) -> None:
    both = opened(_BOTH)
    await sealing.adopt(both, KEYRING)
    await sealing.adopt(both, _BOTH)
    too_early = await sealing.forget_others(both, _BOTH)
    await sealing.reseal(both, _BOTH)
    now = await sealing.forget_others(both, _BOTH)

    assert (too_early, now) == (False, True)
    assert await sealing.known(both) == {_BOTH.primary}


async def test_many_processes_learn_a_key_at_the_same_time(opened: Opener) -> None:
    """As when all of them start anew with it."""
    engines = [opened(_BOTH) for _ in range(4)]
    await asyncio.gather(*(sealing.adopt(engine, _BOTH) for engine in engines))

    assert await sealing.known(engines[0]) == {_BOTH.primary}


async def test_of_several_first_keys_one_is_taken(opened: Opener) -> None:
    """Whoever comes at the same moment with another one learns which; else each would write what no other can read."""
    keyrings = [Keyring([new_key()]) for _ in range(4)]
    engines = [opened(keyring) for keyring in keyrings]
    await asyncio.gather(*(sealing.known(engine) for engine in engines))  # all are connected
    adoptions = (sealing.adopt(engine, keyring) for engine, keyring in zip(engines, keyrings, strict=True))
    outcomes = await asyncio.gather(*adoptions, return_exceptions=True)
    known = await sealing.known(engines[0])

    assert outcomes.count(True) == 1
    assert [outcome.ids for outcome in outcomes if isinstance(outcome, sealing.LostKeyError)] == [known] * 3
    assert known == {keyrings[outcomes.index(True)].primary}


async def test_a_second_key_finds_nothing_in_clear(opened: Opener) -> None:
    """Until the first has sealed everything, each start has to look; then none."""
    both = opened(_BOTH)
    first, again = await sealing.adopt(both, KEYRING), await sealing.adopt(both, KEYRING)
    assert await sealing.finish(both)
    later = await sealing.adopt(both, KEYRING), await sealing.adopt(both, _BOTH)

    assert (first, again, *later) == (True, True, False, False)


async def test_a_log_that_somebody_reads_is_emptied_the_next_time(opened: Opener) -> None:
    """On SQLite; what is in it stays until then."""
    both, reader = opened(_BOTH), opened(_BOTH)
    if both.dialect.name != "sqlite":
        pytest.skip("PostgreSQL tidies up by itself")
    await sealing.adopt(both, _BOTH)
    async with both.connect() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout=0")  # it need not wait here
    async with reading(make_sessions(reader)) as session:
        await session.execute(select(User.id))
        busy = await sealing.finish(both)
    free = await sealing.finish(both)

    assert (busy, free) == (False, True)
    assert not await sealing.adopt(both, _BOTH)


async def test_a_process_says_again_which_key_it_needs(opened: Opener) -> None:
    """Else a rotation that it missed would let its key be thrown away."""
    both, old = opened(_BOTH), opened(KEYRING)
    await sealing.reseal(both, _BOTH)
    await sealing.forget_others(both, _BOTH)
    async with make_sessions(old).begin() as session:
        await sealing.learn_own(session)

    assert KEYRING.primary in await sealing.known(both)


async def test_what_was_written_in_clear_is_sealed(engine: Engine) -> None:
    """By a version that had no keys."""
    async with engine.begin() as connection:
        await connection.execute(text("""UPDATE users SET profile = '{"weight": 70}' WHERE chat_id = 1"""))
    before = await _profiles(engine)
    count = await sealing.reseal(engine, KEYRING)

    assert count == 1
    assert before == await _profiles(engine)
    assert {"weight": 70} in before
    assert not any("70" in value for value in await _written(engine) if not value.startswith('"'))


async def test_an_engine_without_keys_writes_nothing_in_clear(database: str) -> None:
    engine = make_engine(database)
    with pytest.raises(StatementError, match="without keys"):
        async with make_sessions(engine).begin() as session:
            session.add(User(chat_id=9, language="en", created_at=_NOON, seen_at=_NOON, profile={"weight": 1}))
    await engine.dispose()


async def test_a_damaged_value_keeps_no_other_from_being_sealed_anew(
    engine: Engine, opened: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays as it is, and its row is named."""
    damaged = f"{KEYRING.primary}:{'A' * 60}"
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE users SET profile = :value WHERE chat_id = 2"), {"value": f'"{damaged}"'})
    both = opened(_BOTH)
    with pytest.raises(SealError, match=r"^in users 3$"):
        await sealing.reseal(both, _BOTH)
    profiles = await _profiles(both)

    assert profiles == [{"weight": 0}, {"weight": 1}, UNREADABLE, {"weight": 3}, {"weight": 4}]
    assert "a sealed value cannot be read" in caplog.text
