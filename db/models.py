"""Tables and their constraints. No behaviour: queries are in the modules beside this one.

Every instant is a `UTCDateTime`: aware, in UTC, in code and in the database.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from db.crypto import Sealed

log = logging.getLogger(__name__)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands for an instant or a day that cannot be read: there is one, and nothing is due by it any more."""

# SQLite hands out row ids only for a column whose type is exactly INTEGER.
ID = BigInteger().with_variant(Integer(), "sqlite")

# Buttons in old messages carry ids: a deleted row's id must never name another row.
_NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


def _forgiving(read: Callable[[Any], Any], instead: object) -> Callable[[Any], Any]:
    """SQLite keeps any text as a time, and one that is none must not cost those who are read with it."""

    def forgiving(value: Any) -> Any:
        if value is None:
            return None
        try:
            return read(value)
        except (TypeError, ValueError, OverflowError) as error:
            log.error("a stored time cannot be read: %s", type(error).__name__)  # noqa: TRY400 - the place says nothing
            return instead

    return forgiving


def _in_utc(value: datetime | None) -> datetime | None:
    """An aware instant as PostgreSQL gives it."""
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def _from_file(stored: Any) -> datetime | None:
    """An instant as SQLite gives it: a text without a zone. In one step, for each nudge fifty are read."""
    if stored is None:
        return None
    try:
        instant = datetime.fromisoformat(f"{stored}+00:00")
    except ValueError:
        return _by_hand(stored)
    return instant if instant.tzinfo is UTC else _by_hand(stored)  # a day alone: the zone was taken for a time


def _written_by_hand(stored: Any) -> datetime:
    """One that has a zone, or is written otherwise."""
    instant = datetime.fromisoformat(stored)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


_by_hand: Callable[[Any], datetime | None] = _forgiving(_written_by_hand, LONG_AGO)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored and returned in UTC. A naive value raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """Not in the layers of TypeDecorator, which take eight times as long."""
        return _from_file if dialect.name == "sqlite" else _in_utc

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: instants are aware and in UTC.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value


class Day(TypeDecorator[date]):
    """A day of the calendar."""

    impl = Date()
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], date | None] | None:
        read = super().result_processor(dialect, coltype)
        return read if read is None or dialect.name != "sqlite" else _forgiving(read, LONG_AGO.date())


class ReminderState(StrEnum):
    """`ended` is deleted by its owner, or a single occasion that has come."""

    ON = "on"
    OFF = "off"
    ENDED = "ended"


class Status(StrEnum):
    """The fate of a delivery. `snoozed` waits for its `send_at` like `planned`."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    DONE = "done"
    SKIPPED = "skipped"
    SNOOZED = "snoozed"
    MISSED = "missed"
    FAILED = "failed"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


# Not sent yet: what a person's later nudges wait for.
_OWED = "status IN ('planned', 'snoozed', 'claimed')"


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {date: Day(), datetime: UTCDateTime(), dict[str, Any]: JSON()}  # noqa: RUF012 - SQLAlchemy's own hook


class User(Base):
    """A person who wrote to the bot in private."""

    __tablename__ = "users"
    __table_args__ = (_NEVER_REUSE_IDS,)

    id: Mapped[int] = mapped_column(ID, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    language: Mapped[str] = mapped_column(String(35))
    zone: Mapped[str | None] = mapped_column(String(64))
    """IANA name; None until the person told us."""
    expecting: Mapped[dict[str, Any] | None] = mapped_column(Sealed())
    """What the person's next plain text answers, if the bot asked something; with what they wrote before."""
    consent_asked_at: Mapped[datetime | None]
    """Since when the oldest of what was typed before waits in `expecting`; None where nothing does."""
    profile: Mapped[dict[str, Any] | None] = mapped_column(Sealed())
    """`jobs.suggest.profile.Profile.to_json`: what the person told about themself."""
    preferences: Mapped[dict[str, Any] | None]
    """`jobs.preferences.Preferences.to_json`: how and when they want to be talked to."""
    paused_until: Mapped[datetime | None]
    """No reminder fires before this; None or past: no pause."""
    check: Mapped[dict[str, Any] | None] = mapped_column(Sealed())
    """Where the person is in /check, with health answers. Gone when the check is."""
    check_begun_at: Mapped[datetime | None]
    consent: Mapped[int | None]
    """Version of the text under which the person agreed that health answers are kept; None: they have not."""
    consented_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    asleep_at: Mapped[datetime | None]
    """Since when Telegram refuses messages to this person; reminders rest until they write again."""
    exported_at: Mapped[datetime | None]
    """When they last took their data along."""
    leaving_at: Mapped[datetime | None]
    """When everything about them is deleted unless they write before; None: they were not told of it."""


