"""Fixtures for everybody: both databases, and the real bot against the sandbox server over HTTP."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import delete

from db.engine import Sessions, make_engine, make_sessions
from db.models import DataKey
from tests import databases
from tests.data_key import KEYRING
from tests.engines import kept_engines
from tests.world import World, world_on

settings.register_profile(
    "project", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("deep", settings.get_profile("project"), max_examples=5000, derandomize=False)
settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--conversations",
        choices=("both", "half", "other-half"),
        default="both",
        help="on which databases tests marked `conversation` run: both, or one by the test's name, or the other one",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "conversation: what is said does not depend on the database (--conversations)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the conversations of the half that was not asked for."""
    half = config.getoption("--conversations")
    if half != "both":
        config.hook.pytest_deselected(items=[item for item in items if _half_of(item) not in {None, half}])
        items[:] = [item for item in items if _half_of(item) in {None, half}]


def _half_of(item: pytest.Item) -> str | None:
    """The half that a conversation on this database belongs to; None for tests that are in both."""
    if (callspec := getattr(item, "callspec", None)) is None or item.get_closest_marker("conversation") is None:
        return None
    if (kind := callspec.params.get("databases_of_one_kind")) is None:
        return None
    name = [item.nodeid.partition("[")[0], *(part for part in callspec.id.split("-") if part != kind)]
    first = databases.KINDS[crc32("-".join(name).encode()) % 2]
    return "half" if kind == first else "other-half"


@pytest.fixture(scope="session", params=databases.KINDS)
def databases_of_one_kind(request: pytest.FixtureRequest) -> Iterator[databases.Maker]:
    # Not tmp_path: a PostgreSQL socket's path may have 107 characters at most.
    with TemporaryDirectory(prefix="cc-") as folder:
        maker = databases.sqlite if request.param == "sqlite" else databases.postgresql
        with maker(Path(folder) / "data") as made:
            yield made


@pytest.fixture
def database(databases_of_one_kind: databases.Maker) -> Iterator[str]:
    """The address of a migrated database of this test's own, on SQLite and on PostgreSQL; it knows the tests' key."""
    url = databases_of_one_kind.migrated()
    yield url
    databases_of_one_kind.done(url)


@pytest.fixture
async def keyless_database(database: str) -> str:
    """The same, before its first start."""
    engine = make_engine(database)
    async with engine.begin() as connection:
        await connection.execute(delete(DataKey))
    await engine.dispose()
    return database


@pytest.fixture
def empty_database(databases_of_one_kind: databases.Maker) -> str:
    return databases_of_one_kind.empty()


@pytest.fixture
async def sessions(database: str) -> AsyncIterator[Sessions]:
    async with kept_engines() as make_engine:
        yield make_sessions(make_engine(database, KEYRING))


@pytest.fixture
def shared(database: str, sessions: Sessions) -> Sessions:
    """On PostgreSQL only, which several processes can share."""
    if database.startswith("sqlite"):
        pytest.skip("PostgreSQL only")
    return sessions


@pytest.fixture
async def world(database: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[World]:
    """The bot, running, with people who can write to it. It is Monday 2026-03-02, 12:00 UTC.

    A fault of ours in its ticks is only logged, and tried again: here it fails the test.
    """
    async with world_on(database) as made:
        yield made
    said = [record.getMessage() for record in caplog.get_records("call") if record.exc_info is not None]
    assert [] == [line for line in said if "it is tried again and again" in line]
