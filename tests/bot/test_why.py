"""/why: honest answers, found by many names."""

import pytest

from bot.dialogue import wording
from bot.dialogue.routes import COMMANDS
from bot.dialogue.searching.index import Kind, Target, build
from bot.dialogue.searching.words import search_words
from bot.dialogue.words import words_for
from bot.sandbox.people import Person
from db.knowledge.loader import load
from db.knowledge.models import Status
from jobs.suggest.profile import Profile
from tests.world import World

pytestmark = pytest.mark.conversation

KNOWLEDGE = load()


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("/why magnesium", "Magnesium"),
        ("/why_magnesium", "Magnesium"),
        ("/why MAGNESIUM", "Magnesium"),
        ("/why@sandbox_bot magnesium", "Magnesium"),
        ("/why b6", "Vitamin B6"),
        ("/why thiamine", "Vitamin B1"),
        ("/why vitamin d", "Vitamin D"),
        ("/why_vitamin_d", "Vitamin D"),
        ("/why stretching", "Stretching"),
        ("/why magnesium?", "Magnesium"),
        ("/why “magnesium”", "Magnesium"),
        ("/why MAGNESIUM!!", "Magnesium"),
        ("/why magnesium,", "Magnesium"),
        ("/why d", "Vitamin D"),
        ("/why vitamin b 6?", "Vitamin B6"),
        ("/why night cramps", "Why do my legs cramp at night?"),
        ("/why do I get leg cramps at night?", "Why do my legs cramp at night?"),
        ("/why exercise cramps", "Cramps during or after exercise"),
        ("/why tonic water", "Quinine and tonic water"),
        ("d", "Vitamin D"),
        ("potasium", "Potassium"),
        ("magnesium", "Magnesium"),
        ("does potassium matter?", "Potassium"),
    ],
)
async def test_a_card_is_found_by_its_names(world: World, asked: str, title: str) -> None:
    """Commands, deep names, other names, any case, and plain words."""
    charlie = world.person("Charlie")
    await charlie.says(asked)

    assert title == charlie.last.text.splitlines()[0]


async def test_a_bare_why_opens_a_picker(world: World) -> None:
    """Every nutrient is a button, and each opens its card."""
    charlie = world.person("Charlie")
    for nutrient in KNOWLEDGE.nutrients:
        await charlie.says("/why")
        name = KNOWLEDGE.card(nutrient, "en").name
        await charlie.taps(name)
        assert name == charlie.last.text.splitlines()[0]


async def test_every_first_screen_is_short_and_says_all_that_matters(world: World) -> None:
    """At most 1,200 characters: line, muscle, low, risk, both kinds of evidence, doctor, sources."""
    charlie = world.person("Charlie")
    for nutrient in KNOWLEDGE.nutrients:
        await charlie.says(f"/why {nutrient}")
        text = charlie.last.text
        brief = KNOWLEDGE.card(nutrient, "en").brief
        assert len(text) <= 1200, nutrient
        for statement in brief.statements:
            assert statement.text in text
        assert "Sources: " in text


async def test_a_grade_stands_beside_the_case_it_is_for(world: World) -> None:
    """Whoever skims must not take "strong" for an ordinary diet."""
    charlie = world.person("Charlie")
    await charlie.says("/why magnesium")

    assert "Does lack of it cause cramps? ▰▰▰▰ strong, only for a very low blood level\n" in charlie.last.text
    assert "Does taking it help? ✕ studies speak against it, in older adults\n" in charlie.last.text


async def test_every_screen_of_every_card_opens_in_place_and_leads_back(world: World) -> None:
    """No new message, no dead end, nothing over Telegram's length."""
    charlie = world.person("Charlie")
    for nutrient in KNOWLEDGE.nutrients:
        await charlie.says(f"/why {nutrient}")
        first, count = charlie.last.text, len(charlie.messages)
        screens = [b.label for b in charlie.last.buttons if "Remind" not in b.label and b.label != "Foods"]
        for label in screens:
            await charlie.taps(label)
            assert charlie.last.text.splitlines()[0].endswith(label)
            assert len(charlie.last.text) > len(label) + 40, (nutrient, label)
            await charlie.taps("‹ Back")
            assert first == charlie.last.text
        assert count == len(charlie.messages)
        assert len(screens) >= 6


