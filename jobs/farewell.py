"""Goodbye to people who have gone: told once where that is possible, then all about them is deleted.

Nobody goes at one look at the clock, which may have leapt ahead. Everybody is first given a day on which they go, a day
ahead at least, and goes when the house is kept about then; whoever set the clock back by then has lost nobody.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from db import belongings, gone
from db.deliveries import FAREWELL
from db.engine import Session
from db.gone import Which
from db.inventory import BLOCKED_DAYS, INACTIVE_DAYS
from db.models import Delivery, Status, User
from jobs.one_by_one import OneByOne

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


async def see_off(people: OneByOne, *, now: datetime, terms: Terms) -> None:
    """Tell those whose time comes soon, and forget those whose time has come, one by one."""
    soon = now + _ONCE_MORE
    untold = gone.untold(seen_before=now - terms.inactive + terms.notice)
    unmarked = gone.unmarked(
        asleep_before=soon - terms.blocked, seen_before=soon - terms.inactive, overdue=now - _UNSEEN
    )
    over = gone.over(now=now)
    await people.change("tidy", gone.unmarking(leaving_after=now + _NOTICE + _UNSEEN))
    await people.for_each("tidy", partial(gone.ids, which=untold), partial(_tell, which=untold, now=now, terms=terms))
    await people.for_each("tidy", partial(gone.ids, which=unmarked), partial(_mark, which=unmarked, day=soon))
    await people.for_each("tidy", partial(gone.ids, which=over), partial(_forget, which=over))


async def _tell(session: Session, user_id: int, *, which: Which, now: datetime, terms: Terms) -> None:
    user = await gone.person(session, user_id, which)
    if user is None:
        return
    told_at = _by_day(user, now)
    user.leaving_at = max(user.seen_at + terms.inactive, told_at + terms.notice)
    session.add(
        Delivery(
            user_id=user.id, kind=FAREWELL, due_at=now, promised_at=told_at, send_at=told_at, status=Status.PLANNED,
            question=True,
        )
    )  # fmt: skip


async def _mark(session: Session, user_id: int, *, which: Which, day: datetime) -> None:
    """Set the day on which those go who cannot be told, and once more where it has gone by unseen."""
    user = await gone.person(session, user_id, which)
    if user is not None:
        user.leaving_at = day


async def _forget(session: Session, user_id: int, *, which: Which) -> None:
    if await gone.lock(session, user_id, which):
        await belongings.forget(session, user_id)


def _by_day(user: User, now: datetime) -> datetime:
    """Now, or in the person's next morning."""
    local = now.astimezone(ZoneInfo(user.zone or "UTC"))
    if _MORNING <= local.time() < _EVENING:
        return now
    day = local.date() + timedelta(days=local.time() >= _EVENING)
    return datetime.combine(day, _MORNING, local.tzinfo).astimezone(UTC)
