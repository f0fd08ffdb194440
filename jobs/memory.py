"""What a person got and answered lately, read for those who are about to get something."""

from collections.abc import Collection
from datetime import datetime

from db import deliveries
from db.engine import Session
from db.models import Delivery, Status
from jobs.suggest.suggestion import REMEMBERED, History, Past, Suggestion


async def histories(session: Session, user_ids: Collection[int], now: datetime) -> dict[int, History]:
    """The history of each of these people, empty where there is none."""
    found: dict[int, list[Past]] = {user_id: [] for user_id in user_ids}
    for delivery in await deliveries.since(session, user_ids, now - REMEMBERED):
        found[delivery.user_id].append(past(delivery))
    return {user_id: History(tuple(rows)) for user_id, rows in found.items()}


def past(delivery: Delivery) -> Past:
    """A delivery as history has it."""
    return Past(
        delivery.id, delivery.reminder_id, delivery.kind, Status(delivery.status), delivery.failure, delivery.due_at,
        delivery.answered_at, suggestion_of(delivery),
    )  # fmt: skip


def suggestion_of(delivery: Delivery) -> Suggestion | None:
    """What a delivery proposed; None for one that was never sent, or was sent by an older version."""
    stored = delivery.suggestion
    return None if stored is None else Suggestion.from_json(delivery.kind, stored)
