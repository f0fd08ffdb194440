"""Claims and plans look at what is due, never at the whole history."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from db import census, claims, deliveries, reminders
from db.engine import Session, Sessions
from jobs.claimer import LEASE
from jobs.plan import plan
from tests.jobs.cast import reminded

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
Query = Callable[[Session], Awaitable[object]]


async def _plan_of(sessions: Sessions, query: Query) -> str:
    """How the database goes about the last statement of `query`, were its tables large."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        said.append((statement, values))

    async with sessions.begin() as session:
        connection = await session.connection()
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await query(session)
        statement, values = said[-1]
        if connection.dialect.name == "postgresql":
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            await session.execute(text("SET LOCAL enable_bitmapscan = off"))
            explained = await connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        else:
            explained = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(str(row) for row in explained)


@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        (
            lambda session: claims.claim(session, now=NOW, lease_until=NOW, worker="one", limit=5),
            {"ix_deliveries_ripe"},
        ),
        (
            lambda session: session.execute(claims.releasing_expired(now=NOW, spare="one")),
            {"ix_deliveries_lease_until"},
        ),
        (lambda session: session.execute(claims.releasing(worker="one", held=[1, 2])), {"ix_deliveries_lease_until"}),
        (lambda session: session.execute(claims.releasing(worker=None, held=[])), {"ix_deliveries_lease_until"}),
        (lambda session: session.execute(deliveries.asking_again(NOW)), {"ix_deliveries_again_at"}),
        (deliveries.earliest_waiting, {"ix_deliveries_ripe"}),
        (lambda session: census.ripe(session, NOW), {"ix_deliveries_ripe", "ix_deliveries_lease_until"}),
        (deliveries.earliest_again, {"ix_deliveries_again_at"}),
        (lambda session: reminders.due(session, now=NOW, limit=5), {"ix_reminders_due"}),
        (reminders.earliest_due, {"ix_reminders_due"}),
    ],
)
async def test_what_runs_all_the_time_goes_by_an_index(sessions: Sessions, query: Query, indexes: set[str]) -> None:
    """By the one that holds nothing else, and without sorting all who chose the same minute."""
    plan = await _plan_of(sessions, query)
    if "Scan using" in plan:  # PostgreSQL may take any index of an empty table; it must not sort all that is due
        indexes = {index for index in indexes if index in {"ix_deliveries_ripe", "ix_reminders_due"}}

    assert {index for index in indexes if index in plan} == indexes
    assert "SCAN deliveries\n" not in plan + "\n"
    assert "TEMP B-TREE FOR ORDER BY" not in plan
    # The few that were found may be sorted by their ids, to be looked up.
    assert [] == [line for line in plan.splitlines() if "Sort Key" in line and "ripe.id" not in line]


async def test_what_a_person_waits_for_is_looked_up_by_person(sessions: Sessions) -> None:
    """Also where the statistics say that nobody waits for anything, as they do until minutes after a burst begins: gone
    through for each claimed row, 7,000 that waited made a claim take a quarter of a second."""
    found = await _plan_of(
        sessions, lambda session: claims.claim(session, now=NOW, lease_until=NOW, worker="one", limit=5)
    )

    assert "Anti Join" not in found
    assert "user_id = deliveries" in found or "ix_deliveries_owed (user_id=?" in found


@pytest.mark.parametrize("without", [(), ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize")])
async def test_no_more_are_claimed_than_asked_for(sessions: Sessions, without: tuple[str, ...]) -> None:
    """However PostgreSQL goes about it: statistics that are off once made it claim all."""
    for chat_id in range(25):
        await reminded(sessions, chat_id=chat_id)
    await plan(sessions, now=EVENING)
    async with sessions.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            for way in without:
                await session.execute(text(f"SET LOCAL enable_{way} = off"))
        claimed = await claims.claim(session, now=EVENING, lease_until=EVENING + LEASE, worker="one", limit=10)

    assert len(claimed) == 10
