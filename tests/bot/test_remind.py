"""/remind: what was understood is echoed, what was not gets an example, and nothing is guessed."""

import pytest

from jobs.suggest.kinds import KINDS
from jobs.suggest.profile import Profile
from tests.world import World

pytestmark = pytest.mark.conversation


@pytest.mark.parametrize(
    ("text", "understood", "following"),
    [
        ("stretch 21:30", "🦵 Stretch: every day at 21:30", "today 21:30 and tomorrow 21:30"),
        ("stretch 9:30pm weekdays", "🦵 Stretch: on weekdays at 21:30", "today 21:30 and tomorrow 21:30"),
        ("stretch 12:59", "🦵 Stretch: every day at 12:59", "tomorrow 12:59 and Wed 4 Mar 12:59"),
        (
            "food 08:00 13:00 mon wed fri",
            "🥗 Food: on Mon, Wed and Fri at 08:00 and 13:00",
            "Wed 4 Mar 08:00 and Wed 4 Mar 13:00",
        ),
        (
            "hydrate every 2h 9-18",
            "💧 Hydrate: every 2 hours from 09:00 to 18:00, every day",
            "today 15:00 and today 17:00",
        ),
        ("water 10:00 sat", "💧 Hydrate: on Sat at 10:00", "Sat 7 Mar 10:00 and Sat 14 Mar 10:00"),
        ("sun 12:30 weekends", "🌤 Daylight: at weekends at 12:30", "Sat 7 Mar 12:30 and Sun 8 Mar 12:30"),
        ("stretch every 3 days 20:00", "every 3 days at 20:00", "today 20:00 and Thu 5 Mar 20:00"),
        ("stretch 20:00 until 31 march", "every day at 20:00, until Tue 31 Mar", "today 20:00 and tomorrow 20:00"),
    ],
)
async def test_a_schedule_is_echoed_with_its_next_two_times(
    world: World, text: str, understood: str, following: str
) -> None:
    """It is Monday, 13:00, in Berlin."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind {text}")
    first, following_line, *_more = alice.last.text.splitlines()

    assert understood in first
    assert f"Next: {following}." == following_line


async def test_in_ten_minutes_comes_once(world: World) -> None:
    """And is no longer in the list afterwards."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch in 10 minutes")
    echo = alice.last.text
    await world.passes(minutes=10)
    nudge = alice.last.text
    await alice.says("/reminders")

    assert echo == "✓ 🦵 Stretch: once, today 13:10."
    assert nudge.startswith("🦵 Stretch")
    assert "You have no reminders yet." in alice.last.text


async def test_two_schedules_in_one_sentence_are_two_reminders(world: World) -> None:
    """Weekdays and Saturdays at different hours."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch mon-fri 7:30 and sat 10:00")
    await alice.taps("My reminders")

    assert "1. 🦵 Stretch: on weekdays at 07:30" in alice.last.text
    assert "2. 🦵 Stretch: on Sat at 10:00" in alice.last.text


async def test_the_picker_leads_through_kind_and_time(world: World) -> None:
    """Nothing has to be typed."""
    alice = await world.settled("Alice")
    await alice.says("/remind")
    await alice.taps("🦵 Stretch")
    await alice.taps("22:00")

    assert "🦵 Stretch: every day at 22:00" in alice.last.text


async def test_the_time_can_be_typed_after_the_kind(world: World) -> None:
    """A wrong answer is asked again, /cancel ends it."""
    alice = await world.settled("Alice")
    await alice.says("/remind food")
    await alice.says("whenever")
    refusal = alice.last.text
    await alice.says("8am")
    echo = alice.last.text
    await alice.says("/remind food")
    await alice.says("/cancel")
    await alice.says("9am")

    assert "I don't understand “whenever” as a time." in refusal
    assert "every day at 08:00" in echo
    assert "I am not sure what you mean." in alice.last.text


async def test_another_command_ends_the_question(world: World) -> None:
    """Who asks for a card has stopped setting a reminder."""
    alice = await world.settled("Alice")
    await alice.says("/remind food")
    await alice.says("/why b6")
    await alice.says("calcium")

    assert alice.last.text.startswith("Calcium")


async def test_a_bare_hour_is_asked_back(world: World) -> None:
    """Nine in the morning or in the evening?"""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 9")
    question = alice.last
    await alice.taps("21:00")

    assert "Morning or evening?" in question.text
    assert question.labels == ["09:00", "21:00"]
    assert "every day at 21:00" in alice.last.text


@pytest.mark.parametrize(
    "text", ["sometimes", "25:00", "every 1 minute 9-18", "31 feb 10:00", "🦵🦵🦵", "every 9h 9:00-10:00"]
)
async def test_what_is_not_understood_gets_an_example_never_a_guess(world: World, text: str) -> None:
    """And no reminder."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind stretch {text}")
    answer = alice.last.text
    await alice.says("/cancel")
    await alice.says("/reminders")

    assert "• 21:30" in answer
    assert "You have no reminders yet." in alice.last.text


