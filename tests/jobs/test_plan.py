"""Due reminders become deliveries, once each."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import JSON, inspect, update

from db import reminders
from db.engine import Sessions
from db.models import Reminder, ReminderState, Status, User
from jobs.fire import HISTORY, fire, rested
from jobs.plan import plan
from jobs.rules import AtTimes, Every, Once
from tests.jobs.cast import MONDAY_NOON, Post, Tick, all_deliveries, reminded

HALF_PAST_NINE_IN_BERLIN = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


async def _reminder(sessions: Sessions, number: int = 1) -> Reminder:
    async with sessions() as session:
        found = await session.get(Reminder, number)
    assert found is not None
    return found


async def test_a_due_reminder_becomes_one_delivery_and_moves_on(sessions: Sessions) -> None:
    """At 21:30 in Berlin, and again a day later."""
    await reminded(sessions)
    early = await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN - timedelta(seconds=1))
    on_time = await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)
    again = await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)
    [delivery] = await all_deliveries(sessions)

    assert (early, on_time, again) == (0, 1, 0)
    assert (delivery.due_at, delivery.status) == (HALF_PAST_NINE_IN_BERLIN, Status.PLANNED)
    assert HALF_PAST_NINE_IN_BERLIN + timedelta(days=1) == (await _reminder(sessions)).next_due_at


async def test_after_three_days_down_only_a_useful_nudge_is_sent(sessions: Sessions) -> None:
    """What was missed is in the history; nothing comes in a burst."""
    await reminded(sessions)
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN + timedelta(days=3, hours=1))

    assert [d.status for d in await all_deliveries(sessions)] == [Status.MISSED] * 3 + [Status.PLANNED]


async def test_a_nudge_two_hours_late_is_missed(sessions: Sessions) -> None:
    """A second over two hours is too late, two hours are not."""
    await reminded(sessions, chat_id=1)
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN + timedelta(hours=2))
    await reminded(sessions, chat_id=2)
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN + timedelta(hours=2, seconds=1))

    assert [d.status for d in await all_deliveries(sessions)] == [Status.PLANNED, Status.MISSED]


async def test_of_an_interval_only_the_newest_missed_one_is_sent(sessions: Sessions) -> None:
    """An hour down with water every 15 minutes brings one nudge, not four."""
    await reminded(sessions, rule=Every(15, time(9), time(18)), kind="hydrate")
    await plan(sessions, now=MONDAY_NOON + timedelta(minutes=61))
    statuses = [delivery.status for delivery in await all_deliveries(sessions)]

    assert statuses == [Status.MISSED] * 3 + [Status.PLANNED]


async def test_a_long_outage_leaves_a_week_of_history(sessions: Sessions) -> None:
    """A bot that was off for a year does not write a year of missed nudges."""
    await reminded(sessions)
    await plan(sessions, now=MONDAY_NOON + timedelta(days=365))

    assert HISTORY.days == len(await all_deliveries(sessions))


async def test_a_single_occasion_ends_its_reminder(sessions: Sessions) -> None:
    """ "In ten minutes" comes once and is gone from the list."""
    await reminded(sessions, rule=Once(MONDAY_NOON + timedelta(minutes=10)))
    await plan(sessions, now=MONDAY_NOON + timedelta(minutes=10))
    reminder = await _reminder(sessions)

    assert (reminder.state, reminder.next_due_at) == ("ended", None)
    assert len(await all_deliveries(sessions)) == 1


async def test_a_single_occasion_missed_by_weeks_is_recorded(sessions: Sessions) -> None:
    """Older than the history that is kept, but the only one there is."""
    await reminded(sessions, rule=Once(MONDAY_NOON + timedelta(minutes=10)))
    await plan(sessions, now=MONDAY_NOON + timedelta(days=30))

    assert [delivery.status for delivery in await all_deliveries(sessions)] == [Status.MISSED]


async def _damage(sessions: Sessions, rule: object) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Reminder).where(Reminder.id == 1).values(rule=rule))


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "nonsense"},
        "times",
        None,
        [],
        {"kind": "once", "at": "9999-12-31T23:59:59+00:00"},
        {"kind": "times", "times": ["secret"]},
    ],
)
async def test_a_damaged_rule_does_not_stop_the_others(
    sessions: Sessions, caplog: pytest.LogCaptureFixture, rule: object
) -> None:
    """It rests for a day and is reported without its text; the neighbour's nudge is planned."""
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    await _damage(sessions, rule if rule is not None else JSON.NULL)
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)

    assert [delivery.reminder_id for delivery in await all_deliveries(sessions)] == [2]
    assert rested(HALF_PAST_NINE_IN_BERLIN) == (await _reminder(sessions, 1)).next_due_at
    assert "cannot plan this reminder: RuleError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("zone", ["Europe", "../x", "Nowhere/Land"])
