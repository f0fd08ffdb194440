"""/settings: told by typing or by buttons, only after consent, and cleared at any time."""

from datetime import UTC, datetime, time
from typing import cast

import pytest

from bot.dialogue.consent import CONSENT
from bot.dialogue.fields import FIELDS
from bot.dialogue.routes import COMMANDS
from bot.dialogue.telling.by_choice import ByChoice
from bot.dialogue.turn import House, Turn
from bot.dialogue.words import words_for
from bot.sandbox.people import Person
from db import reminders, users
from db.engine import Session
from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Sex
from db.knowledge.loader import load
from db.knowledge.safety import TraitKind
from db.models import User
from db.places.places import load as load_places
from jobs import schedule
from jobs.rules import ALL_DAYS, Landmark, Relative
from jobs.suggest.profile import Cramps, Profile, Spot
from jobs.workouts import Workout
from tests.bot.owned import profile_of
from tests.jobs.cast import all_deliveries
from tests.world import MONDAY_NOON, World

pytestmark = pytest.mark.conversation

NONE_IS_MINE = "None of these is mine"


async def _agreed(world: World, name: str = "Alice") -> Person:
    person = await world.settled(name)
    await person.says("/settings")
    await person.taps("Agree")
    return person


async def test_nothing_is_asked_before_consent_and_nothing_is_lost_by_it(world: World) -> None:
    """What was typed before is kept once the person has agreed, with version and time."""
    alice = await world.settled("Alice")
    await alice.says("/settings conditions kidney")
    question, before = alice.last.text, await profile_of(world, alice)
    await alice.says("what?")
    again = alice.last.text
    await alice.taps("Agree")
    async with world.app.sessions() as session:
        user = await users.by_chat(session, alice.id)

    assert "May I keep what you tell me about yourself?" in question
    assert Profile() == before
    assert question == again
    assert frozenset({"kidney_disease"}) == (await profile_of(world, alice)).traits
    assert user is not None
    assert (CONSENT, world.clock()) == (user.consent, user.consented_at)


async def test_who_does_not_agree_is_not_asked_more(world: World) -> None:
    """And keeps all that works without."""
    alice = await world.settled("Alice")
    await alice.says("/settings")
    await alice.taps("Use without a profile")
    declined = alice.last.text
    tap = await world.forges(alice, "1:settings:diet:vegan:0")

    assert "work without it" in declined
    assert "How I talk to you" in declined
    assert "Diet" not in declined
    assert tap.answered
    assert Profile() == await profile_of(world, alice)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("diet vegan", "✓ Diet: Vegan"),
        ("diet omnivore", "✓ Diet: I eat everything"),
        ("allergies nuts soy", "✓ Allergies: Tree nuts, Peanuts, Soy"),
        ("allergies I am allergic to milk, and eggs", "✓ Allergies: Milk, Eggs"),
        ("conditions kidney", "✓ Conditions: Kidney disease or dialysis"),
        ("conditions diabetes and high blood pressure", "✓ Conditions: Diabetes, High blood pressure"),
        ("medicines water pill", "✓ Medicines: Water pill (thiazide or loop diuretic)"),
        ("medicines furosemide simvastatin", "✓ Medicines: Water pill (thiazide or loop diuretic), Statin"),
        ("age under 18", "✓ Age: Under 18"),
        ("age 34", "✓ Age: 34"),
        ("age ١٧", "✓ Age: 17"),
        ("weight ٧٠", "✓ Weight: 70 kg"),
        ("sex female", "✓ Sex: Female"),
        ("skin 2", "✓ Skin: 2: burns easily, tans a little"),
        ("weight 70 kg", "✓ Weight: 70 kg"),
        ("weight 154 lb", "✓ Weight: 69.9 kg"),
        ("dislikes kale", "✓ Dislikes: Kale"),
        ("cramps at night", "✓ Cramps: At night"),
        ("cramps after exercise", "✓ Cramps: During or after exercise"),
        ("workouts mon wed 18:00 45 min run", "✓ Workouts: on Mon and Wed at 18:00, 45 minutes, run"),
        ("place Lisbon", "✓ Place: near 38.7° N, 9.1° W"),
        ("place -33.87 151.21", "✓ Place: near 33.9° S, 151.2° E"),
        ("nutrients calcium b6", "✓ Nutrients: Calcium, Vitamin B6"),
        ("nutrients none", "✓ Nutrients: magnesium"),
        ("sun off", "✓ Sun: off"),
        ("allergy nuts", "✓ Allergies: Tree nuts, Peanuts"),
        ("meds statin", "✓ Medicines: Statin"),
        ("skin type 2", "✓ Skin: 2: burns easily, tans a little"),
        ("training sat 10:00 90 min hike", "✓ Workouts: on Sat at 10:00, 1 hour 30 minutes, hiking"),
        ("Location: Lisbon", "✓ Place: near 38.7° N, 9.1° W"),
        ("conditions none", "✓ Conditions: not told"),
    ],
)
async def test_typing_works_and_is_echoed(world: World, typed: str, shown: str) -> None:
    """A contract: others will type and script it."""
    alice = await _agreed(world)
    await alice.says(f"/settings {typed}")

    assert alice.last.text.startswith(shown)