@pytest.mark.parametrize(
    ("typed", "offered", "echo"),
    [
        ("strech 21:30", "🦵 Stretch", "every day at 21:30"),
        ("hydrat every hour 9:00-12:00 weekdays until 3 april 2027", "💧 Hydrate", "every hour from 09:00 to 12:00"),
    ],
)
async def test_a_misspelt_kind_is_asked_back_and_the_rest_kept(
    world: World, typed: str, offered: str, echo: str
) -> None:
    """The time does not have to be typed again."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind {typed}")
    question = alice.last
    await alice.taps(offered)

    assert "Did you mean" in question.text
    assert [offered] == question.labels
    assert echo in alice.last.text


async def test_a_time_without_a_kind_asks_for_the_kind(world: World) -> None:
    """/remind 21:30: of what?"""
    alice = await world.settled("Alice")
    await alice.says("/remind 21:30 weekdays")
    await alice.taps("💧 Hydrate")

    assert "💧 Hydrate: on weekdays at 21:30" in alice.last.text


async def test_an_unknown_kind_names_those_there_are(world: World) -> None:
    """The bot has a few nudges, and says so."""
    alice = await world.settled("Alice")
    await alice.says("/remind <u>spaceflight</u> tomorrow")

    assert "I can't remind you of “<u>spaceflight</u>”" in alice.last.text
    assert len(KINDS) == len(alice.last.buttons)


async def test_without_a_zone_it_is_asked_first_and_nothing_is_lost(world: World) -> None:
    """The reminder is set as soon as the city is known."""
    charlie = world.person("Charlie")
    await charlie.says("/remind stretch 21:30")
    await charlie.says("nowhere-at-all-xyz")
    await charlie.says("Tokyo")

    assert "every day at 21:30" in charlie.last.text
    assert "Next: today 21:30 and tomorrow 21:30." in charlie.last.text


async def test_a_stranger_is_asked_for_the_zone_and_then_for_bedtime(world: World) -> None:
    """One after the other, and then it is set."""
    charlie = world.person("Charlie")
    await charlie.says("/remind stretch 30 min before bed")
    await charlie.says("Tokyo")
    await charlie.taps("23:00")

    assert "30 minutes before bedtime, every day" in charlie.last.text
    assert "Next: today 22:30 and tomorrow 22:30." in charlie.last.text


async def test_the_same_reminder_twice_is_one(world: World) -> None:
    """A nervous second tap does not bring two nudges; one that was off is on again."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.taps("Change")
    await alice.taps("Turn off")
    await alice.says("/remind stretch 21:30")
    await alice.says("/reminders")

    assert alice.last.labels == ["1. 🦵 every day at 21:30"]
    assert "(off)" not in alice.last.text


async def test_there_is_an_end_to_reminders(world: World) -> None:
    """Thirty are kept; the next is refused kindly."""
    alice = await world.settled("Alice")
    for minute in range(30):
        await alice.says(f"/remind stretch 21:{minute:02}")
    await alice.says("/remind stretch 22:00")

    assert "You have 30 reminders, as many as I can keep." in alice.last.text


@pytest.mark.parametrize("command", ["/remind sun 12:00", "/nudge sun"])
async def test_what_is_not_safe_for_the_person_is_left_out_with_its_reason(world: World, command: str) -> None:
    """No daylight nudge for someone whose disease light makes worse."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({"light_sensitive"})))
    await alice.says(command)
    answer = alice.last.text
    await alice.says("/reminders")

    assert "🌤 Daylight: I leave that out for you." in answer
    assert "You told me: lupus" in answer
    assert "You have no reminders yet." in alice.last.text


@pytest.mark.parametrize(
    ("first", "answers", "understood"),
    [
        ("stretch tomorrow", ["8am"], "once, tomorrow 08:00"),
        ("stretch on sundays", ["9:00"], "on Sun at 09:00"),
        ("stretch weekdays", ["7", "07:00"], "on weekdays at 07:00"),
        ("water every 90 minutes", ["9:00-17:00"], "every 90 minutes from 09:00 to 17:00"),
        ("stretch 9", ["evening"], "every day at 21:00"),
        ("stretch 9 weekdays", ["21:00"], "on weekdays at 21:00"),
        ("me to stretch at 21:30", [], "every day at 21:30"),
        ("stretch\n21:30", [], "every day at 21:30"),
    ],
)
async def test_a_question_remembers_what_was_said(
    world: World, first: str, answers: list[str], understood: str
) -> None:
    """The answer completes it; nothing that was said is lost."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind {first}")
    for answer in answers:
        await alice.says(answer)

    assert understood in alice.last.text


async def test_options_too_long_for_a_button_are_shown_to_be_written(world: World) -> None:
    """Telegram's buttons hold 64 bytes; what people say may be longer."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 8 9 10 mon wed fri until 3 april 2027")
    question = alice.last
    option = next(line.removeprefix("• ") for line in question.text.splitlines() if line.startswith("• "))
    await alice.says(option)

    assert "Write one of these:" in question.text
    assert "on Mon, Wed and Fri at" in alice.last.text


async def test_two_reminders_of_a_kind_at_one_moment_bring_one_nudge(world: World) -> None:
    """And /next promises one."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/remind stretch 9:30pm weekdays")
    await alice.says("/next")
    promised = alice.last.text.count("today 21:30")
    await world.passes(hours=10)

    assert 1 == promised
    assert 1 == sum("Done" in message.labels for message in alice.messages)


async def test_what_is_there_already_is_said(world: World) -> None:
    """Not silently merged."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/remind stretch 21:30")

    assert alice.last.text.startswith("You have this one already.")


@pytest.mark.parametrize(("said", "answer"), [("tonic water?", "quinine"), ("magnesium", "Magnesium")])
async def test_who_asks_something_else_meanwhile_is_answered(world: World, said: str, answer: str) -> None:
    """A question in the air keeps nobody from asking."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch")
    await alice.says(said)

    assert answer in alice.last.text


async def test_a_whole_command_starts_clean(world: World) -> None:
    """What was left open before is no part of it."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 9")
    await alice.says("/remind stretch 14 dec 17:00")

    assert "once, Mon 14 Dec 17:00" in alice.last.text
