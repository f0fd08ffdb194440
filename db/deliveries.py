"""Deliveries as their owner sees them. Claiming and recording are in db/claims.py."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    delete,
    false,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.among import among
from db.changes import Change
from db.models import Delivery, Status

WAITING = (Status.PLANNED, Status.SNOOZED)
FAREWELL = "farewell"
"""The kind of what is no nudge: it tells somebody who has gone that all about them will be deleted."""


def has_status(column: InstrumentedAttribute[str], *statuses: Status) -> ColumnElement[bool]:
    """Whether it is one of these. They are written out, not bound: a partial index serves only a condition that the
    database can read, and without one each claim would go through the whole history."""
    written = [literal_column(f"'{status.value}'", String()) for status in statuses]
    return column == written[0] if len(written) == 1 else column.in_(written)


async def owned(session: AsyncSession, *, user_id: int, delivery_id: int) -> Delivery | None:
    """This delivery if it is this person's."""
    return (
        await session.scalars(select(Delivery).where(Delivery.id == delivery_id, Delivery.user_id == user_id))
    ).one_or_none()


async def waiting(session: AsyncSession, user_id: int) -> Sequence[Delivery]:
    """The nudges that are on their way to this person, earliest first."""
    return (
        await session.scalars(
            select(Delivery)
            .where(Delivery.user_id == user_id, Delivery.status.in_(WAITING), Delivery.kind != FAREWELL)
            .order_by(Delivery.send_at, Delivery.id)
        )
    ).all()


async def asked_for(session: AsyncSession, user_id: int, *, since: datetime) -> int:
    """How many this person has asked for themself since then."""
    own = (Delivery.user_id == user_id, Delivery.due_at > since, Delivery.reminder_id.is_(None))
    return await session.scalar(select(func.count()).select_from(Delivery).where(*own)) or 0


async def earliest_waiting(session: AsyncSession) -> datetime | None:
    return (
        await session.scalars(
            select(Delivery.send_at).where(has_status(Delivery.status, *WAITING)).order_by(Delivery.send_at).limit(1)
        )
    ).one_or_none()


_Remembered = tuple[int, int, int | None, str, str, str | None, datetime, datetime | None, dict[str, Any] | None]


class Look(NamedTuple):
    """At what was due to some people since a moment: of one kind, or of all where it is None."""

    people: Collection[int]
    since: datetime
    kind: str | None = None


async def remembered(session: AsyncSession, looks: Collection[Look]) -> Sequence[Row[*_Remembered]]:
    """What was due to people, newest first; whose, and what `jobs.suggest.suggestion.Past` holds.

    Columns, not objects: this is read for everybody who is about to get something.
    """
    bound: dict[str, Any] = {}
    for place, look in enumerate(looks):
        bound |= {f"whose_{place}": list(look.people), f"since_{place}": look.since}
    return (await session.execute(_remembering(tuple(look.kind for look in looks)), bound)).all()


@lru_cache(maxsize=64)  # to put it together takes longer than the database does
def _remembering(kinds: tuple[str | None, ...]) -> Select[*_Remembered]:
    """Of these kinds, each for people of its own and since a moment of its own; None: of all kinds."""

    def seen(place: int, kind: str | None) -> ColumnElement[bool]:
        theirs = among(Delivery.user_id, f"whose_{place}") & (Delivery.due_at >= bindparam(f"since_{place}"))
        return theirs if kind is None else (Delivery.kind == kind) & theirs

    return (
        select(
            Delivery.user_id,
            Delivery.id,
            Delivery.reminder_id,
            Delivery.kind,
            Delivery.status,
            Delivery.failure,
            Delivery.due_at,
            Delivery.answered_at,
            Delivery.suggestion,
        )
        .where(or_(false(), *(seen(place, kind) for place, kind in enumerate(kinds))))
        .order_by(Delivery.due_at.desc(), Delivery.id.desc())
    )


async def due_between(
    session: AsyncSession, user_ids: Collection[int], since: datetime, until: datetime
) -> Sequence[Delivery]:
    """What was due to these people from `since` on and before `until`, in that order, future occasions included."""
    return (
        await session.scalars(
            select(Delivery)
            .where(Delivery.user_id.in_(user_ids), Delivery.due_at >= since, Delivery.due_at < until)
            .order_by(Delivery.due_at, Delivery.id)
        )
    ).all()


async def of_occasion(session: AsyncSession, *, reminder_id: int, due_at: datetime) -> Delivery | None:
    """The delivery of this occasion of a reminder, if there is one."""
    return (
        await session.scalars(select(Delivery).where(Delivery.reminder_id == reminder_id, Delivery.due_at == due_at))
    ).one_or_none()


async def answers_since(
    session: AsyncSession, user_id: int, since: datetime
) -> Sequence[Row[int | None, str, str, datetime, datetime | None]]:
    """What was due to this person since then, without questions: what `jobs.score.Record` holds, as columns."""
    return (
        await session.execute(
            select(
                Delivery.reminder_id,
                Delivery.kind,
                Delivery.status,
                Delivery.due_at,
                Delivery.answered_at,
            ).where(Delivery.user_id == user_id, Delivery.due_at >= since, Delivery.question.is_(False))
        )
    ).all()


