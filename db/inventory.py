"""THE table of what is kept: every column, whose it is, for how long, and whether it tells of somebody's health.

The policy, the export, deletion and housekeeping go by it; tests hold it against the models. Its words are in
`bot/dialogue/privacy/words.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement

from db.models import (
    Base,
    Budget,
    DataKey,
    Delivery,
    Group,
    GuidedSession,
    Reminder,
    SeenUpdate,
    User,
)

# The longest that data of people who have gone are kept; whoever runs the bot can make it shorter.
INACTIVE_DAYS = 548
BLOCKED_DAYS = 183

# Telegram keeps updates for 24 hours.
UPDATES_KEPT = timedelta(days=2)
# How long a deleted reminder can be brought back by its Undo button.
ENDED_REMINDERS_KEPT = timedelta(days=30)
CHECKS_KEPT = timedelta(days=7)
# Words that wait for an answer: they can tell of the health of somebody who has not said whether they may be kept.
CONSENT_QUESTIONS_KEPT = timedelta(days=1)
# As far as the next suggestion looks back.
SUGGESTIONS_KEPT = timedelta(days=10)


@dataclass(frozen=True)
class Column:
    """`health`: it can tell of somebody's health, so it is sealed. `unit`: of its numbers."""

    name: str
    health: bool = False
    unit: str | None = None


@dataclass(frozen=True)
class Holding:
    """What is kept for one purpose: columns of one table.

    `owner`: the column with the id of the person whose row it is; None where rows are nobody's. `kept`: how long at
    most; None: until they delete it or are gone.
    """

    name: str
    table: type[Base]
    columns: tuple[Column, ...]
    owner: str | None
    kept: timedelta | None = None

    @property
    def exported(self) -> bool:
        """What is somebody's is theirs to take along."""
        return self.owner is not None


def _plain(names: str) -> tuple[Column, ...]:
    return tuple(map(Column, names.split()))


def _health(name: str) -> Column:
    return Column(name, health=True)


HOLDINGS: Mapping[str, Holding] = {
    holding.name: holding
    for holding in (
        Holding("account", User, _plain("id chat_id language zone created_at seen_at asleep_at leaving_at exported_at"),
                "id"),
        Holding("manners", User, _plain("preferences paused_until"), "id"),
        Holding("consent", User, _plain("consent consented_at"), "id"),
        Holding("profile", User, (_health("profile"),), "id"),
        Holding("check", User, (_health("check"), Column("check_begun_at")), "id", CHECKS_KEPT),
        Holding("question", User, (_health("expecting"), Column("consent_asked_at")), "id", CONSENT_QUESTIONS_KEPT),
        Holding("reminders", Reminder,
                (*_plain("id kind rule zone state next_due_at created_at ended_at anyway"),
                 Column("nag", unit="minutes"),
                 *_plain("goal ignored last_day kept_at rests_since fired user_id")),
                "user_id", ENDED_REMINDERS_KEPT),
        Holding("nudges", Delivery,
                _plain("id kind status due_at sent_at answered_at question asked again_at reminder_id ordinal user_id"),
                "user_id"),
        Holding("skips", Delivery, (_health("skipped_for"),), "user_id"),
        Holding("suggestions", Delivery, (_health("suggestion"),), "user_id", SUGGESTIONS_KEPT),
        Holding("sending", Delivery,
                _plain("promised_at send_at attempts worker lease_until message_id failure"), "user_id"),
        Holding("guided", GuidedSession,
                (_health("plan"), *_plain("routine started_at"), Column("elapsed", unit="seconds"),
                 *_plain("running_since paused_at stopped delivery_id message_id anew edited_at next_edit_at user_id")),
                "user_id"),
        Holding("updates", SeenUpdate, _plain("update_id seen_at"), None, UPDATES_KEPT),
        Holding("groups", Group, _plain("chat_id told_at"), None),
        Holding("keys", DataKey, _plain("id"), None),
        Holding("pace", Budget, _plain("bot_id free_at blocked_at blocked_until asked_at room_at"), None),
    )
}  # fmt: skip


def of_table(table: type[Base]) -> tuple[Column, ...]:
    """What is kept in the rows of this table, in the order in which people read it."""
    return tuple(column for holding in HOLDINGS.values() if holding.table is table for column in holding.columns)


def owned_tables() -> Mapping[type[Base], str]:
    """The tables with people's rows, and in each the column with their owner's id."""
    return {holding.table: holding.owner for holding in HOLDINGS.values() if holding.owner is not None}


def theirs(table: type[Base], user_ids: Iterable[int]) -> ColumnElement[bool]:
    """Which rows of a table belong to these people. Raises KeyError for a table of nobody's rows."""
    owner: ColumnElement[int] = table.__table__.c[owned_tables()[table]]
    return owner.in_(tuple(user_ids))
