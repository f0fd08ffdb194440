"""Housekeeping: what nobody needs any more is forgotten."""

from datetime import datetime

from db import deliveries, inventory, reminders, sealing, updates, users
from db.engine import Sessions, fold
from jobs import farewell
from jobs.farewell import Terms


async def tidy(sessions: Sessions, *, now: datetime, terms: Terms) -> None:
    """Delete what is past its time by `db.inventory`, and people who have gone by `terms`; nothing of it, nor of what
    people deleted themselves, stays in the log of a SQLite file."""
    async with sessions.begin() as session:
        await sealing.learn_own(session)
        await updates.prune(session, before=now - inventory.UPDATES_KEPT)
        await reminders.prune(session, before=now - inventory.ENDED_REMINDERS_KEPT)
        await users.forget_checks(session, begun_before=now - inventory.CHECKS_KEPT)
        await users.forget_consent_questions(session, asked_before=now - inventory.CONSENT_QUESTIONS_KEPT)
        await deliveries.forget_old_proposals(session, due_before=now - inventory.SUGGESTIONS_KEPT)
    await farewell.see_off(sessions, now=now, terms=terms)
    await fold(sessions)
