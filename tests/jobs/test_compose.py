"""Is a nudge still wanted, and is it asked again? The pure half of a delivery."""

from datetime import UTC, datetime, time, timedelta

import pytest

from db.knowledge.loader import load
from db.models import Delivery, Reminder, ReminderState, Status, User
from jobs.compose import ANSWERED, MOST_ASKED, Case, again_at, unwanted
from jobs.preferences import Preferences, Quiet
from jobs.rule_json import to_json
from jobs.rules import AtTimes, Every
from jobs.suggest.suggestion import History, Past, Silence

EDITION = load().edition("en")
EVENING = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
BEDTIME_RULE = AtTimes((time(21, 30),))


def _case(*past: Past, quiet: tuple[Quiet, ...] = (), **options: object) -> Case:
    """A nudge of half past nine in Berlin, not sent yet."""
    delivery = Delivery(id=9, reminder_id=5, kind="stretch", due_at=EVENING, asked=options.pop("asked", 0))
    delivery.question = bool(options.pop("question", False))
    rule = options.pop("rule", BEDTIME_RULE)
    assert isinstance(rule, AtTimes | Every)
    reminder = Reminder(
        id=5, kind="stretch", rule=to_json(rule), state=ReminderState.ON, **{"nag": 0, "anyway": False, **options}
    )
    user = User(id=1, zone="Europe/Berlin", preferences=Preferences(quiet=quiet).to_json())
    return Case(delivery, user, reminder, EDITION, History(past))


def _past(status: Status, *, reminder_id: int | None, failure: str | None = None, days_ago: int = 0) -> Past:
    due = EVENING - timedelta(hours=2, days=days_ago)
    return Past(1, reminder_id, "stretch", status, failure, due, due, None)


@pytest.mark.parametrize("status", [Status.DONE, Status.SKIPPED])
def test_what_was_done_or_skipped_unprompted_is_not_asked_for_any_more(status: Status) -> None:
    """Skip is an answer too."""
    assert Silence(ANSWERED) == unwanted(_case(_past(status, reminder_id=None)))


@pytest.mark.parametrize(
    "past",
    [
        (),
        (_past(Status.SENT, reminder_id=None),),
        (_past(Status.DONE, reminder_id=7),),
        (_past(Status.DONE, reminder_id=None, days_ago=1),),
        (_past(Status.DONE, reminder_id=None), _past(Status.SKIPPED, reminder_id=7, failure=ANSWERED)),
    ],
    ids=["nothing", "unanswered", "another reminder's own", "yesterday", "it stood for an earlier one already"],
)
def test_everything_else_leaves_it_wanted(past: tuple[Past, ...]) -> None:
    """One unprompted answer stands for one occasion of its day."""
    assert unwanted(_case(*past)) is None


def test_a_reached_goal_ends_the_day() -> None:
    """Three drinks were the goal, and three were had."""
    done = tuple(_past(Status.DONE, reminder_id=5) for _n in range(3))

    assert unwanted(_case(*done, goal=4)) is None
    assert unwanted(_case(*done, goal=3)) == Silence("goal reached")


def test_a_question_is_always_wanted() -> None:
    """It asks about days, not about today."""
    assert unwanted(_case(_past(Status.DONE, reminder_id=None), question=True)) is None


def test_an_unanswered_nudge_is_asked_again_twice_and_no_more() -> None:
    """Three times in all."""
    moments = [again_at(_case(nag=20, asked=asked), EVENING) for asked in range(MOST_ASKED)]

    assert [EVENING + timedelta(minutes=20)] * 2 + [None] == moments


def test_without_the_wish_nothing_is_asked_again() -> None:
    """It is off until somebody turns it on."""
    assert again_at(_case(nag=0), EVENING) is None


def test_quiet_hours_end_the_asking_unless_the_reminder_comes_anyway() -> None:
    """22:00 is quiet; asking at 21:59 is not."""
    quiet = (Quiet(time(22), time(7)),)

    assert again_at(_case(nag=29, quiet=quiet), EVENING) == EVENING + timedelta(minutes=29)
    assert again_at(_case(nag=30, quiet=quiet), EVENING) is None
    assert again_at(_case(nag=30, quiet=quiet, anyway=True), EVENING) == EVENING + timedelta(minutes=30)


def test_what_was_put_off_into_quiet_hours_is_not_asked_again_in_them() -> None:
    """It comes there once, because the person said when; that is no wish to be asked all night."""
    case = _case(nag=20, quiet=(Quiet(time(21), time(7)),))
    case.delivery.answered_at = EVENING - timedelta(hours=1)

    assert again_at(case, EVENING) is None


def test_the_next_occasion_of_the_reminder_ends_the_asking() -> None:
    """Every half hour: asked again after twenty minutes, not after thirty."""
    half_hours = Every(30, time(20), time(23))

    assert again_at(_case(nag=20, rule=half_hours), EVENING) == EVENING + timedelta(minutes=20)
    assert again_at(_case(nag=30, rule=half_hours), EVENING) is None


def test_the_end_of_the_day_ends_the_asking() -> None:
    """The person's day ends at four, so ten past four is another day."""
    night = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)

    assert again_at(_case(nag=20), night) == night + timedelta(minutes=20)
    assert again_at(_case(nag=30), night) is None
