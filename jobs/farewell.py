"""Goodbye to people who have gone: told once where that is possible, then all about them is deleted.

Nobody goes at one look at the clock, which may have leapt ahead. Everybody is first given a day on which they go, a day
ahead at least, and goes when the house is kept about then; whoever set the clock back by then has lost nobody.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from db import belongings, gone
from db.deliveries import FAREWELL
from db.engine import Sessions
from db.inventory import BLOCKED_DAYS, INACTIVE_DAYS
from db.models import Delivery, Status, User

# People in one transaction, so that it stays short for whoever waits.
_AT_ONCE = 20
_NOTICE = timedelta(days=30)
# From the first look at the clock to the second.
_ONCE_MORE = timedelta(days=1)
# A day that has gone by for longer was not seen by anybody: the program slept, or the clock leapt.
_UNSEEN = 2 * _ONCE_MORE
# Whoever set no quiet hours is not woken by it all the same.
_MORNING, _EVENING = time(10), time(20)


@dataclass(frozen=True)
class Terms:
    """How long data are kept of people who do not write, and of those who blocked the bot."""

    inactive: timedelta = timedelta(days=INACTIVE_DAYS)
    blocked: timedelta = timedelta(days=BLOCKED_DAYS)

    @property
    def notice(self) -> timedelta:
        """How long before the end people are told: half of the time where that is short."""
        return min(_NOTICE, self.inactive / 2)


async def see_off(sessions: Sessions, *, now: datetime, terms: Terms) -> None:
    """Tell those whose time comes soon, and forget those whose time has come; a few in each transaction."""
    async with sessions.begin() as session:
        await gone.unmark(session, leaving_after=now + _NOTICE + _UNSEEN)
    while await _tell(sessions, now, terms) == _AT_ONCE:
        pass
    while await _mark(sessions, now, terms) == _AT_ONCE:
        pass
    while await _forget(sessions, now) == _AT_ONCE:
        pass


async def _tell(sessions: Sessions, now: datetime, terms: Terms) -> int:
    async with sessions.begin() as session:
        people = await gone.untold(session, seen_before=now - terms.inactive + terms.notice, limit=_AT_ONCE)
        for user in people:
            told_at = _by_day(user, now)
            user.leaving_at = max(user.seen_at + terms.inactive, told_at + terms.notice)
            session.add(
                Delivery(
                    user_id=user.id, kind=FAREWELL, due_at=now, promised_at=told_at, send_at=told_at,
                    status=Status.PLANNED, question=True,
                )
            )  # fmt: skip
        return len(people)


async def _mark(sessions: Sessions, now: datetime, terms: Terms) -> int:
    """Set the day on which those go who cannot be told, and once more where it has gone by unseen."""
    soon = now + _ONCE_MORE
    async with sessions.begin() as session:
        people = await gone.unmarked(
            session, asleep_before=soon - terms.blocked, seen_before=soon - terms.inactive, overdue=now - _UNSEEN,
            limit=_AT_ONCE,
        )  # fmt: skip
        for user in people:
            user.leaving_at = soon
        return len(people)


async def _forget(sessions: Sessions, now: datetime) -> int:
    async with sessions.begin() as session:
        people = await gone.over(session, now=now, limit=_AT_ONCE)
        for user_id in people:
            await belongings.forget(session, user_id)
        return len(people)


def _by_day(user: User, now: datetime) -> datetime:
    """Now, or in the person's next morning."""
    local = now.astimezone(ZoneInfo(user.zone or "UTC"))
    if _MORNING <= local.time() < _EVENING:
        return now
    day = local.date() + timedelta(days=local.time() >= _EVENING)
    return datetime.combine(day, _MORNING, local.tzinfo).astimezone(UTC)
