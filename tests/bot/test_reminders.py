"""/reminders: changed in place, deleted with a way back."""

import pytest

from tests.world import World


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
        "today 20:10  🥗 Magnesium food (put off by you)",
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
