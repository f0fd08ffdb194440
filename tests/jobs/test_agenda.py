"""A person's day: each occasion once, with what became of it or will; many of one reminder as one line."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.knowledge.loader import load
from db.models import Delivery, Reminder, ReminderState, Status, User
from jobs.agenda import OPEN, Agenda, Group, Item, Line, State, lines_of
from jobs.compose import ANSWERED, GOAL, SAME
from jobs.day import PAUSED, agenda
from jobs.fire import QUIET
from jobs.preferences import Preferences, Quiet
from jobs.rule_json import to_json
from jobs.rules import AtTimes, Every, Once, Rule
from jobs.suggest.profile import Profile

TABLE = load().edition("en").safety
TUESDAY = date(2026, 3, 3)
NOON = datetime(2026, 3, 3, 11, tzinfo=UTC)
LAST_WEEK = datetime(2026, 2, 24, tzinfo=UTC)
EVENING = datetime(2026, 3, 3, 20, 30, tzinfo=UTC)
BEDTIME_RULE = AtTimes((time(21, 30),))
DRINKS = Every(120, time(9), time(19))


def _user(**own: object) -> User:
    return User(id=1, zone="Europe/Berlin", **own)


def _reminder(number: int = 5, rule: Rule = BEDTIME_RULE, kind: str = "stretch", **own: object) -> Reminder:
    values = {
        "state": ReminderState.ON, "created_at": LAST_WEEK, "anyway": False, "goal": None, "next_due_at": None, **own,
    }  # fmt: skip
    return Reminder(id=number, user_id=1, kind=kind, rule=to_json(rule), **values)


def _row(status: Status, due_at: datetime = EVENING, reminder_id: int | None = 5, **own: object) -> Delivery:
    values = {"id": 9, "kind": "stretch", "question": False, "send_at": due_at, "failure": None, **own}
    return Delivery(user_id=1, reminder_id=reminder_id, status=status, due_at=due_at, **values)


def _day(
    *mine: Reminder,
    rows: tuple[Delivery, ...] = (),
    user: User | None = None,
    day: date = TUESDAY,
    now: datetime = NOON,
) -> Agenda:
    return agenda(user or _user(), mine, rows, day=day, now=now, table=TABLE)


def _states(made: Agenda) -> list[tuple[State, str | None]]:
    return [(line.state, line.reason) for line in made.lines]


# One occasion, one line -------------------------------------------------------------------------------


def test_what_is_to_come_is_on_the_day_at_its_time() -> None:
    """Nothing has been sent yet."""
    (line,) = _day(_reminder()).lines

    assert ("stretch", State.COMING, EVENING, 0, 1) == (line.kind, line.state, line.at, line.done, line.of)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (_row(Status.PLANNED), State.COMING),
        (_row(Status.CLAIMED), State.COMING),
        (_row(Status.CLAIMED, sent_at=EVENING), State.WAITING),
        (_row(Status.SENT, sent_at=EVENING), State.WAITING),
        (_row(Status.DONE), State.DONE),
        (_row(Status.SKIPPED, answered_at=EVENING), State.SKIPPED),
        (_row(Status.SNOOZED, answered_at=EVENING), State.PUT_OFF),
        (_row(Status.SKIPPED, failure=QUIET), State.LEFT_OUT),
        (_row(Status.MISSED), State.MISSED),
        (_row(Status.FAILED, failure="refused"), State.MISSED),
    ],
)
def test_what_became_of_it_is_told_once(row: Delivery, state: State) -> None:
    """The occasion of the rule and its delivery are one line."""
    (line,) = _day(_reminder(), rows=(row,)).lines

    assert state is line.state


def test_a_key_stays_when_the_delivery_is_made() -> None:
    """A button of the morning still fits in the evening."""
    before, after = _day(_reminder()), _day(_reminder(), rows=(_row(Status.SENT, sent_at=EVENING),))
    key = before.lines[0].key

    assert key == after.lines[0].key
    assert after.find(key) is not None
    assert after.find("6.1") is None


def test_days_begin_when_the_person_says() -> None:
    """Half past midnight belongs to the day before, until the day starts at midnight."""
    late = _reminder(rule=AtTimes((time(0, 30),)))
    at_midnight = _user(preferences=Preferences(day_start=time(0)).to_json())
    half_past = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)

    assert [half_past] == [line.at for line in _day(late).lines]
    assert [half_past - timedelta(days=1)] == [line.at for line in _day(late, user=at_midnight).lines]


def test_what_is_off_ended_or_resting_brings_nothing() -> None:
    """Nor does a reminder that cannot be read, or a kind that is no habit."""
    resting, off = _reminder(rests_since=NOON), _reminder(6, state=ReminderState.OFF)
    broken, card = _reminder(7), _reminder(8, kind="today")
    broken.rule = {"kind": "riddle"}

    assert () == _day(resting, off, broken, card).lines
    assert _day(resting).is_free


def test_before_it_was_set_nothing_was_asked() -> None:
    """A reminder of this noon has no morning."""
    assert () == _day(_reminder(rule=AtTimes((time(8),)), created_at=NOON)).lines


def test_an_occasion_that_is_over_and_was_not_asked_can_be_seen_on_a_day_without_any() -> None:
    """After a pause; but not beside one that was asked, for then the rule was another one."""
    morning = _reminder(rule=AtTimes((time(8),)))
    asked = _row(Status.DONE, datetime(2026, 3, 3, 6, tzinfo=UTC))

    assert [(State.LEFT_OUT, None)] == _states(_day(morning))
    assert [(State.DONE, None)] == _states(_day(morning, rows=(asked,)))


def test_what_falls_due_this_second_is_still_to_come() -> None:
    """The planner has not been there yet."""
    morning = _reminder(rule=AtTimes((time(12),)), next_due_at=NOON)

    assert [(State.COMING, None)] == _states(_day(morning))


def test_what_was_done_without_a_reminder_is_on_the_day_and_what_was_only_looked_at_is_not() -> None:
    """/nudge, and then Done or nothing."""
    done, seen = _row(Status.DONE, NOON, None), _row(Status.SENT, NOON, None, id=10)

    assert [State.DONE] == [line.state for line in _day(rows=(done, seen)).lines]


def test_a_question_is_no_part_of_the_day() -> None:
    """It asks about days, not for anything to do."""
    resting = _reminder(rests_since=EVENING)

    assert () == _day(resting, rows=(_row(Status.SENT, question=True),), now=EVENING).lines


# What will not come -----------------------------------------------------------------------------------


def test_a_pause_and_quiet_hours_leave_out_and_say_why() -> None:
    """As the planner will have it."""
    paused = _user(paused_until=EVENING + timedelta(hours=9))
    quiet = _user(preferences=Preferences(quiet=(Quiet(time(21), time(7)),)).to_json())

    assert [(State.LEFT_OUT, PAUSED)] == _states(_day(_reminder(), user=paused))
    assert [(State.LEFT_OUT, QUIET)] == _states(_day(_reminder(), user=quiet))
    assert [(State.COMING, None)] == _states(_day(_reminder(anyway=True), user=quiet))
    assert _day(_reminder(), user=paused).is_free


def test_a_single_one_waits_for_the_end_of_the_pause() -> None:
    """That is when it will come."""
    paused = _user(paused_until=EVENING)
    once = _reminder(rule=Once(NOON + timedelta(hours=1)), next_due_at=EVENING)

    assert [(State.COMING, EVENING)] == [(line.state, line.at) for line in _day(once, user=paused).lines]


def test_safety_leaves_out_what_is_still_to_come_but_not_what_was_done() -> None:
    """Told to drink less: no drinks in the plan."""
    limited = _user(profile=Profile(traits=frozenset({"fluid_limit"})).to_json())
    drinks = _reminder(rule=AtTimes((time(9), time(15))), kind="hydrate")
    done = _row(Status.DONE, datetime(2026, 3, 3, 8, tzinfo=UTC), kind="hydrate")

    assert [State.DONE] == [line.state for line in _day(drinks, rows=(done,), user=limited).lines]


def test_what_was_done_before_it_was_asked_for_stands_for_the_next_one() -> None:
    """Once; and one that it stood for already is not shown beside it."""
    twice = _reminder(rule=AtTimes((time(20), time(21, 30))))
    unasked = _row(Status.DONE, NOON, None)
    stood_for = _row(Status.SKIPPED, datetime(2026, 3, 3, 19, tzinfo=UTC), id=10, failure=ANSWERED)

    assert [(NOON, State.DONE), (EVENING, State.COMING)] == [
        (line.at, line.state) for line in _day(twice, rows=(unasked,)).lines
    ]
    assert [NOON, EVENING] == [line.at for line in _day(twice, rows=(unasked, stood_for)).lines]


def test_two_reminders_at_the_same_moment_are_one_line() -> None:
    """They send one nudge."""
    noted = _row(Status.SKIPPED, id=10, reminder_id=6, failure=SAME)

    assert 1 == len(_day(_reminder(), _reminder(6)).lines)
    assert [State.DONE] == [
        line.state for line in _day(_reminder(), _reminder(6), rows=(_row(Status.DONE), noted)).lines
    ]


def test_a_reached_goal_leaves_the_rest_out() -> None:
    """One of two was enough."""
    twice = _reminder(rule=AtTimes((time(9), time(21, 30))), goal=1)
    done = _row(Status.DONE, datetime(2026, 3, 3, 8, tzinfo=UTC))

    assert [(State.DONE, None), (State.LEFT_OUT, GOAL)] == _states(_day(twice, rows=(done,)))


# Many of one reminder ---------------------------------------------------------------------------------


def _drinks(*statuses: Status, goal: int | None = None) -> Agenda:
    """At noon, with what became of those of 9:00, 11:00 and so on."""
    first = datetime(2026, 3, 3, 8, tzinfo=UTC)
    rows = tuple(
        _row(status, first + timedelta(hours=2 * n), id=n + 1, kind="hydrate") for n, status in enumerate(statuses)
    )
    return _day(_reminder(rule=DRINKS, kind="hydrate", goal=goal), rows=rows)


def test_an_interval_is_one_line_that_counts() -> None:
    """Six drinks, two had, the next one at one."""
    (line,) = _drinks(Status.DONE, Status.DONE).lines

    assert (2, 6, State.COMING, NOON + timedelta(hours=1)) == (line.done, line.of, line.state, line.at)


def test_what_is_left_out_is_not_counted_and_a_goal_is_all_that_is_needed() -> None:
    """Quiet hours took one; three were enough anyway."""
    assert 5 == _drinks(Status.DONE, Status.SKIPPED).lines[0].of
    assert {"hydrate": 4} == _drinks(Status.DONE, Status.SKIPPED).pending
    assert {"hydrate": 2} == _drinks(Status.DONE, Status.SENT, goal=3).pending
    (line,) = _drinks(Status.DONE, Status.DONE, Status.DONE, goal=3).lines

    assert (3, 3, State.DONE) == (line.done, line.of, line.state)


def test_a_tick_counts_the_nearest_one_that_is_open() -> None:
    """At noon 11:00 and 13:00 are as near: the one that was asked for; then the next one."""
    (group,) = _drinks(Status.SENT, Status.SENT).groups
    (later,) = _drinks(Status.SENT, Status.DONE).groups
    first, then = group.next_open(NOON), later.next_open(NOON)
    assert first is not None
    assert then is not None

    assert (NOON - timedelta(hours=1), NOON + timedelta(hours=1)) == (first.due_at, then.due_at)
    assert later.last_done is not None
    assert later.last_done.due_at == first.due_at


def test_three_times_a_day_are_three_lines() -> None:
    """Each with its own tick."""
    assert 3 == len(_day(_reminder(rule=AtTimes((time(13), time(17), time(21, 30))))).lines)
    assert 1 == len(_day(_reminder(rule=AtTimes((time(13), time(15), time(17), time(21, 30))))).lines)


# Always -----------------------------------------------------------------------------------------------

CLOCKS = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
RULES = st.one_of(
    st.builds(
        AtTimes, st.lists(CLOCKS, min_size=1, max_size=6, unique=True).map(lambda times: tuple(sorted(times))), DAYS
    ),
    st.builds(Every, st.integers(60, 300), CLOCKS, CLOCKS, DAYS),
)
NOWS = st.datetimes(datetime(2026, 3, 26), datetime(2026, 4, 2), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(RULES, max_size=3), NOWS, st.integers(0, 8).map(time))
def test_every_line_has_a_key_of_its_own_and_belongs_to_its_day(rules: list[Rule], now: datetime, start: time) -> None:
    """Over a clock change too; and the stored form can be read again."""
    user = _user(preferences=Preferences(day_start=start).to_json())
    mine = [_reminder(number, rule) for number, rule in enumerate(rules, 1)]
    day = date(2026, 3, 29)
    made = _day(*mine, user=user, day=day, now=now)
    keys = [line.key for line in made.lines]

    assert len(keys) == len(set(keys))
    assert all(made.item(item.key) is item for group in made.groups for item in group.items)
    assert (day, made.lines) == lines_of(json.loads(json.dumps(made.to_json())))


@given(st.lists(st.sampled_from(State), min_size=4, max_size=12), st.none() | st.integers(1, 12))
def test_a_line_that_counts_never_has_more_done_than_there_is(states: list[State], goal: int | None) -> None:
    """And it is done exactly when nothing is missing."""
    items = tuple(Item("hydrate", NOON + timedelta(hours=n), state, reminder_id=5) for n, state in enumerate(states))
    group = Group(items, goal)
    line: Line = group.line

    assert 0 <= line.done <= line.of
    assert (line.state is State.DONE) == (0 < line.done == line.of)
    assert (group.next_open(NOON) is None) == all(state is State.DONE for state in states)
    assert not OPEN & {State.DONE, State.SKIPPED, State.LEFT_OUT}
