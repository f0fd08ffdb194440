"""/reminders: changed in place, deleted with a way back."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.people import Person
from tests.world import World

pytestmark = pytest.mark.conversation

HALF_PAST_NINE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


async def test_an_empty_list_says_how_to_begin(world: World) -> None:
    """One tap from the first reminder."""
    alice = await world.settled("Alice")
    await alice.says("/reminders")
    await alice.taps("Set a reminder")

    assert "What shall I remind you of?" in alice.last.text


async def test_the_time_is_changed_and_the_days_stay(world: World) -> None:
    """Unless the new words name days."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30 weekdays")
    await alice.taps("Change")
    await alice.taps("Change time")
    await alice.says("22:15")
    kept = alice.last.text
    await alice.taps("Change")
    await alice.taps("Change time")
    await alice.says("7:00 sat sun")

    assert "on weekdays at 22:15" in kept
    assert "at weekends at 07:00" in alice.last.text


async def test_a_new_time_that_is_not_understood_is_asked_again(world: World) -> None:
    """The old time stands until there is a new one."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    await alice.taps("Change time")
    await alice.says("hm")
    await alice.says("mon-fri 7:30 and sat 10:00")
    two = alice.last.text
    await alice.says("9")
    await alice.taps("09:00")

    assert "One schedule at a time" in two
    assert "every day at 09:00" in alice.last.text


async def test_days_are_switched_with_taps(world: World) -> None:
    """Off with the weekend; the last day cannot go."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30 sat sun")
    await alice.taps("Change")
    await alice.taps("Change days")
    await alice.taps("☐ Mon")
    three = alice.last.text
    await alice.taps("☑ Sat")
    await alice.taps("☑ Sun")
    tap = await alice.taps("☑ Mon")
    await alice.taps("Done")

    assert "on Mon, Sat and Sun at 21:30" in three
    assert "At least one day has to stay." in tap.text
    assert "on Mon at 21:30" in alice.last.text


async def test_off_sends_nothing_and_on_sends_again(world: World) -> None:
    """Without a message in between."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    tap = await alice.taps("Turn off")
    count = len(alice.messages)
    await world.passes(days=2)
    silent = len(alice.messages)
    await alice.taps("Turn on")
    await world.passes(days=1)

    assert tap.text == "Turned off."
    assert count == silent
    assert alice.last.text.splitlines()[0] == "🦵 Stretch"


async def test_deleting_can_be_undone(world: World) -> None:
    """It comes back as it was, once."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Delete")
    deleted = alice.last
    tap = await alice.taps("Undo")
    again = await world.forges(alice, "1:reminder:1:undo:on")
    await world.passes(hours=9)

    assert deleted.text.startswith("Deleted: 🦵 Stretch: every day at 21:30")
    assert (tap.text, again.text) == ("It is back.", "It is back already.")
    assert alice.last.text.splitlines()[0] == "🦵 Stretch"


async def test_an_undone_deletion_of_an_off_reminder_stays_off(world: World) -> None:
    """Undo restores, it does not switch on."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    await alice.taps("Turn off")
    await alice.taps("Delete")
    await alice.taps("Undo")

    assert "(off)" in alice.last.text


async def test_a_deleted_reminder_sends_nothing(world: World) -> None:
    """Not even what was put off before."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    echo = alice.last
    await world.passes(hours=9)
    await alice.taps("Later")
    await alice.taps("1 hour")
    await alice.taps("Delete", echo)
    count = len(alice.messages)
    await world.passes(days=3)

    assert count == len(alice.messages)


async def test_an_old_card_of_a_deleted_reminder_leads_to_the_list(world: World) -> None:
    """Buttons in old messages never surprise."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    echo = alice.last
    await alice.taps("Delete", echo)
    tap = await world.forges(alice, "1:reminder:1:off")

    assert tap.text == "It was deleted already."


@pytest.mark.parametrize(
    "data",
    ["1:reminder", "1:reminder:1", "1:reminder:99:open", "1:reminder:1:explode", "1:reminder:-1:open",
     "1:reminder:999999999999999999999:open", "1:reminder:²:open"],
)  # fmt: skip
async def test_a_forged_button_changes_nothing(world: World, data: str) -> None:
    """It is answered politely all the same."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    tap = await world.forges(alice, data)
    await alice.says("/reminders")

    assert tap.text == "This reminder is no longer there."
    assert "every day at 21:30" in alice.last.text


