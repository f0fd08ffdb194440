"""Ticks in the plan of a day: an occasion is done, skipped or open again, whether it has come yet or not."""

from datetime import date, datetime, time

from bot.dialogue import answers, nudging
from bot.dialogue.turn import Turn
from db import claims, deliveries, reminders
from db.models import Delivery, ReminderState, Status
from jobs import schedule
from jobs.agenda import Item
from jobs.fire import row
from jobs.recurrence import instant_of

_NOON = time(12)


async def answer(turn: Turn, item: Item, status: Status, *, over: bool) -> None:
    """Note it as the buttons of its nudge do. `over`: its day is, so that it was answered when it was due."""
    delivery = await _delivery(turn, item)
    if delivery is None or delivery.status == status:
        return
    if delivery.status in nudging.ANSWERED:  # another answer takes the place of the first
        delivery.status, delivery.skipped_for = Status.SENT, None
    await answers.answer(turn, delivery, status)
    if over:
        delivery.answered_at = delivery.due_at


async def reopen(turn: Turn, item: Item) -> None:
    """What it was before: waiting if it was sent, to come if it is, otherwise left out or never arrived."""
    delivery = await nudging.own(turn, item.delivery_id)
    if delivery is None or delivery.status not in nudging.ANSWERED:
        return
    if await _is_still_owed(turn, delivery):
        delivery.status, delivery.answered_at, delivery.skipped_for = Status.PLANNED, None, None
        return
    if delivery.sent_at is None and (delivery.reminder_id is None or delivery.due_at > turn.now):
        await turn.session.delete(delivery)
        return
    was = Status.SKIPPED if delivery.failure else Status.MISSED
    delivery.status = was if delivery.sent_at is None else Status.SENT
    delivery.answered_at, delivery.skipped_for = None, None


async def _is_still_owed(turn: Turn, delivery: Delivery) -> bool:
    """Whether it is yet to come and the planner would not make it again: held back, or brought by a workout."""
    if delivery.sent_at is not None or delivery.failure or delivery.send_at <= turn.now:
        return False
    reminder = await nudging.reminder_of(turn, delivery)
    if reminder is None or reminder.state != ReminderState.ON:
        return False
    return reminder.next_due_at is None or delivery.due_at < reminder.next_due_at


async def add(turn: Turn, kind: str, day: date) -> None:
    """Done without a reminder: now, or at noon of a day that is over."""
    at = turn.now if day == turn.almanac.day_of(turn.now) else _noon(turn, day)
    turn.session.add(
        Delivery(
            user_id=turn.user.id, kind=kind, ordinal=0, due_at=at, promised_at=at, send_at=at, status=Status.DONE,
            attempts=0, asked=0, question=False, answered_at=at,
        )
    )  # fmt: skip
    await schedule.heard(turn.session, turn.user, kind=kind, now=turn.now)


def _noon(turn: Turn, day: date) -> datetime:
    """Of a day of the person's, which for some begins after it."""
    noon = instant_of(day, _NOON, turn.zone)
    return max(noon, turn.almanac.begin(day))


async def _delivery(turn: Turn, item: Item) -> Delivery | None:
    """The delivery of an occasion, made as the planner would make it, so that the planner cannot any more."""
    if item.delivery_id is not None or item.reminder_id is None:
        return await nudging.own(turn, item.delivery_id)
    reminder = await reminders.owned(turn.session, user_id=turn.user.id, reminder_id=item.reminder_id)
    if reminder is None:
        return None
    await claims.owe(turn.session, [row(reminder, item.due_at, Status.MISSED)])
    return await deliveries.of_occasion(turn.session, reminder_id=reminder.id, due_at=item.due_at)
