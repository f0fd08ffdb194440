"""/setup: two minutes in one message, each question skippable, all of it stopped and gone on with."""

from datetime import timedelta

import pytest

from bot.dialogue.consent import CONSENT
from bot.dialogue.setup_run import STEPS, Run
from bot.sandbox.people import Person
from db import reminders
from db.models import Reminder
from jobs.preferences import Preferences
from jobs.suggest.profile import Cramps, Profile, Spot
from tests.bot.owned import profile_of
from tests.world import MONDAY_NOON, World, world_on

pytestmark = pytest.mark.conversation


async def _set(world: World, person: Person) -> list[Reminder]:
    user = await world.row_of(person)
    async with world.app.sessions() as session:
        return list(await reminders.of_user(session, user.id))


async def _begun(world: World, name: str = "Alice") -> Person:
    person = await world.settled(name)
    await person.says("/setup")
    await person.taps("Agree")
    return person


def _rows(person: Person) -> int:
    return len(person.chat.history[person.last.id].wire["reply_markup"]["inline_keyboard"])


async def test_it_is_offered_once_the_clock_is_right(world: World) -> None:
    """After the first minute, as a button."""
    charlie = world.person("Charlie")
    await charlie.starts()
    await charlie.says("Lisbon")
    await charlie.taps("Yes")
    await charlie.taps("Set up in two minutes")

    assert "About two minutes." in charlie.last.text
    assert "May I keep what you tell me about yourself?" in charlie.last.text


async def test_a_stranger_tells_where_they_are_first(world: World) -> None:
    """Quiet hours need a clock; then it goes on by itself."""
    charlie = world.person("Charlie")
    await charlie.says("/setup")
    asked = charlie.last.text
    await charlie.says("Lisbon")

    assert "Where are you?" in asked
    assert "About two minutes." in charlie.last.text


async def test_the_whole_way_with_taps(world: World) -> None:
    """In one message, with the progress on top, and nudges at hours that fit the answers."""
    alice = await _begun(world)
    count = len(alice.messages)
    progress = []

    async def taps(*labels: str) -> None:
        for label in labels:
            progress.append(alice.last.text.split("\n")[0])
            assert len(alice.last.text) <= 1200
            assert _rows(alice) <= 10
            await alice.taps(label)

    await taps("☐ At night", "☐ Vegetarian", "☐ Tree nuts", "☐ Milk", "Next ›", "☐ Kidney stones", "Next ›", "Skip ›")
    await taps("☐ 31 to 50", "No", "Skip ›", "☐ 22:30", "☐ 23:00 to 08:00, every day", "Next ›")
    offered = alice.last
    await alice.taps("☐ 🦵 Stretch")
    await alice.taps("☐ 🥗 Food")
    await alice.taps("☑ 🥗 Food")
    assert count == len(alice.messages)
    await alice.taps("Set these")
    profile, kept = await profile_of(world, alice), await _set(world, alice)
    preferences = Preferences.from_json((await world.row_of(alice)).preferences)

    assert ["1 of 11", "2 of 11", "3 of 11", "3 of 11", "3 of 11"] == progress[:5]
    assert "10 of 11" == progress[-1]
    assert "🦵 Stretch: 30 minutes before bedtime, every day" in offered.text
    assert "☐ 🌤 Daylight" not in offered.labels
    assert (Cramps.NIGHT, "vegetarian", 31) == (profile.cramps, profile.diet, profile.age)
    assert {"tree_nuts", "dairy"} == set(profile.allergens)
    assert {"kidney_stones"} == set(profile.traits)
    assert 1 == len(preferences.quiet)
    assert ["stretch"] == [reminder.kind for reminder in kept]
    assert "30 minutes before bedtime" in alice.last.text
    assert "Thank you, that is all." in alice.messages[-2].text
    assert "Allergies: Tree nuts, Milk" in alice.messages[-2].text


async def test_every_step_can_be_skipped(world: World) -> None:
    """Nothing is told then, and nothing is set."""
    alice = await _begun(world)
    steps = 0
    while "Skip ›" in alice.last.labels:
        await alice.taps("Skip ›")
        steps += 1

    assert len(Run().steps) == steps
    assert alice.last.text.startswith("Thank you, that is all.")
    assert Profile() == await profile_of(world, alice)
    assert [] == await _set(world, alice)