async def of_reminder(session: AsyncSession, reminder_id: int, *, limit: int) -> Sequence[Delivery]:
    """The newest deliveries of a reminder, newest first."""
    return (
        await session.scalars(
            select(Delivery)
            .where(Delivery.reminder_id == reminder_id)
            .order_by(Delivery.due_at.desc(), Delivery.id.desc())
            .limit(limit)
        )
    ).all()


def asking_again(now: datetime) -> Change:
    """Unanswered nudges whose time to be asked again has come are on their way once more."""
    again = {"attempts": 0, "send_at": Delivery.again_at, "promised_at": Delivery.again_at, "again_at": None}
    is_time = (has_status(Delivery.status, Status.SENT), Delivery.again_at <= now)
    return update(Delivery).where(*is_time).values(status=Status.PLANNED, **again)


async def earliest_again(session: AsyncSession) -> datetime | None:
    """When the next unanswered nudge is asked again."""
    return (
        await session.scalars(
            select(Delivery.again_at)
            .where(has_status(Delivery.status, Status.SENT), Delivery.again_at.is_not(None))
            .order_by(Delivery.again_at)
            .limit(1)
        )
    ).one_or_none()


async def to_ask_again(session: AsyncSession, user_id: int) -> Sequence[Delivery]:
    """This person's unanswered nudges that will be asked again, earliest first."""
    return (
        await session.scalars(
            select(Delivery)
            .where(Delivery.user_id == user_id, Delivery.status == Status.SENT, Delivery.again_at.is_not(None))
            .order_by(Delivery.again_at, Delivery.id)
        )
    ).all()


async def withdraw(session: AsyncSession, *, reminder_id: int) -> bool:
    """Deliveries of this reminder that have not left yet are dropped: its owner changed or stopped it.

    One that has left once and was to be asked again stays as it is. Whether the question what to do with it was
    among what is dropped.
    """
    return await _withdraw(session, Delivery.reminder_id == reminder_id)


async def withdraw_all(session: AsyncSession, user_id: int) -> None:
    """The same for everything that is on its way to this person, also what came from no reminder."""
    await _withdraw(session, Delivery.user_id == user_id)


async def forget_suggestions(session: AsyncSession, user_id: int) -> None:
    """What was proposed to this person and why they skipped it: both can tell of their health."""
    await _take_back(session, user_id)
    await session.execute(update(Delivery).where(Delivery.user_id == user_id).values(suggestion=None, skipped_for=None))


async def forget_proposals(session: AsyncSession, user_id: int, *, spare: str) -> None:
    """What was proposed to this person; an unanswered one of the form `spare` stays, because its answer needs it."""
    await _take_back(session, user_id)
    mine = (Delivery.user_id == user_id, Delivery.suggestion.is_not(None))
    unanswered = select(Delivery.id, Delivery.suggestion).where(*mine, Delivery.answered_at.is_(None))
    spared = [row.id for row in await session.execute(unanswered) if row.suggestion.get("form") == spare]
    await session.execute(update(Delivery).where(*mine, Delivery.id.not_in(spared)).values(suggestion=None))


async def _take_back(session: AsyncSession, user_id: int) -> None:
    """What is about to leave for this person is made anew. What is already on its way comes once more, as it is now:
    of the first nothing goes on record."""
    mine = (Delivery.user_id == user_id, has_status(Delivery.status, Status.CLAIMED))
    await session.execute(update(Delivery).where(*mine).values(status=Status.PLANNED, lease_until=None))


def forgetting_proposals(*, due_before: datetime) -> Change:
    """Forget what was proposed to anybody when it was due before then."""
    is_old = and_(Delivery.due_at < due_before, Delivery.suggestion.is_not(None), Delivery.status.not_in(WAITING))
    return update(Delivery).where(is_old).values(suggestion=None)


async def stop_asking(session: AsyncSession, *, reminder_id: int) -> None:
    """What was sent is not asked again."""
    await _stop_asking(session, Delivery.reminder_id == reminder_id)


async def _withdraw(session: AsyncSession, mine: ColumnElement[bool]) -> bool:
    dropped = await session.scalars(
        delete(Delivery)
        .where(mine, Delivery.status == Status.PLANNED, Delivery.asked == 0, Delivery.sent_at.is_(None))
        .returning(Delivery.question)
    )
    had_question = any(dropped)
    await _stop_asking(session, mine)
    await session.execute(
        update(Delivery)
        .where(mine, or_(Delivery.status == Status.SNOOZED, Delivery.status == Status.PLANNED))
        .values(status=Status.SKIPPED, answered_at=None, failure="withdrawn")
    )
    return had_question


async def _stop_asking(session: AsyncSession, mine: ColumnElement[bool]) -> None:
    planned = and_(Delivery.status == Status.PLANNED, Delivery.asked > 0)
    waiting = and_(Delivery.status == Status.SENT, Delivery.again_at.is_not(None))
    await session.execute(update(Delivery).where(mine, or_(planned, waiting)).values(status=Status.SENT, again_at=None))
