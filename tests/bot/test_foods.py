"""/foods: what holds most of a nutrient, for this person, in words and as a picture."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.food_words import AVOIDABLE, DIETS
from bot.dialogue.wishes import Asked, read, suggestions, wishes
from bot.sandbox.people import Person
from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Sex
from db.knowledge.loader import load
from jobs.suggest.profile import Profile
from tests.world import World

pytestmark = pytest.mark.conversation

KNOWLEDGE = load()
EDITION = KNOWLEDGE.edition("en")
FOODS = EDITION.larder.foods
WITH_FOODS = [nutrient for nutrient in KNOWLEDGE.nutrients if nutrient != "b"]


async def _stored(world: World, person: Person) -> Profile:
    user = await world.row_of(person)
    return Profile.from_json(user.profile)


def _listed(text: str) -> list[str]:
    """The ids of the foods in a list, in its order."""
    lines = [line.partition(". ")[2] for line in text.splitlines() if line.partition(". ")[0].isdecimal()]
    return [next(food.id for food in FOODS.values() if line.startswith(f"{food.name}, {food.serving} ("))
            for line in lines]  # fmt: skip


async def test_a_bare_foods_opens_a_picker(world: World) -> None:
    """Every nutrient that foods have values of is a button, and each opens its list in place."""
    charlie = world.person("Charlie")
    for nutrient in WITH_FOODS:
        await charlie.says("/foods")
        count = len(charlie.messages)
        await charlie.taps(EDITION.cards[nutrient].name)
        assert count == len(charlie.messages)
        assert len(_listed(charlie.last.text)) >= 7
        assert len(charlie.last.text) <= 1200


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("/foods magnesium", "🌰 Magnesium in food"),
        ("/foods_magnesium", "🌰 Magnesium in food"),
        ("/foods Vitamin D vegan", "🌤 Vitamin D in food"),
        ("/foods pyridoxine", "🐟 Vitamin B6 in food"),
        ("/foods salt", "🧂 Where salt hides"),
    ],
)
async def test_nutrients_have_the_names_they_have_in_why(world: World, asked: str, title: str) -> None:
    """Aliases, any case, deep names."""
    charlie = world.person("Charlie")
    await charlie.says(asked)

    assert title == charlie.last.text.splitlines()[0]


async def test_amounts_are_compared_with_what_people_like_this_are_advised(world: World) -> None:
    """A span for strangers; a figure for whom we know; by the person's region, with its source and its mark."""
    alice = await world.settled("Alice", "America/New_York")
    await alice.says("/foods magnesium")
    stranger = alice.last.text
    await world.told(alice, Profile(age=40, sex=Sex.FEMALE))
    await alice.says("/foods magnesium")
    known = alice.last.text

    assert "what adults are advised a day (310–420\u00a0mg)" in stranger
    assert "Pumpkin seeds, a small handful (28\u00a0g): 168\u00a0mg · 40–54%" in stranger
    assert "Advised a day: US (NIH ODS magnesium, read in a copy). To compare, not advice." in stranger
    assert "what people like you are advised a day (320\u00a0mg)" in known
    assert "168\u00a0mg · 52%" in known


async def test_a_child_is_not_held_against_an_adults_figure(world: World) -> None:
    """Amounts, and no share."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(age=0))
    await alice.says("/foods magnesium")

    assert "I have no amount for a day that fits you." in alice.last.text
    assert "%" not in alice.last.text


async def test_salt_is_shown_to_be_known_and_is_no_goal(world: World) -> None:
    """No share, and what the person told stands below."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({"high_blood_pressure"})))
    await alice.says("/foods sodium")

    assert "not as something to eat more of" in alice.last.text
    assert "Salt can raise blood pressure." in alice.last.text
    assert "Advised" not in alice.last.text
    assert "%" not in alice.last.text
    assert "table_salt" in _listed(alice.last.text)


@pytest.mark.parametrize("trait", ["kidney_disease", "ace_or_arb", "potassium_sparing"])
async def test_potassium_is_withheld_in_words(world: World, trait: str) -> None:
    """No food, the reason, and the card; however it is asked for."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({trait})))
    for asked in ("/foods potassium", "/foods potassium vegan", "/foods"):
        await alice.says(asked)
        if asked == "/foods":
            await alice.taps("Potassium")
        assert _listed(alice.last.text) == []
        assert "I list nothing here for you." in alice.last.text
        assert "potassium" in alice.last.text.split("You told me: ")[1]
        assert ["Why?"] == [button.label for button in alice.last.buttons]
    tap = await world.forges(alice, "1:foods:potassium:picture")
    assert "I no longer have that list." == tap.text


async def test_what_is_left_out_for_safety_is_said(world: World) -> None:
    """Kidneys: the magnesium list is shorter of what is rich in potassium, and says so."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({"kidney_disease"})))
    await alice.says("/foods magnesium")

    assert "Some are left out for you:" in alice.last.text
    assert "Your kidney team decides." in alice.last.text
    assert not {"spinach", "pumpkin_seeds", "lentils"} & set(_listed(alice.last.text))


