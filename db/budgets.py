"""How much of a token's time is taken, shared by all processes that send for it. PostgreSQL only.

All instants are of the database's own clock, so it does not matter whether the machines agree on theirs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from db.models import Budget

# The answer of the database takes this long at times; without it each reservation would leave a gap.
_CATCH_UP = timedelta(milliseconds=5)
# More than processes reserve ahead: what lies beyond was reserved before the clock went back.
_FAR = timedelta(seconds=5)
ABOUT = timedelta(seconds=10)
"""Others that have taken something are reckoned with for so long."""
# For how long after a reply there is room for the next ones.
_ASKING = timedelta(seconds=10)
# A second, and by what messages of several processes are not equally long on their way.
_WINDOW = timedelta(seconds=1.02)


class Steps(NamedTuple):
    """How far moments are apart, in seconds. `usual`: where nobody has asked lately. `asked`: while people ask, when a
    reply may leave `room` moments before its own, and so has not to wait for those of others. `among_others`: how much
    further for a process whose stretches alternate with those of others."""

    usual: float
    asked: float
    room: int
    among_others: float


class Stretch(NamedTuple):
    """Moments of the token's time that are nobody else's: in how many seconds from `known_at` the first one is,
    negative if just past, how far they are apart, and how long before its moment a reply may leave. `known_at`: when
    that was so, by the process's own clock. `until`: its end, by the database's clock. `alone`: nobody else has
    taken anything since this process last did, or for long. `asked`: people ask, of whichever process."""

    known_at: float
    begin: float
    step: float
    early: float
    until: datetime
    alone: bool
    asked: bool


async def reserve(
    session: AsyncSession,
    bot_id: int,
    steps: Steps,
    *,
    count: int,
    asked: bool,
    last: datetime | None,
    monotonic: Callable[[], float],
) -> Stretch:
    """Take the next `count` moments. `asked`: people do, so that from now on there has to be room for replies. `last`:
    the end of what this process took before. `monotonic`: the process's own clock, in seconds."""
    row, now = await _locked(session, bot_id)
    known_at = monotonic()
    begin = _next(row, now)
    room_at = row.room_at if _people_ask(row, now) else None
    asking: dict[str, datetime | None] = {}
    if room_at is None and row.asked_at is not None:  # over; if the clock goes back, it is not to begin again
        asking = {"asked_at": None, "room_at": None}
    if asked:
        room_at = room_at or begin + _WINDOW
        asking = {"asked_at": now, "room_at": room_at}
    step = steps.usual if room_at is None else steps.asked
    alone = row.free_at == last or max(row.free_at, row.blocked_until) < now - ABOUT
    if not alone:
        step *= steps.among_others
    until = begin + timedelta(seconds=count * step)
    later = await _set(session, bot_id, free_at=until, **asking, **_turned_back(row, now))
    known_at = min(known_at, monotonic() - (later - now).total_seconds())  # of two answers one can be late
    has_room = room_at is not None and now >= max(room_at, _blocked_until(row, now))
    early = steps.room * step if has_room else 0.0
    return Stretch(known_at, (begin - now).total_seconds(), step, early, until, alone, asked=room_at is not None)


async def block(session: AsyncSession, bot_id: int, *, seconds: float) -> None:
    """Nothing leaves for so long; a longer block that is there already stays."""
    row, now = await _locked(session, bot_id)
    until = max(now + timedelta(seconds=seconds), _blocked_until(row, now))
    await _set(session, bot_id, blocked_at=now, blocked_until=until)


def _next(row: Budget, now: datetime) -> datetime:
    """The first moment that is not taken."""
    blocked_until = _blocked_until(row, now)
    free_at = row.free_at if row.free_at - max(now, blocked_until) < _FAR else now
    return max(free_at, now - _CATCH_UP, blocked_until)


def _people_ask(row: Budget, now: datetime) -> bool:
    """Also not if the clock went back since they did."""
    return row.asked_at is not None and timedelta(0) <= now - row.asked_at < _ASKING


def _blocked_until(row: Budget, now: datetime) -> datetime:
    """If the clock went back since it was blocked, the block does not grow by that."""
    return row.blocked_until - max(row.blocked_at - now, timedelta(0))


def _turned_back(row: Budget, now: datetime) -> dict[str, datetime | None]:
    """What to write if the clock went back since it was blocked: else what is left of the block would not pass."""
    return {"blocked_at": now, "blocked_until": _blocked_until(row, now)} if row.blocked_at > now else {}


async def _locked(session: AsyncSession, bot_id: int) -> tuple[Budget, datetime]:
    """The row, locked until the commit, and the database's time: where the lock was waited for, both as they are when
    whoever held it has committed. After a rollback the time is that of the asking, which only makes begin later."""
    found = (await session.execute(_LOCKED, {"bot": bot_id})).one_or_none()
    if found is None:
        now = func.clock_timestamp()
        added = insert(Budget).values(bot_id=bot_id, free_at=now, blocked_at=now, blocked_until=now)
        await session.execute(added.on_conflict_do_nothing())
        found = (await session.execute(_LOCKED, {"bot": bot_id})).one()
    row, now_there = found
    return row, now_there


_LOCKED = select(Budget, func.clock_timestamp()).where(Budget.bot_id == bindparam("bot")).with_for_update(of=Budget)


async def _set(session: AsyncSession, bot_id: int, **values: datetime | None) -> datetime:
    """The database's time by then."""
    return (await session.execute(_setting(tuple(values)), {"bot": bot_id, **values})).scalar_one()


@cache  # to put it together takes longer than the database does, and it is done fifty times a second
def _setting(names: tuple[str, ...]) -> ReturningUpdate[datetime]:
    table = cast("Table", Budget.__table__)
    setting = update(table).where(table.c.bot_id == bindparam("bot"))
    return setting.values({name: bindparam(name) for name in names}).returning(func.clock_timestamp())