async def test_the_way_back_is_open(world: World) -> None:
    """Step by step to the first, which has none before it."""
    alice = await _begun(world)
    await alice.taps("☐ At night")
    await alice.taps("Skip ›")
    third = alice.last.text
    await alice.taps("‹ Back")
    await alice.taps("‹ Back")

    assert third.startswith("3 of 11")
    assert alice.last.text.startswith("1 of 11")
    assert "☑ At night" in alice.last.labels
    assert "Next ›" in alice.last.labels
    assert "‹ Back" not in alice.last.labels


async def test_without_a_profile_only_hours_are_asked(world: World) -> None:
    """No consent is needed for those, and none is kept."""
    alice = await world.settled("Alice")
    await alice.says("/setup")
    await alice.taps("Use without a profile")
    first = alice.last.text
    await alice.taps("☐ 22:00")
    await alice.taps("Skip ›")
    await alice.taps("☐ 💧 Hydrate")
    await alice.taps("Set these")
    user = await world.row_of(alice)

    assert first.startswith("1 of 3\n\nBedtime")
    assert user.consent is None
    assert not user.profile
    assert ["hydrate"] == [reminder.kind for reminder in await _set(world, alice)]
    assert "every 2 hours from 09:00 to 18:00" in alice.last.text


async def test_answers_can_be_written(world: World) -> None:
    """What is not understood is asked again, and what is unclear has buttons; each answer leads on."""
    alice = await _begun(world)
    said = []
    for text in ("at night", "vegan", "nutz", "nuts soy", "none", "water pill", "40"):
        await alice.says(text)
        said.append(alice.last.text)
    await alice.says("no")
    await alice.says("mon wed 6 45 min run")
    unclear = alice.last
    await alice.taps(next(label for label in unclear.labels if label.startswith("18:00")))
    await alice.says("23:15")
    await alice.says("10-7")
    window = alice.last
    await alice.taps("22:00-07:00")
    profile = await profile_of(world, alice)
    preferences = Preferences.from_json((await world.row_of(alice)).preferences)

    assert said[0].startswith("✓ Cramps: At night\n\n2 of 11")
    assert "I don't know “nutz” here" in said[2]
    assert said[3].startswith("✓ Allergies: Tree nuts, Peanuts, Soy\n\n4 of 11")
    assert "Morning or evening?" in unclear.text
    assert {"Skip ›", "Stop here"} <= set(unclear.labels)
    assert "Which hours do you mean?" in window.text
    assert {"water_pill"} == set(profile.traits)
    assert (40, 1) == (profile.age, len(profile.workouts))
    assert ("23:15", "22:00") == (f"{preferences.bedtime:%H:%M}", f"{preferences.quiet[0].start:%H:%M}")


async def test_a_drink_comes_after_the_workouts_that_were_told(world: World) -> None:
    """Not every two hours."""
    alice = await _begun(world)
    await alice.says("/setup workouts")
    await alice.says("tue 18:00 45 min run")
    await alice.says("/setup nudges")
    offered = alice.last.text
    await alice.taps("☐ 💧 Hydrate")
    await alice.taps("Set these")

    assert "💧 Hydrate: after a workout, every day" in offered
    assert ["hydrate"] == [reminder.kind for reminder in await _set(world, alice)]


async def test_who_likes_sun_is_asked_for_skin_and_place(world: World) -> None:
    """Then minutes of sun can be had at the best hour; a shared location is kept coarse."""
    alice = await _begun(world)
    await alice.says("/setup age")
    await alice.taps("☐ 31 to 50")
    await alice.taps("Yes, ask me")
    skin = alice.last.text
    await alice.taps("☐ 3: burns at times, tans")
    place = alice.last.text
    await alice.shares_location(38.7223, -9.1393)
    while "Skip ›" in alice.last.labels and "Which nudges?" not in alice.last.text:
        await alice.taps("Skip ›")
    sun = next(label for label in alice.last.labels if "🌤" in label)
    before = await profile_of(world, alice)
    await alice.taps(sun)
    await alice.taps("Set these")
    asked, unsure = alice.last.text, await profile_of(world, alice)
    await alice.taps("None of these is mine")
    profile = await profile_of(world, alice)

    assert skin.startswith("8 of 13")
    assert "about 10 km" in place
    assert Spot(38.7, -9.1) == profile.place
    assert "• Statin" in asked
    assert (False, False, True) == (before.sun, unsure.sun, profile.sun)
    assert ["sun"] == [reminder.kind for reminder in await _set(world, alice)]


