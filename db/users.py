"""People: found by the chat they write from."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.among import among
from db.changes import Change
from db.models import User


async def ensure(session: AsyncSession, *, chat_id: int, language: str, now: datetime) -> User:
    """The person of this chat, made on their first message, marked as seen at `now`; locked as by `by_chat`.

    Whoever was about to be forgotten stays.
    """
    user = await by_chat(session, chat_id)
    if user is None:
        user = User(chat_id=chat_id, language=language, created_at=now, seen_at=now)
        try:
            async with session.begin_nested():
                session.add(user)
        except IntegrityError:  # another process met the same person first
            user = (await session.scalars(_OF_CHAT, {"chat": chat_id})).one()
    user.seen_at = now
    user.language = language
    user.leaving_at = None
    return user


async def by_chat(session: AsyncSession, chat_id: int) -> User | None:
    """The person of this chat, their row locked until the commit: two processes never change one person at once."""
    return (await session.scalars(_OF_CHAT, {"chat": chat_id})).one_or_none()


async def by_ids(session: AsyncSession, ids: Iterable[int]) -> Sequence[User]:
    return (await session.scalars(_BY_IDS, {"ids": list(set(ids))})).all()


_BY_IDS = select(User).where(among(User.id, "ids"))


async def move_chat(session: AsyncSession, *, user_id: int, chat_id: int) -> None:
    """Telegram gave this person's chat another id; one that is somebody else's already is left alone."""
    if await by_chat(session, chat_id) is None:
        await session.execute(update(User).where(User.id == user_id).values(chat_id=chat_id))


async def fall_asleep(session: AsyncSession, *, user_id: int, last_seen: datetime, now: datetime) -> bool:
    """Telegram refuses messages to this person; False, with nothing changed, if they were heard since. `seen_at` is
    another than `last_seen` then: an earlier one, if the clock was set back."""
    silent_since = update(User).where(User.id == user_id, User.seen_at == last_seen).values(asleep_at=now)
    return await session.scalar(silent_since.returning(User.id)) is not None


async def is_known(session: AsyncSession, user_id: int) -> bool:
    """Whether there is still a row of this person."""
    return await session.scalar(select(User.id).where(User.id == user_id)) is not None


async def took_along(session: AsyncSession, *, user_id: int, now: datetime) -> None:
    """This person has their data; nothing for somebody who is gone."""
    await session.execute(update(User).where(User.id == user_id).values(exported_at=now))


def forgetting_checks(*, begun_before: datetime) -> Change:
    """Delete the answers of checks that were begun before then and never came to an end."""
    return update(User).where(User.check_begun_at < begun_before).values(check=None, check_begun_at=None)


def forgetting_consent_questions(*, asked_before: datetime) -> Change:
    """Delete what was typed before then and still waits for the answer to a question, as to that about consent."""
    return update(User).where(User.consent_asked_at < asked_before).values(expecting=None, consent_asked_at=None)


async def everybody(session: AsyncSession) -> Sequence[User]:
    """All people in the order in which they came; for a sandbox's database, which is small."""
    return (await session.scalars(select(User).order_by(User.id))).all()


# Without FOR NO KEY UPDATE a planner that adds this person's nudge would wait for the commit, and it may hold
# reminders that are waited for here.
_OF_CHAT = select(User).where(User.chat_id == bindparam("chat")).with_for_update(key_share=True)
