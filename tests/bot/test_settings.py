"""/settings: told by typing or by buttons, only after consent, and cleared at any time."""

import pytest

from bot.dialogue.fields import FIELDS, Field
from bot.dialogue.words import words_for
from bot.sandbox.people import Person
from db import users
from db.knowledge.loader import load
from jobs.suggest.profile import Profile
from tests.world import World


async def _agreed(world: World, name: str = "Alice") -> Person:
    person = await world.settled(name)
    await person.says("/settings")
    await person.taps("Agree")
    return person


async def _profile(world: World, person: Person) -> Profile:
    async with world.app.sessions() as session:
        user = await users.by_chat(session, person.id)
    assert user is not None
    return Profile.from_json(user.profile)


async def test_nothing_is_asked_before_consent_and_nothing_is_lost_by_it(world: World) -> None:
    """What was typed before is kept once the person has agreed, with version and time."""
    alice = await world.settled("Alice")
    await alice.says("/settings conditions kidney")
    question, before = alice.last.text, await _profile(world, alice)
    await alice.says("what?")
    again = alice.last.text
    await alice.taps("Agree")
    async with world.app.sessions() as session:
        user = await users.by_chat(session, alice.id)

    assert "May I keep what you tell me about yourself?" in question
    assert Profile() == before
    assert question == again
    assert frozenset({"kidney_disease"}) == (await _profile(world, alice)).traits
    assert user is not None
    assert (1, world.clock()) == (user.consent, user.consented_at)


async def test_who_does_not_agree_is_not_asked_more(world: World) -> None:
    """And keeps all that works without."""
    alice = await world.settled("Alice")
    await alice.says("/settings")
    await alice.taps("Use without a profile")
    declined = alice.last.text
    tap = await world.forges(alice, "1:settings:diet:vegan:0")

    assert "work without it" in declined
    assert tap.answered
    assert Profile() == await _profile(world, alice)


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
        ("sex female", "✓ Sex: Female"),
        ("skin 2", "✓ Skin: 2: burns easily, tans a little"),
        ("weight 70 kg", "✓ Weight: 70 kg"),
        ("weight 154 lb", "✓ Weight: 69.9 kg"),
        ("dislikes kale", "✓ Dislikes: Kale"),
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
    assert bool(offered) == (Profile() != await _profile(world, alice))


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
    profile = await _profile(world, alice)

    assert 2 == len(profile.traits)
    assert profile.diet is None


async def test_conditions_and_medicines_do_not_overwrite_each_other(world: World) -> None:
    """They share a set; each field minds its own part."""
    alice = await _agreed(world)
    await alice.says("/settings conditions diabetes")
    await alice.says("/settings medicines statin")
    await alice.says("/settings conditions none")

    assert frozenset({"statin"}) == (await _profile(world, alice)).traits


async def test_all_of_it_can_be_forgotten(world: World) -> None:
    """Consent included: the next time it is asked again."""
    alice = await _agreed(world)
    await alice.says("/settings diet vegan")
    await alice.says("/settings")
    await alice.taps("Forget all of this")
    asked = await _profile(world, alice)
    await alice.taps("Forget it")
    await alice.says("/settings diet")

    assert Profile() != asked
    assert Profile() == await _profile(world, alice)
    assert "May I keep what you tell me about yourself?" in alice.last.text


@pytest.mark.parametrize(
    "data", ["1:settings:", "1:settings:diet:carnivore:0", "1:settings:shoe", "1:settings:a:b:c:d"]
)
async def test_a_forged_button_changes_nothing(world: World, data: str) -> None:
    """Answered politely."""
    alice = await _agreed(world)
    tap = await world.forges(alice, data)

    assert "This button no longer works." == tap.text
    assert Profile() == await _profile(world, alice)


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


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_every_choice_can_be_typed_by_its_label(field: Field) -> None:
    """What the card shows is understood again."""
    edition, words = load().edition("en"), words_for("en")
    for name, choice in field.choices(words, edition).items():
        read = field.read(choice.label, words, edition)
        assert isinstance(read, frozenset), (choice.label, read)
        assert name in read


async def test_all_that_was_typed_before_consent_is_kept(world: World) -> None:
    """Not only the last of it: an allergy must not get lost."""
    alice = await world.settled("Alice")
    await alice.says("/settings allergies peanuts")
    await alice.says("/settings conditions kidney")
    await alice.taps("Agree")
    profile = await _profile(world, alice)

    assert {"peanut"} == set(profile.allergens)
    assert {"kidney_disease"} == set(profile.traits)
