"""Housekeeping: what nobody needs any more is forgotten."""

from datetime import datetime, timedelta

from db import deliveries, reminders, updates, users
from db.engine import Sessions
from jobs.suggest import check
from jobs.suggest.suggestion import REMEMBERED

# Telegram keeps updates for 24 hours.
_SEEN_UPDATES = timedelta(days=2)
# How long a deleted reminder can be brought back by its Undo button.
_ENDED_REMINDERS = timedelta(days=30)
# How long words about health are kept for somebody who has not said whether they may be.
_CONSENT_QUESTIONS = timedelta(days=1)


async def tidy(sessions: Sessions, *, now: datetime) -> None:
    async with sessions.begin() as session:
        await updates.prune(session, before=now - _SEEN_UPDATES)
        await reminders.prune(session, before=now - _ENDED_REMINDERS)
        await users.forget_checks(session, begun_before=now - check.KEPT)
        await users.forget_consent_questions(session, asked_before=now - _CONSENT_QUESTIONS)
        await deliveries.forget_old_proposals(session, due_before=now - REMEMBERED)
