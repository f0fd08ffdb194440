"""One row that the database cannot read or write costs nobody else anything."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from db import claims
from db.engine import Session, Sessions
from db.models import Delivery, Reminder, Status
from jobs import schedule
from jobs.farewell import Terms
from jobs.fire import rested
from jobs.plan import plan
from jobs.rules import AtTimes, Once
from jobs.sender import SendError
from jobs.upkeep import tidy
from tests.jobs.cast import Post, Tick, reminded

EVENING = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
# As a damaged file or a hand on the database may leave them: no text, or a count at its end.
_BREAK = {
    "sqlite": {"reminders": "kind = CAST(X'FF' AS TEXT)", "deliveries": "failure = CAST(X'FF' AS TEXT)"},
    "postgresql": {"reminders": "fired = 2147483647", "deliveries": "attempts = 2147483647"},
}


def _refusing(name: str, when: str) -> dict[str, tuple[Sequence[str], Sequence[str]]]:
    """For each database, what makes it refuse such changes of deliveries, and what ends that."""
    change = f"TRIGGER {name} BEFORE UPDATE ON deliveries"
    no = f"$$ BEGIN IF {when} THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$"
    return {
        "sqlite": (
            [f"CREATE {change} WHEN {when} BEGIN SELECT RAISE(ABORT, 'no'); END"],
            [f"DROP TRIGGER IF EXISTS {name}"],
        ),
        "postgresql": (
            [
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {no}",
                f"CREATE {change} FOR EACH ROW EXECUTE FUNCTION {name}()",
            ],
            [f"DROP FUNCTION IF EXISTS {name} CASCADE"],
        ),
    }


_OF_THE_FIRST = "NEW.user_id = (SELECT min(id) FROM users)"
_NEVER_RECORDED = _refusing("never", f"NEW.status IN ('sent', 'failed') AND {_OF_THE_FIRST}")
_FROZEN = _refusing("frozen", _OF_THE_FIRST)


def _dialect(sessions: Sessions) -> str:
    return str(sessions.kw["bind"].dialect.name)


async def _break(sessions: Sessions, table: str, chat_id: int) -> None:
    """What this person has in this table."""
    broken = _BREAK[_dialect(sessions)][table]
    whose = "user_id = (SELECT id FROM users WHERE chat_id = :chat)"
    async with sessions.begin() as session:
        await session.execute(text(f"UPDATE {table} SET {broken} WHERE {whose}"), {"chat": chat_id})  # noqa: S608


async def _next_due(sessions: Sessions) -> list[datetime | None]:
    async with sessions() as session:
        return list(await session.scalars(select(Reminder.next_due_at).order_by(Reminder.id)))


async def _do(sessions: Sessions, statements: Sequence[str]) -> None:
    async with sessions.begin() as session:
        for statement in statements:
            await session.execute(text(statement))


@asynccontextmanager
async def _refused(sessions: Sessions, changes: dict[str, tuple[Sequence[str], Sequence[str]]]) -> AsyncIterator[None]:
    make, unmake = changes[_dialect(sessions)]
    await _do(sessions, make)
    yield
    await _do(sessions, unmake)


@pytest.fixture
async def never(sessions: Sessions) -> AsyncIterator[None]:
    """The database refuses whatever became of the first person's deliveries."""
    async with _refused(sessions, _NEVER_RECORDED):
        yield


@pytest.fixture
async def frozen(sessions: Sessions) -> AsyncIterator[None]:
    """And every change of them."""
    async with _refused(sessions, _FROZEN):
        yield


