"""Housekeeping: what nobody needs any more is forgotten."""

from datetime import datetime
from functools import partial

from db import deliveries, inventory, reminders, sealing, updates, users
from db.engine import Sessions, fold
from jobs import farewell
from jobs.courtesy import Courtesy
from jobs.farewell import Terms
from jobs.one_by_one import OneByOne
from jobs.watch import Watch


async def tidy(
    sessions: Sessions,
    *,
    now: datetime,
    terms: Terms,
    watch: Watch | None = None,
    courtesy: Courtesy | None = None,
) -> None:
    """Delete what is past its time by `db.inventory`, and people who have gone by `terms`; nothing of it, nor of what
    people deleted themselves, stays in the log of a SQLite file. A row that is broken stays, and stops no other."""
    rows = partial(OneByOne, sessions, clock=lambda: now, watch=watch, courtesy=courtesy)
    people = rows("user")
    async with sessions.begin() as session:
        await sealing.learn_own(session)
    await rows("update").change("tidy", updates.forgetting(seen_before=now - inventory.UPDATES_KEPT))
    await rows("reminder").change("tidy", reminders.forgetting(ended_before=now - inventory.ENDED_REMINDERS_KEPT))
    await rows("delivery").change("tidy", deliveries.forgetting_proposals(due_before=now - inventory.SUGGESTIONS_KEPT))
    await people.change("tidy", users.forgetting_checks(begun_before=now - inventory.CHECKS_KEPT))
    await people.change("tidy", users.forgetting_consent_questions(asked_before=now - inventory.CONSENT_QUESTIONS_KEPT))
    await farewell.see_off(people, now=now, terms=terms)
    await fold(sessions)
