"""A workout that somebody told about counts for the reminders that follow one: they come by it, and ask no more."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from db import claims, deliveries, reminders
from db.engine import Session
from db.models import Delivery, Reminder, ReminderState, Status, User
from jobs import schedule
from jobs.almanac import Almanac
from jobs.compose import MOVED
from jobs.fire import Row, held, report, row
from jobs.memory import suggestion_of
from jobs.rule_json import from_json
from jobs.rules import Landmark, Relative, RuleError
from jobs.suggest import hydrate

PASSED = timedelta(hours=2)
"""How long after its planned end a workout still is the one that is told about."""

# Of a reminder: those of the last two days at least.
_NEWEST = 20
# The person has it in their chat, or answered it.
_CAME = (Status.CLAIMED, Status.SENT, Status.DONE, Status.SNOOZED)


async def count(session: Session, user: User, now: datetime) -> None:
    """What follows a workout that has ended just now: reminders come by it instead of by the planned one, and a
    question whether that happened is answered."""
    rows: list[Row] = []
    answered = False
    for reminder in await reminders.of_user(session, user.id):
        almanac = Almanac.of(user, reminder)
        newest = await deliveries.of_reminder(session, reminder.id, limit=_NEWEST)
        answered |= _answer(newest, almanac, now)
        if (rule := _rule(reminder)) is not None:
            rows += _moved(reminder, rule, almanac, newest, now)
    await claims.owe(session, rows)
    if answered:
        await schedule.heard(session, user, kind=hydrate.KIND, now=now)


def planned(rule: Relative, almanac: Almanac, now: datetime) -> datetime | None:
    """The occasion of the planned workout that this one stands for: of those of the day that are still to come, or
    ended a short while ago, the one that ends nearest to `now`."""
    return min(_occasions(rule, almanac, now), key=lambda due: abs(due - _offset(rule) - now), default=None)


def _occasions(rule: Relative, almanac: Almanac, now: datetime) -> Iterator[datetime]:
    last = almanac.end(almanac.day_of(now)) + _offset(rule)
    due = almanac.next_due(rule, now - PASSED + _offset(rule))
    while due is not None and due < last:
        yield due
        due = almanac.next_due(rule, due)


def _offset(rule: Relative) -> timedelta:
    return timedelta(minutes=rule.minutes)


def _rule(reminder: Reminder) -> Relative | None:
    """The rule of a reminder that is on and comes when a workout has ended; None for any other."""
    if reminder.state != ReminderState.ON or reminder.rests_since is not None:
        return None
    try:
        rule = from_json(reminder.rule)
    except RuleError as error:
        report(reminder.id, error)
        return None
    follows = isinstance(rule, Relative) and rule.landmark is Landmark.WORKOUT and rule.minutes >= 0
    return rule if isinstance(rule, Relative) and follows else None


def _moved(
    reminder: Reminder, rule: Relative, almanac: Almanac, newest: Sequence[Delivery], now: datetime
) -> list[Row]:
    """Rows that let it come by this workout and not by the planned one; what waits already is taken back."""
    due = planned(rule, almanac, now)
    came = any(delivery.due_at == due and delivery.status in _CAME for delivery in newest)
    for delivery in newest:
        if delivery.status == Status.PLANNED and not delivery.asked:
            delivery.status, delivery.failure = Status.SKIPPED, MOVED
    comes = None if came else _comes(reminder, rule, almanac, now)
    rows = [] if comes is None else [comes]
    if due is not None and (comes is None or comes["due_at"] != due):
        rows.append(row(reminder, due, Status.SKIPPED) | {"failure": MOVED})
    return rows


def _comes(reminder: Reminder, rule: Relative, almanac: Almanac, now: datetime) -> Row | None:
    """The occasion that this workout makes; none where telling about it was answered with that very nudge."""
    due = now + _offset(rule)
    paused = almanac.pause is not None and due < almanac.pause
    send_at = held(reminder, rule, almanac, due)
    if (reminder.kind == hydrate.KIND and not rule.minutes) or paused or send_at is None:
        return None
    comes = row(reminder, due, Status.PLANNED, ordinal=reminder.fired) | {"promised_at": send_at, "send_at": send_at}
    reminder.fired += 1
    return comes


def _answer(newest: Sequence[Delivery], almanac: Almanac, now: datetime) -> bool:
    """ "Did you train?" of this day is done; whether there was one."""
    asked = [delivery for delivery in newest if _is_open(delivery)]
    today = [delivery for delivery in asked if almanac.day_of(delivery.due_at) == almanac.day_of(now)]
    for delivery in today:
        delivery.status, delivery.answered_at, delivery.again_at = Status.DONE, now, None
    return bool(today)


def _is_open(delivery: Delivery) -> bool:
    """Whether it asked after a workout and got no answer."""
    made = suggestion_of(delivery)
    asks = made is not None and (made.kind, made.form) == (hydrate.KIND, hydrate.ASK)
    return asks and (delivery.status == Status.SENT or (delivery.status == Status.PLANNED and delivery.asked > 0))
