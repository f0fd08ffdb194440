"""What a person got and answered lately, read for those who are about to get something."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from db import deliveries
from db.deliveries import Look
from db.engine import Session
from db.models import Delivery, Status
from jobs.suggest.suggestion import REMEMBERED, History, Past, Suggestion

log = logging.getLogger(__name__)


async def histories(
    session: Session, user_ids: Collection[int], now: datetime, *, looks: Collection[Look] | None = None
) -> dict[int, History]:
    """The history of each of these people, empty where there is none. `looks`: no more of it than these show."""
    found: dict[int, list[Past]] = {user_id: [] for user_id in user_ids}
    looks = [Look(user_ids, now - REMEMBERED)] if looks is None else looks
    for row in await deliveries.remembered(session, looks):
        user_id, delivery_id, reminder_id, kind, status, failure, due_at, answered_at, stored = row
        made = _read(kind, stored, delivery_id)
        try:
            became = Status(status)
        except ValueError:
            log.error("status cannot be read", extra={"delivery_id": delivery_id})  # noqa: TRY400
            continue
        found[user_id].append(Past(delivery_id, reminder_id, kind, became, failure, due_at, answered_at, made))
    return {user_id: History(tuple(rows)) for user_id, rows in found.items()}


def suggestion_of(delivery: Delivery) -> Suggestion | None:
    """What a delivery proposed; None for one that was never sent, or was sent by an older version."""
    return _read(delivery.kind, delivery.suggestion, delivery.id)


def _read(kind: str, stored: Mapping[str, Any] | None, delivery_id: int) -> Suggestion | None:
    """One that cannot be read counts as none: it must not cost anybody else their nudge."""
    try:
        return None if stored is None else Suggestion.from_json(kind, stored)
    except ValueError as error:
        log.error("suggestion cannot be read: %s", type(error).__name__, extra={"delivery_id": delivery_id})  # noqa: TRY400
        return None
