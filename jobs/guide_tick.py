"""The third part of the tick: guided sessions. One message a person counts through a routine by editing itself.

All of a session is its row, so a restart goes on where the clock stands. Frames that came too late are skipped.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from db import sessions as guided
from db import users
from db.engine import Sessions
from db.knowledge.cards import Edition, Knowledge
from db.knowledge.safety import Verdict
from db.models import GuidedSession, User
from jobs import guide_session, schedule
from jobs.budget import Budget, BudgetClosedError
from jobs.guide_session import GAP, Moment, View
from jobs.lane import Lane
from jobs.one_by_one import OneByOne
from jobs.sender import SendError
from jobs.stored import UnreadableError
from jobs.suggest import routines
from jobs.suggest.kinds import judge_nudge
from jobs.suggest.profile import Profile
from jobs.suggest.routines import Plan
from jobs.watch import Watch

log = logging.getLogger(__name__)

KIND = "stretch"
_RETRY = timedelta(seconds=5)
# In one process guided sessions take a third of the budget at most: with more of them, each message changes less often.
_SHARE = 3

_Claimed = Sequence[tuple[User, GuidedSession]]


class ScreenGoneError(Exception):
    """The message can no longer be changed, or the chat takes none."""


class Screen(Protocol):
    async def show(self, view: View) -> int:
        """Send or edit the session's message and return its id. Raises SendError, ScreenGoneError."""
        ...


class Guide:
    """Shows what is ripe. `rate`: the token's messages a second."""

    def __init__(
        self, *, sessions: Sessions, screen: Screen, budget: Budget, clock: Callable[[], datetime],
        knowledge: Knowledge, rate: int, watch: Watch | None = None,
    ) -> None:  # fmt: skip
        self._sessions = sessions
        self._screen = screen
        self._budget = budget
        self._clock = clock
        self._knowledge = knowledge
        self._batch = max(1, rate // _SHARE)
        self._one_by_one = OneByOne(sessions, "session", clock=clock, watch=watch)

    async def run_once(self) -> int:
        """Bring the ripest messages up to date, and return 0: what is left has its turn in a second."""
        now = self._clock()
        claimed = await self._one_by_one.do(
            "guide",
            lambda: self._claim(now, self._batch, without=self._one_by_one.left_out),
            choose=partial(guided.ripe_owners, now=now, limit=self._batch),
            alone=lambda user_id: self._claim(now, 1, only=user_id),
        )
        results = await asyncio.gather(
            *(self._bring_up(user, row) for batch in claimed for user, row in batch), return_exceptions=True
        )
        for failure in filter(None, results):  # only after everybody's turn
            raise failure
        return 0

    async def _claim(
        self, now: datetime, limit: int, only: int | None = None, without: Collection[int] = ()
    ) -> _Claimed:
        async with self._sessions.begin() as session:
            batch = await guided.ripe(session, now=now, limit=limit, only=only, without=without)
            for row in batch:
                guide_session.claim(row, now)
            people = {user.id: user for user in await users.by_ids(session, (row.user_id for row in batch))}
        return [(people[row.user_id], row) for row in batch if row.user_id in people]

    async def _bring_up(self, user: User, row: GuidedSession) -> None:
        edition = self._knowledge.edition(user.language)
        plan = routines.find(edition.stretching, guide_session.plan_of(row))
        if plan is None or (row.stopped and row.message_id is None):
            await self._end(row)
            return
        if not _suits(user, plan, edition):
            guide_session.stop(row, self._clock())  # told since it began
        try:
            with await self._budget.acquire(Lane.REPLY, user.chat_id, message=row.message_id is None):
                shown_at = self._clock()
                view = guide_session.view(user, row, plan, edition, shown_at)
                message_id = await self._screen.show(view)
        except BudgetClosedError:
            await self._put_off(row, self._clock())
        except ScreenGoneError as error:
            log.info("guided session ended: %s", error)
            await self._end(row)
        except SendError as error:
            await self._failed(row, error)
        except Exception:
            log.exception("guided session failed unexpectedly")
            await self._end(row)
        else:
            if view.frame is None:
                await self._end(row, counted=view.moment is Moment.DONE)
            else:
                await self._record(row, view, message_id, shown_at)

    async def _failed(self, row: GuidedSession, error: SendError) -> None:
        log.warning("guided session not shown: %s", error.reason)
        if error.retry_after is not None:
            await self._budget.pause(error.retry_after.total_seconds())
        elif row.stopped:
            await self._end(row)
            return
        await self._put_off(row, self._clock() + max(error.retry_after or _RETRY, GAP))

    async def _record(self, shown: GuidedSession, view: View, message_id: int, shown_at: datetime) -> None:
        """What was shown, and when to show more: at the next change, or soon if a tap came meanwhile."""
        async with self._sessions.begin() as session:
            row = await guided.of_user(session, shown.user_id)
            if row is None:
                return
            row.message_id, row.edited_at = message_id, shown_at
            if row.next_edit_at != shown.next_edit_at:
                guide_session.touch(row, shown_at)
                return
            row.anew = False
            if view.moment is Moment.RUNNING:
                row.running_since = row.running_since or shown_at
            row.next_edit_at = guide_session.following(row, view.plan, shown_at)

    async def _put_off(self, shown: GuidedSession, until: datetime) -> None:
        async with self._sessions.begin() as session:
            row = await guided.of_user(session, shown.user_id)
            if row is not None:
                row.next_edit_at = until

    async def _end(self, row: GuidedSession, *, counted: bool = False) -> None:
        async with self._sessions.begin() as session:
            if await guided.end(session, row.user_id) and counted:
                now = self._clock()
                await guided.count_done(session, row, kind=KIND, now=now)
                for user in await users.by_ids(session, [row.user_id]):
                    await schedule.heard(session, user, kind=KIND, now=now)


def _suits(user: User, plan: Plan, edition: Edition) -> bool:
    """Whether it may go on, by what the person told; not where that cannot be read."""
    try:
        profile = Profile.from_json(user.profile)
    except UnreadableError:
        return False
    return routines.suits(plan, profile) and judge_nudge(edition.safety, profile, KIND).verdict is not Verdict.WITHHELD