async def test_the_longest_screens_stay_short(world: World) -> None:
    """Under 1,200 characters with every trait there is, and captions under 1,024."""
    alice = await world.settled("Alice")
    for traits in ({trait.id for trait in EDITION.safety.traits}, {"water_pill", "pregnant", "lithium"}, set[str]()):
        await world.told(alice, Profile(diet=Diet.VEGETARIAN, traits=frozenset(traits)))
        for nutrient in WITH_FOODS:
            await alice.says(f"/foods {nutrient}")
            assert len(alice.last.text) <= 1200
            if any(button.label == "📊 Picture" for button in alice.last.buttons):
                await alice.taps("📊 Picture")
                assert alice.last.photo
                assert len(alice.last.text) <= 1024


async def test_toggles_hold_for_once_and_are_not_stored(world: World) -> None:
    """Vegan, without nuts, and back, all in one message."""
    alice = await world.settled("Alice")
    await alice.says("/foods b6")
    first, count = alice.last.text, len(alice.messages)
    await alice.taps("Vegan")
    await alice.taps("No nuts")
    both = alice.last.text
    await alice.taps("✓ Vegan")
    await alice.taps("✓ no nuts")

    assert "For this once: vegan and no nuts." in both
    assert all(FOODS[food].diet is Diet.VEGAN for food in _listed(both))
    assert all(FOODS[f].safe_without(frozenset({Allergen.TREE_NUTS, Allergen.PEANUT})) for f in _listed(both))
    assert first == alice.last.text
    assert count == len(alice.messages)
    assert Profile() == await _stored(world, alice)


async def test_wishes_come_on_top_of_the_profile(world: World) -> None:
    """A vegan who asks for fish stays vegan; what the profile leaves out has no toggle."""
    alice = await world.settled("Alice")
    dislikes = frozenset({"hemp_seeds"})
    await world.told(alice, Profile(Diet.VEGAN, frozenset({Allergen.GLUTEN}), dislikes))
    await alice.says("/foods magnesium pescatarian no nuts")
    foods = [FOODS[food] for food in _listed(alice.last.text)]
    labels = {button.label for button in alice.last.buttons}

    assert all(food.diet is Diet.VEGAN for food in foods)
    gone = frozenset({Allergen.GLUTEN, Allergen.TREE_NUTS, Allergen.PEANUT})
    assert all(food.safe_without(gone) and food.id not in dislikes for food in foods)
    assert {"✓ no nuts", "No dairy"} == labels - {"📊 Picture", "Why?", "⏰ Remind me"}


async def test_notes_go_with_the_foods_they_speak_of(world: World) -> None:
    """Mercury, vitamin A, fortified; cheese made with rennet only for those who eat no meat."""
    charlie = world.person("Charlie")
    await charlie.says("/foods b6")
    tuna = charlie.last.text
    await charlie.says("/foods vitamin d")

    assert "1: Can be high in mercury" in tuna
    assert "2: Very rich in vitamin A: not in pregnancy." in tuna
    assert "read the label" in charlie.last.text


async def test_a_misspelling_is_asked_back_with_what_was_understood(world: World) -> None:
    """Did you mean; the rest of what was asked is kept."""
    charlie = world.person("Charlie")
    await charlie.says("/foods magnesum vegann no nuts")
    first = charlie.last.text
    await charlie.taps("Magnesium")
    second = charlie.last.text
    await charlie.taps("vegan")

    assert first.startswith("I don't know “magnesum”. Did you mean:")
    assert second.startswith("I don't know “vegann”. Did you mean:")
    assert "For this once: vegan and no nuts." in charlie.last.text
    assert charlie.last.text.startswith("🌰 Magnesium")


async def test_a_word_that_nobody_knows_is_never_ignored_silently(world: World) -> None:
    """It is named, and going on without it takes a tap."""
    charlie = world.person("Charlie")
    await charlie.says("/foods b6 <b>flurb</b>")
    question = charlie.last.text
    await charlie.taps("Go on without “b”")

    assert "I don't know “b”" in question
    assert "I don't know “flurb”" in charlie.last.text


async def test_too_many_words_get_the_picker(world: World) -> None:
    """Nobody's novel is read."""
    charlie = world.person("Charlie")
    await charlie.says("/foods " + "magnesium no spinach " * 50)

    assert "too long" in charlie.last.text


async def test_a_family_without_amounts_leads_to_its_members(world: World) -> None:
    """B vitamins as a whole have no amount."""
    charlie = world.person("Charlie")
    await charlie.says("/foods b complex vegan")
    await charlie.taps("Vitamin B6")

    assert "For this once: vegan." in charlie.last.text


async def test_nothing_fits_is_said(world: World) -> None:
    """And the toggles are there to let something in again."""
    charlie = world.person("Charlie")
    await charlie.says("/foods vitamin d vegan no soy, no nuts, no rice, no mushrooms, no juice")

    assert "No food that I know fits this." in charlie.last.text
    assert "✓ Vegan" in charlie.last.labels


