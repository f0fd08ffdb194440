"""What a reminder owes up to now: deliveries for its occasions, and the move to its next one. No database."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from db.models import Reminder, ReminderState, Status, User
from jobs.almanac import Almanac
from jobs.rule_json import from_json
from jobs.rules import Once, Relative, Rule
from jobs.suggest.kinds import KINDS

log = logging.getLogger(__name__)

# After an outage only the newest occasion of a reminder is sent, if it is still useful. Older ones are
# recorded as missed so that the history stays honest; beyond a week they would only repeat the outage.
HISTORY = timedelta(days=7)

# After so many days without any answer the person is asked what to do, instead of the next nudge.
IGNORED_DAYS = 5
# Whoever said "keep it" is left in peace with that question for so long.
KEPT = timedelta(days=60)

# What `Delivery.failure` says of an occasion in quiet hours that were over too late.
QUIET = "quiet hours"

# A reminder that cannot be read must not come back every second. Its rest ends at an instant that no clock names, by
# which it is known: it is no occasion.
_REST = timedelta(days=1)
_MARK = 1

Row = dict[str, Any]


def fire(reminder: Reminder, owner: User, now: datetime) -> list[Row]:
    """Rows for what fell due up to `now`; `next_due_at` moves on. One that cannot be read rests for a day."""
    try:
        return _fire(reminder, Almanac.of(owner, reminder), now)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one row must not stop the others
        report(reminder.id, error)
        reminder.next_due_at = rested(now)
        return []


def rested(now: datetime) -> datetime:
    """When a reminder that cannot be planned now is looked at again."""
    return (now + _REST).replace(microsecond=_MARK)


def upcoming(reminder: Reminder, rule: Rule, almanac: Almanac) -> datetime | None:
    """Its next occasion; while it rests, or after that, the first one since its rest began. For a single one that is
    its beginning: it is late by as much."""
    due = reminder.next_due_at
    if due is None or not rests(due):
        return due
    began = due - _REST
    return began if isinstance(rule, Once) else almanac.next_due(rule, began)


def rests(due: datetime) -> bool:
    """Whether a reminder that is due then could not be planned."""
    return due.microsecond == _MARK


def move_on(reminder: Reminder, rule: Rule, due: datetime | None, now: datetime) -> None:
    """It fires next at `due`; a rule that has no more occasions is over, unless it waits for its landmark."""
    reminder.next_due_at = due
    if due is None and not _waits(reminder, rule, now.date()):
        reminder.state, reminder.ended_at = ReminderState.ENDED, now


def _waits(reminder: Reminder, rule: Rule, today: date) -> bool:
    """For its landmark; on its last day only if it has not come yet."""
    if not isinstance(rule, Relative):
        return False
    return rule.until is None or rule.until > today or (rule.until == today and not reminder.fired)


def report(reminder_id: int, error: Exception) -> None:
    """Log that it cannot be read, without what is in it."""
    log.error("cannot plan this reminder: %s", type(error).__name__, extra={"reminder_id": reminder_id})


def row(reminder: Reminder, due_at: datetime, status: Status, *, ordinal: int = 0) -> Row:
    """One occasion of a reminder, as the table has it."""
    return {
        "user_id": reminder.user_id,
        "reminder_id": reminder.id,
        "kind": reminder.kind,
        "ordinal": ordinal,
        "due_at": due_at,
        "promised_at": due_at,
        "send_at": due_at,
        "status": status,
        "attempts": 0,
        "failure": None,
        "question": False,
        "answered_at": None,
    }


def held(reminder: Reminder, rule: Rule, almanac: Almanac, due_at: datetime) -> datetime | None:
    """When an occasion is sent: at its time, or at the end of the quiet hours in which it lies.

    None where that would be too late to be useful, or where a later occasion comes by then.
    """
    end = None if reminder.anyway else almanac.quiet_until(due_at)
    if end is None:
        return due_at
    following = almanac.next_due(rule, due_at)
    if end - due_at > KINDS[reminder.kind].usefulness or (following is not None and following <= end):
        return None
    return end


def _fire(reminder: Reminder, almanac: Almanac, now: datetime) -> list[Row]:
    rule = from_json(reminder.rule)
    occasions, following = _occasions(reminder, rule, almanac, now)
    rows = [
        row(reminder, due_at, Status.MISSED, ordinal=reminder.fired + index) for index, due_at in enumerate(occasions)
    ]
    if rows:
        _send(reminder, rule, almanac, now, rows[-1])
    reminder.fired += len(rows)
    move_on(reminder, rule, following, now)
    return rows


def _send(reminder: Reminder, rule: Rule, almanac: Almanac, now: datetime, newest: Row) -> None:
    """The newest occasion leaves, if that is still useful; after days without an answer it asks instead."""
    due_at: datetime = newest["due_at"]
    send_at = held(reminder, rule, almanac, due_at)
    if send_at is None:
        newest |= {"status": Status.SKIPPED, "failure": QUIET}
    elif now - send_at <= KINDS[reminder.kind].usefulness:
        newest |= {"status": Status.PLANNED, "promised_at": send_at, "send_at": send_at}
        day = almanac.day_of(due_at)
        newest["question"] = asks(reminder, day, now)
        if KINDS[reminder.kind].habit:
            reminder.ignored, reminder.last_day = _ignored(reminder, day), day


def asks(reminder: Reminder, day: date, now: datetime) -> bool:
    """Whether its occasion on this day of the person's asks what to do with it, instead of the nudge."""
    if not KINDS[reminder.kind].habit or _ignored(reminder, day) < IGNORED_DAYS:
        return False
    return reminder.kept_at is None or now - reminder.kept_at > KEPT


def _ignored(reminder: Reminder, day: date) -> int:
    """Days without an answer before this one."""
    return reminder.ignored + (reminder.last_day is not None and day > reminder.last_day)


def _occasions(
    reminder: Reminder, rule: Rule, almanac: Almanac, now: datetime
) -> tuple[Sequence[datetime], datetime | None]:
    """What fell due up to `now`, oldest first, no further back than HISTORY; and the first one after that."""
    occasion, due = upcoming(reminder, rule, almanac), list[datetime]()
    if occasion is not None and occasion < now - HISTORY and not isinstance(rule, Once):
        occasion = almanac.next_due(rule, now - HISTORY)
    while occasion is not None and occasion <= now:
        due.append(occasion)
        occasion = almanac.next_due(rule, occasion)
    return due, occasion