@pytest.mark.parametrize(
    ("typed", "said", "offered"),
    [
        ("diet vegn", "I don't know “vegn” here, so nothing is changed. Did you mean:", "vegan"),
        ("conditions kidny", "I don't know “kidny” here", "kidney"),
        ("medicines water pil", "I don't know “water” here", "water pill"),
        ("allergies nuts moondust", "I don't know “moondust” here", None),
        ("diet vegan meat", "I don't know “vegan meat” here", None),
        ("diet no meat", "I don't know “no” here", None),
        ("conditions no kidney disease", "I don't know “no” here", None),
        ("weight 7000", "I don't know “7000” here", None),
        ("age -5", "I don't know “-5” here", None),
        ("nutrients sodium", "I don't know “sodium” here", None),
        ("place Germany", "I don't know a city called “Germany”", None),
        ("place 95 200", "I could not place that on the map", None),
        ("workouts mon 18:00 run", "How long does it take, in minutes?", None),
        ("workouts mon wed 6 45 min run", "Morning or evening? I don't want to guess.", "18:00 mon wed 45 min run"),
        ("place Springfield", "Which one do you mean?", "Springfield, IL, United States"),
        ("sun maybe", "I don't know “maybe” here", None),
        ("alergies nuts", "I don't know “alergies”. Did you mean:", "Allergies"),
        ("shoesize 43", "I keep these: diet, allergies", None),
    ],
)
async def test_what_is_not_understood_is_asked_back_and_changes_nothing(
    world: World, typed: str, said: str, offered: str | None
) -> None:
    """All of a text or none of it: half an allergy list would be dangerous."""
    alice = await _agreed(world)
    await alice.says(f"/settings {typed}")
    answer = alice.last
    if offered:
        await alice.taps(offered)

    assert said in answer.text
    assert bool(offered) == (Profile() != await profile_of(world, alice))


async def test_every_field_opens_says_why_and_can_be_cleared(world: World) -> None:
    """In place, with one tap back."""
    alice = await _agreed(world)
    count = len(alice.messages)
    for field in FIELDS.values():
        await alice.taps(field.title)
        assert field.reason in alice.last.text
        await alice.taps("Clear, or rather not say")
        await alice.taps("‹ Back")

    assert count == len(alice.messages)
    assert "Diet: not told" in alice.last.text


async def test_choices_are_switched_with_taps_over_pages(world: World) -> None:
    """Several of many, one of one."""
    alice = await _agreed(world)
    await alice.taps("Conditions")
    await alice.taps("☐ Diabetes")
    await alice.taps("›")
    await alice.taps("☐ Kidney stones" if "☐ Kidney stones" in alice.last.labels else alice.last.labels[0])
    await alice.taps("‹ Back")
    await alice.taps("Diet")
    await alice.taps("☐ Vegan")
    await alice.taps("☐ Vegetarian")
    await alice.taps("☑ Vegetarian")
    profile = await profile_of(world, alice)

    assert 2 == len(profile.traits)
    assert profile.diet is None


