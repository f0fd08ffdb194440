"""/remind: what was understood is echoed, what was not gets an example, and nothing is guessed."""

from datetime import UTC, datetime, time
from typing import Any

import pytest

from bot.sandbox.people import Person
from db import users
from jobs.preferences import Preferences, Quiet
from jobs.suggest.kinds import KINDS
from jobs.suggest.profile import Profile, Spot
from jobs.workouts import Workout
from tests.world import World

pytestmark = pytest.mark.conversation

BERLIN = Profile(place=Spot(52.5, 13.4))
HALF_PAST_TEN = Preferences(bedtime=time(22, 30))


async def kept(world: World, person: Person, **columns: Any) -> None:
    """`person`'s row says this."""
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, person.id)
        assert user is not None
        for name, value in columns.items():
            setattr(user, name, value)


async def prefers(world: World, person: Person, preferences: Preferences) -> None:
    await kept(world, person, preferences=preferences.to_json())


async def bedtime_of(world: World, person: Person) -> time | None:
    async with world.app.sessions() as session:
        user = await users.by_chat(session, person.id)
        assert user is not None
        return Preferences.from_json(user.preferences).bedtime


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
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        user.profile = Profile(traits=frozenset({"light_sensitive"})).to_json()
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


# Landmarks ----------------------------------------------------------------------------------------


async def test_an_unknown_bedtime_is_asked_and_the_reminder_goes_on_by_itself(world: World) -> None:
    """One tap is enough, and no consent is needed."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 30 min before bed")
    question = alice.last
    await alice.taps("22:30")
    echo = alice.last.text
    await world.until(datetime(2026, 3, 2, 21, 0, tzinfo=UTC))
    nudge = alice.last

    assert "When do you usually go to bed?" in question.text
    assert question.labels == ["21:30", "22:00", "22:30", "23:00", "23:30", "00:00"]
    assert "✓ Bedtime: 22:30" in [message.text for message in alice.messages]
    assert echo.splitlines() == [
        "✓ 🦵 Stretch: 30 minutes before bedtime, every day.",
        "Next: today 22:00 and tomorrow 22:00.",
    ]
    assert "Done" in nudge.labels


@pytest.mark.parametrize(
    ("answers", "following"),
    [
        (["22:15"], "today 22:15 and tomorrow 22:15"),
        (["half past ten", "22:15"], "today 22:15 and tomorrow 22:15"),
        (["11", "11:00 pm"], "today 23:00 and tomorrow 23:00"),
        (["midnight"], "tomorrow 00:00 and Wed 4 Mar 00:00"),
        (["1 am"], "tomorrow 01:00 and Wed 4 Mar 01:00"),
    ],
)
async def test_a_bedtime_can_be_typed(world: World, answers: list[str], following: str) -> None:
    """What is unclear is asked again; a bedtime after midnight belongs to the evening before."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch at bedtime")
    for answer in answers:
        await alice.says(answer)

    assert f"Next: {following}." in alice.last.text


async def test_a_bare_hour_of_bedtime_is_asked_back(world: World) -> None:
    """Some sleep by day."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch at bedtime")
    await alice.says("11")
    question = alice.last
    await alice.taps("23:00")

    assert question.labels == ["11:00", "23:00"]
    assert "Next: today 23:00 and tomorrow 23:00." in alice.last.text


async def test_a_bedtime_question_outlives_other_commands(world: World) -> None:
    """Its buttons know what waits; words that follow another command are no bedtime."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 30 min before bed weekdays")
    question = alice.last
    await alice.says("/why b6")
    await alice.says("calcium")
    card = alice.last.text
    await alice.taps("23:00", message=question)

    assert card.startswith("Calcium")
    assert "30 minutes before bedtime, on weekdays" in alice.last.text


async def test_a_bedtime_question_can_be_cancelled(world: World) -> None:
    """Then there is no reminder, and no bedtime."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch at bedtime")
    await alice.says("/cancel")
    await alice.says("/reminders")

    assert "You have no reminders yet." in alice.last.text
    assert await bedtime_of(world, alice) is None


async def test_no_bedtime_is_an_answer_too(world: World) -> None:
    """Nobody has to tell it."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch at bedtime")
    await alice.says("rather not say")
    answer = alice.last.text
    await alice.says("/reminders")

    assert answer == "All right, I keep no bedtime. What goes by it is not set."
    assert "You have no reminders yet." in alice.last.text