async def test_nobody_can_touch_anothers_reminder(world: World) -> None:
    """Charlie guesses the number of alice's reminder."""
    alice, charlie = await world.settled("Alice"), await world.settled("Charlie")
    await alice.says("/remind stretch 21:30")
    for action in ("open", "off", "delete", "days:1", "time"):
        tap = await world.forges(charlie, f"1:reminder:1:{action}")
        assert tap.text == "This reminder is no longer there."
    await alice.says("/reminders")

    assert "every day at 21:30. Next: today 21:30" in alice.last.text


async def test_every_few_days_has_no_weekdays_to_change(world: World) -> None:
    """The button is not there, and a forged one opens the card."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch every 3 days 20:00")
    await alice.taps("Change")
    labels = alice.last.labels
    await world.forges(alice, "1:reminder:1:days:1")

    assert "Change days" not in labels
    assert "every 3 days at 20:00" in alice.last.text


async def test_next_says_exactly_what_comes(world: World) -> None:
    """In order over all reminders, with what was put off."""
    alice = await world.settled("Alice")
    await alice.says("/next")
    nothing = alice.last.text
    await alice.says("/remind stretch 21:30")
    await alice.says("/remind food 20:00 mon")
    await world.passes(hours=7)
    await alice.taps("Later")
    await alice.taps("10 minutes")
    await alice.says("/next")

    assert "Nothing is planned." in nothing
    assert alice.last.text.splitlines()[:4] == [
        "What comes next (Europe/Berlin)",
        "today 20:10  🥗 Food (put off by you)",
        "today 21:30  🦵 Stretch",
        "tomorrow 21:30  🦵 Stretch",
    ]


async def test_next_shows_exactly_what_then_comes(world: World) -> None:
    """The promise is kept to the minute."""
    alice = await world.settled("Alice")
    await alice.says("/remind hydrate every 2h 9-18")
    await alice.says("/remind stretch 21:30")
    await alice.says("/next")
    promised = [line.split("  ")[0].split()[1] for line in alice.last.text.splitlines()[1:4]]
    await world.passes(hours=11)
    times = [message.date for message in alice.messages if message.from_bot][-3:]

    assert promised == [f"{at.hour + 1:02}:{at.minute:02}" for at in times]


async def test_many_long_reminders_are_turned_over_like_pages(world: World) -> None:
    """Thirty with a dozen times each: every page fits into a message, and each reminder is on one."""
    alice = await world.settled("Alice")
    times = " ".join(f"{hour:02}:30" for hour in range(8, 20))
    for minute in range(30):
        await alice.says(f"/remind stretch {times} 20:{minute:02} mon tue wed".replace("08:30 ", ""))
    await alice.says("/reminders")
    pages = [alice.last]
    while "›" in alice.last.labels:
        await alice.taps("›")
        pages.append(alice.last)
    await alice.taps("‹")
    numbers = [label.split(".")[0] for page in pages for label in page.labels if "🦵" in label]

    assert [str(n) for n in range(1, 31)] == numbers
    assert all(len(page.text) <= 4096 for page in pages)
    assert pages[-2].text == alice.last.text


async def test_a_repeating_reminder_is_not_lost_to_a_single_time(world: World) -> None:
    """Changing its time to "in 10 minutes" would end it after that."""
    alice = await world.settled("Alice")
    await alice.says("/remind food 13:00 mon wed fri")
    await alice.taps("Change")
    await alice.taps("Change time")
    await alice.says("in 10 minutes")
    refusal = alice.last.text
    await alice.says("14:00")

    assert "This reminder repeats, and I would lose that." in refusal
    assert "on Mon, Wed and Fri at 14:00" in alice.last.text


async def test_a_new_time_does_not_switch_on_what_was_off(world: World) -> None:
    """It says so."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    await alice.taps("Turn off")
    await alice.taps("Change time")
    await alice.says("22:00")
    echo = alice.last.text
    await world.passes(days=1)

    assert "It is still turned off." in echo
    assert "Done" not in alice.last.labels