async def test_a_damaged_zone_does_not_stop_the_others(sessions: Sessions, zone: str) -> None:
    """A folder of zones, a path, and a zone there is none of."""
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    async with sessions.begin() as session:
        await session.execute(update(User).where(User.id == 1).values(zone=zone))
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)

    assert [delivery.reminder_id for delivery in await all_deliveries(sessions)] == [2]


async def test_an_unknown_kind_does_not_stop_the_others(sessions: Sessions) -> None:
    """A kind that an older version had."""
    await reminded(sessions, chat_id=1)
    await reminded(sessions, chat_id=2)
    async with sessions.begin() as session:
        await session.execute(update(Reminder).where(Reminder.id == 1).values(kind="yoga"))
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)

    assert [delivery.reminder_id for delivery in await all_deliveries(sessions)] == [2]


async def test_a_rule_without_further_occasions_ends(sessions: Sessions) -> None:
    """After the last day nothing stays in the list."""
    await reminded(sessions, rule=AtTimes((time(21, 30),), until=date(2026, 3, 2)))
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)
    reminder = await _reminder(sessions)

    assert (ReminderState.ENDED, HALF_PAST_NINE_IN_BERLIN, None) == (
        reminder.state, reminder.ended_at, reminder.next_due_at,
    )  # fmt: skip


async def test_two_reminders_that_meet_bring_one_nudge(sessions: Sessions) -> None:
    """The same kind at the same moment, planned in one transaction or two; the other is noted as that one."""
    user, _ = await reminded(sessions)
    await reminded(sessions, rule=AtTimes((time(21, 30), time(22))))
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN, batch=1)
    post = Post()
    await Tick(sessions, post).at(HALF_PAST_NINE_IN_BERLIN)

    assert 1 == len(post.sent)
    assert [(user.id, Status.SENT, None), (user.id, Status.SKIPPED, "same as another")] == [
        (delivery.user_id, delivery.status, delivery.failure) for delivery in await all_deliveries(sessions)
    ]


async def test_a_long_outage_is_planned_in_portions(sessions: Sessions) -> None:
    """A transaction stops after the reminder that fills it; the next ones bring the rest, once each."""
    for chat_id in range(5):
        await reminded(sessions, chat_id=chat_id, rule=Every(15, time(0), time(0)))
    now = MONDAY_NOON + timedelta(days=8)
    steps = [await plan(sessions, now=now) for _ in range(3)]

    assert [3, 2, 0] == steps
    assert 5 * 7 * 24 * 4 == len(await all_deliveries(sessions))


async def test_a_clock_that_goes_back_owes_nothing_twice(sessions: Sessions) -> None:
    """The same occasion of the same reminder is one delivery, whatever the clock does."""
    await reminded(sessions)
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)
    async with sessions.begin() as session:
        await session.execute(update(Reminder).values(next_due_at=HALF_PAST_NINE_IN_BERLIN))
    await plan(sessions, now=HALF_PAST_NINE_IN_BERLIN)

    assert len(await all_deliveries(sessions)) == 1


async def test_ordinals_count_the_nudges_of_a_reminder(sessions: Sessions) -> None:
    """So that the wording can take turns."""
    await reminded(sessions, rule=AtTimes((time(14), time(15))))
    for day in range(2):
        await plan(sessions, now=MONDAY_NOON + timedelta(days=day, hours=1))
        await plan(sessions, now=MONDAY_NOON + timedelta(days=day, hours=2))

    assert [delivery.ordinal for delivery in await all_deliveries(sessions)] == [0, 1, 2, 3]


async def test_a_missed_occasion_takes_no_nudge_from_another_reminder(sessions: Sessions) -> None:
    """Water every half hour missed one at 13:30; the daily one of 13:30 is still useful, and is not the same."""
    await reminded(sessions, rule=Every(30, time(9), time(18)), kind="hydrate")
    await reminded(sessions, rule=AtTimes((time(13, 30),)), kind="hydrate")
    await plan(sessions, now=MONDAY_NOON + timedelta(minutes=61))
    planned = [delivery.due_at for delivery in await all_deliveries(sessions) if delivery.status == Status.PLANNED]

    assert [MONDAY_NOON + timedelta(minutes=30), MONDAY_NOON + timedelta(minutes=60)] == planned


@pytest.mark.parametrize(("days", "rule"), [(0, AtTimes((time(21, 30),))), (9, AtTimes((time(21, 30),))), (0, None)])
async def test_all_that_firing_changes_is_written(sessions: Sessions, days: int, rule: AtTimes | None) -> None:
    """On time, after an outage, and for a single occasion, which ends."""
    await reminded(sessions, rule=rule or Once(HALF_PAST_NINE_IN_BERLIN))
    async with sessions() as session:
        reminder, owner = await session.get_one(Reminder, 1), await session.get_one(User, 1)
        fire(reminder, owner, HALF_PAST_NINE_IN_BERLIN + timedelta(days=days))
        state = inspect(reminder)
        changed = {column.key for column in Reminder.__table__.columns if state.attrs[column.key].history.added}

        assert {"fired", "next_due_at"} <= changed <= set(reminders.FIRED)