async def test_conditions_and_medicines_do_not_overwrite_each_other(world: World) -> None:
    """They share a set; each field minds its own part."""
    alice = await _agreed(world)
    await alice.says("/settings conditions diabetes")
    await alice.says("/settings medicines statin")
    await alice.says("/settings conditions none")

    assert frozenset({"statin"}) == (await profile_of(world, alice)).traits


async def test_all_of_it_can_be_forgotten(world: World) -> None:
    """Consent included: the next time it is asked again."""
    alice = await _agreed(world)
    await alice.says("/settings diet vegan")
    await alice.says("/settings")
    await alice.taps("Forget all of this")
    asked = await profile_of(world, alice)
    await alice.taps("Forget it")
    await alice.says("/settings diet")

    assert Profile() != asked
    assert Profile() == await profile_of(world, alice)
    assert "May I keep what you tell me about yourself?" in alice.last.text


@pytest.mark.parametrize(
    "data", ["1:settings:", "1:settings:diet:carnivore:0", "1:settings:shoe", "1:settings:a:b:c:d"]
)
async def test_a_forged_button_changes_nothing(world: World, data: str) -> None:
    """Answered politely."""
    alice = await _agreed(world)
    tap = await world.forges(alice, data)

    assert "This button no longer works." == tap.text
    assert Profile() == await profile_of(world, alice)


async def test_what_is_told_counts_on_the_cards_at_once(world: World) -> None:
    """From words typed to a line on the card."""
    alice = await _agreed(world)
    await alice.says("/settings medicines spironolactone")
    await alice.says("/why potassium")
    await alice.taps("For you")

    assert "You told me: potassium-sparing water pill" in alice.last.text


async def test_every_button_fits(world: World) -> None:
    """Each page of each field opens: no choice is too long for its button."""
    alice = await _agreed(world)
    for field in FIELDS.values():
        await alice.says(f"/settings {field.name}")
        while "›" in alice.last.labels:
            await alice.taps("›")
        assert field.title in alice.last.text


HOUSE = House(load(), load_places(), "cramp_bot", COMMANDS)
BY_CHOICE = {field.name: field.way for field in FIELDS.values() if isinstance(field.way, ByChoice)}


def _turn(**known: object) -> Turn:
    """A turn of somebody who told nothing but this; no row of theirs matters."""
    user = User(id=1, chat_id=1, language="en", zone="Europe/Berlin", **known)
    return Turn(user=user, session=cast("Session", None), now=MONDAY_NOON, words=words_for("en"), house=HOUSE)


@pytest.mark.parametrize("way", BY_CHOICE.values(), ids=BY_CHOICE)
async def test_every_choice_can_be_typed_by_its_label(way: ByChoice) -> None:
    """What the card shows is understood again."""
    for name, choice in way.choices(_turn()).items():
        turn = _turn()
        assert await way.read(turn, choice.label) is None, choice.label
        assert name in way.place.chosen(turn)


async def test_all_that_was_typed_before_consent_is_kept(world: World) -> None:
    """Not only the last of it: an allergy must not get lost."""
    alice = await world.settled("Alice")
    await alice.says("/settings allergies peanuts")
    await alice.says("/settings conditions kidney")
    await alice.taps("Agree")
    profile = await profile_of(world, alice)

    assert {"peanut"} == set(profile.allergens)
    assert {"kidney_disease"} == set(profile.traits)


async def test_who_agreed_to_less_is_asked_again_and_loses_nothing(world: World) -> None:
    """Neither what is kept nor what is typed now; and all of it can be forgotten without agreeing."""
    alice = await _agreed(world)
    await alice.says("/settings diet vegan")
    await world.kept(alice, consent=CONSENT - 1)
    await alice.says("/settings workouts mon 18:00 45 min run")
    question = alice.last.text
    await alice.taps("Use without a profile")
    declined = alice.last.labels
    await alice.says("/settings workouts mon 18:00 45 min run")
    await alice.taps("Agree")
    profile = await profile_of(world, alice)

    assert "May I keep what you tell me about yourself?" in question
    assert "Forget it" in declined
    assert "vegan" == profile.diet
    assert 1 == len(profile.workouts)