async def test_another_bedtime_moves_the_reminders(world: World) -> None:
    """Those that wait for one, or go by the old one."""
    alice = await world.settled("Alice")
    await prefers(world, alice, HALF_PAST_TEN)
    await alice.says("/remind stretch at bedtime")
    await alice.says("/remind food 1h before bed")
    await alice.says("/settings bedtime 23:15")
    await alice.says("/reminders")

    assert "at bedtime, every day. Next: today 23:15" in alice.last.text
    assert "1 hour before bedtime, every day. Next: today 22:15" in alice.last.text


@pytest.mark.parametrize("data", ["1:bedtime:2562", "1:bedtime:0315:stretch at bedtime", "1:bedtime:", "1:bedtime:x:y"])
async def test_a_forged_bedtime_is_refused(world: World, data: str) -> None:
    """Only those that were offered can be tapped."""
    alice = await world.settled("Alice")
    tap = await world.forges(alice, data)

    assert tap.text == "This button no longer works."
    assert await bedtime_of(world, alice) is None


async def test_a_tap_on_a_bedtime_twice_changes_nothing_more(world: World) -> None:
    """It says that the reminder is there."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch at bedtime")
    await world.forges(alice, "1:bedtime:2230:stretch at bedtime")
    await world.forges(alice, "1:bedtime:2230:stretch at bedtime")
    answer = alice.last.text
    await alice.says("/reminders")

    assert answer.startswith("You have this one already.")
    assert alice.last.labels == ["1. 🦵 at bedtime, every day"]


async def test_how_long_before_bed_is_asked(world: World) -> None:
    """Before bed is no length."""
    alice = await world.settled("Alice")
    await prefers(world, alice, HALF_PAST_TEN)
    await alice.says("/remind stretch before bed weekdays")
    question = alice.last
    await alice.taps("15 min before bedtime mon-fri")

    assert question.text == "How long before or after? I don't want to guess."
    assert "15 minutes before bedtime, on weekdays" in alice.last.text


@pytest.mark.parametrize("answer", ["45", "45 min", "45 minutes", "45 min before bed"])
async def test_how_long_before_bed_can_be_typed(world: World, answer: str) -> None:
    """Also as a bare number, because it was asked."""
    alice = await world.settled("Alice")
    await prefers(world, alice, HALF_PAST_TEN)
    await alice.says("/remind stretch before bed weekdays")
    await alice.says(answer)

    assert "45 minutes before bedtime, on weekdays" in alice.last.text


async def test_a_reminder_by_the_sun_waits_for_a_place(world: World) -> None:
    """It is set, says what it waits for, and comes once the place is told."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 30 min before sunset")
    waiting = alice.last.text
    await world.passes(days=1)
    silent = alice.last.text
    await alice.says("/settings place Berlin")
    await alice.taps("Agree")
    await alice.says("/reminders")

    assert waiting.splitlines() == [
        "✓ 🦵 Stretch: 30 minutes before sunset, every day.",
        "It waits until I know roughly where you are: /settings place",
    ]
    assert waiting == silent
    assert "30 minutes before sunset, every day. Next: today 17:1" in alice.last.text