async def test_who_is_not_sure_about_the_sun_gets_the_other_nudges(world: World) -> None:
    """Sun waits until nothing speaks against it; what was ticked besides is set."""
    alice = await _begun(world)
    await world.told(alice, Profile(age=40, skin=3, place=Spot(38.7, -9.1)))
    await alice.says("/setup nudges")
    for icon in ("🌤", "🥗"):
        await alice.taps(next(label for label in alice.last.labels if icon in label))
    await alice.taps("Set these")
    await alice.taps("Not now")

    assert not (await profile_of(world, alice)).sun
    assert ["food"] == [reminder.kind for reminder in await _set(world, alice)]


async def test_who_must_avoid_the_sun_is_not_asked_more_about_it(world: World) -> None:
    """The reason is said at once, and no minutes are offered."""
    alice = await _begun(world)
    await alice.says("/setup medicines")
    await alice.says("statin")
    await alice.says("40")
    await alice.taps("Yes, ask me")
    answer = alice.last.text
    await alice.says("/setup nudges")

    assert "I don't suggest minutes of sun to you" in answer
    assert "Workouts" in answer
    assert not any("🌤" in label for label in alice.last.labels)


async def test_skin_that_always_burns_ends_the_questions_for_the_sun(world: World) -> None:
    """The place would be asked for nothing."""
    alice = await _begun(world)
    await alice.says("/setup sun")
    await alice.says("yes")
    await alice.taps("☐ 1: always burns, never tans")

    assert "Workouts" in alice.last.text
    assert (await profile_of(world, alice)).place is None


async def test_what_is_missing_for_the_sun_is_said_at_the_end(world: World) -> None:
    """Interested, but the age was skipped."""
    alice = await _begun(world)
    await alice.says("/setup sun")
    await alice.taps("Yes, ask me")
    while "Which nudges?" not in alice.last.text:
        await alice.taps("Skip ›")

    assert "Tell me first: your age, your skin and your place." in alice.last.text


async def test_what_is_withheld_or_there_already_is_not_offered(world: World) -> None:
    """No drinks for kidneys, and no second stretch."""
    alice = await _begun(world)
    await alice.says("/settings conditions kidney")
    await alice.says("/remind stretch 21:30")
    await alice.says("/setup nudges")

    assert not any("💧" in label or "🦵" in label for label in alice.last.labels)


async def test_stopped_and_gone_on_with_after_a_restart(database: str) -> None:
    """The button in the old message knows the way, and so does /setup with the step's name."""
    async with world_on(database) as world:
        alice = await _begun(world)
        await alice.taps("☐ At night")
        await alice.taps("Stop here")
        stopped = alice.last
        await alice.says("nuts")
        told = await profile_of(world, alice)
    async with world_on(database, MONDAY_NOON + timedelta(hours=1)) as again:
        alice = again.person("Alice")
        await alice.says("/setup diet")
        named = alice.last.text
        await again.forges(alice, "1:setup:1:diet:show")
        resumed = alice.last.text
        await alice.says("vegan")
        profile = await profile_of(again, alice)

    assert "Stopped. What you told me so far is kept." in stopped.text
    assert ["Go on"] == stopped.labels
    assert Profile(cramps=Cramps.NIGHT) == told
    assert named.startswith("2 of 11")
    assert resumed.startswith("2 of 11")
    assert ("vegan", Cramps.NIGHT) == (profile.diet, profile.cramps)


async def test_an_open_question_survives_a_restart(database: str) -> None:
    """Words that follow still answer it, and /setup goes on there."""
    async with world_on(database) as world:
        alice = await _begun(world)
        await alice.taps("☐ At night")
    async with world_on(database, MONDAY_NOON + timedelta(hours=1)) as again:
        alice = again.person("Alice")
        await alice.says("/setup")
        shown = alice.last.text
        await alice.says("vegan")
        profile = await profile_of(again, alice)

    assert "2 of 11" in shown
    assert ("vegan", Cramps.NIGHT) == (profile.diet, profile.cramps)


