"""The databases that tests get: what one test leaves behind, the next does not see."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from tests import databases


@pytest.fixture(scope="module")
def maker() -> Iterator[databases.Maker]:
    with TemporaryDirectory(prefix="cc-") as folder, databases.postgresql(Path(folder) / "data") as made:
        yield made


def _given_back(maker: databases.Maker, *statements: bytes) -> tuple[str, str]:
    """The database that a test did this to, and the one that the next test gets."""
    used = maker.migrated()
    with psycopg.connect(used, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
    maker.done(used)
    return used, maker.migrated()


def _answers(url: str, question: bytes) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchall()


def test_rows_are_gone_and_ids_begin_at_one(maker: databases.Maker) -> None:
    """Of the test before nothing is left, not even its ids."""
    insert = b"INSERT INTO users (chat_id, language, created_at, seen_at) VALUES (7, 'en', now(), now()) RETURNING id"
    used, again = _given_back(maker, insert, insert.replace(b"7", b"8"))

    assert used == again
    assert [] == _answers(again, b"SELECT id FROM users")
    assert [(1,)] == _answers(again, insert)


def test_what_migrations_wrote_is_there_again(maker: databases.Maker) -> None:
    """The revision, for one."""
    used, again = _given_back(maker, b"UPDATE alembic_version SET version_num = '9999'")

    assert used == again
    assert [("9999",)] != _answers(again, b"SELECT version_num FROM alembic_version")
    assert 1 == len(_answers(again, b"SELECT version_num FROM alembic_version"))


@pytest.mark.parametrize(
    "change", [b"ALTER TABLE reminders RENAME TO elsewhere", b"ALTER TABLE users ADD COLUMN shoes integer"]
)
def test_a_changed_schema_is_not_used_again(maker: databases.Maker, change: bytes) -> None:
    """The next test gets a new database."""
    used, fresh = _given_back(maker, change)

    assert used != fresh
    assert [] == _answers(fresh, b"SELECT id FROM reminders")


def test_whoever_is_still_connected_is_thrown_out(maker: databases.Maker) -> None:
    """An open transaction of the test before neither blocks nor reaches the next one."""
    used = maker.migrated()
    with psycopg.connect(used) as left:
        left.execute(b"LOCK TABLE users")
        maker.done(used)
        with pytest.raises(psycopg.OperationalError):
            left.execute(b"SELECT 1")
