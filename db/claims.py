"""Claiming deliveries under a lease and recording what became of them.

PostgreSQL skips rows that another worker has locked; SQLite has one writer at a time and needs no lock (SQLAlchemy
drops SKIP LOCKED there silently).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, or_, select, true, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from db.among import among, one_of
from db.changes import Change
from db.deliveries import WAITING, has_status
from db.insert import new_rows
from db.models import Delivery, Status
from db.packed import given, packed, write

# Not the mapped class: what a row becomes is no object here, and that is half the work.
_TABLE = cast("Table", Delivery.__table__)


async def claim(
    session: AsyncSession,
    *,
    now: datetime,
    lease_until: datetime,
    worker: str,
    limit: int,
    only: int | None = None,
    without: Collection[int] = (),
    past: Collection[int] = (),
) -> Sequence[Delivery]:
    """Up to `limit` deliveries whose `send_at` has come, in that order; nobody else gets them until `lease_until`.
    Or the one with the id `only`, if it is among them.

    One a person: the next is claimed when the one before it is on record, so that none overtakes another whoever
    sends them. Not waited for are the worker's own claims `past`, which have left. Those `without` are not claimed. The
    caller commits before it sends anything.
    """
    moments: dict[str, Any] = {"at": now, "until": lease_until, "claimer": worker, "most": limit}
    if only is not None:
        moments["only"] = only
    if is_picky := bool(without or past):
        moments |= {"without": list(without), "past": list(past)}
    statement = _claiming(session.get_bind().dialect.name, one=only is not None, picky=is_picky)
    claimed = await session.scalars(statement, moments)
    return sorted(claimed, key=lambda delivery: (delivery.send_at, delivery.id))


@cache  # to put it together takes longer than the database does
def _claiming(dialect: str, *, one: bool, picky: bool) -> ReturningUpdate[Delivery]:
    ripe = _ripe(dialect, picky=picky)
    if one:
        ripe = ripe.where(Delivery.id == bindparam("only"))
    if dialect == "postgresql":
        ripe = ripe.with_for_update(skip_locked=True, of=Delivery)
    # PostgreSQL may run a plain subquery once for each row, and each run passes over what the last has locked: more
    # than `most`. A common table expression with locks runs once.
    once = ripe.cte("ripe")
    return (
        update(Delivery)
        .where(Delivery.id.in_(select(once.c.id)))
        .values(
            status=Status.CLAIMED,
            worker=bindparam("claimer"),
            lease_until=bindparam("until"),
            attempts=Delivery.attempts + 1,
        )
        .returning(Delivery)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def _ripe(dialect: str, *, picky: bool) -> Select[int]:
    """The ids of up to `most` that can be claimed `at` an instant; `picky`: by `without` and `past` of `claim`."""
    now = bindparam("at", type_=Delivery.send_at.type)
    earlier = aliased(Delivery)
    was_tried = or_(earlier.attempts > 0, earlier.failure.is_not(None))
    is_under_way = or_(earlier.status == Status.CLAIMED, earlier.send_at <= now, was_tried)
    before_it = select(earlier.id).where(
        earlier.user_id == Delivery.user_id,
        has_status(earlier.status, *WAITING, Status.CLAIMED),
        tuple_(earlier.promised_at, earlier.id) < tuple_(Delivery.promised_at, Delivery.id),
        is_under_way,
    )
    if picky:
        is_own = earlier.worker.is_not_distinct_from(bindparam("claimer"))
        before_it = before_it.where(~and_(among(earlier.id, "past"), is_own))
    if dialect == "postgresql":
        # Not to be made a join of: where the statistics are from before a burst, it would go through all that waits,
        # for each row anew. With an offset it is asked of the index, person by person.
        before_it = before_it.offset(0)
    wanted = [has_status(Delivery.status, *WAITING), Delivery.send_at <= now, ~before_it.exists()]
    if picky:
        wanted.append(~among(Delivery.id, "without"))
    return select(Delivery.id).where(*wanted).order_by(Delivery.send_at, Delivery.id).limit(bindparam("most"))


async def ripe_ids(
    session: AsyncSession, without: Collection[int], *, now: datetime, worker: str, limit: int, past: Collection[int]
) -> Sequence[int]:
    """What `claim` would claim, in that order; nothing of it is read, nor claimed."""
    ripe = _ripe(session.get_bind().dialect.name, picky=True)
    given = {"at": now, "claimer": worker, "most": limit, "without": list(without), "past": list(past)}
    return (await session.scalars(ripe, given)).all()


async def put_off(session: AsyncSession, delivery_id: int, *, now: datetime, until: datetime) -> None:
    """It could not be claimed: if it still is ripe at `now`, it is again at `until`, whatever is in its row. What is
    known of earlier tries is forgotten: it may be what is wrong, and with it none of its person's others may leave."""
    is_ripe = (has_status(Delivery.status, *WAITING), Delivery.send_at <= now)
    values = {"send_at": until, "attempts": 0, "worker": None, "failure": None}
    await session.execute(update(Delivery).where(Delivery.id == delivery_id, *is_ripe).values(values))