async def test_undo_does_not_get_round_the_limit(world: World) -> None:
    """Deleted ones come back only while there is room."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 20:00")
    await alice.taps("Delete")
    deleted = alice.last
    for minute in range(30):
        await alice.says(f"/remind stretch 21:{minute:02}")
    tap = await alice.taps("Undo", deleted)

    assert "as many reminders as I can keep" in tap.text


# What a reminder can do besides -------------------------------------------------------------------


async def _asked_again(world: World, minutes: str = "20 minutes", *, quiet: str = "") -> Person:
    """Alice, whose nudge of 21:30 is asked again until she answers; it is half past nine."""
    alice = await world.settled("Alice")
    if quiet:
        await alice.says(f"/settings quiet {quiet}")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    await alice.taps("Ask again")
    await alice.taps(minutes)
    await world.until(HALF_PAST_NINE)
    return alice


def _asked(person: Person) -> int:
    """How many messages have asked, those that step back included."""
    return sum("Done" in message.labels or "asked again below" in message.text for message in person.messages)


async def test_asking_again_is_explained_chosen_and_shown(world: World) -> None:
    """What is chosen has a tick the next time."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    await alice.taps("Ask again")
    explained, offered = alice.last.text, alice.last.labels
    await alice.taps("10 minutes")
    card = alice.last.text
    await alice.taps("Ask again")

    assert "3 times in all, no more" in explained
    assert ["✓ Off", "10 minutes", "20 minutes", "30 minutes", "1 hour", "‹ Back"] == offered
    assert "(asked again after 10 minutes, 3 times in all). Next: today 21:30" in card
    assert "✓ 10 minutes" in alice.last.labels


async def test_it_is_asked_three_times_and_the_earlier_messages_step_back(world: World) -> None:
    """ "2 of 3", "3 of 3", and no more."""
    alice = await _asked_again(world)
    await world.passes(minutes=40)
    third = alice.last.text
    await world.passes(hours=5)

    assert "3 of 3" in third
    assert third == alice.last.text
    assert 2 == sum("asked again below" in message.text for message in alice.messages)


@pytest.mark.parametrize("answer", ["Done", "Skip"])
async def test_an_answer_stops_the_asking(world: World, answer: str) -> None:
    """Skip is one too."""
    alice = await _asked_again(world)
    await world.passes(minutes=20)
    await alice.taps(answer)
    count = len(alice.messages)
    await world.passes(hours=2)

    assert count == len(alice.messages)


async def test_quiet_hours_stop_the_asking(world: World) -> None:
    """Asked at 21:50, not at 22:10; in quiet hours that were told a moment ago neither."""
    alice = await _asked_again(world, quiet="22:00-07:00")
    await world.passes(hours=3)
    until_ten = _asked(alice)
    await world.until(HALF_PAST_NINE + timedelta(days=1))
    await alice.says("/settings quiet 21:40-07:00")
    await world.passes(hours=3)

    assert (2, 3) == (until_ten, _asked(alice))


async def test_quiet_hours_stop_the_asking_also_after_an_outage(world: World) -> None:
    """The bot was down when it should have asked, and comes back in the night."""
    alice = await _asked_again(world, quiet="22:00-07:00")
    await world.sleeps_through(minutes=45)

    assert 1 == _asked(alice)


async def test_the_end_of_the_day_stops_the_asking(world: World) -> None:
    """The day of somebody who is up late ends at four."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 03:30")
    await alice.taps("Change")
    await alice.taps("Ask again")
    await alice.taps("20 minutes")
    await world.until(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))

    assert 2 == _asked(alice)


async def test_the_next_occasion_stops_the_asking_for_the_last_one(world: World) -> None:
    """Every half hour, asked again after twenty minutes: once in between, never two at a time."""
    alice = await world.settled("Alice")
    await alice.says("/remind hydrate every 30 min 14-15")
    await alice.taps("Change")
    await alice.taps("Ask again")
    await alice.taps("20 minutes")
    await world.until(datetime(2026, 3, 2, 13, 59, tzinfo=UTC))

    assert 4 == _asked(alice)


async def test_switched_off_it_does_not_ask_again_even_if_it_was_about_to(world: World) -> None:
    """Off is off."""
    alice = await _asked_again(world)
    await alice.says("/reminders")
    await alice.taps("1. 🦵 every day at 21:30")
    await alice.taps("Ask again")
    await alice.taps("Off")
    count = len(alice.messages)
    await world.passes(hours=2)

    assert "asked again" not in alice.last.text
    assert count == len(alice.messages)


async def test_enough_for_a_day_is_offered_for_intervals_only(world: World) -> None:
    """And can be taken away again."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    fixed = alice.last.labels
    await world.forges(alice, "1:reminder:1:goal:3")
    forged = alice.last.text
    await alice.says("/remind hydrate every 2h 9-18")
    await alice.taps("Change")
    await alice.taps("Enough for a day")
    offered = alice.last.labels
    await alice.taps("3")
    card = alice.last.text
    await alice.taps("Enough for a day")
    await alice.taps("No limit")

    assert "Enough for a day" not in fixed
    assert "enough" not in forged
    assert ["2", "3", "4", "5", "6", "7", "8", "✓ No limit", "‹ Back"] == offered
    assert "enough after 3 times a day" in card
    assert "enough" not in alice.last.text


