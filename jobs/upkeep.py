"""Housekeeping: what nobody needs any more is forgotten."""

from datetime import datetime
from functools import partial

from db import deliveries, inventory, reminders, sealing, updates, users
from db.engine import Sessions, fold
from jobs import farewell
from jobs.farewell import Terms
from jobs.one_by_one import OneByOne
from jobs.watch import Watch


async def tidy(
    sessions: Sessions,
    *,
    now: datetime,
    terms: Terms,
    watch: Watch | None = None,
) -> None:
    """Delete what is past its time by `db.inventory`, and people who have gone by `terms`; nothing of it, nor of what
    people deleted themselves, stays in the log of a SQLite file. A row that is broken stays, and stops no other."""
    rows = partial(OneByOne, sessions, clock=lambda: now, watch=watch)
    async with sessions.begin() as session:
        await sealing.learn_own(session)
    for what, change in (
        ("update", updates.forgetting(seen_before=now - inventory.UPDATES_KEPT)),
        ("reminder", reminders.forgetting(ended_before=now - inventory.ENDED_REMINDERS_KEPT)),
        ("delivery", deliveries.forgetting_proposals(due_before=now - inventory.SUGGESTIONS_KEPT)),
        ("user", users.forgetting_checks(begun_before=now - inventory.CHECKS_KEPT)),
        ("user", users.forgetting_consent_questions(asked_before=now - inventory.CONSENT_QUESTIONS_KEPT)),
    ):
        await rows(what).change("tidy", change)
    await farewell.see_off(rows("user"), now=now, terms=terms)
    await fold(sessions)