async def test_every_card_leads_to_its_foods_and_back(world: World) -> None:
    """In place; B vitamins as a whole lead to their members."""
    charlie = world.person("Charlie")
    for nutrient in KNOWLEDGE.nutrients:
        await charlie.says(f"/why {nutrient}")
        first, count = charlie.last.text, len(charlie.messages)
        await charlie.taps("Foods")
        foods = charlie.last.text
        if nutrient == "b":
            assert foods.startswith("I have no amounts for B vitamins")
        else:
            await charlie.taps("Why?")
            assert first == charlie.last.text
        assert first != foods
        assert count == len(charlie.messages)


def test_every_name_of_a_card_finds_it_whatever_stands_round_it() -> None:
    """No topic and no food takes a card's name away."""
    index = build(KNOWLEDGE.edition("en"), search_words("en"), frozenset(COMMANDS))

    for name, card in KNOWLEDGE.edition("en").names.items():
        assert Target(Kind.CARD, card) == index.exact[tuple(index.words.split(f"“{name}”?"))], name


async def test_a_neighbour_is_not_offered_for_what_has_no_card(world: World) -> None:
    """Vitamin C is no misspelled vitamin D."""
    charlie = world.person("Charlie")
    await charlie.says("/why vitamin c")

    assert charlie.last.text.startswith("I have no card about “vitamin c” yet.")


async def test_a_close_misspelling_is_asked_back(world: World) -> None:
    """Did you mean; never a guess."""
    charlie = world.person("Charlie")
    await charlie.says("/why magnesum")
    question = charlie.last.text
    await charlie.taps("Magnesium")

    assert "Did you mean" in question
    assert charlie.last.text.startswith("Magnesium")


async def test_what_has_no_card_is_said_and_the_others_are_offered(world: World) -> None:
    """Honest about what the bot does not know."""
    charlie = world.person("Charlie")
    await charlie.says("/why <i>quantum</i> flux")

    assert "no card about “<i>quantum</i> flux”" in charlie.last.text
    assert len(charlie.last.buttons) == len(KNOWLEDGE.nutrients) + 4


async def test_a_card_leads_to_its_reminder(world: World) -> None:
    """Why and remind, each leading to the other."""
    alice = await world.settled("Alice")
    await alice.says("/why magnesium")
    await alice.taps("⏰ Remind me")

    assert "Food: when?" in alice.last.text


async def test_a_forged_card_button_changes_nothing(world: World) -> None:
    """Unknown cards and screens are answered, not opened."""
    charlie = world.person("Charlie")
    await charlie.says("/why b6")
    before = charlie.last.text
    for data in ("1:why:uranium", "1:why:b6:uranium", "1:why", "1:why:a:b:c:d"):
        tap = await world.forges(charlie, data)
        assert tap.text == "I no longer have that card."
    assert before == charlie.last.text


async def _told(world: World, person: Person, *traits: str) -> None:
    await world.told(person, Profile(traits=frozenset(traits)))


async def test_what_the_person_told_is_met_on_the_card(world: World) -> None:
    """With kidney disease potassium is no suggestion, and the card says whose word that follows."""
    alice = await world.settled("Alice")
    await _told(world, alice, "kidney_disease", "water_pill")
    await alice.says("/why potassium")
    await alice.taps("For you")

    assert "Potassium · For you" in alice.last.text
    assert "You told me: kidney disease or dialysis" in alice.last.text


async def test_who_told_nothing_hears_nothing_personal(world: World) -> None:
    """No button, no line."""
    charlie = world.person("Charlie")
    await charlie.says("/why potassium")

    assert "You told me" not in charlie.last.text
    assert "For you" not in charlie.last.labels


async def test_no_reminder_is_offered_that_safety_withholds(world: World) -> None:
    """A clot in the leg and stretching do not go together; lupus and sun do not either."""
    alice = await world.settled("Alice")
    await _told(world, alice, "leg_clot", "light_sensitive")
    await alice.says("/why stretching")
    stretching = alice.last
    await alice.says("/why vitamin d")

    assert "⏰ Remind me" not in stretching.labels
    assert "You told me: a recent clot in the leg" in stretching.text
    assert "⏰ Remind me" not in alice.last.labels
    assert len(alice.last.text) <= 1200


async def test_no_statement_is_lost_for_want_of_room(world: World) -> None:
    """Each screen shows all that the card knows under its heading."""
    charlie = world.person("Charlie")
    for nutrient in KNOWLEDGE.nutrients:
        card = KNOWLEDGE.card(nutrient, "en")
        await charlie.says(f"/why {nutrient}")
        for section, statements in card.sections.items():
            await world.forges(charlie, f"1:why:{nutrient}:{section}")
            assert len(statements) == charlie.last.text.count("• "), (nutrient, section)