async def test_a_place_is_asked_first_for_what_has_a_last_day(world: World) -> None:
    """It could not wait: it would end before it began."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch at sunset until 1 may")
    question = alice.last
    await world.told(alice, BERLIN)
    await alice.taps("Then set it")

    assert question.labels == ["Tell my place", "Then set it"]
    assert "✓ 🦵 Stretch: at sunset, every day, until Fri 1 May." in alice.last.text


async def test_the_sun_tells_the_time(world: World) -> None:
    """Sunset and noon of Berlin in March, by an almanac."""
    alice = await world.settled("Alice")
    await world.told(alice, BERLIN)
    await alice.says("/remind stretch at sunset")
    sunset = alice.last.text
    await alice.says("/remind stretch at solar noon")

    assert "Next: today 17:4" in sunset
    assert "Next: tomorrow 12:1" in alice.last.text


async def test_after_a_workout_comes_by_the_plan(world: World) -> None:
    """Its end counts; and one can tell of others."""
    alice = await world.settled("Alice")
    plan = (Workout(45, start=time(18), days=frozenset({0, 2})),)
    await world.told(alice, Profile(workouts=plan))
    await alice.says("/remind water 15 min after a workout")

    assert alice.last.text.splitlines()[:3] == [
        "✓ 💧 Hydrate: 15 minutes after a workout, every day.",
        "Next: today 19:00 and Wed 4 Mar 19:00.",
        "It comes too after a workout that you tell me with /workout.",
    ]


async def test_after_a_workout_waits_where_none_is_planned(world: World) -> None:
    """It is set all the same."""
    alice = await world.settled("Alice")
    await alice.says("/remind water after workout")
    echo = alice.last.text
    await alice.says("/reminders")

    assert "It waits for a workout. Tell me after one with /workout" in echo
    assert "/settings workouts mon wed 18:00 45 min run" in echo
    assert "after a workout, every day" in alice.last.text


async def test_what_would_never_come_is_said_and_not_set(world: World) -> None:
    """A last day, and no workout before it."""
    alice = await world.settled("Alice")
    await alice.says("/remind water after workout until 1 may")
    answer = alice.last.text
    await alice.says("/reminders")

    assert "that would not come even once: after a workout, every day, until Fri 1 May." in answer
    assert "Without a last day it can wait" in answer
    assert "You have no reminders yet." in alice.last.text


async def test_the_best_time_is_a_suggestion_for_sun(world: World) -> None:
    """The button works with a place and without."""
    alice = await world.settled("Alice")
    await alice.says("/remind sun best time")
    waiting = alice.last.text
    await alice.says("/remind sun best time tue")
    await world.told(alice, BERLIN)
    await alice.says("/remind sun best time thu")

    assert "in the best hours of sun, every day" in waiting
    assert "It waits until I know roughly where you are: /settings place" in waiting
    assert "Next: Thu 5 Mar" in alice.last.text


async def test_several_landmarks_in_one_sentence(world: World) -> None:
    """And a time of the clock."""
    alice = await world.settled("Alice")
    await prefers(world, alice, HALF_PAST_TEN)
    await alice.says("/remind stretch at bedtime and 14:00")

    assert "every day at 14:00; at bedtime, every day" in alice.last.text
    assert "Next: today 14:00 and today 22:30." in alice.last.text


async def test_tomorrow_at_a_landmark_comes_once(world: World) -> None:
    """And is over then."""
    alice = await world.settled("Alice")
    await prefers(world, alice, HALF_PAST_TEN)
    await alice.says("/remind stretch tomorrow at bedtime")
    echo = alice.last.text
    await world.passes(days=2)
    nudges = sum("Done" in message.labels for message in alice.messages)
    await alice.says("/reminders")

    assert "✓ 🦵 Stretch: at bedtime, tomorrow." in echo
    assert "Next: tomorrow 22:30." in echo
    assert 1 == nudges
    assert "You have no reminders yet." in alice.last.text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("at the gym", "I learn of a workout by its end, so I can come after it"),
        (
            "30 min before a workout",
            "I learn of a workout by its end, so I can come after it: after workout, or 30 min",
        ),
        ("13h before bed", "“13h before bed” is too long: I can come up to 12 hours before or after."),
        ("every other day at bedtime", "I can't keep “every other day” together with bedtime, the sun or a workout."),
        ("before lunch", "I don't understand “lunch” as a time."),
    ],
)
async def test_what_cannot_be_kept_by_a_landmark_has_its_reason(world: World, text: str, answer: str) -> None:
    """And an example."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind stretch {text}")

    assert answer in alice.last.text
    assert "• 21:30" in alice.last.text


@pytest.mark.parametrize("text", ["30 min before bed", "at bedtime", "daily"])
async def test_a_time_in_words_without_a_kind_asks_for_the_kind(world: World, text: str) -> None:
    """It is kept until the kind is known."""
    alice = await world.settled("Alice")
    await prefers(world, alice, HALF_PAST_TEN)
    await alice.says(f"/remind {text}")

    assert "What shall I remind you of?" in alice.last.text


# Past times, quiet hours, pauses ------------------------------------------------------------------


