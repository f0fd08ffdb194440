"""Addresses of databases: as people write them, and as they are shown."""

import pytest

from db.address import DatabaseURLError, parse_url, shown


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "not an address"),
        ("mysql://localhost/x", "must begin with"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:////", "is a folder"),
        ("postgresql://anna:geh@eim@localhost/a", "has to be written as %40"),
        ("postgresql://anna:geh@e:im@localhost/a", "has to be written as %40"),
        ("postgresql://anna:geheim@localhost:geheim/a", "not an address"),
    ],
)
def test_an_unusable_address_is_refused_with_a_reason(url: str, reason: str) -> None:
    """Only SQLite files and PostgreSQL servers can keep reminders."""
    with pytest.raises(DatabaseURLError, match=reason) as refused:
        parse_url(url)

    assert "eim" not in str(refused.value)


def test_a_file_that_cannot_be_looked_at_is_told_when_it_is_opened() -> None:
    """The address itself is right."""
    name = "x" * 300

    assert name == parse_url(f"sqlite:///{name}").database


def test_a_file_may_have_any_name() -> None:
    assert parse_url("sqlite:///me@home/you@home.db").database == "me@home/you@home.db"


def test_an_address_is_shown_without_its_password() -> None:
    """Wherever it stands, and with all the rest."""
    url = "postgresql://anna:ge%40heim@localhost/a?password=geheim&sslpassword=geheim&sslmode=require"

    assert shown(url) == "postgresql://anna:***@localhost/a?sslmode=require"


def test_the_async_driver_is_the_bots_business() -> None:
    """People write sqlite:// or postgresql://, whatever serves it."""
    assert parse_url("sqlite:///a.db").drivername == "sqlite+aiosqlite"
    assert parse_url("postgresql://localhost/a").drivername == "postgresql+psycopg"
