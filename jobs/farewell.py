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
from jobs.stored import UnreadableError
from jobs.zones import zone_of

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
    overdue = now - _UNSEEN
    untold = gone.untold(seen_before=now - terms.inactive + terms.notice)
    marking = gone.marking(
        asleep_before=soon - terms.blocked, seen_before=soon - terms.inactive, overdue=overdue, day=soon
    )
    over = gone.over(now=now, overdue=overdue)
    await people.change("tidy", gone.unmarking(leaving_after=now + _NOTICE + _UNSEEN))
    await people.for_each("tell", partial(gone.ids, which=untold), partial(_tell, which=untold, now=now, terms=terms))
    await people.change_each("tidy", marking)
    await people.for_each("forget", partial(gone.ids, which=over), partial(_forget, which=over))


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


async def _forget(session: Session, user_id: int, *, which: Which) -> None:
    if await gone.lock(session, user_id, which):
        await belongings.forget(session, user_id)


def _by_day(user: User, now: datetime) -> datetime:
    """Now, or in the person's next morning."""
    local = now.astimezone(_zone(user))
    if _MORNING <= local.time() < _EVENING:
        return now
    day = local.date() + timedelta(days=local.time() >= _EVENING)
    return datetime.combine(day, _MORNING, local.tzinfo).astimezone(UTC)


def _zone(user: User) -> ZoneInfo:
    """UTC where theirs cannot be read: they are to know all the same."""
    try:
        return zone_of(user.zone)
    except UnreadableError:
        return ZoneInfo("UTC")
