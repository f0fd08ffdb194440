"""Many rows in one parameter, on PostgreSQL."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Table, select, text

from db import users
from db.crypto import keyring_of
from db.engine import Sessions
from db.models import Delivery, Reminder, ReminderState, Status
from db.packed import given, packed
from tests.jobs.cast import MONDAY_NOON

_DELIVERIES, _REMINDERS = cast("Table", Delivery.__table__), cast("Table", Reminder.__table__)
_SUGGESTION = {"form": "idea", "facts": {"food": "kale", "amount": "47.0", "odd": "\"'\\ ❤ \u200f"}}


async def test_what_is_packed_comes_out_as_it_was(shared: Sessions) -> None:
    """Instants to the microsecond, days, yes and no, names of states, numbers of 64 bits, and nothing."""
    at = MONDAY_NOON + timedelta(microseconds=123456)
    deliveries = [
        {"id": 2**53 + 1, "due_at": at, "status": Status.SENT, "question": True, "failure": None, "suggestion": None},
        {
            "id": 2,
            "due_at": at,
            "status": Status.MISSED,
            "question": False,
            "failure": "late",
            "suggestion": _SUGGESTION,
        },
    ]
    reminders = [{"id": 1, "state": ReminderState.ENDED, "last_day": at.date(), "ended_at": None}]
    async with shared() as session:
        found = list[Mapping[Any, Any]]()
        for table, rows in ((_DELIVERIES, deliveries), (_REMINDERS, reminders)):
            brought = packed(table, rows, session.get_bind().dialect)
            found += (await session.execute(select(given(table, tuple(rows[0]))), brought)).mappings().all()

    assert [*deliveries, *reminders] == [dict(row) for row in found]


async def test_what_the_table_has_sealed_is_sealed(shared: Sessions) -> None:
    """Neither what is sent to the database nor what is in it shows what it says."""
    row = {"user_id": 1, "kind": "food", "due_at": MONDAY_NOON, "promised_at": MONDAY_NOON, "send_at": MONDAY_NOON,
           "status": Status.SENT, "suggestion": _SUGGESTION}  # fmt: skip
    async with shared.begin() as session:
        row["user_id"] = (await users.ensure(session, chat_id=1, language="en", now=MONDAY_NOON)).id
        await session.flush()
        dialect = session.get_bind().dialect
        brought = packed(_DELIVERIES, [row], dialect)
        await session.execute(
            _DELIVERIES.insert().from_select(tuple(row), select(given(_DELIVERIES, tuple(row)))), brought
        )
        raw = (await session.execute(text("SELECT suggestion #>> '{}' FROM deliveries"))).scalar_one()

    assert "kale" not in brought["packed"]
    assert _SUGGESTION == keyring_of(dialect).clear(raw)
    assert raw != _SUGGESTION


async def test_an_instant_without_a_zone_is_refused(shared: Sessions) -> None:
    """PostgreSQL would take it for one in UTC."""
    async with shared() as session:
        with pytest.raises(ValueError, match="no time zone"):
            packed(_DELIVERIES, [{"due_at": MONDAY_NOON.replace(tzinfo=None)}], session.get_bind().dialect)