async def test_dislikes_are_added_and_taken_away(world: World) -> None:
    """What is named is added, with or without a sign."""
    alice = await _agreed(world)
    shown = []
    for text in ("kale", "+spinach +tofu", "-kale", "lentils", "+kal"):
        await alice.says(f"/settings dislikes {text}")
        shown.append(alice.last.text)
    await alice.taps("+kale")

    assert "Kale" in shown[1]
    assert "Spinach" in shown[1]
    assert "Kale" not in shown[2]
    assert "Spinach" in shown[2]
    assert "Spinach" in shown[3]
    assert "Did you mean" in shown[4]
    assert "Kale" in alice.last.text
    assert "Lentils" in alice.last.text


async def test_a_plain_answer_counts_while_a_screen_waits_for_it(world: World) -> None:
    """Until it is understood, or the person goes back."""
    alice = await _agreed(world)
    await alice.taps("Weight")
    await alice.says("heavy")
    asked = alice.last.text
    await alice.says("70 kg")
    told = alice.last.text
    await alice.taps("Change")
    await alice.taps("‹ Back")
    await alice.says("80 kg")

    assert "I don't know “heavy” here" in asked
    assert "✓ Weight: 70 kg" == told
    assert 70 == (await profile_of(world, alice)).weight


async def test_of_a_shared_location_only_the_area_is_kept(world: World) -> None:
    """To a tenth of a degree; and only where the place was asked for."""
    alice = await _agreed(world)
    await alice.shares_location(40.4168, -3.7038)
    before = await profile_of(world, alice)
    await alice.says("/settings place")
    asked = alice.last.text
    await alice.shares_location(40.4168, -3.7038)

    assert before.place is None
    assert "about 10 km" in asked
    assert Spot(40.4, -3.7) == (await profile_of(world, alice)).place
    assert "✓ Place: near 40.4° N, 3.7° W" == alice.last.text


async def test_nonsense_coordinates_are_no_place(world: World) -> None:
    """Telegram never sends them; something else may."""
    alice = await _agreed(world)
    await alice.says("/settings place")
    await alice.shares_location(123.0, 500.0)

    assert "Please write your city instead." in alice.last.text
    assert (await profile_of(world, alice)).place is None


async def test_workouts_are_added_replaced_and_taken_away(world: World) -> None:
    """A tap takes one away."""
    alice = await _agreed(world)
    await alice.says("/settings workouts mon 18:00 45 min run")
    await alice.says("/settings workouts + sat 10:00 60 min swim")
    both = (await profile_of(world, alice)).workouts
    await alice.taps("Change")
    await alice.taps(next(label for label in alice.last.labels if "run" in label))
    one = (await profile_of(world, alice)).workouts
    await alice.says("every day 7:00 20 min yoga")

    assert 2 == len(both)
    assert both[1:] == one
    assert ((20, ALL_DAYS),) == tuple((w.minutes, w.days) for w in (await profile_of(world, alice)).workouts)


async def test_there_is_an_end_to_workouts(world: World) -> None:
    """Nobody has more than two a day."""
    alice = await _agreed(world)
    await world.told(alice, Profile(workouts=tuple(Workout(n) for n in range(1, 15))))
    await alice.says("/settings workouts + mon 18:00 45 min run")

    assert "I can keep 14 workouts a week. Take one away first." == alice.last.text
    assert 14 == len((await profile_of(world, alice)).workouts)


async def test_minutes_of_sun_need_age_skin_and_place(world: World) -> None:
    """What is missing is asked with a button each; then one tap turns them on, and another off."""
    alice = await _agreed(world)
    await alice.taps("Sun")
    await alice.taps("☐ Minutes of sun, please")
    missing = alice.last
    await alice.taps("Age")
    opened = alice.last.text
    for text in ("age 40", "skin 3", "place Lisbon", "sun on"):
        await alice.says(f"/settings {text}")
    await alice.taps(NONE_IS_MINE)
    on = await profile_of(world, alice)
    await alice.taps("Change")
    await alice.taps("☑ Minutes of sun, please")

    assert "Tell me first: your age, your skin and your place." in missing.text
    assert "a walk or a food, without minutes" in missing.text
    assert ["Age", "Skin", "Place", "‹ Back"] == missing.labels
    assert opened.startswith("Age: not told")
    assert on.sun
    assert not (await profile_of(world, alice)).sun


