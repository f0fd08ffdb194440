"""/workout, and the question whether a planned workout happened: one or two taps, and nobody is asked twice."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.dialogue.nudges import hydrate as face
from bot.sandbox.people import Person
from db import reminders, users
from db.models import Delivery, Status
from jobs.compose import MOVED
from jobs.preferences import Preferences, Quiet, Tone, Units
from jobs.suggest.profile import Profile
from jobs.workouts import Effort, Workout
from tests.jobs.cast import all_deliveries
from tests.world import MONDAY_NOON, World

pytestmark = pytest.mark.conversation

# It is Monday, 13:00 in Berlin, when a test begins.
RUN = Workout(45, sport="run", start=time(18), days=frozenset({0}))
HALF_PAST_FIVE = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
QUARTER_TO_SEVEN = datetime(2026, 3, 2, 17, 45, tzinfo=UTC)
NEXT_MONDAY = timedelta(days=7)
LENGTHS = ["30 minutes", "45 minutes", "1 hour", "1 hour 30 minutes", "2 hours"]
EFFORTS = ["easy", "• moderate", "hard"]
QUESTION = ["Yes, as planned", "Longer or harder", "No, not today", "Why this, why now?"]


async def runner(world: World, *set_: str, profile: Profile | None = None) -> Person:
    """Alice, who runs on Mondays at 18:00, with reminders after a workout."""
    alice = await world.settled("Alice")
    await world.told(alice, profile or Profile(workouts=(RUN,)))
    for text in set_ or ("hydrate after workout",):
        await alice.says(f"/remind {text}")
    return alice


async def asked(world: World) -> Person:
    """Alice, who has just been asked whether she trained."""
    alice = await runner(world)
    await world.until(QUARTER_TO_SEVEN)
    return alice


async def agrees(person: Person) -> None:
    """What they tell from now on may be kept."""
    await person.says("/settings")
    await person.taps("Agree")


async def of_kind(world: World, kind: str) -> list[Delivery]:
    return [delivery for delivery in await all_deliveries(world.app.sessions) if delivery.kind == kind]


def amount(text: str) -> str:
    """The most that a nudge names to drink; nothing where it names none."""
    found = re.search(r"p to about ([0-9,]+)\s(ml|fl oz) over the next hours", text)
    return " ".join(found.groups()) if found else ""


def nudges(person: Person, words: str) -> int:
    """How many messages of the bot have these words."""
    return sum(words in message.text for message in person.messages)


# Telling it ---------------------------------------------------------------------------------------------


async def test_workout_works_before_anything_was_told(world: World) -> None:
    """No time zone, no consent: the length is all it takes."""
    charlie = world.person("Charlie")
    await charlie.says("/workout 60 run")
    told = charlie.last
    await charlie.taps("Done")

    assert "Noted: 1 hour, run." in told.text
    assert "200 ml" == amount(told.text)
    assert ["Done", "Later", "Skip", "🦵 Stretch after it", "Why this, why now?"] == told.labels
    assert "✓ Done" in charlie.last.text


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("45 run hot", "Noted: 45 minutes, run, hot."),
        ("1h30 cycling hard", "Noted: 1 hour 30 minutes, cycling, hard."),
        ("20 min", "Noted: 20 minutes."),
    ],
)
async def test_workout_can_be_typed(world: World, typed: str, noted: str) -> None:
    """In one line, as it comes to mind."""
    alice = await world.settled("Alice")
    await alice.says(f"/workout {typed}")

    assert noted in alice.last.text


async def test_workout_takes_one_tap_and_two_where_it_was_hot_or_hard(world: World) -> None:
    """What is tapped stays in the message, and the answer comes in its place."""
    alice = await world.settled("Alice")
    await alice.says("/workout")
    first = alice.last
    await alice.taps("1 hour")
    plain = alice.last
    await alice.says("/workout")
    await alice.taps("☐ it was hot")
    hot = alice.last.labels
    await alice.taps("hard")
    hard = alice.last.labels
    await alice.taps("45 minutes")

    assert [*EFFORTS, "☐ it was hot", *LENGTHS] == first.labels
    assert first.id == plain.id
    assert "Noted: 1 hour.\n" in plain.text
    assert "☑ it was hot" in hot
    assert ["easy", "moderate", "• hard", "☑ it was hot"] == hard[:4]
    assert "Noted: 45 minutes, hard, hot." in alice.last.text


async def test_a_short_effort_has_no_amount(world: World) -> None:
    """Water to thirst, and the reason behind Why."""
    alice = await world.settled("Alice")
    await agrees(alice)
    await alice.says("/workout 30 hard")
    told = alice.last.text
    await alice.taps("Why this, why now?")

    assert "" == amount(told)
    assert "No amount: under an hour, and not hot, thirst is enough of a guide." in alice.last.text


async def test_a_planned_workout_that_has_just_ended_is_offered(world: World) -> None:
    """One tap; two hours later it is no longer meant."""
    alice = await runner(world)
    await world.until(QUARTER_TO_SEVEN + timedelta(hours=2))
    await alice.says("/workout")
    offered = alice.last
    await alice.taps("Yes")
    taken = alice.last.text
    await world.passes(minutes=1)
    await alice.says("/workout")

    assert "As planned: 45 minutes, run? Or how long was it?" == offered.text
    assert ["Yes", *EFFORTS, "☐ it was hot", *LENGTHS] == offered.labels
    assert "Noted: 45 minutes, run." in taken
    assert "How long was it?" in alice.last.text


async def test_what_is_missing_is_asked_and_what_was_said_is_kept(world: World) -> None:
    """By tap or in words."""
    alice = await world.settled("Alice")
    await alice.says("/workout run hot")
    question = alice.last
    await alice.says("45")
    typed = alice.last.text
    await alice.says("/workout run hot")
    await alice.taps("1 hour")

    assert "How long does it take, in minutes?" == question.text
    assert "☑ it was hot" in question.labels
    assert "Noted: 45 minutes, run, hot." in typed
    assert "Noted: 1 hour, run, hot." in alice.last.text


async def test_what_is_not_understood_is_asked_back_with_examples(world: World) -> None:
    """A misspelling is a button; an impossible length is told; nothing is guessed."""
    alice = await world.settled("Alice")
    await alice.says("/workout 45 runing")
    misspelled = alice.last
    await alice.taps("45 running")
    meant = alice.last.text
    await alice.says("/workout 900 min")
    too_long = alice.last.text
    await alice.says("5 km")
    await alice.says("30 min swim")

    assert "I don't understand “runing”." in misspelled.text
    assert "• /workout 45 run hot" in misspelled.text
    assert "Noted: 45 minutes, run." in meant
    assert "“900 min” is not a length that I can use: from 1 minute to 12 hours." in too_long
    assert "Noted: 30 minutes, swimming." in alice.last.text


async def test_other_words_after_workout_are_not_taken_for_one(world: World) -> None:
    """Whoever goes on to something else is answered that."""
    alice = await world.settled("Alice")
    await alice.says("/workout")
    await alice.says("magnesium")

    assert "Magnesium" in alice.last.text


async def test_plain_words_lead_to_workout_but_never_past_a_cramp_or_a_warning_sign(world: World) -> None:
    """It is found like every command; first things first."""
    alice = await world.settled("Alice")
    await alice.says("I went running")
    found = alice.last.text
    await alice.says("went running and got a cramp")
    cramp = alice.last.text
    await alice.says("/workout 45 run and now chest pain")

    assert "How long was it?" in found
    assert "How long was it?" not in cramp
    assert "emergency" in alice.last.text.lower()
    assert "Noted" not in alice.last.text


# What is said, and to whom ------------------------------------------------------------------------------


async def test_electrolytes_come_with_the_warning_and_only_for_adults_who_said_so(world: World) -> None:
    """Who told nothing is pointed to /settings; who told a reason against it hears that reason."""
    alice = await world.settled("Alice")
    await alice.says("/workout 90 run")
    untold = alice.last.text
    await world.told(alice, Profile(age=31))
    await alice.says("/workout 90 run")
    adult = alice.last.text
    await world.told(alice, Profile(age=31, traits=frozenset({"high_blood_pressure"})))
    await alice.says("/workout 90 run")
    pressure = alice.last.text

    assert "lectrolyte" not in untold
    assert "/settings" in untold
    assert "a drink with electrolytes is an option" in adult
    assert "Normal meals with salt, plus water, are enough." in adult
    assert "Not for you if you are pregnant, have diabetes or take lithium." in adult
    assert "Salt and electrolytes: only for long, hot, sweaty efforts." in adult
    assert "Drinking too much is dangerous, sports drinks too." in adult
    assert "that is an emergency" in adult
    assert "No electrolyte drink for you: plain water. Salt can raise blood pressure." in pressure
    assert "is an option" not in pressure


async def test_no_wording_says_to_drink_past_thirst(world: World) -> None:
    """Also where no amount is named."""
    alice = await world.settled("Alice")
    texts = []
    for _workout in range(6):
        await alice.says("/workout 30 run")
        texts.append(alice.last.text)

    assert all("thirst" in text.lower() for text in texts)
    assert not any("feels good" in text for text in texts)


async def test_where_drinking_is_withheld_nothing_is_said_about_it(world: World) -> None:
    """But the workout counts for the stretches that follow it."""
    alice = await runner(world, "stretch 30 min after workout")
    await world.told(alice, Profile(workouts=(RUN,), traits=frozenset({"heart_failure"})))
    await alice.says("/workout 90 run")
    answer = alice.last
    await world.passes(minutes=30)

    assert "I leave that out for you." in answer.text
    assert "ml" not in answer.text
    assert alice.last.text.startswith("🦵 Stretch")


async def test_amounts_follow_the_persons_units(world: World) -> None:
    """By language, or as they wish; whole ounces, never rounded up."""
    alice, bob = await world.settled("Alice"), world.person("Bob", language="en-US")
    await bob.says("/workout 60 run")
    await world.prefers(alice, Preferences(units=Units.US))
    await alice.says("/workout 60 run")
    ounces = alice.last.text
    await world.prefers(alice, Preferences(units=Units.METRIC, tone=Tone.BRIEF))
    await alice.says("/workout 60 run")

    assert ("6 fl oz", "6 fl oz") == (amount(bob.last.text), amount(ounces))
    assert "200 ml" == amount(alice.last.text)


async def test_why_shows_every_input(world: World) -> None:
    """Length, effort, heat, weight, the cap that held, why salts or not, and whose estimate it is."""
    alice = await world.settled("Alice")
    await agrees(alice)
    await world.told(alice, Profile(age=31, weight=90))
    await alice.says("/workout 5h hard hot")
    told = alice.last.text
    await alice.taps("Why this, why now?")
    known = alice.last.text.replace("\xa0", " ")
    await world.told(alice, Profile())
    await alice.says("/workout 60")
    await alice.taps("Why this, why now?")

    assert "1,500 ml" == amount(told)
    assert "What you told me: 5 hours, hard, hot." in known
    assert "about 900 ml of sweat an hour, for how hard and how hot it was" in known
    assert "Your weight is counted in." in known
    assert "I count no more than 900 ml of sweat an hour." in known
    assert "I never name more than 1,500 ml, however long it was." in known
    assert "Electrolytes are named because" in known
    assert "our own careful estimate" in known
    assert "I don't know your weight, so I took a light body" in alice.last.text
    assert "No electrolytes: they are worth a thought only after" in alice.last.text


async def test_the_stretch_afterwards_is_one_tap_away(world: World) -> None:
    """It comes as a nudge of its own."""
    alice = await world.settled("Alice")
    await alice.says("/workout 45 run")
    await alice.taps("🦵 Stretch after it")

    assert alice.last.text.startswith("🦵 Stretch")
    assert "Done" in alice.last.labels


async def test_on_ordinary_days_it_is_thirst_and_no_amount(world: World) -> None:
    """Asked for at once, and why."""
    alice = await world.settled("Alice")
    await alice.says("/nudge hydrate")
    shown = alice.last
    await alice.taps("Why this, why now?")

    assert "" == amount(shown.text)
    assert ["Done", "Later", "Skip", "Why this, why now?"] == shown.labels
    assert "thirst is a good guide, so I name no amount" in alice.last.text


def test_every_form_has_enough_wordings() -> None:
    """So that none comes twice in a row."""
    pools = (face._THIRST, face._ASK, face._UP_TO, face._WATER)

    assert all(len(set(pool[Tone.FRIENDLY])) >= 3 and len(set(pool[Tone.BRIEF])) >= 2 for pool in pools)


# Did you train? -----------------------------------------------------------------------------------------


async def test_it_asks_after_a_planned_workout_and_yes_answers_in_place(world: World) -> None:
    """The same message becomes the nudge, and Done closes it."""
    alice = await asked(world)
    question = alice.last
    await alice.taps("Why this, why now?")
    why = alice.last.text
    await alice.taps("‹ Back")
    await alice.taps("Yes, as planned")
    answer = alice.last
    await alice.taps("Done")
    (delivery,) = await of_kind(world, "hydrate")

    assert "45 minutes, run" in question.text
    assert QUESTION == question.labels
    assert "You told me of a workout that ends at 18:45: 45 minutes, run." in why
    assert "you set: after a workout, every day" in why
    assert question.id == answer.id == alice.last.id
    assert "Noted: 45 minutes, run." in answer.text
    assert ["Done", "Later", "Skip"] == answer.labels[:3]
    assert Status.DONE == delivery.status


async def test_longer_or_harder_asks_how_much_and_answers_in_place(world: World) -> None:
    """Starting from what was planned, with a way back."""
    alice = await asked(world)
    question = alice.last
    await alice.taps("Longer or harder")
    await alice.taps("‹ Back")
    back = alice.last.labels
    await alice.taps("Longer or harder")
    choices = alice.last.labels
    await alice.taps("hard")
    await alice.taps("1 hour")

    assert QUESTION == back
    assert [*EFFORTS, "☐ it was hot", *LENGTHS, "‹ Back"] == choices
    assert question.id == alice.last.id
    assert "Noted: 1 hour, run, hard." in alice.last.text
    assert 1 == len(await of_kind(world, "hydrate"))


async def test_no_skips_it_kindly_and_can_be_undone(world: World) -> None:
    """No reason is asked for."""
    alice = await asked(world)
    await alice.taps("No, not today")
    said, (skipped,) = alice.last, await of_kind(world, "hydrate")
    await alice.taps("Undo")

    assert "Skipped (today 18:45). That is fine." in said.text
    assert Status.SKIPPED == skipped.status
    assert QUESTION == alice.last.labels


async def test_a_yes_hours_later_names_no_amount(world: World) -> None:
    """The next hours are over."""
    alice = await runner(world, profile=Profile(workouts=(Workout(90, start=time(17), days=frozenset({0})),)))
    await world.until(HALF_PAST_FIVE + timedelta(hours=6))
    await alice.taps("Yes, as planned")
    await alice.taps("Why this, why now?")

    assert "it ended some hours ago" in alice.last.text


async def test_an_answer_that_is_put_off_does_not_ask_again(world: World) -> None:
    """It is still about that workout."""
    alice = await asked(world)
    await alice.taps("Yes, as planned")
    await alice.taps("Later")
    await alice.taps("10 minutes")
    await world.passes(minutes=10)

    assert "Noted: 45 minutes, run." in alice.last.text
    assert "Done" in alice.last.labels


async def test_the_question_shows_nothing_on_the_lock_screen(world: World) -> None:
    """Where the person wished so, until it is opened."""
    alice = await runner(world)
    await world.prefers(alice, Preferences(neutral=True))
    await world.until(QUARTER_TO_SEVEN)
    locked = alice.last
    await alice.taps("Show")

    assert ("⏰ Your reminder is here.", ["Show"]) == (locked.text, locked.labels)
    assert QUESTION == alice.last.labels


async def test_a_yes_where_drinking_is_withheld_by_now_says_so(world: World) -> None:
    """What was told since counts."""
    alice = await asked(world)
    await world.told(alice, Profile(workouts=(RUN,), traits=frozenset({"fluid_limit"})))
    await alice.taps("Yes, as planned")

    assert "I leave that out for you." in alice.last.text


# Told before it was asked -------------------------------------------------------------------------------


@pytest.mark.parametrize("wait", [timedelta(0), HALF_PAST_FIVE - MONDAY_NOON])
async def test_who_told_already_is_not_asked(world: World, wait: timedelta) -> None:
    """At noon instead of in the evening, or before the planned end; next week it asks again."""
    alice = await runner(world)
    await world.until(world.clock() + wait)
    await alice.says("/workout 45 run")
    count = len(alice.messages)
    await world.until(QUARTER_TO_SEVEN + timedelta(hours=5))
    quiet = len(alice.messages)
    await world.until(QUARTER_TO_SEVEN + NEXT_MONDAY)

    assert count == quiet
    assert QUESTION == alice.last.labels


async def test_telling_answers_the_question_that_is_there(world: World) -> None:
    """Its buttons only say so afterwards."""
    alice = await asked(world)
    question = alice.last
    await world.passes(minutes=5)
    await alice.says("/workout 60 run")
    tap = await world.forges(alice, f"1:workout:yes:{(await of_kind(world, 'hydrate'))[0].id}")
    statuses = [delivery.status for delivery in await of_kind(world, "hydrate")]

    assert question.labels == QUESTION
    assert "That is noted already." == tap.text
    assert [Status.DONE, Status.SENT] == statuses


async def test_reminders_after_a_workout_come_by_the_one_that_was_told(world: World) -> None:
    """Half an hour after it, and not once more after the planned one."""
    alice = await runner(world, "stretch 30 min after workout", "hydrate 60 min after workout")
    await agrees(alice)
    await world.until(HALF_PAST_FIVE)
    await alice.says("/workout 40 run")
    await world.passes(minutes=29)
    early = nudges(alice, "🦵 Stretch\n")
    await world.passes(minutes=1)
    stretched = nudges(alice, "🦵 Stretch\n")
    await world.passes(minutes=30)
    hydrated = alice.last.text
    await world.passes(hours=8)
    failures = sorted(delivery.failure or "" for delivery in await all_deliveries(world.app.sessions))

    assert (0, 1) == (early, stretched)
    assert "Noted: 40 minutes, run." in hydrated
    assert 1 == nudges(alice, "🦵 Stretch\n")
    assert 0 == nudges(alice, "Did you train?")
    assert ["", "", "", MOVED, MOVED] == failures


async def test_without_planned_workouts_telling_is_what_starts_the_reminder(world: World) -> None:
    """Nothing else would."""
    alice = await runner(world, "stretch 15 min after workout", profile=Profile(sun=False))
    await alice.says("/workout 45 run")
    await world.passes(minutes=15)

    assert alice.last.text.startswith("🦵 Stretch")


async def test_telling_it_again_moves_what_follows(world: World) -> None:
    """A corrected length does not bring two stretches."""
    alice = await runner(world, "stretch 30 min after workout")
    await alice.says("/workout 45 run")
    await world.passes(minutes=10)
    await alice.says("/workout 50 run")
    await world.passes(minutes=25)
    between = nudges(alice, "🦵 Stretch\n")
    await world.passes(hours=1)

    assert (0, 1) == (between, nudges(alice, "🦵 Stretch\n"))


async def test_what_came_already_does_not_come_twice(world: World) -> None:
    """The planned workout's stretch is here; telling about that workout adds none."""
    alice = await runner(world, "stretch after workout")
    await world.until(QUARTER_TO_SEVEN + timedelta(minutes=1))
    await alice.says("/workout 45 run")
    await world.passes(hours=3)

    assert 1 == nudges(alice, "🦵 Stretch\n")