async def test_a_time_that_has_passed_is_offered_for_tomorrow(world: World) -> None:
    """It is 13:00, so eight in the morning can only be meant for tomorrow; but nobody guesses."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch today 8:00")
    question = alice.last
    await alice.taps("tomorrow 08:00")

    assert question.text == "“today 08:00” has passed already. Shall it come then?"
    assert question.labels == ["tomorrow 08:00"]
    assert "once, tomorrow 08:00" in alice.last.text


async def test_both_readings_of_an_hour_that_has_passed_are_offered(world: World) -> None:
    """At ten in the evening eight has passed twice."""
    alice = await world.settled("Alice")
    await world.passes(hours=9)
    await alice.says("/remind stretch today 8")

    assert alice.last.labels == ["tomorrow 08:00", "tomorrow 20:00"]


async def test_a_time_in_quiet_hours_is_held_back_and_says_so(world: World) -> None:
    """For as long as it is useful; a tap lets it come."""
    alice = await world.settled("Alice")
    await prefers(world, alice, Preferences(quiet=(Quiet(time(22), time(7, 30)),)))
    await alice.says("/remind stretch 7:00")

    assert alice.last.text.splitlines() == [
        "✓ 🦵 Stretch: every day at 07:00.",
        "Next: tomorrow 07:00 and Wed 4 Mar 07:00.",
        "Tomorrow 07:00 is in your quiet hours (until 07:30), so I hold it back until then.",
    ]
    assert "Let it come anyway" in alice.last.labels


async def test_a_time_deep_in_quiet_hours_is_left_out_and_says_so(world: World) -> None:
    """In the morning it would be of no use."""
    alice = await world.settled("Alice")
    await prefers(world, alice, Preferences(bedtime=time(23), quiet=(Quiet(time(22), time(7, 30)),)))
    await alice.says("/remind stretch at bedtime")

    assert "Today 23:00 is in your quiet hours (until 07:30), so I leave it out." in alice.last.text
    assert "Let it come anyway" in alice.last.labels


async def test_quiet_hours_of_a_weekday_further_on_are_said(world: World) -> None:
    """Not only for the next two times."""
    alice = await world.settled("Alice")
    friday = Quiet(time(22), time(9), frozenset({4}))
    await prefers(world, alice, Preferences(quiet=(friday,)))
    await alice.says("/remind stretch 8:00")
    await alice.says("/remind stretch 12:00")
    outside = alice.last.text
    await alice.says("/remind stretch 8:15 and 22:15 mon-fri")

    assert "quiet hours" not in outside
    assert "Fri 6 Mar 22:15 is in your quiet hours (until 09:00), so I leave it out." in alice.last.text


async def test_several_reminders_at_once_tell_of_quiet_hours_too(world: World) -> None:
    """Which one may come anyway is chosen on its card."""
    alice = await world.settled("Alice")
    await prefers(world, alice, Preferences(quiet=(Quiet(time(22), time(7, 30)),)))
    await alice.says("/remind stretch mon-fri 21:00 and sat 23:00")

    assert "Sat 7 Mar 23:00 is in your quiet hours" in alice.last.text
    assert alice.last.labels == ["My reminders"]


async def test_a_pause_is_said_and_counts(world: World) -> None:
    """The next times are those behind it."""
    alice = await world.settled("Alice")
    await kept(world, alice, paused_until=datetime(2026, 3, 9, 3, tzinfo=UTC))
    await alice.says("/remind stretch 21:30")
    repeated = alice.last.text
    await alice.says("/remind stretch tomorrow 9:00")
    once = alice.last.text
    await alice.says("/remind stretch 22:00 until friday")

    assert repeated.splitlines()[1:] == [
        "You have a pause: nothing comes before Mon 9 Mar 04:00.",
        "Next: Mon 9 Mar 21:30 and Tue 10 Mar 21:30.",
    ]
    assert "Next: Mon 9 Mar 04:00." in once
    assert "that would not come even once: every day at 22:00, until Fri 6 Mar." in alice.last.text
    assert "You have a pause" in alice.last.text


async def test_a_bedtime_that_was_told_is_suggested_first(world: World) -> None:
    """Until then nothing goes by it."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch")
    before = alice.last.labels
    await prefers(world, alice, HALF_PAST_TEN)
    await alice.says("/remind stretch")
    after = alice.last.labels
    await alice.taps("30 min before bed")

    assert before == ["21:30", "22:00", "22:30"]
    assert after == ["30 min before bed", *before]
    assert "30 minutes before bedtime, every day" in alice.last.text


async def test_a_sun_reminder_says_what_it_needs_to_know(world: World) -> None:
    """Until then it brings something to eat; with everything told it says nothing of it."""
    alice = await world.settled("Alice")
    await alice.says("/remind sun 12:30")
    without = alice.last.text
    await world.told(alice, Profile(place=Spot(52.5, 13.4), skin=3, age=40, sun=True))
    await alice.says("/remind sun 11:30")

    assert "Until I know roughly where you are, it brings an idea to eat instead: /settings place" in without
    assert "For minutes of sun I need to know more: /settings skin, /settings age and /settings sun on" in without
    assert "/settings" not in alice.last.text


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
