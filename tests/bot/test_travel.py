"""Another zone: reminders keep the hour by themselves, and the moment if the person says so."""

from datetime import UTC, datetime

import pytest

from bot.sandbox.people import Person
from db import reminders, users
from db.models import Reminder
from tests.world import World

pytestmark = pytest.mark.conversation

QUESTION = "keep the hour, or the moment?"


async def _in_new_york(world: World, *texts: str) -> Person:
    """Alice of Berlin, who has said that her clock is New York's; 21:30 there is 15:30 here."""
    alice = await world.settled("Alice")
    for text in texts or ("stretch 21:30",):
        await alice.says(f"/remind {text}")
    await alice.says("/timezone New York")
    await alice.taps("Yes")
    return alice


async def _all(world: World, person: Person) -> list[Reminder]:
    async with world.app.sessions() as session:
        user = await users.by_chat(session, person.id)
        assert user is not None
        return list(await reminders.of_user(session, user.id))


async def test_the_question_has_an_example_of_the_persons_own(world: World) -> None:
    """Their next reminder, by both clocks."""
    alice = await _in_new_york(world, "food 23:00", "stretch 21:30")

    assert QUESTION in alice.last.text
    assert "21:30 stays 21:30 here" in alice.last.text
    assert "21:30 in Berlin is 15:30 here" in alice.last.text
    assert ["Keep the hour", "Keep the moment"] == alice.last.labels


async def test_whoever_does_not_choose_keeps_the_hour(world: World) -> None:
    """21:30 is 21:30 wherever one is."""
    alice = await _in_new_york(world)
    await world.until(datetime(2026, 3, 3, 2, 30, tzinfo=UTC))

    assert "Done" in alice.last.labels
    assert [None] == [reminder.zone for reminder in await _all(world, alice)]


async def test_keep_the_hour_says_when_the_next_one_comes(world: World) -> None:
    """By the clock of the new place."""
    alice = await _in_new_york(world)
    await alice.taps("Keep the hour")

    assert "Your reminders keep the hour." in alice.last.text
    assert "Next: today 21:30." in alice.last.text


async def test_keep_the_moment_comes_when_it_came_at_home(world: World) -> None:
    """To the minute; lists and /next say by which clock, and each can be brought back."""
    alice = await _in_new_york(world)
    await alice.taps("Keep the moment")
    said = alice.last.text
    await alice.says("/next")
    following = alice.last.text.splitlines()[1]
    await alice.says("/reminders")
    listed = alice.last.text
    await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))

    assert "by the clock of Berlin" in said
    assert "Next: today 15:30." in said
    assert "today 15:30  🦵 Stretch (by the clock of Berlin)" == following
    assert "every day at 21:30, by the clock of Berlin. Next: today 15:30" in listed
    assert "Done" in alice.last.labels


async def test_the_choice_can_be_changed_on_the_spot(world: World) -> None:
    """Both ways, in the same message."""
    alice = await _in_new_york(world)
    await alice.taps("Keep the moment")
    await alice.taps("Keep the hour instead")
    hour = alice.last
    await alice.taps("Keep the moment instead")

    assert "Next: today 21:30." in hour.text
    assert hour.id == alice.last.id
    assert "Next: today 15:30." in alice.last.text


async def test_home_again_it_goes_by_the_own_clock(world: World) -> None:
    """Without a question: nothing is to decide."""
    alice = await _in_new_york(world)
    await alice.taps("Keep the moment")
    await alice.says("/timezone Berlin")
    await alice.taps("Yes")
    await alice.says("/reminders")

    assert [None] == [reminder.zone for reminder in await _all(world, alice)]
    assert "every day at 21:30. Next: today 21:30" in alice.last.text


async def test_a_zone_told_by_mistake_and_taken_back_leaves_everything_as_it_was(world: World) -> None:
    """ "No, choose again" puts the clock that was kept back, too."""
    alice = await _in_new_york(world)
    await alice.taps("Keep the moment")
    await alice.says("/timezone Berlin")
    await alice.taps("No, choose again")
    await alice.says("/reminders")

    assert ["Europe/Berlin"] == [reminder.zone for reminder in await _all(world, alice)]
    assert "by the clock of Berlin. Next: today 15:30" in alice.last.text