async def test_the_picture_is_a_new_message_with_what_must_be_said(world: World) -> None:
    """A PNG as wide as a phone; its caption has notes, reasons and sources; the list stays."""
    alice = await world.settled("Alice")
    await alice.says("/foods b6 no dairy")
    count = len(alice.messages)
    await alice.taps("📊 Picture")
    photo = alice.last.photo

    assert photo is not None
    assert photo.startswith(b"\x89PNG")
    assert (1080,) == struct.unpack(">I", photo[16:20])
    assert count + 1 == len(alice.messages)
    assert "For this once: no dairy." in alice.last.text
    assert "mercury" in alice.last.text
    await alice.taps("Why?")
    assert alice.last.text.startswith("Vitamin B6")


async def test_lists_lead_to_the_card_and_to_the_magnesium_nudge(world: World) -> None:
    """Other nutrients have no nudge of food."""
    alice = await world.settled("Alice")
    for nutrient in WITH_FOODS:
        await alice.says(f"/foods {nutrient}")
        assert (nutrient == "magnesium") == ("⏰ Remind me" in alice.last.labels)
    await alice.says("/foods magnesium")
    await alice.taps("Why?")
    assert alice.last.text.startswith("Magnesium\n")
    await alice.says("/foods magnesium")
    await alice.taps("⏰ Remind me")
    assert "Food: when?" in alice.last.text


async def test_forged_buttons_open_nothing(world: World) -> None:
    """Unknown nutrients, words, screens and numbers of arguments."""
    charlie = world.person("Charlie")
    await charlie.says("/foods b6")
    before = charlie.last.text
    for data in ("1:foods", "1:foods:uranium:picture", "1:foods:b6:poem", "1:foods:b6 flurb:picture", "1:foods:a:b:c",
                 "1:foods::picture"):  # fmt: skip
        tap = await world.forges(charlie, data)
        assert "I no longer have that list." == tap.text, data
    assert before == charlie.last.text
    await world.forges(charlie, "1:foods:<i>uranium")
    assert "I don't know “i”" in charlie.last.text


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("magnesium", Asked("magnesium")),
        ("b6 no nuts", Asked("b6", None, ("nuts",))),
        ("vitamin d, no fish or dairy, vegetarian", Asked("vitamin_d", Diet.VEGETARIAN, ("fish", "dairy"))),
        ("gluten-free calcium for vegans", Asked("calcium", Diet.VEGAN, ("gluten",))),
        ("potassium plant-based lactose free", Asked("potassium", Diet.VEGAN, ("dairy",))),
        ("vegan magnesium no meat", Asked("magnesium", Diet.VEGAN)),
        ("no meat or dairy, calcium", Asked("calcium", Diet.PESCATARIAN, ("dairy",))),
        ("calcium no soy, milk", Asked("calcium", None, ("soy", "dairy"))),
        ("calcium no soy milk", Asked("calcium", None, ("soy milk",))),
        ("no salt magnesium", Asked("magnesium", None, ("salt",))),
        ("b6 no nuts no salt", Asked("b6", None, ("nuts", "salt"))),
        ("no nuts calcium", Asked("calcium", None, ("nuts",))),
        ("magnesium -spinach -Brazil nuts", Asked("magnesium", None, ("spinach", "brazil nuts"))),
        ("magnesium potassium", Asked("magnesium", unknown=("potassium",))),
        ("magnesium nuts", Asked("magnesium", unknown=("nuts",))),
        ("", Asked()),
    ],
)
def test_words_are_read_as_meant(text: str, asked: Asked) -> None:
    """Diets, what to leave out, single foods; a comma keeps words apart."""
    assert asked == read(EDITION, text)


known = st.sampled_from([*AVOIDABLE, *(food.split("_")[0] for food in FOODS), "flurb", "no", "without", "free", "vegan",
                         "vegetarian", "and", ",", "-", "magnesium", "b6", "vitamin d", "for"])  # fmt: skip


@given(st.lists(known, max_size=8).map(" ".join) | st.text(max_size=40))
def test_a_button_says_what_was_read(text: str) -> None:
    """Whatever was typed: its short form is read as the same, and nothing gets lost."""
    asked = read(EDITION, text)

    assert asked == read(EDITION, asked.text)
    if asked.unknown:
        assert all(len(other.unknown) == len(asked.unknown) - 1 for other in suggestions(EDITION, asked))


def test_every_group_leaves_something_out() -> None:
    """And every diet has a name."""
    for word, group in AVOIDABLE.items():
        wished = wishes(EDITION, Asked(avoided=(word,)))
        left = [food for food in FOODS.values() if food.id in wished.foods or not food.safe_without(wished.allergens)]
        assert group.allergens == wished.allergens
        assert left, word
    assert {Diet.VEGAN, Diet.VEGETARIAN, Diet.PESCATARIAN} == set(DIETS)


@pytest.mark.parametrize(("language", "unit"), [("en-US", "oz)"), ("en-GB", "g)"), ("en", "g)")])
async def test_weights_follow_the_locale(world: World, language: str, unit: str) -> None:
    """Ounces for Americans, grams for everybody else."""
    person = world.person("Alice", language)
    await person.says("/foods magnesium")

    assert unit in person.last.text