async def _section(world: World, nutrient: str, section: str) -> str:
    charlie = world.person("Charlie")
    await charlie.says(f"/why {nutrient}")
    await world.forges(charlie, f"1:why:{nutrient}:{section}")
    return charlie.last.text


async def test_each_statement_says_who_says_so(world: World) -> None:
    """A name where it was read there, a sign where not; every sign used is explained once, and no other."""
    evidence = await _section(world, "magnesium", "evidence")

    assert "with 735 people. (Cochrane 2020)" in evidence
    assert "to 0.49. (°)" in evidence
    assert "no trial is known. (*)" in evidence
    assert "the pill did it. (†)" in evidence
    for note in (
        "† our own conclusion or sum",
        "° second-hand: we have not read the original",
        "* from general knowledge, not yet checked",
    ):
        assert 1 == evidence.count(note)
    assert evidence.endswith("not yet checked")


async def test_what_was_read_elsewhere_than_at_an_authority_names_its_sources(world: World) -> None:
    """Nothing is left to explain then, so there is no legend."""
    tests = await _section(world, "magnesium", "tests")

    assert 2 == tests.count("(CMDT)")
    assert "second-hand" not in tests
    assert "not yet checked" not in tests


async def test_no_screen_calls_everything_general_knowledge(world: World) -> None:
    """A trial's figure from a copy is not what everybody knows."""
    for nutrient in KNOWLEDGE.nutrients:
        for section in KNOWLEDGE.card(nutrient, "en").sections:
            text = await _section(world, nutrient, section)
            assert "not checked at its first source" not in text, (nutrient, section)


@pytest.mark.parametrize(
    ("expected", "shorts"),
    [
        ("Cochrane 2012, AFP 2012 and 2 more", ("Cochrane 2012", "AFP 2012", "NIH ODS B6", "BNF")),
        ("none read directly; 1 in a copy", ("NIH ODS B6",)),
        ("none read directly; 2 in copies, 1 not yet checked", ("NIH ODS B6", "NIH ODS B1", "BNF")),
        ("", ()),
    ],
)
def test_sources_in_short_never_hide_that_none_was_read(expected: str, shorts: tuple[str, ...]) -> None:
    """Two copies are not "and 2 more"."""
    known = {source.short: source for source in KNOWLEDGE.sources}

    assert expected == wording.sources(words_for("en"), [known[short] for short in shorts], at_most=3)


async def test_every_source_stands_under_how_it_was_met(world: World) -> None:
    """By the short name that the card uses; those that were read first, and none is lost."""
    headings = {Status.SEEN: "Read", Status.SECOND_HAND: "Read only in a copy", Status.UNVERIFIED: "Not yet checked"}
    for nutrient in KNOWLEDGE.nutrients:
        met = ""
        shown: dict[str, list[str]] = {}
        for line in (await _section(world, nutrient, "sources")).splitlines():
            if line in headings.values():
                met = line
            elif line.startswith("• "):
                shown.setdefault(met, []).append(line.removeprefix("• ").partition(" — ")[0])
        expected = {
            heading: found
            for status, heading in headings.items()
            if (found := [s.short for s in KNOWLEDGE.card(nutrient, "en").sources if s.status is status])
        }
        assert list(expected.items()) == list(shown.items())


async def test_a_source_is_shown_with_title_publisher_and_year(world: World) -> None:
    """What stands on the card in short can be looked up."""
    expected = "• Cochrane 2012 — Magnesium for skeletal muscle cramps, summary table, Cochrane, 2012"

    assert expected in (await _section(world, "magnesium", "sources")).splitlines()


@pytest.mark.parametrize("nutrient", ["potassium", "magnesium"])
async def test_a_medicine_that_bears_on_a_nutrient_is_named_on_its_card(world: World, nutrient: str) -> None:
    """A water pill is a reason to ask about potassium and magnesium, not to swallow them."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({"water_pill"})))
    await alice.says(f"/why {nutrient}")
    await alice.taps("For you")

    assert "You told me: water pill (thiazide or loop diuretic). That is a reason to ask your doctor" in alice.last.text
    assert "Do not change a medicine by yourself." in alice.last.text