@pytest.mark.parametrize("place", ["Paris", "Rome"])
async def test_nothing_is_asked_where_the_clocks_go_together(world: World, place: str) -> None:
    """The hour is the moment."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says(f"/timezone {place}")
    await alice.taps("Yes")

    assert QUESTION not in alice.last.text
    assert "Your reminders move along. Next: today 21:30." in alice.last.text


@pytest.mark.parametrize("text", [None, "stretch in 3 hours", "stretch 30 min before bed"])
async def test_nothing_is_asked_where_no_reminder_goes_by_the_clock(world: World, text: str | None) -> None:
    """None, a single moment, a landmark."""
    alice = await world.settled("Alice")
    await alice.says("/settings bedtime 22:30")
    if text is not None:
        await alice.says(f"/remind {text}")
    await alice.says("/timezone New York")
    await alice.taps("Yes")

    assert QUESTION not in alice.last.text


async def test_one_that_is_off_is_no_reason_to_ask(world: World) -> None:
    """It comes at no hour."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    await alice.taps("Turn off")
    await alice.says("/timezone New York")
    await alice.taps("Yes")

    assert QUESTION not in alice.last.text


async def test_a_reminder_set_after_the_question_goes_by_the_new_clock(world: World) -> None:
    """It was said in New York's time, whatever becomes of the others."""
    alice = await _in_new_york(world)
    asked = alice.last
    await world.passes(minutes=5)
    await alice.says("/remind food 20:00")
    await alice.taps("Keep the moment", asked)

    assert ["Europe/Berlin", None] == [reminder.zone for reminder in await _all(world, alice)]


async def test_quiet_hours_are_those_of_the_place_where_the_person_is(world: World) -> None:
    """08:00 in Berlin is 02:00 in New York, where alice sleeps."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet 22:00-07:00")
    await alice.says("/remind stretch 08:00")
    await alice.says("/timezone New York")
    await alice.taps("Yes")
    await alice.taps("Keep the moment")
    await alice.says("/next")

    assert "tomorrow 02:00  🦵 Stretch (left out: quiet hours until 07:00; by the clock of Berlin)" in alice.last.text


async def test_one_reminder_can_leave_the_other_clock(world: World) -> None:
    """On its card; a new time is asked for by the clock it keeps."""
    alice = await _in_new_york(world)
    await alice.taps("Keep the moment")
    await alice.says("/reminders")
    await alice.taps("1. 🦵 every day at 21:30, by the clock of Berlin")
    await alice.taps("Change time")
    asked = alice.last.text
    await alice.says("22:00")
    echo = alice.last.text
    await alice.taps("Change")
    await alice.taps("Go by my clock here")

    assert "It keeps the clock of Berlin" in asked
    assert "every day at 22:00, by the clock of Berlin." in echo
    assert "Next: today 16:00 and tomorrow 16:00." in echo
    assert "every day at 22:00. Next: today 22:00" in alice.last.text


@pytest.mark.parametrize(
    "data",
    ["1:travel", "1:travel:moment", "1:travel:moment:Mars/Base:1772452800", "1:travel:moment:Asia/Tokyo:1",
     "1:travel:moment:Asia/Tokyo:99999999999", "1:travel:explode:Asia/Tokyo:1772452800", "1:travel:hour::"],
)  # fmt: skip
async def test_forged_and_old_buttons_change_nothing(world: World, data: str) -> None:
    """They are answered politely."""
    alice = await _in_new_york(world)
    tap = await world.forges(alice, data)

    assert tap.text == "This button no longer works. /reminders changes each one."
    assert [None] == [reminder.zone for reminder in await _all(world, alice)]


async def test_back_home_an_old_question_is_void(world: World) -> None:
    """Berlin's moment is Berlin's hour."""
    alice = await _in_new_york(world)
    asked = alice.last
    await alice.says("/timezone Berlin")
    tap = await alice.taps("Keep the moment", asked)

    assert tap.text == "You are back in that zone, so both are the same now."