async def test_a_reminder_that_cannot_be_planned_stops_nobody(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    """Bob's is broken and due first; alice gets her nudge, the log says whose is not planned, and what is mended comes
    ten minutes later at the latest."""
    await reminded(sessions, chat_id=2)
    await reminded(sessions, chat_id=1, rule=AtTimes((time(21, 31),)))
    await _break(sessions, "reminders", chat_id=2)
    post = Post()
    tick = Tick(sessions, post)
    for minutes in range(10):
        await tick.at(EVENING + timedelta(minutes=minutes))
    before = [nudge.chat_id for nudge in post.sent]
    async with sessions.begin() as session:
        await session.execute(update(Reminder).values(kind="stretch", fired=0))
    await tick.at(EVENING + timedelta(minutes=10))
    bobs, _alices = await _next_due(sessions)

    assert [1] == before
    assert [1, 2] == [nudge.chat_id for nudge in post.sent]
    assert EVENING + timedelta(days=1) == bobs
    assert 1 == caplog.text.count("cannot plan this reminder")


@pytest.mark.parametrize(("days", "owed", "next_in"), [(range(7), [1], 2), (range(1), [], 7)])
async def test_after_its_rest_a_reminder_goes_on_with_its_own_occasions(
    sessions: Sessions, days: Sequence[int], owed: Sequence[int], next_in: int
) -> None:
    """It broke on Monday and was mended: one for each day goes on with Tuesday's, one for Mondays a week later."""
    await reminded(sessions, rule=AtTimes((time(21, 30),), days=frozenset(days)))
    now = EVENING + timedelta(seconds=1)
    async with sessions.begin() as session:
        await session.execute(update(Reminder).values(next_due_at=rested(now)))
    await plan(sessions, now=now + timedelta(days=1, seconds=1))

    assert [EVENING + timedelta(days=day) for day in owed] == [
        send_at for _status, send_at in await _send_ats(sessions)
    ]
    assert [EVENING + timedelta(days=next_in)] == await _next_due(sessions)


async def test_a_single_occasion_that_rested_for_a_day_is_missed(sessions: Sessions) -> None:
    """And a change of zone meanwhile brings it no sooner."""
    user, _reminder = await reminded(sessions, rule=Once(EVENING))
    async with sessions.begin() as session:
        await session.execute(update(Reminder).values(next_due_at=rested(EVENING)))
        await schedule.move(session, user, zone="Europe/London", now=EVENING + timedelta(hours=6))
    resting = await _next_due(sessions)
    await plan(sessions, now=EVENING + timedelta(days=1, seconds=1))

    assert [rested(EVENING)] == resting
    assert [Status.MISSED] == [status for status, _send_at in await _send_ats(sessions)]


async def test_a_fault_that_is_no_rows_puts_nothing_off(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a bug, or a table that is not there: it is said, and everything stays due."""
    await reminded(sessions)
    before = await _next_due(sessions)

    async def owe(*_: object, **_more: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("jobs.plan.owe", owe)
    with pytest.raises(RuntimeError):
        await plan(sessions, now=EVENING)

    assert before == await _next_due(sessions)


async def test_a_fault_of_ours_puts_nothing_off(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it looks like that of a row: what is wrong with everybody's is said, and nobody's row is changed."""
    for chat_id in range(1, 13):
        await reminded(sessions, chat_id=chat_id)
    while await plan(sessions, now=EVENING):
        pass
    before = await _send_ats(sessions)

    async def with_agendas(*_: object, **_more: object) -> None:
        raise KeyError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr("jobs.claimer.with_agendas", with_agendas)
        with pytest.raises(KeyError):
            await Tick(sessions, Post()).at(EVENING)

    assert before == await _send_ats(sessions)


async def _send_ats(sessions: Sessions) -> list[tuple[Status, datetime]]:
    async with sessions() as session:
        found = await session.execute(select(Delivery.status, Delivery.send_at).order_by(Delivery.id))
        return [(Status(status), send_at) for status, send_at in found]


async def test_a_delivery_that_cannot_be_claimed_rests_and_stops_nobody(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    """What is known of bob's earlier tries is broken: alice gets hers, he gets his next one, and ten minutes later the
    first as well, for that is forgotten."""
    await reminded(sessions, chat_id=2)
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2, kind="food", rule=AtTimes((time(21, 31),)))
    await plan(sessions, now=EVENING)
    await _break(sessions, "deliveries", chat_id=2)
    post = Post()
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    broken = (await _send_ats(sessions))[0]
    await tick.at(EVENING + timedelta(minutes=1))
    meanwhile = [(nudge.chat_id, nudge.kind) for nudge in post.sent]
    await tick.at(EVENING + timedelta(minutes=11))

    assert (Status.PLANNED, EVENING + timedelta(minutes=10)) == broken
    assert [(1, "stretch"), (2, "food")] == meanwhile
    assert [(1, "stretch"), (2, "food"), (2, "stretch")] == [(nudge.chat_id, nudge.kind) for nudge in post.sent]
    assert 1 == caplog.text.count("cannot claim this delivery")


async def test_many_broken_rows_in_front_stop_nobody(sessions: Sessions) -> None:
    """More of them than are looked at one by one; alice, who comes last, waits for some ticks."""
    for chat_id in range(2, 27):
        await reminded(sessions, chat_id=chat_id)
    await reminded(sessions, chat_id=1)
    for chat_id in range(2, 14):
        await _break(sessions, "reminders", chat_id)
    while await plan(sessions, now=EVENING):
        pass
    for chat_id in range(14, 27):
        await _break(sessions, "deliveries", chat_id)
    post = Post()
    tick = Tick(sessions, post)
    for seconds in range(4):
        await tick.at(EVENING + timedelta(seconds=seconds))

    assert [1] == [nudge.chat_id for nudge in post.sent]


async def test_rows_that_cannot_be_written_at_all_stop_nobody(sessions: Sessions, frozen: None) -> None:
    """Bob's twelve, first ripe and then a dead worker's claims, like charlie's: alice gets hers, and charlie his."""
    for _ in range(12):
        await reminded(sessions, chat_id=2)
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=3, rule=AtTimes((time(21, 40),)))
    while await plan(sessions, now=EVENING):
        pass
    post = Post()
    tick = Tick(sessions, post)
    for seconds in range(4):
        await tick.at(EVENING + timedelta(seconds=seconds))
    ripe = [nudge.chat_id for nudge in post.sent]
    while await plan(sessions, now=EVENING + timedelta(minutes=10)):
        pass
    make, unmake = _FROZEN[_dialect(sessions)]
    await _do(sessions, unmake)
    async with sessions.begin() as session:
        dead = {"status": Status.CLAIMED, "worker": "dead", "lease_until": EVENING}
        await session.execute(update(Delivery).where(Delivery.status == Status.PLANNED).values(dead))
    await _do(sessions, make)
    await Tick(sessions, post).at(EVENING + timedelta(minutes=10))

    assert [1] == ripe
    assert [1, 3] == [nudge.chat_id for nudge in post.sent]


async def test_what_has_become_of_it_meanwhile_is_not_undone(sessions: Sessions) -> None:
    """Alice has answered while somebody else could not read it."""
    await reminded(sessions)
    await plan(sessions, now=EVENING)
    async with sessions.begin() as session:
        await session.execute(update(Delivery).values(status=Status.DONE))
        for number in await session.scalars(select(Delivery.id)):
            await claims.put_off(session, number, now=EVENING, until=EVENING + timedelta(hours=1))

    assert [(Status.DONE, EVENING)] == await _send_ats(sessions)


async def test_what_is_claimed_leaves_though_the_database_goes_away(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the midst of looking at them one by one: alice's is claimed by then, charlie's is not, and comes later."""
    await reminded(sessions, chat_id=2)
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=3)
    await plan(sessions, now=EVENING)
    await _break(sessions, "deliveries", chat_id=2)
    claim, calls = claims.claim, list[object]()

    async def away(session: Session, *, only: int | None = None, **more: Any) -> Sequence[Delivery]:
        calls.append(only)
        if len(calls) == 4:
            raise OSError("away")
        return await claim(session, only=only, **more)

    monkeypatch.setattr(claims, "claim", away)
    post = Post()
    await Tick(sessions, post).at(EVENING)

    assert [None, 1, 2] == [None if only is None else index for index, only in enumerate(calls[:3])]
    assert [1, 3] == [nudge.chat_id for nudge in post.sent]


async def test_what_only_rests_hides_no_outage(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bob's is put off, and then the database goes away: that is said."""
    await reminded(sessions, chat_id=2)
    await reminded(sessions, chat_id=1)
    await plan(sessions, now=EVENING)
    await _break(sessions, "deliveries", chat_id=2)
    claim, calls = claims.claim, list[object]()

    async def away(session: Session, *, only: int | None = None, **more: Any) -> Sequence[Delivery]:
        calls.append(only)
        if len(calls) == 3:
            raise OSError("away")
        return await claim(session, only=only, **more)

    monkeypatch.setattr(claims, "claim", away)
    with pytest.raises(OSError, match="away"):
        await Tick(sessions, Post()).at(EVENING)

    assert [None, 1, 2] == calls


def _refusing_with(state: str, when: str) -> Sequence[str]:
    """For PostgreSQL, whose triggers can refuse with any error."""
    no = f"RAISE EXCEPTION 'no' USING ERRCODE = '{state}'"
    return (
        "CREATE FUNCTION whose() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_OF_THE_FIRST} AND {when} THEN {no}; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER whose BEFORE INSERT OR UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION whose()",
    )


@pytest.mark.parametrize("state", ["P0002", "42501", "XX000", "54001"])
@pytest.mark.parametrize("when", ["TG_OP = 'INSERT'", "NEW.status = 'claimed'"])
async def test_whatever_the_database_says_of_some_rows_they_stop_nobody(
    sessions: Sessions, state: str, when: str
) -> None:
    """Alice's twelve, for a reason that could be everybody's, are in front of bob's."""
    if _dialect(sessions) == "sqlite":
        pytest.skip("SQLite's triggers have one way to refuse")
    for _ in range(12):
        await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    await _do(sessions, _refusing_with(state, when))
    post = Post()
    tick = Tick(sessions, post)
    for seconds in range(4):
        with suppress(DBAPIError):
            await tick.at(EVENING + timedelta(seconds=seconds))
    await _do(sessions, ["DROP FUNCTION whose CASCADE"])

    assert [2] == [nudge.chat_id for nudge in post.sent]


async def test_a_claim_that_cannot_be_let_go_stops_nobody(sessions: Sessions) -> None:
    """Alice's is of a dead worker; bob's is ripe."""
    if _dialect(sessions) == "sqlite":
        pytest.skip("SQLite's triggers have one way to refuse")
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    await plan(sessions, now=EVENING)
    async with sessions.begin() as session:
        dead = {"status": Status.CLAIMED, "worker": "dead", "lease_until": EVENING}
        first = select(func.min(Delivery.id)).scalar_subquery()
        await session.execute(update(Delivery).where(Delivery.id == first).values(dead))
    await _do(sessions, _refusing_with("XX000", "NEW.status = 'planned'"))
    post = Post()
    await Tick(sessions, post).at(EVENING)
    await _do(sessions, ["DROP FUNCTION whose CASCADE"])

    assert [2] == [nudge.chat_id for nudge in post.sent]


async def test_a_past_that_cannot_be_read_costs_no_nudge(sessions: Sessions, caplog: pytest.LogCaptureFixture) -> None:
    """Alice's evenings go on, though the first of them is broken by then."""
    await reminded(sessions)
    post = Post()
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    broken = {
        "sqlite": "UPDATE deliveries SET failure = CAST(X'FF' AS TEXT)",
        "postgresql": "UPDATE deliveries SET answered_at = 'infinity'",
    }
    await _do(sessions, [broken[_dialect(sessions)]])
    for days in (1, 2):
        await tick.at(EVENING + timedelta(days=days))

    assert 3 == len(post.sent)
    assert "history cannot be read" in caplog.text


async def test_what_can_never_be_recorded_leaves_once(
    sessions: Sessions, never: None, caplog: pytest.LogCaptureFixture
) -> None:
    """Alice's: she gets it once all the same, and bob his. When it can be recorded again, it is."""
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    post = Post()
    tick = Tick(sessions, post)
    for seconds in range(0, 600, 100):
        await tick.at(EVENING + timedelta(seconds=seconds))
    before = {status for status, _send_at in await _send_ats(sessions)}
    await _do(sessions, _NEVER_RECORDED[_dialect(sessions)][1])
    await tick.at(EVENING + timedelta(seconds=700))

    assert [1, 2] == sorted(nudge.chat_id for nudge in post.sent)
    assert {Status.CLAIMED, Status.SENT} == before
    assert {Status.SENT} == {status for status, _send_at in await _send_ats(sessions)}
    assert "outcome cannot be recorded" in caplog.text


async def test_what_comes_after_it_does_not_wait_for_it(sessions: Sessions, never: None) -> None:
    """Alice's first cannot be recorded; her second leaves as well, once, though that cannot be recorded either."""
    await reminded(sessions)
    await reminded(sessions, kind="food", rule=AtTimes((time(21, 31),)))
    post = Post()
    tick = Tick(sessions, post)
    for minutes in range(6):
        await tick.at(EVENING + timedelta(minutes=minutes))

    assert ["stretch", "food"] == [nudge.kind for nudge in post.sent]


async def test_what_will_leave_again_is_waited_for(sessions: Sessions, never: None) -> None:
    """Alice's first was refused for a moment, which cannot be recorded either: her second comes after it."""
    await reminded(sessions)
    await reminded(sessions, kind="food", rule=AtTimes((time(21, 31),)))
    refused = [SendError("500")]
    post = Post(lambda _nudge: refused.pop() if refused else None)
    tick = Tick(sessions, post)
    async with _refused(sessions, _refusing("planned", "NEW.status = 'planned' AND OLD.status = 'claimed'")):
        for minutes in range(3):
            await tick.at(EVENING + timedelta(minutes=minutes))
        meanwhile = len(post.sent)
    for minutes in range(3, 6):
        await tick.at(EVENING + timedelta(minutes=minutes))

    assert 0 == meanwhile
    assert ["stretch", "food"] == [nudge.kind for nudge in post.sent]


async def test_what_could_not_be_written_is_claimed_alone_when_it_can(sessions: Sessions) -> None:
    """Alice's two of one moment are left out, and then mended: one of them leaves, for the other knows of it."""
    await reminded(sessions)
    await reminded(sessions)
    while await plan(sessions, now=EVENING):
        pass
    post = Post()
    tick = Tick(sessions, post)
    async with _refused(sessions, _refusing("each", "1 = 1")):
        for minutes in range(3):
            await tick.at(EVENING + timedelta(minutes=minutes))
    for minutes in range(3, 30):
        await tick.at(EVENING + timedelta(minutes=minutes))

    assert ["stretch"] == [nudge.kind for nudge in post.sent]


async def test_beside_another_worker_it_leaves_once_from_each(sessions: Sessions, never: None) -> None:
    """When the lease is over, the other takes it; neither sends it again, however often it changes hands."""
    await reminded(sessions)
    posts = [Post(), Post()]
    ticks = [Tick(sessions, post, worker=name) for post, name in zip(posts, ("one", "two"), strict=True)]
    for minutes in range(60):
        for tick in ticks:
            await tick.at(EVENING + timedelta(minutes=minutes))
    await _do(sessions, _NEVER_RECORDED[_dialect(sessions)][1])
    for minutes in range(60, 66):
        for tick in ticks:
            await tick.at(EVENING + timedelta(minutes=minutes))

    assert [1, 1] == [len(post.sent) for post in posts]
    assert [Status.SENT] == [status for status, _send_at in await _send_ats(sessions)]


async def test_what_was_put_off_leaves_though_its_first_time_is_not_on_record(sessions: Sessions, never: None) -> None:
    """Alice taps Later on what arrived and cannot be recorded: it comes again when she said."""
    await reminded(sessions)
    post = Post()
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    later = EVENING + timedelta(minutes=10)
    async with sessions.begin() as session:
        snoozed = {"status": Status.SNOOZED, "promised_at": later, "send_at": later, "lease_until": None}
        await session.execute(update(Delivery).values(snoozed))
    await tick.at(EVENING + timedelta(minutes=5))
    before = len(post.sent)
    await _do(sessions, _NEVER_RECORDED[_dialect(sessions)][1])
    await tick.at(later)

    assert 1 == before
    assert 2 == len(post.sent)
    assert [Status.SENT] == [status for status, _send_at in await _send_ats(sessions)]


async def test_a_record_that_the_database_refuses_when_it_is_back_stops_nobody(
    sessions: Sessions, never: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was away for the first try. Bob, whose nudge comes a minute later, gets his."""
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2, rule=AtTimes((time(21, 31),)))
    record, faults = claims.record, [OSError("away")]

    async def away(*what: Any, **more: Any) -> Collection[int]:
        if faults:
            raise faults.pop()
        return await record(*what, **more)

    monkeypatch.setattr(claims, "record", away)
    post = Post()
    tick = Tick(sessions, post)
    await tick.at(EVENING)
    await tick.at(EVENING + timedelta(minutes=1))

    assert [1, 2] == [nudge.chat_id for nudge in post.sent]


async def test_a_row_that_cannot_be_written_stops_no_housekeeping(
    sessions: Sessions, frozen: None, caplog: pytest.LogCaptureFixture
) -> None:
    """What was proposed to bob long ago stays; what was proposed to alice is forgotten, all of it."""
    bob, _reminder = await reminded(sessions, chat_id=2)
    alice, _reminder = await reminded(sessions, chat_id=1)
    async with sessions.begin() as session:
        for user_id, days in ((bob.id, 0), *((alice.id, days) for days in range(120))):
            at = EVENING - timedelta(days=days)
            session.add(
                Delivery(
                    user_id=user_id, kind="food", due_at=at, promised_at=at, send_at=at, status=Status.SENT,
                    suggestion={"form": "food"},
                )
            )  # fmt: skip
    await tidy(sessions, now=EVENING + timedelta(days=20), terms=Terms())
    async with sessions() as session:
        kept = list(await session.scalars(select(Delivery.user_id).where(Delivery.suggestion.is_not(None))))

    assert [bob.id] == kept
    assert 1 == caplog.text.count("cannot tidy this delivery")
