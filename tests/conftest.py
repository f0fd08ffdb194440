"""Fixtures for everybody: both databases, and the real bot against the sandbox server over HTTP."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from db.engine import Sessions, make_engine, make_sessions
from tests import databases
from tests.world import World, world_on

settings.register_profile(
    "project", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("deep", settings.get_profile("project"), max_examples=5000, derandomize=False)
settings.load_profile("project")


@pytest.fixture(scope="session", params=databases.KINDS)
def databases_of_one_kind(request: pytest.FixtureRequest) -> Iterator[databases.Maker]:
    # Not tmp_path: a PostgreSQL socket's path may have 107 characters at most.
    with TemporaryDirectory(prefix="cc-") as folder:
        maker = databases.sqlite if request.param == "sqlite" else databases.postgresql
        with maker(Path(folder) / "data") as made:
            yield made


@pytest.fixture
def database(databases_of_one_kind: databases.Maker) -> Iterator[str]:
    """The address of a migrated database of this test's own, on SQLite and on PostgreSQL."""
    url = databases_of_one_kind.migrated()
    yield url
    databases_of_one_kind.done(url)


@pytest.fixture
def empty_database(databases_of_one_kind: databases.Maker) -> str:
    return databases_of_one_kind.empty()


@pytest.fixture
async def sessions(database: str) -> AsyncIterator[Sessions]:
    engine = make_engine(database)
    yield make_sessions(engine)
    await engine.dispose()


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    """The bot, running, with people who can write to it. It is Monday 2026-03-02, 12:00 UTC."""
    async with world_on(database) as made:
        yield made