async def test_go_on_goes_on(world: World) -> None:
    """With the button in place."""
    alice = await _begun(world)
    await alice.taps("Skip ›")
    await alice.taps("Stop here")
    await alice.taps("Go on")

    assert alice.last.text.startswith("2 of 11")


@pytest.mark.parametrize(
    "data",
    ["1:setup:", "1:setup:2:diet:show", "1:setup:1:moon:show", "1:setup:1x:diet:show", "1:setup:1:diet:explode"],
)
async def test_a_forged_button_changes_nothing(world: World, data: str) -> None:
    """Answered politely, with the way in."""
    alice = await _begun(world)
    tap = await world.forges(alice, data)

    assert "This button no longer works. /setup begins anew." == tap.text
    assert Profile() == await profile_of(world, alice)


@pytest.mark.parametrize("verb", ["pick:vegan:0", "say:vegan", "show"])
async def test_no_button_goes_past_the_consent(world: World, verb: str) -> None:
    """A question about health is not answered before that."""
    alice = await world.settled("Alice")
    await alice.says("/setup")
    await world.forges(alice, f"1:setup:1:diet:{verb}")
    tapped = alice.last.text
    await alice.says("vegan")

    assert "May I keep what you tell me about yourself?" in tapped
    assert "May I keep what you tell me about yourself?" in alice.last.text
    assert Profile() == await profile_of(world, alice)


@pytest.mark.parametrize("data", ["tick:" + "9" * 40, "tick:x", "set:99", "set:", "pick:stretch", "say:x", "end"])
async def test_forged_nudges_set_nothing(world: World, data: str) -> None:
    """Only what is offered can be ticked."""
    alice = await _begun(world)
    tap = await world.forges(alice, f"1:setup:1:nudges:{data}")

    assert tap.answered
    assert "went wrong" not in alice.last.text
    assert [] == await _set(world, alice)


async def test_a_choice_that_is_none_is_shown_again(world: World) -> None:
    """A made-up diet is no diet."""
    alice = await _begun(world)
    await world.forges(alice, "1:setup:1:diet:pick:carnivore:0")
    await world.forges(alice, "1:setup:1:sun:pick:maybe")

    assert "A little sun?" in alice.last.text
    assert Profile() == await profile_of(world, alice)


async def test_damaged_data_is_said_here_too(world: World) -> None:
    """Typed, tapped, or begun."""
    alice = await _begun(world)
    await world.kept(alice, profile={"skin": "blue"})
    shown = []
    await alice.says("at night")
    shown.append(alice.last.text)
    await alice.says("/setup")
    shown.append(alice.last.text)
    await world.forges(alice, "1:setup:1:diet:show")
    shown.append(alice.last.text)
    await alice.taps("Clear it")

    assert all("I cannot read what I kept about you." in text for text in shown)
    assert CONSENT == (await world.row_of(alice)).consent


async def test_a_condition_that_is_a_warning_sign_is_answered_and_kept(world: World) -> None:
    """The warning first; elsewhere it is all that is answered."""
    alice = await _begun(world)
    await alice.says("/setup diet")
    await alice.says("blood clot")
    warned = alice.last.text
    await alice.says("/setup conditions")
    await alice.says("blood clot")

    assert "Diet" not in warned
    assert warned == alice.messages[-2].text
    assert alice.last.text.startswith("✓ Conditions: A recent clot in the leg")
    assert {"leg_clot"} == set((await profile_of(world, alice)).traits)


async def test_it_can_be_skipped_in_words(world: World) -> None:
    """As people do."""
    alice = await _begun(world)
    await alice.says("skip")
    await alice.says("/setup sun")
    await alice.says("perhaps")

    assert "A little sun?" in alice.last.text


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", ["1", "1w", "1s", "1ws"])
def test_every_way_leads_on_and_back(code: str, step: str) -> None:
    """From wherever somebody stands to the last question, and back to the first of their way."""
    run = Run.read(code, step)
    assert run is not None
    forward, backward = [run], [run]
    while after := forward[-1].after:
        forward.append(after)
    while before := backward[-1].before:
        backward.append(before)

    assert code == run.code
    assert "nudges" == forward[-1].step
    assert run.steps[0] == backward[-1].step or step not in run.steps
    assert all(found.step in run.steps for found in (*forward[1:], *backward[1:]))
