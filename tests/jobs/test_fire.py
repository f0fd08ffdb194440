"""What a reminder owes: held back by quiet hours, and asked about after days without an answer."""

from datetime import UTC, datetime, time, timedelta

import pytest

from db.engine import Sessions
from db.models import Delivery, Reminder, ReminderState, Status, User
from jobs import schedule
from jobs.fire import IGNORED_DAYS, KEPT, QUIET, fire
from jobs.preferences import Preferences, Quiet
from jobs.rule_json import to_json
from jobs.rules import AtTimes, Every, Landmark, Once, Relative, Rule
from tests.jobs.cast import MONDAY_NOON, Post, Tick, all_deliveries, person

NIGHT = Quiet(time(22), time(7, 30))
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def _utc(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """That time of the clock in Berlin in March, which is an hour ahead."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def _made(rule: Rule, *quiet: Quiet, kind: str = "stretch", **more: object) -> tuple[Reminder, User]:
    user = User(id=1, zone="Europe/Berlin", preferences=Preferences(quiet=quiet).to_json())
    fields = {"fired": 0, "ignored": 0, "anyway": False, "nag": 0, "user_id": 1, **more}
    return Reminder(id=5, kind=kind, rule=to_json(rule), state=ReminderState.ON, **fields), user


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (time(21, 59), _utc(21, 59)),
        (time(22), None),
        (time(6), _utc(7, 30)),
        (time(5, 29), None),
        (time(7, 30), _utc(7, 30)),
    ],
    ids=["before", "too long before the end", "held back", "just too long", "the end itself"],
)
def test_quiet_hours_hold_back_what_is_still_useful_at_their_end(at: time, sent: datetime | None) -> None:
    """Two hours are the limit for a stretch; what would come later is left out, and the record says why."""
    reminder, user = _made(AtTimes((at,)), NIGHT)
    due = _utc(at.hour, at.minute)
    reminder.next_due_at = due
    (row,) = fire(reminder, user, due)

    assert due == row["due_at"]
    assert (Status.SKIPPED, QUIET) == (row["status"], row["failure"]) if sent is None else row["send_at"] == sent


def test_a_reminder_that_comes_anyway_comes_at_its_time() -> None:
    """One explicit wish."""
    reminder, user = _made(AtTimes((time(23),)), NIGHT, anyway=True)
    reminder.next_due_at = _utc(23)
    (row,) = fire(reminder, user, _utc(23))

    assert (Status.PLANNED, _utc(23)) == (row["status"], row["send_at"])


def test_an_interval_in_quiet_hours_ends_in_one_nudge_not_in_a_burst() -> None:
    """Every half hour from six: of those before half past seven only the last one is held back."""
    reminder, user = _made(Every(30, time(6), time(9)), NIGHT, kind="hydrate")
    rows = []
    for step in range(5):
        due = _utc(6) + step * timedelta(minutes=30)
        reminder.next_due_at = due
        rows += fire(reminder, user, due)
    sent = [row["send_at"] for row in rows if row["status"] == Status.PLANNED]

    assert [_utc(7, 30), _utc(8)] == sent


def test_a_weekday_quiet_does_not_hold_on_a_sunday_night() -> None:
    """The days are those on which the quiet begins."""
    reminder, user = _made(AtTimes((time(6),)), Quiet(time(22), time(7), frozenset(range(5))))
    monday, tuesday = _utc(6), _utc(6, day=3)
    reminder.next_due_at = monday
    rows = fire(reminder, user, monday)
    reminder.next_due_at = tuesday
    rows += fire(reminder, user, tuesday)

    assert [monday, _utc(7, day=3)] == [row["send_at"] for row in rows]


def test_a_rule_that_waits_for_its_landmark_is_not_over() -> None:
    """No bedtime told: it stays on and waits."""
    reminder, user = _made(Relative(Landmark.BEDTIME, -30))
    reminder.next_due_at = MONDAY
    fire(reminder, user, MONDAY)
    over, _user = _made(Once(MONDAY))
    over.next_due_at = MONDAY
    fire(over, user, MONDAY)

    assert [ReminderState.ON, ReminderState.ENDED] == [reminder.state, over.state]
    assert [None, None] == [reminder.next_due_at, over.next_due_at]


def _questions(reminder: Reminder, user: User, days: int, *, first: int = 0) -> list[bool]:
    asked = []
    for day in range(first, first + days):
        due = _utc(21, 30) + timedelta(days=day)
        reminder.next_due_at = due
        asked += [row["question"] for row in fire(reminder, user, due)]
    return asked


def test_after_five_ignored_days_the_sixth_nudge_is_a_question() -> None:
    """Not before."""
    reminder, user = _made(AtTimes((time(21, 30),)))

    assert [False] * IGNORED_DAYS + [True] == _questions(reminder, user, IGNORED_DAYS + 1)


def test_whoever_said_keep_it_is_left_in_peace_for_two_months() -> None:
    """Some people read and never tap."""
    reminder, user = _made(AtTimes((time(21, 30),)), kept_at=_utc(12))
    asked = _questions(reminder, user, KEPT.days + 2)

    assert not any(asked[: KEPT.days])
    assert asked[-1]


def test_many_nudges_on_one_day_are_one_ignored_day() -> None:
    """Every hour of one afternoon."""
    reminder, user = _made(Every(60, time(9), time(18)), kind="hydrate")
    for hour in range(9, 19):
        reminder.next_due_at = _utc(hour)
        fire(reminder, user, _utc(hour))

    assert 0 == reminder.ignored


async def test_asked_about_all_reminders_of_the_kind_rest_until_an_answer(sessions: Sessions) -> None:
    """Nothing comes after the question; an answer lets them go on."""
    async with sessions.begin() as session:
        user = await person(session, 1)
        for hour in (20, 21):
            schedule.add(session, user, kind="stretch", rule=AtTimes((time(hour),)), now=MONDAY_NOON)
        schedule.add(session, user, kind="food", rule=AtTimes((time(8),)), now=MONDAY_NOON)
    post = Post()
    tick = Tick(sessions, post)
    for day in range(9):
        for hour in (7, 19, 20):
            await tick.at(MONDAY + timedelta(days=day, hours=hour))
    stretches = [nudge for nudge in post.sent if nudge.kind == "stretch"]
    async with sessions.begin() as session:
        await schedule.heard(session, await person(session, 1), kind="stretch", now=tick.now)
    await tick.at(tick.now + timedelta(days=1))

    assert [False] * (2 * IGNORED_DAYS) + [True] == [nudge.suggestion is None for nudge in stretches]
    assert "stretch" == post.sent[-1].kind
    assert post.sent[-1].suggestion is not None


async def test_an_answer_resets_the_count(sessions: Sessions) -> None:
    """Four days ignored, one answered, four more ignored: no question."""
    async with sessions.begin() as session:
        user = await person(session, 1)
        schedule.add(session, user, kind="stretch", rule=AtTimes((time(21, 30),)), now=MONDAY_NOON)
    post = Post()
    tick = Tick(sessions, post)
    for day in range(9):
        await tick.at(_utc(21, 30) + timedelta(days=day))
        if day == IGNORED_DAYS - 1:
            async with sessions.begin() as session:
                await schedule.heard(session, await person(session, 1), kind="stretch", now=tick.now)

    assert all(nudge.suggestion is not None for nudge in post.sent)
    assert 9 == len(post.sent)


async def test_a_withdrawn_nag_leaves_the_sent_nudge_as_it_was(sessions: Sessions) -> None:
    """Turned off while it is on its way once more."""
    async with sessions.begin() as session:
        user = await person(session, 1)
        reminder = schedule.add(session, user, kind="stretch", rule=AtTimes((time(21, 30),)), now=MONDAY_NOON)
        reminder.nag = 20
    tick = Tick(sessions, Post())
    await tick.at(_utc(21, 30))
    async with sessions.begin() as session:
        mine = await session.get(Reminder, reminder.id)
        assert mine is not None
        await schedule.change(session, await person(session, 1), mine, now=tick.now, state=ReminderState.OFF)
    await tick.at(_utc(22))
    (delivery,) = await all_deliveries(sessions)

    assert isinstance(delivery, Delivery)
    assert (Status.SENT, 1, None) == (delivery.status, delivery.asked, delivery.again_at)