async def test_quiet_hours_are_a_choice_only_where_they_matter(world: World) -> None:
    """A reminder at noon has nothing to choose."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet 22:00-07:00")
    await alice.says("/remind stretch 12:30")
    await alice.taps("Change")
    noon = alice.last.labels
    await alice.says("/remind stretch 06:30")
    await alice.taps("Change")
    await alice.taps("Come in quiet hours too")

    assert "Come in quiet hours too" not in noon
    assert "every day at 06:30 (in quiet hours too). Next: tomorrow 06:30" in alice.last.text
    assert "Keep to quiet hours" in alice.last.labels


async def test_a_double_tap_on_let_it_come_anyway_does_not_take_it_back(world: World) -> None:
    """It says what it does, so twice is once."""
    alice = await world.settled("Alice")
    await alice.says("/settings quiet 22:00-07:00")
    await alice.says("/remind stretch 06:30")
    for _tap in range(2):
        await world.forges(alice, "1:reminder:1:anyway")

    assert "in quiet hours too" in alice.last.text


async def test_days_can_be_changed_for_landmarks_too(world: World) -> None:
    """Thirty minutes before bed, but not on Sundays."""
    alice = await world.settled("Alice")
    await alice.says("/settings bedtime 22:30")
    await alice.says("/remind stretch 30 min before bed")
    await alice.taps("Change")
    await alice.taps("Change days")
    await alice.taps("☑ Sun")
    await alice.taps("Done")
    days = alice.last.text
    await alice.taps("Change time")
    await alice.says("1 hour before bed")

    assert "30 minutes before bedtime, on Mon, Tue, Wed, Thu, Fri and Sat" in days
    assert "1 hour before bedtime, on Mon, Tue, Wed, Thu, Fri and Sat" in alice.last.text


async def test_days_that_would_end_a_reminder_are_refused(world: World) -> None:
    """Its last day is a Wednesday."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30 tue wed until 4 march")
    await alice.taps("Change")
    await alice.taps("Change days")
    await alice.taps("☑ Tue")
    await alice.taps("☐ Sun")
    tap = await alice.taps("☑ Wed")
    await alice.taps("Done")

    assert tap.text == "With these days it would not come any more before its last day."
    assert "Next: Wed 4 Mar 21:30" in alice.last.text


@pytest.mark.parametrize(
    ("was", "to", "moved", "label"),
    [
        ("21:30 weekdays", "2230", "on weekdays at 22:30", "Back to 21:30"),
        ("23:30 weekdays", "0015", "on Tue, Wed, Thu, Fri and Sat at 00:15", "Back to 23:30"),
        ("00:15 tue", "2330", "on Mon at 23:30", "Back to 00:15"),
    ],
)
async def test_a_better_hour_moves_it_in_place_with_a_way_back(
    world: World, was: str, to: str, moved: str, label: str
) -> None:
    """Past midnight the days go along, so that it is the same evening."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind stretch {was}")
    before = alice.last
    await world.forges(alice, f"1:reminder:1:move:{to}")
    echo = alice.last
    await alice.taps(label)

    assert before.id == echo.id == alice.last.id
    assert moved in echo.text
    assert before.text == alice.last.text


@pytest.mark.parametrize("to", ["2400", "2160", "930", "", "²²²²", "21:30"])
async def test_a_forged_hour_is_no_hour(world: World, to: str) -> None:
    """And nothing is moved; nor is a rule of several times."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    tap = await world.forges(alice, f"1:reminder:1:move:{to}")
    await alice.says("/remind food 08:00 13:00")
    several = await world.forges(alice, "1:reminder:2:move:0900")
    same = await world.forges(alice, "1:reminder:1:move:2130")

    assert "This button no longer works." == tap.text == several.text
    assert same.text == "It comes at 21:30 already."


async def test_a_new_time_that_never_comes_is_refused(world: World) -> None:
    """The reminder stays as it was."""
    alice = await world.settled("Alice")
    await alice.says("/settings bedtime 22:30")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    await alice.taps("Change time")
    await alice.says("15 hours before bed today")
    refused = alice.last.text
    await alice.says("/reminders")

    assert "every day at 21:30" not in refused
    assert "every day at 21:30. Next: today 21:30" in alice.last.text