async def test_of_two_workouts_a_day_the_other_one_is_still_asked_about(world: World) -> None:
    """The nearest is the one that was told."""
    evening = Workout(45, sport="swim", start=time(20), days=frozenset({0}))
    alice = await runner(world, profile=Profile(workouts=(RUN, evening)))
    await world.until(QUARTER_TO_SEVEN - timedelta(minutes=10))
    await alice.says("/workout 45 run")
    await world.until(QUARTER_TO_SEVEN + timedelta(hours=2))

    assert QUESTION == alice.last.labels
    assert "swimming" in alice.last.text


async def test_quiet_hours_hold_back_what_follows_a_workout(world: World) -> None:
    """Until they end; what would come too late stays away."""
    alice = await runner(world, "stretch 30 min after workout", "hydrate 45 min after workout")
    await world.prefers(alice, Preferences(quiet=(Quiet(time(13, 15), time(14)),)))
    await alice.says("/workout 45 run")
    await world.until(datetime(2026, 3, 2, 12, 59, tzinfo=UTC))
    held = nudges(alice, "🦵 Stretch\n")
    await world.passes(minutes=1)

    assert (0, 1) == (held, nudges(alice, "🦵 Stretch\n"))


async def test_other_reminders_do_not_mind_a_workout(world: World) -> None:
    """Those by the clock, those before one, and one whose row is damaged, which keeps nobody from an answer."""
    alice = await runner(world, "stretch 21:30", "food 30 min before workout", "sun 15 min after workout")
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        (damaged,) = [one for one in await reminders.of_user(session, user.id) if one.kind == "sun"]
        damaged.rule = {"kind": "from a later version"}
    before = [delivery.id for delivery in await all_deliveries(world.app.sessions)]
    await alice.says("/workout 45 run")

    assert "Noted: 45 minutes, run." in alice.last.text
    assert 1 == len(await all_deliveries(world.app.sessions)) - len(before)


