"""What will come to a person, and when, if nothing changes: what `plan` and `deliver` would do. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from db.knowledge.cards import Edition
from db.models import Delivery, Reminder, Status, User
from jobs import fire
from jobs.almanac import Almanac
from jobs.compose import ANSWERED, Case, unwanted
from jobs.rule_json import from_json
from jobs.rules import Rule
from jobs.suggest.suggestion import History, Past

# Occasions of one reminder that are looked at: of those in quiet hours many make one line.
_LOOKED_AT = 60


class Fate(StrEnum):
    """What becomes of an occasion. ASKS: the question what to do with reminders that nobody answers comes instead."""

    COMES = "comes"
    HELD = "held"
    LEFT_OUT = "left_out"
    ASKS = "asks"
    ON_ITS_WAY = "on_its_way"
    PUT_OFF = "put_off"
    AGAIN = "again"


@dataclass(frozen=True)
class Coming:
    """`at`: when it comes, in UTC; of what is left out, when it would have. `asked`: which time it is asked then.
    `owed`: it has a delivery already."""

    at: datetime
    kind: str
    fate: Fate
    due_at: datetime
    reminder: Reminder | None = None
    asked: int = 1
    owed: bool = False


def occasions(reminder: Reminder, user: User, now: datetime, *, most: int = _LOOKED_AT) -> Iterator[Coming]:
    """What a reminder will bring, earliest first, out of its next `most` occasions. Raises RuleError.

    Of those that one span of quiet hours swallows only the first.
    """
    rule, almanac = from_json(reminder.rule), Almanac.of(user, reminder)
    due = _after_its_rest(reminder, rule, almanac, now)
    swallowed: datetime | None = None
    for number in range(most):
        if due is None:
            return
        found = _occasion(reminder, rule, almanac, due)
        quiet = almanac.quiet_until(due) if found.fate is Fate.LEFT_OUT else None
        asks = number == 0 and quiet is None and fire.asks(reminder, almanac.day_of(due), now)
        if quiet is None or quiet != swallowed:
            yield replace(found, fate=Fate.ASKS) if asks else found
        swallowed = quiet
        due = almanac.next_due(rule, due)


def _after_its_rest(reminder: Reminder, rule: Rule, almanac: Almanac, now: datetime) -> datetime | None:
    """Its next occasion; while it rests, of those that fall into the rest only the newest."""
    due = fire.upcoming(reminder, rule, almanac)
    until = reminder.next_due_at
    if due is None or until is None or not fire.rests(until):
        return due
    while due is not None and due <= now:
        due = almanac.next_due(rule, due)
    while due is not None and (following := almanac.next_due(rule, due)) is not None and following <= until:
        due = following
    return due


def on_the_way(waiting: Sequence[Delivery], again: Sequence[Delivery], mine: Sequence[Reminder]) -> Iterator[Coming]:
    """What has a delivery: that waits to be sent, and that will be asked again."""
    reminders = {reminder.id: reminder for reminder in mine}
    moments = [(delivery, delivery.send_at, _fate(delivery)) for delivery in waiting]
    moments += [(delivery, delivery.again_at, Fate.AGAIN) for delivery in again if delivery.again_at is not None]
    for delivery, at, fate in moments:
        reminder = reminders.get(delivery.reminder_id or 0)
        yield Coming(at, delivery.kind, fate, delivery.due_at, reminder, delivery.asked + 1, owed=True)


def wanted(coming: Sequence[Coming], user: User, edition: Edition, history: History) -> Iterator[Coming]:
    """Of these, by time, what will be sent: without what was answered already, what a goal ends, what another reminder
    brings at the same moment, and what waits for the answer to a question."""
    there = {(past.reminder_id, past.due_at) for past in history.past}
    seen: set[tuple[str, datetime]] = set()
    resting: set[str] = set()
    for item in sorted(coming, key=lambda item: (item.at, item.reminder.id if item.reminder else 0)):
        if item.owed:
            yield item
            continue
        same = (item.kind, item.due_at)
        known = item.reminder is not None and (item.reminder.id, item.due_at) in there
        if known or same in seen or item.kind in resting:
            continue
        seen.add(same)
        if item.fate is Fate.ASKS:
            resting.add(item.kind)
        elif item.fate is not Fate.LEFT_OUT and (silence := unwanted(_case(item, user, edition, history))) is not None:
            history = _noted(history, item, silence.reason)
            continue
        yield item


def _occasion(reminder: Reminder, rule: Rule, almanac: Almanac, due: datetime) -> Coming:
    at = fire.held(reminder, rule, almanac, due)
    if at is None:
        return Coming(due, reminder.kind, Fate.LEFT_OUT, due, reminder)
    return Coming(at, reminder.kind, Fate.COMES if at == due else Fate.HELD, due, reminder)


def _fate(delivery: Delivery) -> Fate:
    if delivery.status == Status.SNOOZED:
        return Fate.PUT_OFF
    if delivery.question:
        return Fate.ASKS
    if delivery.asked:
        return Fate.AGAIN
    return Fate.HELD if delivery.promised_at != delivery.due_at else Fate.ON_ITS_WAY


def _case(item: Coming, user: User, edition: Edition, history: History) -> Case:
    """As its delivery will be judged."""
    reminder = item.reminder
    delivery = Delivery(
        reminder_id=reminder.id if reminder else None, kind=item.kind, due_at=item.due_at, question=False, asked=0
    )
    return Case(delivery, user, reminder, edition, history)


def _noted(history: History, item: Coming, reason: str) -> History:
    """With this occasion left out: an answer stands for one of them, once."""
    if reason != ANSWERED:
        return history
    reminder_id = item.reminder.id if item.reminder else None
    past = Past(0, reminder_id, item.kind, Status.SKIPPED, reason, item.due_at, None, None)
    return History((past, *history.past))
