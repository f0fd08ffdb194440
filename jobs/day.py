"""A person's day made: their reminders' occasions, joined with what became of them. Days are the person's."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from db import deliveries, reminders
from db.engine import Session, may_be_a_rows
from db.knowledge.safety import Safety, Verdict
from db.models import Delivery, Reminder, ReminderState, Status, User
from jobs.agenda import MANY, Agenda, Group, Item, State
from jobs.almanac import Almanac
from jobs.compose import ANSWERED, GOAL, MOVED, SAME, Case
from jobs.fire import QUIET, held, report
from jobs.rule_json import from_json
from jobs.rules import Once, Rule, RuleError
from jobs.suggest.kinds import KINDS, judge_nudge

PAUSED = "paused"
"""Why an occasion is left out, besides what `Delivery.failure` says."""

# What stands for them is shown instead.
_HIDDEN = (ANSWERED, MOVED, SAME)
log = logging.getLogger(__name__)

_A_MOMENT = timedelta(microseconds=1)

_STATES: Mapping[Status, State] = {
    Status.PLANNED: State.COMING,
    Status.CLAIMED: State.COMING,
    Status.SENT: State.WAITING,
    Status.DONE: State.DONE,
    Status.SNOOZED: State.PUT_OFF,
    Status.MISSED: State.MISSED,
    Status.FAILED: State.MISSED,
}


async def with_agendas(session: Session, cases: Sequence[Case], now: datetime) -> list[Case]:
    """These cases, with their person's day where their kind is about it."""
    return [await _with_agenda(session, case, now) if _is_about_a_day(case) else case for case in cases]


def _is_about_a_day(case: Case) -> bool:
    kind = KINDS.get(case.delivery.kind)
    return kind is not None and kind.agenda


async def _with_agenda(session: Session, case: Case, now: datetime) -> Case:
    """Without one where the person's rows cannot be read: that costs their card and nobody else's nudge."""
    try:
        async with session.begin_nested():
            day = case.almanac.day_of(case.delivery.due_at)
            (found,) = await load(session, [(case.user, day)], now=now, table=case.edition.safety)
    except Exception as error:
        if not may_be_a_rows(error):
            raise
        log.error("agenda cannot be made: %s", type(error).__name__, extra={"delivery_id": case.delivery.id})  # noqa: TRY400
        return case
    return replace(case, agenda=found)


async def load(session: Session, days: Sequence[tuple[User, date]], *, now: datetime, table: Safety) -> list[Agenda]:
    """The agenda of each of these people's days, in their order. `table`: in any language, for it only judges."""
    ids = {user.id for user, _day in days}
    since = min(Almanac.of(user).begin(day) for user, day in days)
    until = max(Almanac.of(user).end(day) for user, day in days)
    rows = await deliveries.due_between(session, ids, since, until)
    mine = await reminders.of_users(session, ids)
    return [
        agenda(
            user,
            [reminder for reminder in mine if reminder.user_id == user.id],
            [row for row in rows if row.user_id == user.id],
            day=day, now=now, table=table,
        )
        for user, day in days
    ]  # fmt: skip


def agenda(
    user: User, mine: Sequence[Reminder], rows: Sequence[Delivery], *, day: date, now: datetime, table: Safety
) -> Agenda:
    """One day: what `rows` tell of it, and what the reminders that are on will bring. No question is part of it.

    Kinds that safety withholds from this person bring nothing.
    """
    almanac = Almanac.of(user)
    items = [_of_row(row) for row in rows if almanac.day_of(row.due_at) == day and _belongs(row)]
    for reminder in mine:
        kind = KINDS.get(reminder.kind)
        if kind is not None and kind.habit and _allowed(table, almanac, reminder.kind):
            there = {row.due_at for row in rows if row.reminder_id == reminder.id}
            items += _of_rule(reminder, Almanac.of(user, reminder), day, there, now)
    goals = {reminder.id: reminder.goal for reminder in mine}
    return Agenda(day, tuple(_grouped(_settled(items, goals), goals)))


def _allowed(table: Safety, almanac: Almanac, kind: str) -> bool:
    return judge_nudge(table, almanac.profile, kind).verdict is not Verdict.WITHHELD