class Reminder(Base):
    """A person's rule for a nudge kind."""

    __tablename__ = "reminders"
    __table_args__ = (
        CheckConstraint(_one_of("state", ReminderState), name="state"),
        Index("ix_reminders_due", "next_due_at", "id", sqlite_where=text("next_due_at IS NOT NULL"),
              postgresql_where=text("next_due_at IS NOT NULL")),
        Index("ix_reminders_user_id", "user_id"),
        _NEVER_REUSE_IDS,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(ID, primary_key=True)
    user_id: Mapped[int] = mapped_column(ID, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    rule: Mapped[dict[str, Any]]
    """`jobs.rule_json.to_json` of the rule."""
    zone: Mapped[str | None] = mapped_column(String(64))
    """IANA name for one that keeps the clock of another place; None: its owner's."""
    anyway: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Comes in quiet hours too."""
    nag: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Minutes after which an unanswered nudge is asked again; 0: never."""
    goal: Mapped[int | None]
    """After so many Dones of a day the rest of the day's nudges stay away."""
    ignored: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Days in a row on which it came and nobody answered."""
    last_day: Mapped[date | None]
    """The person's day of the newest occasion that is unanswered so far; None: it was answered."""
    kept_at: Mapped[datetime | None]
    """When its owner last said that it should go on as it is."""
    rests_since: Mapped[datetime | None]
    """Since when it waits for an answer to the question what to do with it."""
    state: Mapped[str] = mapped_column(String(8))
    next_due_at: Mapped[datetime | None]
    """When it fires next; None while off, ended, resting, without its landmark, or its owner asleep."""
    fired: Mapped[int] = mapped_column(default=0)
    """Deliveries planned so far: the next one's ordinal."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Delivery(Base):
    """One owed nudge and its fate."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(_one_of("status", Status), name="status"),
        UniqueConstraint("reminder_id", "due_at"),
        Index("ix_deliveries_ripe", "send_at", "id", sqlite_where=text("status IN ('planned', 'snoozed')"),
              postgresql_where=text("status IN ('planned', 'snoozed')")),
        Index("ix_deliveries_lease_until", "lease_until", sqlite_where=text("status = 'claimed'"),
              postgresql_where=text("status = 'claimed'")),
        Index("ix_deliveries_again_at", "again_at", sqlite_where=text("status = 'sent' AND again_at IS NOT NULL"),
              postgresql_where=text("status = 'sent' AND again_at IS NOT NULL")),
        Index("ix_deliveries_user_id_due_at", "user_id", "due_at"),
        Index("ix_deliveries_owed", "user_id", "promised_at", sqlite_where=text(_OWED), postgresql_where=text(_OWED)),
        _NEVER_REUSE_IDS,
    )  # fmt: skip

    id: Mapped[int] = mapped_column(ID, primary_key=True)
    user_id: Mapped[int] = mapped_column(ID, ForeignKey("users.id", ondelete="CASCADE"))
    reminder_id: Mapped[int | None] = mapped_column(ID, ForeignKey("reminders.id", ondelete="SET NULL"))
    """None for a nudge that the person asked for at once, or whose reminder is long gone."""
    kind: Mapped[str] = mapped_column(String(32))
    ordinal: Mapped[int] = mapped_column(default=0)
    """Which nudge of its reminder this is, from 0; varies the wording."""
    due_at: Mapped[datetime]
    """The occasion of the rule; never changes."""
    promised_at: Mapped[datetime]
    """When the person expects it: `due_at`, or the time they chose with Later. Lateness counts from here."""
    send_at: Mapped[datetime]
    """The next attempt; later than `promised_at` after a failed one."""
    status: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(36))
    """Who claimed it last."""
    lease_until: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None]
    suggestion: Mapped[dict[str, Any] | None] = mapped_column(Sealed())
    """`jobs.suggest.suggestion.to_json` of what was proposed; None until it was sent."""
    question: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Asks what to do with a reminder that nobody answers, instead of a nudge."""
    asked: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often it was sent: more than once with a nag."""
    again_at: Mapped[datetime | None]
    """When to ask again unless it is answered."""
    answered_at: Mapped[datetime | None]
    """When it was done (which may be before the tap), skipped or put off."""
    skipped_for: Mapped[str | None] = mapped_column(Sealed())
    """Why the person skipped it, if they said so."""
    failure: Mapped[str | None] = mapped_column(String(64))


class GuidedSession(Base):
    """A person stretching with the bot right now: one message that counts. Where it stands is `jobs.guide`'s to say."""

    __tablename__ = "guided_sessions"

    user_id: Mapped[int] = mapped_column(
        ID, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    plan: Mapped[str | None] = mapped_column(Sealed())
    """Id of a routine, or of a stretch that is done alone; a seated one tells about somebody."""
    routine: Mapped[str] = mapped_column(String(64), default="")
    """The same in clear, where the version before this began the session; else empty."""
    delivery_id: Mapped[int | None] = mapped_column(ID, ForeignKey("deliveries.id", ondelete="SET NULL"))
    """The nudge that it was opened from."""
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    """None until it was sent."""
    anew: Mapped[bool] = mapped_column(default=False)
    """Send it again at the chat's end instead of editing it."""
    started_at: Mapped[datetime]
    elapsed: Mapped[float] = mapped_column(default=0.0)
    """Seconds gone by before `running_since`."""
    running_since: Mapped[datetime | None]
    """None while paused or not yet shown."""
    paused_at: Mapped[datetime | None]
    stopped: Mapped[bool] = mapped_column(default=False)
    """Stop was tapped and the message is yet to say so."""
    edited_at: Mapped[datetime | None]
    next_edit_at: Mapped[datetime] = mapped_column(index=True)
    """When the message changes next; while a worker is at it, when its claim ends."""


class DataKey(Base):
    """A key that sealed columns of this database were written with; the key itself is elsewhere."""

    __tablename__ = "data_keys"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    """`db.crypto.Keyring.primary` of whoever wrote."""


class SeenUpdate(Base):
    """An update that was handled: Telegram repeats updates after a crash."""

    __tablename__ = "seen_updates"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class Group(Base):
    """A group that has been told, once, that the bot talks in private only."""

    __tablename__ = "groups"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    told_at: Mapped[datetime]


class Budget(Base):
    """Up to when a bot's sending time is taken, for all processes that send for it. By the clock of PostgreSQL."""

    __tablename__ = "budgets"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    free_at: Mapped[datetime]
    """What is reserved next begins here."""
    blocked_at: Mapped[datetime]
    """When Telegram last asked for silence."""
    blocked_until: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    """When the last reply was reserved: for a while after it, what nobody waits for leaves room for the next ones."""
    room_at: Mapped[datetime | None]
    """From then on a whole second has had that room."""
