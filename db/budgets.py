"""How much of a token's time is taken, shared by all processes that send for it. PostgreSQL only.

All instants are of the database's own clock, so it does not matter whether the machines agree on theirs.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Budget

# The answer of the database takes this long at times; without it each reservation would leave a gap.
_CATCH_UP = timedelta(milliseconds=5)
# More than processes reserve ahead: what lies beyond was reserved before the clock went back.
_FAR = timedelta(seconds=5)


async def reserve(session: AsyncSession, bot_id: int, *, seconds: float) -> float:
    """Take the next `seconds` of the token's time; how many seconds from now they begin, negative if just past."""
    row, now = await _locked(session, bot_id)
    blocked_until = _blocked_until(row, now)
    free_at = row.free_at if row.free_at - max(now, blocked_until) < _FAR else now
    begin = max(free_at, now - _CATCH_UP, blocked_until)
    await _set(session, bot_id, free_at=begin + timedelta(seconds=seconds))
    return (begin - now).total_seconds()


async def block(session: AsyncSession, bot_id: int, *, seconds: float) -> None:
    """Nothing leaves for so long; a longer block that is there already stays."""
    row, now = await _locked(session, bot_id)
    until = max(now + timedelta(seconds=seconds), _blocked_until(row, now))
    await _set(session, bot_id, blocked_at=now, blocked_until=until)


def _blocked_until(row: Budget, now: datetime) -> datetime:
    """If the clock went back since it was blocked, the block does not grow by that."""
    return row.blocked_until - max(row.blocked_at - now, timedelta(0))


async def _locked(session: AsyncSession, bot_id: int) -> tuple[Budget, datetime]:
    """The row, locked until the commit, and the database's time after the wait for the lock."""
    query = select(Budget).where(Budget.bot_id == bot_id).with_for_update()
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        now = func.clock_timestamp()
        added = insert(Budget).values(bot_id=bot_id, free_at=now, blocked_at=now, blocked_until=now)
        await session.execute(added.on_conflict_do_nothing())
        row = (await session.scalars(query)).one()
    return row, (await session.execute(select(func.clock_timestamp()))).scalar_one()


async def _set(session: AsyncSession, bot_id: int, **values: datetime) -> None:
    await session.execute(
        update(Budget).where(Budget.bot_id == bot_id).values(values).execution_options(synchronize_session=False)
    )
