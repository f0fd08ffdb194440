"""The table of what is kept, held against the tables themselves."""

from collections import Counter

from db import inventory
from db.crypto import Sealed
from db.models import Base


def _columns() -> set[tuple[str, str]]:
    return {(table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns}


def test_every_column_is_in_the_inventory_once() -> None:
    """Whoever adds a column says what it is for; one that is gone promises nothing any more."""
    named = Counter(
        (holding.table.__tablename__, column.name)
        for holding in inventory.HOLDINGS.values()
        for column in holding.columns
    )

    assert _columns() == set(named)
    assert [] == [column for column, times in named.items() if times > 1]


def test_what_is_about_health_is_sealed_and_nothing_else() -> None:
    """A mark without encryption would be a promise that is broken, encryption without a mark a secret."""
    sealed = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    }
    marked = {
        (holding.table.__tablename__, column.name)
        for holding in inventory.HOLDINGS.values()
        for column in holding.columns
        if column.health
    }

    assert sealed
    assert sealed == marked


def test_whatever_points_to_a_person_is_theirs() -> None:
    """A table with a person's id has an owner in the inventory, and it is that column; a table has one owner."""
    owned = {table.__tablename__: owner for table, owner in inventory.owned_tables().items()}
    pointing = {
        table.name: key.parent.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "users"
    }
    owners = {(holding.table, holding.owner) for holding in inventory.HOLDINGS.values()}

    assert {"users": "id", **pointing} == owned
    assert len({table for table, _owner in owners}) == len(owners)