@pytest.mark.parametrize("way", ["typed", "tapped"])
async def test_minutes_of_sun_need_the_word_that_nothing_speaks_against_them(world: World, way: str) -> None:
    """Everybody for whom they are not is named; neither the wish alone nor "Not now" turns them on."""
    alice = await _agreed(world)
    for text in ("age 40", "skin 3", "place Lisbon", "sun on" if way == "typed" else "sun"):
        await alice.says(f"/settings {text}")
    if way == "tapped":
        await alice.taps("☐ Minutes of sun, please")
    asked = alice.last
    before = await profile_of(world, alice)
    await alice.taps("Not now")
    not_now = await profile_of(world, alice)
    await alice.taps(NONE_IS_MINE, asked)
    after = await profile_of(world, alice)
    table = load().edition("en").safety
    named = [trait.name for trait in table.traits if f"• {trait.name}" in asked.text]

    assert {"Statin", "Cancer treatment", "Water pill (thiazide or loop diuretic)", "Heat illness in the past"} <= {
        *named
    }
    assert "Gabapentin" not in named
    assert "not sure" in asked.text
    assert [NONE_IS_MINE, "Not now", "Conditions", "Medicines"] == asked.labels[:4]
    assert (False, False, True) == (before.sun, not_now.sun, after.sun)


async def test_what_was_told_outweighs_a_tap_on_none_of_these(world: World) -> None:
    """The question stayed open while a medicine was told."""
    alice = await _agreed(world)
    for text in ("age 40", "skin 3", "place Lisbon", "sun on"):
        await alice.says(f"/settings {text}")
    asked = alice.last
    await alice.says("/settings medicines statin")
    await alice.taps(NONE_IS_MINE, asked)

    assert "I don't suggest minutes of sun to you, so this stays off." in alice.last.text
    assert not (await profile_of(world, alice)).sun


@pytest.mark.parametrize("against", ["age under 18", "skin 1", "medicines statin", "conditions skin cancer"])
async def test_minutes_of_sun_stay_off_where_they_do_harm(world: World, against: str) -> None:
    """With the reason."""
    alice = await _agreed(world)
    for text in ("age 40", "skin 3", "place Lisbon", against, "sun on"):
        await alice.says(f"/settings {text}")

    assert "I don't suggest minutes of sun to you, so this stays off." in alice.last.text
    assert "You told me:" in alice.last.text
    assert not (await profile_of(world, alice)).sun


async def test_sun_that_has_become_unwise_says_so(world: World) -> None:
    """A medicine was told since; nothing is switched behind the person's back."""
    alice = await _agreed(world)
    for text in ("age 40", "skin 3", "place Lisbon", "sun on", "sun none of these is mine", "medicines statin", "sun"):
        await alice.says(f"/settings {text}")

    assert alice.last.text.startswith("Sun: on, but something is missing or speaks against it")


async def test_withheld_nutrients_are_not_offered(world: World) -> None:
    """Nor is salt to anybody."""
    alice = await _agreed(world)
    await alice.taps("Nutrients")
    everybody = alice.last.labels
    await alice.says("/settings conditions kidney")
    await alice.says("/settings nutrients")

    assert "☐ Potassium" in everybody
    assert "☐ Sodium" not in everybody
    assert "☐ Potassium" not in alice.last.labels


async def test_reminders_go_by_what_is_told(world: World) -> None:
    """A reminder after workouts is aimed anew with the plan, and has no time without one."""
    alice = await _agreed(world)
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        schedule.add(session, user, kind="hydrate", rule=Relative(Landmark.WORKOUT, 10), now=world.clock())
    dues = []
    for text in ("workouts tue 18:00 45 min run", "workouts tue 19:00 45 min run", "workouts none"):
        await alice.says(f"/settings {text}")
        async with world.app.sessions() as session:
            (reminder,) = await reminders.of_user(session, 1)
            dues.append(reminder.next_due_at)

    assert [datetime(2026, 3, 3, 17, 55, tzinfo=UTC), datetime(2026, 3, 3, 18, 55, tzinfo=UTC), None] == dues


