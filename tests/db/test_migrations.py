"""Migrations lead to exactly the schema of the models, up and down, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import TextClause, bindparam, inspect, select, text

from db import migrate, schema, users
from db.crypto import give_keys
from db.engine import DATABASE_ERRORS, Engine, Sessions, make_engine, make_sessions
from db.models import GuidedSession, User, UTCDateTime
from jobs import guide_session
from tests.data_key import KEYRING

_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# As the version of schema 0006 writes.
_SOMEBODY = "INSERT INTO users (id, chat_id, language, created_at, seen_at) VALUES (1, 1, 'en', :at, :at)"
_LEFT_OUT = (
    "INSERT INTO deliveries (user_id, kind, ordinal, due_at, promised_at, send_at, status, attempts, failure) "
    "VALUES (1, 'stretch', 0, :at, :at, :at, 'skipped', 0, 'withheld for safety')"
)
_ASKED = (
    "INSERT INTO users (id, chat_id, language, created_at, seen_at, expecting) VALUES (2, 2, 'en', :at, :at, '\"x\"')"
)
_STRETCHING = (
    "INSERT INTO guided_sessions (user_id, routine, anew, started_at, elapsed, stopped, next_edit_at) "
    "VALUES (1, 'trial', false, :at, 0, false, :at)"
)


def _at_noon(statement: str) -> TextClause:
    """By the columns' own type: what SQLite makes of an instant by itself is deprecated."""
    return text(statement).bindparams(bindparam("at", _NOON, UTCDateTime()))


async def _upgraded(database: str, *statements: str) -> Engine:
    """An engine on a database that held these rows when its schema was 0006."""
    engine = make_engine(database)
    await migrate.upgrade(engine, "0006")
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(_at_noon(statement))
    await migrate.upgrade(engine)
    return engine


async def test_an_empty_database_becomes_exactly_what_the_models_say(empty_database: str) -> None:
    """Nothing is missing and nothing is left over after all migrations."""
    engine = make_engine(empty_database)
    await migrate.upgrade(engine)
    differences, revision = await migrate.differences(engine), await schema.current(engine)
    await engine.dispose()

    assert differences == []
    assert schema.head() == revision


async def test_migrations_can_be_taken_back(empty_database: str) -> None:
    """Down to nothing and up again."""
    engine = make_engine(empty_database)
    await migrate.upgrade(engine)
    await migrate.downgrade(engine)
    async with engine.connect() as connection:
        tables = await connection.run_sync(lambda c: inspect(c).get_table_names())
    await migrate.upgrade(engine)
    differences = await migrate.differences(engine)
    await engine.dispose()

    assert tables == ["alembic_version"]
    assert differences == []


async def test_a_deleted_rows_id_never_names_another_row(sessions: Sessions) -> None:
    """Buttons in old messages carry ids."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    ids = []
    for chat_id in (1, 2):
        async with sessions.begin() as session:
            user = await users.ensure(session, chat_id=chat_id, language="en", now=now)
            ids.append(user.id)
            await session.delete(user)

    assert ids == [1, 2]


async def test_migrating_twice_changes_nothing(database: str) -> None:
    """A second start finds the work done."""
    engine = make_engine(database)
    await migrate.upgrade(engine)
    revision = await schema.current(engine)
    await engine.dispose()

    assert schema.head() == revision


async def test_the_version_before_runs_beside_this_one(empty_database: str) -> None:
    """It begins a session as it always did, and its nudges that were left out say no more why."""
    engine = await _upgraded(empty_database, _SOMEBODY, _LEFT_OUT)
    async with engine.begin() as connection:
        await connection.execute(_at_noon(_STRETCHING))
        failures = (await connection.scalars(text("SELECT failure FROM deliveries"))).all()
    give_keys(engine.sync_engine.dialect, KEYRING)
    async with make_sessions(engine)() as session:
        (begun,) = await session.scalars(select(GuidedSession))
    await engine.dispose()

    assert failures == ["left out"]
    assert guide_session.plan_of(begun) == "trial"


async def test_what_somebody_typed_for_the_version_before_is_dated(empty_database: str) -> None:
    """Whatever she was asked: a day from now it goes. Bob was asked nothing."""
    engine = await _upgraded(empty_database, _SOMEBODY, _ASKED)
    async with engine.connect() as connection:
        dated = (await connection.execute(select(User.id, User.consent_asked_at).order_by(User.id))).all()
    await engine.dispose()

    assert [(1, True), (2, False)] == [(number, at is None) for number, at in dated]
    assert abs(dated[1].consent_asked_at - datetime.now(UTC)) < timedelta(minutes=10)


async def test_a_database_of_a_newer_version_is_left_alone(database: str) -> None:
    """An unknown revision is refused, by name, and nothing is changed."""
    engine = make_engine(database)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.NewerDatabaseError, match="9999"):
        await migrate.upgrade(engine)
    with pytest.raises(schema.NewerDatabaseError, match="9999"):
        await schema.current(engine)
    await engine.dispose()


async def test_a_migration_gives_up_rather_than_hold_up_the_running_bot(empty_database: str) -> None:
    """A dump reads the table for long: what a migration waits for, everybody after it would wait for as well."""
    engine = make_engine(empty_database)
    if engine.dialect.name == "sqlite":
        pytest.skip("in SQLite readers hold nobody up")
    await migrate.upgrade(engine)
    await migrate.downgrade(engine, "0001")
    async with engine.connect() as dump:
        await dump.execute(text("LOCK TABLE users IN ACCESS SHARE MODE"))
        with pytest.raises(DATABASE_ERRORS, match="lock timeout"):
            await migrate.upgrade(engine)
    await migrate.upgrade(engine)
    await engine.dispose()


def test_the_newest_migration_is_known_without_alembic() -> None:
    """The files' names give what Alembic finds inside them."""
    scripts = ScriptDirectory.from_config(migrate.config())

    assert scripts.get_current_head() == schema.head()