async def record(
    session: AsyncSession, claimed: Iterable[Delivery], outcomes: Mapping[int, Mapping[str, Any]], *, worker: str
) -> Collection[int]:
    """Write the outcomes, by id, of deliveries as they were `claimed`. The ids of those that still were.

    A tap on Done can come before the send is recorded; it must win, so only a claim is overwritten, and no later one of
    the same delivery.
    """
    leases = {delivery.id: delivery.lease_until for delivery in claimed}
    found = await session.execute(_STILL_CLAIMED, {"ids": list(leases), "claimer": worker})
    ours = {number for number, lease_until in found if lease_until == leases[number]}
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)  # one statement for the same columns
    for number in sorted(ours):
        alike[tuple(sorted(outcomes[number]))].append({"id": number, "lease_until": None, **outcomes[number]})
    for rows in alike.values():
        await write(session, _TABLE, rows)
    return ours


_STILL_CLAIMED = (
    select(Delivery.id, Delivery.lease_until)
    .where(
        among(Delivery.id, "ids"),
        Delivery.status == Status.CLAIMED,
        Delivery.worker == bindparam("claimer"),
    )
    .order_by(Delivery.id)
    .with_for_update()
)


async def stands(session: AsyncSession, claimed: Delivery, *, worker: str) -> bool:
    """Whether a delivery still is as this worker has `claimed` it."""
    same = (Delivery.id == claimed.id, Delivery.lease_until == claimed.lease_until)
    is_claimed = (Delivery.status == Status.CLAIMED, Delivery.worker == worker)
    return await session.scalar(select(Delivery.id).where(*same, *is_claimed)) is not None


def releasing_expired(*, now: datetime, spare: str) -> Change:
    """A dead worker's claims become ripe again; those of the worker `spare` do not, for it knows that it is alive."""
    is_over = or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now)
    return _releasing(is_over, Delivery.worker.is_distinct_from(spare))


def releasing(*, worker: str | None, held: Collection[int]) -> Change:
    """Claims of this worker, or of everybody, become ripe again, but not the ones `held`: nobody is at the others."""
    return _releasing(true() if worker is None else Delivery.worker == worker, ~one_of(Delivery.id, held))


def _releasing(*which: ColumnElement[bool]) -> Change:
    is_claimed = has_status(Delivery.status, Status.CLAIMED)
    return update(Delivery).where(is_claimed, *which).values(status=Status.PLANNED, lease_until=None)


async def is_under_way(session: AsyncSession, delivery_id: int) -> bool:
    """It is claimed or waits to be, by whomever: nobody has answered it."""
    waits = (Delivery.id == delivery_id, has_status(Delivery.status, Status.PLANNED, Status.CLAIMED))
    return await session.scalar(select(Delivery.id).where(*waits)) is not None


async def owe(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> set[tuple[int | None, datetime]]:
    """Insert deliveries, and say which were new, as (reminder_id, due_at).

    An occasion that is already owed stays as it is: it was ticked ahead, or a clock went back.
    """
    if not rows:
        return set()
    dialect = session.get_bind().dialect
    if dialect.name == "postgresql":
        added = await session.execute(_owing(tuple(rows[0])), packed(_TABLE, rows, dialect))
    else:
        new = new_rows(session, Delivery).returning(Delivery.reminder_id, Delivery.due_at)
        added = await session.execute(new, rows)
    return {(reminder_id, due_at) for reminder_id, due_at in added}


@cache
def _owing(names: tuple[str, ...]) -> ReturningInsert[int | None, datetime]:
    """On PostgreSQL, rows with these columns."""
    new = postgresql.insert(_TABLE).from_select(names, select(given(_TABLE, names))).on_conflict_do_nothing()
    return new.returning(_TABLE.c.reminder_id, _TABLE.c.due_at)
