"""What people say to a nudge besides Done: when it was, why not, no more; and what the lock screen shows."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.people import Person
from db import reminders, users
from db.models import Delivery, Status
from jobs.preferences import Preferences
from jobs.suggest.profile import Profile
from tests.jobs.cast import all_deliveries
from tests.world import World

pytestmark = pytest.mark.conversation

HALF_PAST_NINE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
STEADY_DAYS = 5


async def _nudged(world: World) -> Person:
    """Alice, with a nudge that came at 21:30 in Berlin."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await world.until(HALF_PAST_NINE)
    return alice


async def _only(world: World) -> Delivery:
    (delivery,) = await all_deliveries(world.app.sessions)
    return delivery


@pytest.mark.parametrize(("label", "ago"), [("10 minutes ago", 10), ("1 hour ago", 60)])
async def test_done_can_have_been_earlier(world: World, label: str, ago: int) -> None:
    """On the same message, and Undo still stands under it."""
    alice = await _nudged(world)
    await alice.taps("Done")
    nudge = alice.last
    await alice.taps("It was earlier")
    await alice.taps(label)
    delivery = await _only(world)

    assert HALF_PAST_NINE - timedelta(minutes=ago) == delivery.answered_at
    assert nudge.id == alice.last.id
    assert "Undo" in alice.last.labels


@pytest.mark.parametrize(
    ("typed", "then"),
    [
        ("20:15", timedelta(hours=-1, minutes=-15)),
        ("9pm", timedelta(minutes=-30)),
        ("23:00", timedelta(hours=-22.5)),
        ("10 minutes ago", timedelta(minutes=-10)),
        ("1 h ago", timedelta(hours=-1)),
        ("Half an hour ago", timedelta(minutes=-30)),
        ("yesterday 23:00", timedelta(hours=-22.5)),
        ("yesterday at 11pm", timedelta(hours=-22.5)),
        ("23:00 yesterday", timedelta(hours=-22.5)),
    ],
)
async def test_when_it_was_done_can_be_typed(world: World, typed: str, then: timedelta) -> None:
    """A time that has not come yet was yesterday's."""
    alice = await _nudged(world)
    await alice.taps("Done")
    await alice.taps("It was earlier")
    await alice.says(typed)

    assert HALF_PAST_NINE + then == (await _only(world)).answered_at


async def test_what_is_no_time_is_asked_back_and_half_a_time_is_a_question(world: World) -> None:
    """Never a guess."""
    alice = await _nudged(world)
    await alice.taps("Done")
    await alice.taps("It was earlier")
    await alice.says("yesterdayish")
    refused = alice.last.text
    await alice.says("8")
    offered = alice.last.labels
    await alice.taps("today 20:00")

    assert "Write it like 20:15" in refused
    assert ["today 08:00", "today 20:00"] == offered
    assert HALF_PAST_NINE - timedelta(hours=1, minutes=30) == (await _only(world)).answered_at


@pytest.mark.parametrize(
    "typed",
    ["friday 20:15", "every 2 days 8:00", "8:00 and 9:00", "8 and 9", "yesterday 20:15", "30 hours ago", "long ago",
     "yesterday", "20:15 until friday", "in 10 minutes"],
)  # fmt: skip
async def test_what_says_more_than_one_time_is_refused(world: World, typed: str) -> None:
    """It is no time of the last day, and no question of morning or evening either."""
    alice = await _nudged(world)
    await alice.taps("Done")
    await alice.taps("It was earlier")
    await alice.says(typed)

    assert "Write it like 20:15" in alice.last.text
    assert HALF_PAST_NINE == (await _only(world)).answered_at


async def test_later_promises_nothing_that_safety_withholds_by_now(world: World) -> None:
    """The reason stands in place of the nudge."""
    alice = await _nudged(world)
    await alice.taps("Later")
    choices = alice.last
    await world.told(alice, Profile(traits=frozenset({"leg_clot"})))
    await alice.taps("10 minutes", choices)
    delivery = await _only(world)

    assert "I leave that out for you" in alice.last.text
    assert Status.SENT == delivery.status


async def test_a_skip_may_have_a_reason_and_need_not(world: World) -> None:
    """One tap skips; a second one may say why, and the message takes note."""
    alice = await _nudged(world)
    nudge = alice.last
    await alice.says("/settings")
    await alice.taps("Agree")
    await alice.taps("Skip", nudge)
    (shown,) = [message for message in alice.messages if message.id == nudge.id]
    offered, without = shown.labels, (await _only(world)).skipped_for
    tap = await alice.taps("Not well")
    (reasoned,) = [message for message in alice.messages if message.id == nudge.id]

    assert ["No time", "Not well", "Away", "Stop these", "Undo"] == offered
    assert without is None
    assert ("not_well", "Noted. Get well soon.") == ((await _only(world)).skipped_for, tap.text)
    assert "Pause everything" in reasoned.labels


async def test_stop_these_turns_the_reminder_off_and_on_again(world: World) -> None:
    """Off is easy to find, and so is the way back."""
    alice = await _nudged(world)
    await alice.taps("Skip")
    await alice.taps("Stop these")
    stopped, count = alice.last, len(alice.messages)
    await world.passes(days=2)
    quiet = len(alice.messages)
    await alice.taps("Turn on again")
    await world.passes(days=1)

    assert "No more of these." in stopped.text
    assert count == quiet
    assert quiet < len(alice.messages)


async def test_a_better_hour_is_offered_once_it_is_steady_and_moves_only_when_tapped(world: World) -> None:
    """Five evenings an hour late."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    for day in range(STEADY_DAYS):
        await world.until(HALF_PAST_NINE + timedelta(days=day, hours=1))
        await alice.taps("Done")
        offered = "Move it to 22:30" in alice.last.labels
        assert offered == (day == STEADY_DAYS - 1)
    await alice.taps("Move it to 22:30")
    count = len(alice.messages)
    await world.until(HALF_PAST_NINE + timedelta(days=STEADY_DAYS, minutes=59))
    quiet = len(alice.messages)
    await world.passes(minutes=1)

    assert count == quiet
    assert "Done" in alice.last.labels


async def test_the_lock_screen_shows_nothing_where_the_person_wished_so(world: World) -> None:
    """No word about legs or health until Show is tapped; the answers work at once."""
    alice = await world.settled("Alice")
    await world.prefers(alice, Preferences(neutral=True))
    await alice.says("/remind stretch 21:30")
    await world.until(HALF_PAST_NINE)
    locked = alice.last
    await alice.taps("Show")

    assert "⏰ Your reminder is here." == locked.text
    assert ["Show", "Done", "Later", "Skip"] == locked.labels
    assert locked.id == alice.last.id
    assert alice.last.text.startswith("🦵 Stretch")


async def test_a_nag_is_counted_and_the_earlier_message_steps_back(world: World) -> None:
    """Three times at most, and Done ends it."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        for reminder in await reminders.of_user(session, user.id):
            reminder.nag = 20
    await world.until(HALF_PAST_NINE)
    first = alice.last
    await world.passes(minutes=20)
    second = alice.last
    stepped_back = next(message for message in alice.messages if message.id == first.id)
    await world.passes(minutes=20)
    third, count = alice.last, len(alice.messages)
    await world.passes(hours=3)

    assert "of 3" not in first.text
    assert "2 of 3" in second.text
    assert "asked again below" in stepped_back.text
    assert stepped_back.labels == []
    assert "3 of 3" in third.text
    assert count == len(alice.messages)