async def test_a_pause_holds_for_what_follows_a_workout(world: World) -> None:
    """Telling about a workout wakes nothing."""
    alice = await runner(world, "stretch 30 min after workout")
    await world.kept(alice, paused_until=world.clock() + timedelta(days=1))
    await alice.says("/workout 45 run")
    await world.passes(hours=2)

    assert 0 == nudges(alice, "🦵 Stretch\n")


# Buttons are never trusted ------------------------------------------------------------------------------


async def test_nobody_answers_for_somebody_else(world: World) -> None:
    """Bob's tap on Alice's question changes nothing."""
    alice, bob = await asked(world), await world.settled("Bob")
    (delivery,) = await of_kind(world, "hydrate")
    for action in ("yes", "more", "no"):
        tap = await world.forges(bob, f"1:workout:{action}:{delivery.id}")
        assert tap.text == "I can't find that nudge any more."
    logged = await world.forges(bob, f"1:workout:log:hard:1:run:{delivery.id}:60")
    picked = await world.forges(bob, f"1:workout:pick:hard:1:run:{delivery.id}")

    assert {"I can't find that nudge any more."} == {logged.text, picked.text}
    assert Status.SENT == (await of_kind(world, "hydrate"))[0].status
    assert QUESTION == alice.last.labels


@pytest.mark.parametrize(
    "data",
    [
        "1:workout",
        "1:workout:log",
        "1:workout:yes",
        "1:workout:dance:1",
        "1:workout:log:furious::run::45",
        "1:workout:log:hard:2:run::45",
        "1:workout:log:hard::chess::45",
        "1:workout:log:hard::run::0",
        "1:workout:log:hard::run::721",
        "1:workout:log:hard::run::4x",
        "1:workout:log:hard::run:x:45",
        "1:workout:pick:hard::run",
    ],
)
async def test_forged_buttons_change_nothing(world: World, data: str) -> None:
    """They get a polite word."""
    alice = await world.settled("Alice")
    tap = await world.forges(alice, data)

    assert "This button no longer works." == tap.text
    assert [] == await all_deliveries(world.app.sessions)