@pytest.mark.parametrize("damage", [{"age": "old"}, {"traits": ["moonsick"]}, {"workouts": [{"minutes": -1}]}])
async def test_a_damaged_profile_can_be_cleared(world: World, damage: dict[str, object]) -> None:
    """Said plainly, wherever the person taps or types; consent stays."""
    alice = await _agreed(world)
    await world.kept(alice, profile=damage)
    await alice.taps("Diet")
    tapped = alice.last.text
    await alice.says("/settings diet vegan")
    typed = alice.last.text
    await alice.taps("Clear it")
    cleared = alice.last.text
    again = await world.forges(alice, "1:settings:mend:profile")
    await alice.says("/settings diet vegan")

    assert "I cannot read what I kept about you." in tapped
    assert tapped == typed
    assert "Cleared. Tell me anew in /settings." == cleared
    assert "This button no longer works." == again.text
    assert "✓ Diet: Vegan" == alice.last.text


async def test_a_full_card_fits_a_phone(world: World) -> None:
    """Somebody who told all there is to tell."""
    alice = await _agreed(world)
    everything = Profile(
        traits=frozenset(trait.id for trait in load().edition("en").safety.traits if trait.kind in TraitKind),
        allergens=frozenset(Allergen), dislikes=frozenset(load().edition("en").larder.foods),
        workouts=tuple(Workout(n, sport="run", start=time(18)) for n in range(1, 15)), place=Spot(1, 1), weight=70.0,
        age=34, skin=3, sex=Sex.FEMALE, diet=Diet.VEGAN, cramps=Cramps.BOTH,
    )  # fmt: skip
    await world.told(alice, everything)
    await alice.says("/settings quiet 22:00-07:00 weekdays and 23:30-09:00 weekends")
    await alice.says("/settings")
    assert "…" in alice.last.text
    for field in FIELDS.values():
        _fits(alice)
        await alice.taps(field.title)
        _fits(alice)
        await alice.taps("‹ Back")


def _fits(person: Person) -> None:
    rows = person.chat.history[person.last.id].wire["reply_markup"]["inline_keyboard"]

    assert len(person.last.text) <= 1200
    assert len(rows) <= 10


async def test_forgetting_takes_along_what_nudges_show_of_it(world: World) -> None:
    """A cautious nudge names its reason: that goes too."""
    alice = await _agreed(world)
    await alice.says("/settings conditions osteoporosis")
    await alice.says("/nudge stretch")
    (before,) = await all_deliveries(world.app.sessions)
    await alice.says("/settings")
    await alice.taps("Forget all of this")
    await alice.taps("Forget it")
    (after,) = await all_deliveries(world.app.sessions)

    assert "numb_stretching" in (before.suggestion or {})["cautions"]
    assert after.suggestion is None


@pytest.mark.parametrize("typed", ["diet no meat", "conditions not pregnant", "allergies without nuts",
                                   "conditions I don’t have kidny disease"])  # fmt: skip
async def test_a_no_is_not_offered_as_its_opposite(world: World, typed: str) -> None:
    """Nobody taps meat who wrote that they eat none."""
    alice = await _agreed(world)
    await alice.says(f"/settings {typed}")

    assert "so nothing is changed" in alice.last.text
    assert "Did you mean" not in alice.last.text
    assert Profile() == await profile_of(world, alice)


async def test_nobodys_allergy_is_forgotten_because_they_told_another_one(world: World) -> None:
    """Typed one after the other they add up; "none" clears them all."""
    alice = await _agreed(world)
    await alice.says("/settings allergies milk")
    await alice.says("/settings allergies eggs")
    both = alice.last.text
    await alice.says("/settings allergies none")

    assert "✓ Allergies: Milk, Eggs" in both
    assert "not told" in alice.last.text
