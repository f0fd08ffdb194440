"""Reminders: a person's rules, and which of them are due."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, and_, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import packed
from db.among import among, one_of
from db.changes import Change
from db.models import Reminder, ReminderState


async def of_user(session: AsyncSession, user_id: int) -> Sequence[Reminder]:
    """What the person has, on or off, oldest first."""
    return await of_users(session, [user_id])


async def of_users(session: AsyncSession, user_ids: Iterable[int]) -> Sequence[Reminder]:
    """What these people have, on or off, oldest first."""
    return (
        await session.scalars(
            select(Reminder)
            .where(Reminder.user_id.in_(set(user_ids)), Reminder.state != ReminderState.ENDED)
            .order_by(Reminder.id)
        )
    ).all()


async def owned(session: AsyncSession, *, user_id: int, reminder_id: int) -> Reminder | None:
    """This reminder if it is this person's, ended ones included."""
    return (
        await session.scalars(select(Reminder).where(Reminder.id == reminder_id, Reminder.user_id == user_id))
    ).one_or_none()


async def due(
    session: AsyncSession, *, now: datetime, limit: int, only: int | None = None, without: Collection[int] = ()
) -> Sequence[Reminder]:
    """Reminders to plan, earliest first, locked against other planners until the commit; but for some, or just one."""
    chosen = true() if only is None else Reminder.id == only
    if without:
        chosen = and_(chosen, ~one_of(Reminder.id, without))
    return (
        await session.scalars(
            select(Reminder)
            .where(Reminder.next_due_at <= now, chosen)
            .order_by(Reminder.next_due_at, Reminder.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()


async def due_ids(session: AsyncSession, without: Collection[int], *, now: datetime, limit: int) -> Sequence[int]:
    """The same ones, but for some; nothing of them is read, nor are they locked."""
    is_due = select(Reminder.id).where(Reminder.next_due_at <= now, ~one_of(Reminder.id, without))
    return (await session.scalars(is_due.order_by(Reminder.next_due_at, Reminder.id).limit(limit))).all()


FIRED = ("next_due_at", "fired", "ignored", "last_day", "state", "ended_at")
"""What firing changes in a reminder."""


async def write(session: AsyncSession, planned: Sequence[Reminder]) -> None:
    """Write what firing changes in reminders, all in one statement: half of what the session's own way costs, which
    looks for what has changed. It knows them no more."""
    rows = [{name: getattr(reminder, name) for name in ("id", *FIRED)} for reminder in planned]
    for reminder in planned:
        session.expunge(reminder)
    if rows:
        await packed.write(session, cast("Table", Reminder.__table__), rows)


async def earliest_due(session: AsyncSession) -> datetime | None:
    return (
        await session.scalars(
            select(Reminder.next_due_at)
            .where(Reminder.next_due_at.is_not(None))
            .order_by(Reminder.next_due_at)
            .limit(1)
        )
    ).one_or_none()


async def by_ids(session: AsyncSession, ids: Iterable[int]) -> Sequence[Reminder]:
    return (await session.scalars(_BY_IDS, {"ids": list(set(ids))})).all()


_BY_IDS = select(Reminder).where(among(Reminder.id, "ids"))


async def rest(session: AsyncSession, *, user_id: int, kind: str, now: datetime) -> None:
    """Reminders of this kind wait for an answer to the question what to do with them; single ones come as promised."""
    await session.execute(
        update(Reminder)
        .where(
            Reminder.user_id == user_id,
            Reminder.kind == kind,
            Reminder.state == ReminderState.ON,
            Reminder.rule["kind"].as_string() != "once",
        )
        .values(rests_since=now, next_due_at=None)
        .execution_options(synchronize_session="fetch")
    )


async def unseen(session: AsyncSession, reminder_id: int) -> None:
    """Its newest occasion never reached its owner, so that day is not one without an answer."""
    await session.execute(update(Reminder).where(Reminder.id == reminder_id).values(last_day=None))


async def silence(session: AsyncSession, user_id: int) -> None:
    """Nothing of this person's falls due until their reminders are scheduled again."""
    await session.execute(update(Reminder).where(Reminder.user_id == user_id).values(next_due_at=None))


def forgetting(*, ended_before: datetime) -> Change:
    """Forget reminders that ended before then; their deliveries stay."""
    return delete(Reminder).where(Reminder.state == ReminderState.ENDED, Reminder.ended_at < ended_before)