async def test_a_question_is_answered_once(world: World) -> None:
    """A second tap on an old button shows what is noted; other nudges are no questions."""
    alice = await asked(world)
    number = (await of_kind(world, "hydrate"))[0].id
    await alice.taps("Yes, as planned")
    again = await world.forges(alice, f"1:workout:log:hard:1:run:{number}:120")
    kept = alice.last.text
    await alice.taps("Done")
    done = await world.forges(alice, f"1:workout:no:{number}")
    await alice.says("/nudge stretch")
    other = await world.forges(alice, f"1:workout:yes:{(await of_kind(world, 'stretch'))[0].id}")

    assert ("That is noted already.", "That is noted already.") == (again.text, done.text)
    assert "Noted: 45 minutes, run." in kept
    assert "I can't find that nudge any more." == other.text
    assert [Status.DONE] == [delivery.status for delivery in await of_kind(world, "hydrate")]


async def test_effort_counts_in_what_is_stored(world: World) -> None:
    """The nudge remembers its workout, so that Back and Later know it."""
    alice = await world.settled("Alice")
    await agrees(alice)
    await alice.says("/workout 60 hard")
    (delivery,) = await of_kind(world, "hydrate")
    assert delivery.suggestion is not None
    facts = delivery.suggestion["facts"]

    assert (60, Effort.HARD, False, None) == (facts["minutes"], facts["effort"], facts["hot"], facts["sport"])


async def test_a_workout_told_without_consent_is_answered_and_not_kept(world: World) -> None:
    """Not its length, effort, heat or sport; and the answer says so."""
    alice = await world.settled("Alice")
    await alice.says("/workout 60 run hot")
    told = alice.last.text
    (delivery,) = await of_kind(world, "hydrate")
    await alice.taps("Done")
    await alice.taps("Undo")

    assert "Noted: 1 hour, run, hot." in told
    assert amount(told)
    assert told.endswith("I keep nothing of this workout: Later and Why will not know it.")
    assert delivery.suggestion is None
    assert alice.last.text.startswith("💧 Hydrate")
    assert not any((kept.suggestion or {}).get("facts") for kept in await of_kind(world, "hydrate"))
