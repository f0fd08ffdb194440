"""How firm a habit is: a score that grows with every day on which it is done, and forgives a miss.

The formula is that of Loop Habit Tracker (iSoron/uhabits, `Score.compute` in Score.kt), exponential smoothing:

    multiplier = 0.5 ** (sqrt(frequency) / 13)
    score = previous * multiplier + value * (1 - multiplier)

Our reading of it: a step for each of the person's days on which the habit was asked for, so the frequency is 1 and
thirteen such days count as much as all before. The value of a day is the share that was done of what counts. What was
skipped, put off, left out (quiet hours, pause, safety) or never arrived does not count; a day without anything that
counts is no step, and the score stays. What was done unasked counts as done, up to a whole day. While a day goes on it
can only lift the score: what is still open is not done yet, but no miss either.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import sqrt

from db import deliveries, reminders
from db.engine import Session
from db.models import Status, User
from jobs.agenda import Agenda
from jobs.almanac import Almanac
from jobs.suggest.kinds import KINDS

LOOKED_BACK = 90
"""Days that are looked at, today besides."""

_FREQUENCY = 1.0
_MULTIPLIER: float = 0.5 ** (sqrt(_FREQUENCY) / 13)


class Outcome(StrEnum):
    """What became of a habit on a day."""

    DONE = "done"
    PARTLY = "partly"
    NOT = "not"
    SKIPPED = "skipped"
    NOTHING = "nothing"  # was asked, or nothing that counts


@dataclass(frozen=True)
class Record:
    """An occasion, or something done without one (`reminder_id` is None). Instants are in UTC."""

    reminder_id: int | None
    kind: str
    status: Status
    due_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class Tally:
    """A habit on a day: occasions that count, how often it was done, and what the person skipped.

    `pending`: occasions of a day that goes on which are not answered yet.
    """

    asked: int = 0
    done: int = 0
    skipped: int = 0
    pending: int = 0

    @property
    def value(self) -> float | None:
        """The share that was done, 0 to 1; None where nothing counts, or nothing yet."""
        if not self.done and (self.pending or not self.asked):
            return None
        return min(1.0, self.done / max(1, self.asked + self.pending))

    @property
    def outcome(self) -> Outcome:
        value = self.value
        if value is None:
            return Outcome.SKIPPED if self.skipped else Outcome.NOTHING
        if value == 1:
            return Outcome.DONE
        return Outcome.PARTLY if value else Outcome.NOT


Days = Mapping[date, Tally]
"""A habit day by day, by the person's days."""

NOTHING = Tally()


def step(previous: float, value: float) -> float:
    """The score after one more day; all three are 0 to 1."""
    return previous * _MULTIPLIER + value * (1 - _MULTIPLIER)


def score(days: Days) -> float | None:
    """How firm a habit is, 0 to 1; None before its first day that counts."""
    firm: float | None = None
    for _day, tally in sorted(days.items()):
        value = tally.value
        if value is not None and not (tally.pending and value < (firm or 0)):
            firm = step(firm or 0, value)
    return firm


def tallies(
    records: Sequence[Record],
    almanac: Almanac,
    today: date,
    *,
    goals: Mapping[int, int | None] | None = None,
    pending: Mapping[str, int] | None = None,
) -> dict[str, Days]:
    """Each habit day by day. `goals`: how many times a day are enough, by reminder. `pending`: what is open today, by
    kind.

    What waits for an answer counts as not done once its day is over, not before.
    """
    asked: dict[tuple[str, date], Counter[int]] = defaultdict(Counter)
    done: Counter[tuple[str, date]] = Counter()
    skipped: Counter[tuple[str, date]] = Counter()
    for record in records:
        day = almanac.day_of(record.due_at)
        where = (record.kind, day)
        done[where] += record.status is Status.DONE
        skipped[where] += record.status is Status.SKIPPED and record.answered_at is not None
        if record.reminder_id is not None:
            asked[where][record.reminder_id] += record.status is Status.DONE or (
                record.status is Status.SENT and day < today
            )
    found: dict[str, dict[date, Tally]] = defaultdict(dict)
    still = {(kind, today): count for kind, count in (pending or {}).items() if count}
    for kind, day in done.keys() | skipped.keys() | asked.keys() | still.keys():
        where = (kind, day)
        enough = sum(min(count, (goals or {}).get(reminder) or count) for reminder, count in asked[where].items())
        found[kind][day] = Tally(enough, done[where], skipped[where], still.get(where, 0))
    return dict(found)


async def load(session: Session, user: User, agenda: Agenda) -> dict[str, Days]:
    """This person's habits that have reminders or entries, day by day up to today, in the order of the kinds.

    `agenda` is that of today.
    """
    almanac, today = Almanac.of(user), agenda.day
    since = almanac.begin(today - timedelta(days=LOOKED_BACK))
    rows = await deliveries.answers_since(session, user.id, since)
    records = [Record(row[0], row[1], Status(row[2]), *row[3:]) for row in rows]
    mine = await reminders.of_user(session, user.id)
    goals = {reminder.id: reminder.goal for reminder in mine}
    found = tallies(records, almanac, today, goals=goals, pending=agenda.pending)
    there = {reminder.kind for reminder in mine} | {
        kind for kind, days in found.items() if any(tally != NOTHING for tally in days.values())
    }
    return {name: found.get(name, {}) for name, kind in KINDS.items() if kind.habit and name in there}