def _belongs(row: Delivery) -> bool:
    """Of what nobody was reminded of, only what was answered."""
    kind = KINDS.get(row.kind)
    if kind is None or not kind.habit or row.question:
        return False
    return row.reminder_id is not None or row.status in (Status.DONE, Status.SKIPPED)


def _of_row(row: Delivery) -> Item:
    if row.status == Status.SKIPPED:
        state = State.LEFT_OUT if row.answered_at is None else State.SKIPPED
    elif row.status in (Status.PLANNED, Status.CLAIMED) and row.sent_at is not None:
        state = State.WAITING
    else:
        state = _STATES[Status(row.status)]
    return Item(
        row.kind,
        row.due_at,
        state,
        reason=row.failure if state is State.LEFT_OUT else None,
        reminder_id=row.reminder_id,
        delivery_id=row.id,
        until=row.send_at if state is State.PUT_OFF else None,
    )


def _of_rule(reminder: Reminder, almanac: Almanac, day: date, there: set[datetime], now: datetime) -> Iterator[Item]:
    """Occasions of a reminder without a delivery: those to come, and on a day without any those that were not asked.

    `there`: when it was due to those with a delivery.
    """
    if reminder.state != ReminderState.ON or reminder.rests_since is not None:
        return
    try:
        rule = from_json(reminder.rule)
    except RuleError as error:
        report(reminder.id, error)
        return
    was_asked = any(almanac.day_of(due) == day for due in there)
    for due in _occasions(reminder, rule, almanac, day):
        if due in there or due <= reminder.created_at:
            continue
        if due > now or (reminder.next_due_at is not None and due >= reminder.next_due_at):
            reason = _left_out(reminder, rule, almanac, due)
            state = State.COMING if reason is None else State.LEFT_OUT
            yield Item(reminder.kind, due, state, reason, reminder.id)
        elif not was_asked:
            yield Item(reminder.kind, due, State.LEFT_OUT, None, reminder.id)


def _occasions(reminder: Reminder, rule: Rule, almanac: Almanac, day: date) -> Iterator[datetime]:
    begin, end = almanac.begin(day), almanac.end(day)
    # A pause moves a single one.
    if isinstance(rule, Once):
        occasion = reminder.next_due_at or rule.at
        if begin <= occasion < end:
            yield occasion
        return
    due = almanac.next_due(rule, begin - _A_MOMENT)
    while due is not None and due < end:
        yield due
        due = almanac.next_due(rule, due)


def _left_out(reminder: Reminder, rule: Rule, almanac: Almanac, due: datetime) -> str | None:
    """Why an occasion will not come; None where it will."""
    if almanac.pause is not None and due < almanac.pause:
        return PAUSED
    return QUIET if held(reminder, rule, almanac, due) is None else None


def _settled(items: Sequence[Item], goals: Mapping[int, int | None]) -> Iterator[Item]:
    """By time, as `jobs.compose.unwanted` will have it: without what something else stands for, or a goal ends."""
    done = Counter(item.kind for item in items if item.state is State.DONE)
    unprompted = (State.DONE, State.SKIPPED)
    spare = Counter(item.kind for item in items if item.reminder_id is None and item.state in unprompted)
    spare.subtract(item.kind for item in items if item.reason == ANSWERED)
    seen: set[tuple[str, datetime]] = set()
    for item in sorted(items, key=lambda item: (item.due_at, item.reminder_id or 0)):
        same = (item.kind, item.due_at)
        if item.reason in _HIDDEN or (item.state is State.COMING and same in seen):
            continue
        seen.add(same)
        if item.state is State.COMING and spare[item.kind] > 0:
            spare[item.kind] -= 1
            continue
        goal = goals.get(item.reminder_id or 0)
        reached = goal is not None and done[item.kind] >= goal
        yield replace(item, state=State.LEFT_OUT, reason=GOAL) if item.state is State.COMING and reached else item


def _grouped(items: Iterator[Item], goals: Mapping[int, int | None]) -> list[Group]:
    """A line for each, and one for the many of one reminder, by their first time."""
    together: dict[int | None, list[Item]] = defaultdict(list)
    for item in items:
        together[item.reminder_id].append(item)
    groups = []
    for reminder_id, its in together.items():
        if reminder_id is not None and len(its) > MANY:
            groups.append(Group(tuple(its), goals.get(reminder_id)))
        else:
            groups += [Group((item,)) for item in its]
    return sorted(groups, key=lambda group: group.items[0].due_at)
