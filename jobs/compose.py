"""Whether a delivery is still wanted, and what it proposes. Pure: rows and what is known in, a decision out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from db.deliveries import FAREWELL
from db.knowledge.cards import Edition
from db.models import Delivery, Reminder, Status, User
from jobs.agenda import Agenda
from jobs.almanac import Almanac
from jobs.memory import suggestion_of
from jobs.rule_json import from_json
from jobs.suggest.kinds import KINDS, suggest
from jobs.suggest.suggestion import History, Occasion, Silence, Suggestion
from jobs.workouts import Workout

MOST_ASKED = 3
"""How often one nudge is asked at the most, a nag included."""

# What `Delivery.failure` says of an occasion that another answer stood for.
ANSWERED = "answered already"
GOAL = "goal reached"
# And of one that a workout brought at another time.
MOVED = "came by a workout"
# And of one that another reminder brings at the same moment.
SAME = "same as another"
# And of a farewell to somebody who has written since.
STAYS = "stays"
# And of one whose kind had nothing for this person.
LEFT_OUT = "left out"

_CAME = (Status.SENT, Status.DONE, Status.SNOOZED)
_ANSWERS = (Status.DONE, Status.SKIPPED)


@dataclass(frozen=True)
class Case:
    """A delivery with all that its fate depends on. `history` is without the delivery itself.

    `agenda`: the person's day, for kinds that are about it.
    """

    delivery: Delivery
    user: User
    reminder: Reminder | None
    edition: Edition
    history: History = field(default_factory=History)
    agenda: Agenda | None = None

    @cached_property
    def almanac(self) -> Almanac:
        """The person's time, by the clock of the reminder."""
        return Almanac.of(self.user, self.reminder)


def unwanted(case: Case) -> Silence | None:
    """Why this nudge need not come any more; None where it should."""
    if case.delivery.kind == FAREWELL:
        return Silence(STAYS) if case.user.leaving_at is None else None
    if _came_already(case):
        return Silence(SAME)
    if not KINDS[case.delivery.kind].habit or case.delivery.question:
        return None
    goal = case.reminder.goal if case.reminder is not None else None
    if goal is not None and _done_today(case) >= goal:
        return Silence(GOAL)
    return Silence(ANSWERED) if _answered_already(case) else None


def _done_today(case: Case) -> int:
    """How often it was done on its day."""
    return case.history.done(case.delivery.kind, case.almanac.day_of(case.delivery.due_at), case.almanac)


def _answered_already(case: Case) -> bool:
    """Something done before it was asked for stands for the next occasion of its day, once."""
    delivery = case.delivery
    if delivery.reminder_id is None or delivery.asked:
        return False
    alike = list(case.history.of(delivery.kind))
    unprompted = [
        past.due_at
        for past in alike
        if past.reminder_id is None and past.answered_at is not None and past.status in _ANSWERS
    ]
    if not unprompted:  # as for most, whose day need not be reckoned then
        return False
    day = case.almanac.day_of(delivery.due_at)
    begin, end = case.almanac.begin(day), case.almanac.end(day)
    stood_for = [past.due_at for past in alike if past.failure == ANSWERED]
    return sum(begin <= at < end for at in unprompted) > sum(begin <= at < end for at in stood_for)


def _came_already(case: Case) -> bool:
    """Another reminder brought the same kind at the same moment: both were planned at once, one is sent."""
    delivery = case.delivery
    return delivery.asked == 0 and any(
        past.due_at == delivery.due_at and past.status in _CAME and past.reminder_id != delivery.reminder_id
        for past in case.history.of(delivery.kind)
    )


def compose(
    case: Case, now: datetime, *, workout: Workout | None = None, avoid: frozenset[str] = frozenset()
) -> Suggestion | Silence:
    """What it proposes at `now`. Raises RuleError for a reminder that cannot be read."""
    almanac = case.almanac
    occasion = Occasion(
        now=now,
        seed=case.delivery.id,
        profile=almanac.profile,
        almanac=almanac,
        edition=case.edition,
        history=case.history,
        rule=from_json(case.reminder.rule) if case.reminder is not None else None,
        workout=workout,
        avoid=avoid,
        before=suggestion_of(case.delivery),
        agenda=case.agenda,
    )
    return suggest(case.delivery.kind, occasion)


def again_at(case: Case, sent_at: datetime) -> datetime | None:
    """When to ask again after sending it at `sent_at`; None where it is not."""
    reminder, delivery = case.reminder, case.delivery
    if reminder is None or not reminder.nag or not KINDS[delivery.kind].habit:
        return None
    if delivery.question or delivery.asked + 1 >= MOST_ASKED:
        return None
    moment = sent_at + timedelta(minutes=reminder.nag)
    return moment if may_ask_again(case, moment, since=sent_at) else None


def may_ask_again(case: Case, moment: datetime, *, since: datetime) -> bool:
    """Whether what was sent may be asked again: not in a pause or in quiet hours, not on another day, and not beside an
    occasion of the same reminder that came after `since`."""
    reminder, almanac = case.reminder, case.almanac
    if reminder is None or _hush(case, moment) is not None:
        return False
    following = almanac.next_due(from_json(reminder.rule), since)
    is_new = following is not None and following <= moment
    return not is_new and almanac.day_of(moment) == almanac.day_of(case.delivery.due_at)


def hushed_until(case: Case, moment: datetime) -> datetime | None:
    """The end of the pause or the quiet hours in which it would leave at `moment`: it is late, or they are new.

    None where it may leave. What the person put off comes when they said.
    """
    return _hush(case, moment) if case.delivery.answered_at is None else None


def _hush(case: Case, moment: datetime) -> datetime | None:
    almanac, reminder = case.almanac, case.reminder
    pause = almanac.pause if almanac.pause is not None and almanac.pause > moment else None
    is_bold = reminder is not None and reminder.anyway
    quiet = None if is_bold else almanac.quiet_until(moment)
    return max((end for end in (pause, quiet) if end is not None), default=None)
