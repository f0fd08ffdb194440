"""What came in: each update is handled once, each group is told once."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Group, SeenUpdate


async def first_time(session: AsyncSession, update_id: int, now: datetime) -> bool:
    """Note the update; False if it was handled before."""
    return await _add(session, SeenUpdate(update_id=update_id, seen_at=now))


async def seen(session: AsyncSession, update_id: int) -> bool:
    """Whether the update was handled."""
    return await session.get(SeenUpdate, update_id) is not None


async def first_word(session: AsyncSession, chat_id: int, now: datetime) -> bool:
    """Note that a group is being told; False if it was told before."""
    return await _add(session, Group(chat_id=chat_id, told_at=now))


async def prune(session: AsyncSession, *, before: datetime) -> None:
    """Forget updates seen before `before`; Telegram repeats none older than a day."""
    await session.execute(delete(SeenUpdate).where(SeenUpdate.seen_at < before))


async def _add(session: AsyncSession, row: SeenUpdate | Group) -> bool:
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
