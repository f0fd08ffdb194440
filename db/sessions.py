"""Guided sessions: at most one a person, each row its whole state."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.among import one_of
from db.models import Delivery, GuidedSession, Status


async def of_user(session: AsyncSession, user_id: int) -> GuidedSession | None:
    """The person's session, locked until the commit and read afresh."""
    return (
        await session.scalars(
            select(GuidedSession)
            .where(GuidedSession.user_id == user_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).one_or_none()


async def begin(session: AsyncSession, *, user_id: int, plan: str, delivery_id: int | None, now: datetime) -> bool:
    """A session that is to be sent at once; False if the person has one already."""
    row = GuidedSession(
        user_id=user_id, plan=plan, delivery_id=delivery_id, anew=False, started_at=now, elapsed=0.0,
        stopped=False, next_edit_at=now,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


async def ripe(
    session: AsyncSession, *, now: datetime, limit: int, only: int | None = None, without: Collection[int] = ()
) -> Sequence[GuidedSession]:
    """Whose message is to change, earliest first, locked against other workers until the commit; but for those of some
    people, or just of one."""
    chosen = ~one_of(GuidedSession.user_id, without) if only is None else GuidedSession.user_id == only
    return (
        await session.scalars(
            select(GuidedSession)
            .where(GuidedSession.next_edit_at <= now, chosen)
            .order_by(GuidedSession.next_edit_at, GuidedSession.user_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()


async def ripe_owners(session: AsyncSession, without: Collection[int], *, now: datetime, limit: int) -> Sequence[int]:
    """Whose they are, but for some; nothing of them is read, nor are they locked."""
    is_ripe = (GuidedSession.next_edit_at <= now, ~one_of(GuidedSession.user_id, without))
    in_order = (GuidedSession.next_edit_at, GuidedSession.user_id)
    return (await session.scalars(select(GuidedSession.user_id).where(*is_ripe).order_by(*in_order).limit(limit))).all()


async def earliest_edit(session: AsyncSession) -> datetime | None:
    return (
        await session.scalars(select(GuidedSession.next_edit_at).order_by(GuidedSession.next_edit_at).limit(1))
    ).one_or_none()


async def end(session: AsyncSession, user_id: int) -> bool:
    """Nothing of it stays; False if it was gone already, perhaps with all that was about the person."""
    ended = await session.scalars(
        delete(GuidedSession).where(GuidedSession.user_id == user_id).returning(GuidedSession.user_id)
    )
    return ended.one_or_none() is not None


async def count_done(session: AsyncSession, ended: GuidedSession, *, kind: str, now: datetime) -> None:
    """It counts: as the nudge it was opened from, or by itself."""
    delivery = await session.get(Delivery, ended.delivery_id) if ended.delivery_id is not None else None
    if delivery is None:
        delivery = Delivery(
            user_id=ended.user_id, kind=kind, ordinal=ended.started_at.toordinal(), due_at=ended.started_at,
            promised_at=ended.started_at, send_at=ended.started_at, attempts=1, sent_at=ended.started_at,
            message_id=ended.message_id,
        )  # fmt: skip
        session.add(delivery)
    if delivery.status != Status.DONE:
        delivery.status, delivery.answered_at, delivery.again_at = Status.DONE, now, None
