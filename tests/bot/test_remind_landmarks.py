"""/remind by bedtime, workouts and the sun: what they need to know is asked, and the reminder goes on by itself."""

from datetime import UTC, datetime, time

import pytest

from bot.sandbox.people import Person
from jobs.preferences import Preferences
from jobs.suggest.profile import Profile, Spot
from jobs.workouts import Workout
from tests.world import World

pytestmark = pytest.mark.conversation

BERLIN = Profile(place=Spot(52.5, 13.4))
HALF_PAST_TEN = Preferences(bedtime=time(22, 30))


async def bedtime_of(world: World, person: Person) -> time | None:
    return Preferences.from_json((await world.row_of(person)).preferences).bedtime


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
    await world.prefers(alice, HALF_PAST_TEN)
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
    await world.prefers(alice, HALF_PAST_TEN)
    await alice.says("/remind stretch before bed weekdays")
    question = alice.last
    await alice.taps("15 min before bedtime mon-fri")

    assert question.text == "How long before or after? I don't want to guess."
    assert "15 minutes before bedtime, on weekdays" in alice.last.text


@pytest.mark.parametrize("answer", ["45", "45 min", "45 minutes", "45 min before bed"])
async def test_how_long_before_bed_can_be_typed(world: World, answer: str) -> None:
    """Also as a bare number, because it was asked."""
    alice = await world.settled("Alice")
    await world.prefers(alice, HALF_PAST_TEN)
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
    await world.prefers(alice, HALF_PAST_TEN)
    await alice.says("/remind stretch at bedtime and 14:00")

    assert "every day at 14:00; at bedtime, every day" in alice.last.text
    assert "Next: today 14:00 and today 22:30." in alice.last.text


async def test_tomorrow_at_a_landmark_comes_once(world: World) -> None:
    """And is over then."""
    alice = await world.settled("Alice")
    await world.prefers(alice, HALF_PAST_TEN)
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
    await world.prefers(alice, HALF_PAST_TEN)
    await alice.says(f"/remind {text}")

    assert "What shall I remind you of?" in alice.last.text


async def test_a_bedtime_that_was_told_is_suggested_first(world: World) -> None:
    """Until then nothing goes by it."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch")
    before = alice.last.labels
    await world.prefers(alice, HALF_PAST_TEN)
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
