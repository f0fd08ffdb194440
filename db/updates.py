"""What came in: each update is handled once, each group is told once."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from db.changes import Change
from db.insert import new_rows
from db.models import Group, SeenUpdate


async def first_time(session: AsyncSession, update_id: int, now: datetime) -> bool:
    """Note the update; False if it was handled before."""
    new = new_rows(session, SeenUpdate).returning(SeenUpdate.update_id)
    return await session.scalar(new, {"update_id": update_id, "seen_at": now}) is not None


async def seen(session: AsyncSession, update_id: int) -> bool:
    """Whether the update was handled."""
    return await session.get(SeenUpdate, update_id) is not None


async def first_word(session: AsyncSession, chat_id: int, now: datetime) -> bool:
    """Note that a group is being told; False if it was told before."""
    new = new_rows(session, Group).returning(Group.chat_id)
    return await session.scalar(new, {"chat_id": chat_id, "told_at": now}) is not None


def forgetting(*, seen_before: datetime) -> Change:
    """Forget updates seen before then; Telegram repeats none older than a day."""
    return delete(SeenUpdate).where(SeenUpdate.seen_at < seen_before)
