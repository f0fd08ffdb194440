"""/prevent and the topics under /why: every line with its evidence, as far as it is safe for the person."""

import pytest

from db.knowledge.loader import load
from jobs.suggest.profile import Profile
from tests.db.knowledge.readability import grade
from tests.world import World

pytestmark = pytest.mark.conversation

KNOWLEDGE = load()
TOPICS = KNOWLEDGE.edition("en").topics
MOST = 1200


async def _prevention(world: World, *traits: str) -> tuple[str, list[str]]:
    """All pages of /prevent as a person with these traits sees them, and the labels of all buttons."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset(traits)))
    await alice.says("/prevent")
    texts, labels = [alice.last.text], [button.label for button in alice.last.buttons]
    while "More ›" in [button.label for button in alice.last.buttons]:
        await alice.taps("More ›")
        texts.append(alice.last.text)
        labels += [button.label for button in alice.last.buttons]
    assert all(len(text) <= MOST for text in texts)
    return "\n".join(texts), labels


async def test_prevention_says_every_line_with_its_evidence(world: World) -> None:
    """All of them to whom nothing is withheld; with who says so by name only where that was read there."""
    text, _labels = await _prevention(world)

    for line in TOPICS["prevention"].lines:
        assert line.statement.text in text
    assert "▰▱▱▱ weak · Cochrane 2021" in text
    assert "▱▱▱▱ no usable study · general knowledge" in text
    assert "General knowledge: not checked at its first source." in text


async def test_a_line_that_a_nudge_serves_has_its_button(world: World) -> None:
    """Stretch, food, drink, daylight; and the button asks when."""
    _text, labels = await _prevention(world)
    bob = await world.settled("Bob")
    await bob.says("/prevent")
    await bob.taps("⏰ Remind me: Stretch")

    assert [label for label in labels if label.startswith("⏰")] == [
        "⏰ Remind me: Stretch",
        "⏰ Remind me: Food",
        "⏰ Remind me: Hydrate",
        "⏰ Remind me: Daylight",
    ]
    assert "Stretch: when?" in bob.last.text


@pytest.mark.parametrize(
    ("trait", "gone", "reason", "nudge"),
    [
        ("leg_clot", "Stretch calf and back", "before you stretch", "Stretch"),
        ("kidney_disease", "Eat beans, nuts", "Your kidney team decides", "Food"),
        ("ace_or_arb", "Eat beans, nuts", "This medicine raises potassium", "Food"),
        ("high_blood_pressure", "Salt is worth a thought", "Salt can raise blood pressure", None),
        ("kidney_disease", "Leave supplements to", "can build up", None),
        ("statin", "Short times outdoors", "make skin burn more easily", "Daylight"),
        ("fluid_limit", "Drink to thirst", "told to limit what you drink", "Hydrate"),
    ],
)
async def test_what_is_not_for_the_person_is_replaced_by_its_reason(
    world: World, trait: str, gone: str, reason: str, nudge: str | None
) -> None:
    """The line goes, its reminder with it, and the reason stands there."""
    text, labels = await _prevention(world, trait)

    assert gone not in text
    assert "I leave that out for you. You told me:" in text
    assert reason in text
    assert f"⏰ Remind me: {nudge}" not in labels


async def test_children_get_no_word_on_pills_salt_and_sun(world: World) -> None:
    """Age counts like a condition."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(age=15))
    await alice.says("/prevent")
    await alice.taps("More ›")

    for gone in ("Salt is worth", "Leave supplements", "Short times outdoors", "⏰ Remind me: Daylight"):
        assert gone not in alice.last.text
        assert gone not in [button.label for button in alice.last.buttons]


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("Night cramps", "Why do my legs cramp at night?"),
        ("Exercise cramps", "Cramps during or after exercise"),
        ("Other remedies", "Vitamin K2, vitamin E, pickle juice"),
    ],
)
async def test_the_picker_of_why_leads_to_the_topics(world: World, label: str, title: str) -> None:
    """In place of the picker, and on to how to have fewer."""
    charlie = world.person("Charlie")
    await charlie.says("/why")
    count = len(charlie.messages)
    await charlie.taps(label)
    topic = charlie.last.text
    await charlie.taps("How to have fewer cramps")

    assert topic.startswith(title)
    assert charlie.last.text.startswith("How to have fewer cramps")
    assert count == len(charlie.messages)


@pytest.mark.parametrize("name", TOPICS)
async def test_every_topic_is_short_and_plain(world: World, name: str) -> None:
    """At most 1,200 characters a page, grade eight or lower, nothing left out."""
    charlie = world.person("Charlie")
    await charlie.says("/why")
    await world.forges(charlie, f"1:topic:{name}")

    assert charlie.last.text.startswith(TOPICS[name].title)
    assert len(charlie.last.text) <= MOST
    assert grade(" ".join(line.statement.text for line in TOPICS[name].lines)) <= 9


async def test_a_salty_remedy_is_withheld_too(world: World) -> None:
    """Pickle juice, for one who was told to eat less salt."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({"low_salt_diet"})))
    await alice.says("/why")
    await alice.taps("Other remedies")

    assert "Pickle juice:" not in alice.last.text
    assert "Salt can raise blood pressure." in alice.last.text


async def test_forged_topics_change_nothing(world: World) -> None:
    """Unknown topics are answered; a page that is not there is the nearest one."""
    charlie = world.person("Charlie")
    await charlie.says("/prevent")
    before = charlie.last.text
    for data in ("1:topic:uranium", "1:topic", "1:topic:prevention:x", "1:topic:prevention:99", "1:topic:a:b:c"):
        tap = await world.forges(charlie, data)
        assert "I no longer have that screen." == tap.text
    await world.forges(charlie, "1:topic:prevention:0")
    first = charlie.last.text
    await world.forges(charlie, "1:topic:prevention:9")

    assert before == first
    assert charlie.last.text.startswith("How to have fewer cramps (2/2)")


async def test_about_says_who_made_it_and_who_did_not_look_yet(world: World) -> None:
    """When this fails because a clinician has reviewed a card, /about has to say something else."""
    charlie = world.person("Charlie")
    await charlie.says("/about")
    text = charlie.last.text

    assert not any(card.reviewed_by_clinician for card in KNOWLEDGE.edition("en").cards.values())
    assert "No clinician has reviewed what I say." in text
    for said in (f"{len(KNOWLEDGE.sources)} sources", "MIT", "USDA", "GeoNames", "CC BY 4.0", "Next review:"):
        assert said in text
    assert len(text) <= 1000


async def test_about_gives_the_dates_of_the_sources(world: World) -> None:
    """The latest check and the earliest review, written as the person writes dates."""
    charlie = world.person("Charlie")
    await charlie.says("/about")
    checked = max(source.checked for source in KNOWLEDGE.sources)
    review = min(source.review for source in KNOWLEDGE.sources)

    assert f"Last checked: {checked.day} {checked:%B} {checked.year}." in charlie.last.text
    assert f"Next review: {review.day} {review:%B} {review.year}." in charlie.last.text
