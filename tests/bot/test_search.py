"""Free text: what people write, and what they are shown."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from markupsafe import Markup

from bot.dialogue import food_screen
from bot.dialogue.red_flags import red_flag_in
from bot.dialogue.routes import COMMANDS as ROUTES
from bot.dialogue.search import find
from bot.dialogue.searching.index import Kind, Target, build
from bot.dialogue.searching.words import search_words
from bot.dialogue.turn import House, Turn
from bot.dialogue.words import words_for
from db.engine import Sessions
from db.knowledge.cards import Section
from db.knowledge.loader import load
from db.knowledge.safety import Verdict
from db.places.places import load as load_places
from db.users import ensure
from jobs.suggest.profile import Profile
from jobs.suggest.safety import judge_food
from tests.world import World

pytestmark = pytest.mark.conversation

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUSE = House(load(), load_places(), "cramp_bot", ROUTES)
EDITION = HOUSE.knowledge.edition("en")
WORDS = search_words("en")
# Every command that the phrases speak of, so that the measure does not depend on which of them exist.
COMMANDS = frozenset(target.partition(":")[2] for target in WORDS.phrases if target.startswith("command:"))
INDEX = build(EDITION, WORDS, COMMANDS)
SETS = tomllib.loads((Path(__file__).parent / "search_phrases.toml").read_text())["set"]


def _phrases(*, held: bool) -> list[tuple[str, str]]:
    """Each phrase with what it should lead to."""
    (chosen,) = (part for part in SETS if part["held"] is held)
    return [
        (text, target)
        for target, said in chosen.items()
        if target != "held"
        for text in said["phrases"].strip().splitlines()
    ]


def _shown(text: str) -> str:
    if flag := red_flag_in(text, EDITION):
        return f"flag:{flag.id}"
    return str(find(text, INDEX).target or "unknown")


@pytest.mark.parametrize(("held", "least"), [(False, 0.95), (True, 0.85)])
def test_what_people_write_finds_what_they_mean(held: bool, least: float) -> None:
    """The held phrases were written after the search was tuned on the others."""
    phrases = _phrases(held=held)
    wrong = [(text, target, shown) for text, target in phrases if (shown := _shown(text)) != target]
    accuracy = 1 - len(wrong) / len(phrases)
    print(f"\nfree text, held={held}: {accuracy:.1%} of {len(phrases)}; wrong: {wrong}")  # noqa: T201 - a figure to read

    assert accuracy >= least


@pytest.mark.parametrize(
    "text",
    [text for text, target in (*_phrases(held=False), *_phrases(held=True)) if target.startswith("flag:")],
)
def test_every_red_flag_is_seen(text: str) -> None:
    """All of them, in both parts, whatever else the text speaks of."""
    assert red_flag_in(text, EDITION)


def test_what_is_harmless_raises_no_alarm() -> None:
    """A warning that comes for nothing is soon not read."""
    phrases = [*_phrases(held=False), *_phrases(held=True)]

    assert [] == [text for text, target in phrases if not target.startswith("flag:") and red_flag_in(text, EDITION)]


def test_the_set_is_large_enough() -> None:
    """At least 150 phrasings, 30 that nobody can answer, 30 red flags; a third of them held."""
    tuned, held = _phrases(held=False), _phrases(held=True)
    targets = [target for _, target in (*tuned, *held)]

    assert len(targets) >= 200
    assert len(held) >= 60
    assert targets.count("unknown") >= 30
    assert sum(target.startswith("flag:") for target in targets) >= 30
    assert len(targets) == len({text for text, _ in (*tuned, *held)})


def test_every_target_of_the_words_exists() -> None:
    """A food, card or topic that the phrases name is in the knowledge."""
    known = {str(entry.target) for entry in INDEX.entries} | {str(target) for target in INDEX.exact.values()}

    assert [] == [target for target in WORDS.phrases if target not in known]


@pytest.mark.parametrize("text", ["x " * 2048, "banana" * 600, "🦵" * 4096, "", "\x00", "the of and", "((((", "1 2 3"])
def test_junk_is_no_question(text: str) -> None:
    """It finds nothing, and breaks nothing."""
    assert find(text, INDEX).target is None


def test_a_long_text_is_read_at_its_beginning() -> None:
    """The question stands there; the rest costs nothing."""
    assert Target(Kind.CARD, "magnesium") == find("is magnesium any good? " + "blah " * 800, INDEX).target


def test_an_unknown_language_is_read_as_english() -> None:
    """Another language adds its own table."""
    assert WORDS.phrases == search_words("xx").phrases


async def test_a_red_flag_comes_before_what_was_asked(world: World) -> None:
    """Magnesium can wait."""
    charlie = world.person("Charlie")
    await charlie.says("is magnesium good for a swollen calf")

    assert charlie.last.text.startswith("This may be more than a cramp.")
    assert not any(message.text.startswith("Magnesium") for message in charlie.messages)


async def test_a_red_flag_comes_before_what_the_bot_had_asked(world: World) -> None:
    """Whatever it waits for."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch")
    await alice.says("my calf is swollen and hot")

    assert alice.last.text.startswith("This may be more than a cramp.")


async def test_a_flag_that_can_wait_for_days_comes_with_the_answer(world: World) -> None:
    """First the flag, then what was asked."""
    charlie = world.person("Charlie")
    await charlie.says("i have diabetes, does magnesium help")
    flag, answer = charlie.messages[-2:]

    assert "See a doctor in the next days or weeks." in flag.text
    assert answer.text.startswith("Magnesium")


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("why do my legs cramp at night", "Why do my legs cramp at night?"),
        ("tonic water?", "Quinine and tonic water"),
        ("can I take magnesium every day", "Magnesium"),
        ("how long should I stretch", "Stretching"),
        ("is banana good", "Banana"),
        ("does pickle juice work", "Vitamin K2, vitamin E, pickle juice"),
    ],
)
async def test_a_question_is_answered(world: World, asked: str, title: str) -> None:
    """By a card, a topic, or a food."""
    charlie = world.person("Charlie")
    await charlie.says(asked)

    assert title == charlie.last.text.splitlines()[0].partition(" (1/")[0]


async def test_a_food_is_shown_with_its_figures_and_an_honest_remark(world: World) -> None:
    """A serving, its share of the day, what is claimed of it, and the way to the card."""
    charlie = world.person("Charlie")
    await charlie.says("is banana good")
    text = charlie.last.text
    await charlie.taps("Potassium")
    (claim,) = (said for said in EDITION.cards["potassium"].sections[Section.ARTICLE] if said.id.endswith("bananas"))

    assert "A medium one (118\u00a0g) holds, next to what is advised a day:" in text
    assert "• Potassium: 422 mg, 12–16%" in text.splitlines()
    assert claim.text in text
    assert charlie.last.text.startswith("Potassium")


async def test_a_food_without_a_claim_says_what_is_not_shown(world: World) -> None:
    """No food is known to prevent cramps."""
    charlie = world.person("Charlie")
    await charlie.says("lentils")

    assert "that it prevents cramps has not been shown" in charlie.last.text


async def test_a_food_is_left_out_for_those_it_may_harm(world: World) -> None:
    """With weak kidneys no banana, and the reason why."""
    alice = await world.settled("Alice")
    await alice.says("/settings")
    await alice.taps("Agree")
    await alice.says("/settings conditions kidney")
    await alice.says("is banana good")

    assert alice.last.text.startswith("Banana: I leave that out for you.")
    assert "kidney" in alice.last.text
    assert "422" not in alice.last.text


@pytest.mark.parametrize(
    ("told", "asked", "reason"),
    [
        ("/settings allergies nuts", "almonds", "allergic"),
        ("/settings diet vegan", "is salmon any good", "diet you told me"),
    ],
)
async def test_what_a_person_does_not_eat_is_left_out(world: World, told: str, asked: str, reason: str) -> None:
    """Allergies and diet count where a food is asked about by name."""
    alice = await world.settled("Alice")
    await alice.says("/settings")
    await alice.taps("Agree")
    await alice.says(told)
    await alice.says(asked)

    assert reason in alice.last.text


async def test_no_food_is_shown_to_whom_it_is_withheld(sessions: Sessions) -> None:
    """Every condition, medicine and age alone, with every kind of food: reasons and no figures."""
    kinds = {food.tags: food.id for food in EDITION.larder.foods.values()}
    async with sessions() as session:
        user = await ensure(session, chat_id=1, language="en", now=NOW)
        turn = Turn(user=user, session=session, now=NOW, words=words_for("en"), house=HOUSE)
        for trait in EDITION.safety.traits:
            user.profile = Profile(traits=frozenset({trait.id})).to_json()
            for name in kinds.values():
                food = EDITION.larder.foods[name]
                judged = [judge_food(EDITION.safety, turn.profile, food, one) for one in (None, *food.per_100g)]
                text = (food_screen.screen(turn, name).text or Markup()).striptags()
                if judged[0].verdict is Verdict.WITHHELD:
                    assert "I leave that out for you" in text, (trait.id, name)
                    assert any(" ".join(reason.text.split()) in text for reason in judged[0].reasons)
                for nutrient, one in zip(food.per_100g, judged[1:], strict=True):
                    shown = f"• {EDITION.cards[nutrient].name}:" in text
                    assert not (shown and one.verdict is Verdict.WITHHELD), (trait.id, name, nutrient)


async def test_what_is_not_known_is_said_with_what_is_nearest(world: World) -> None:
    """Two or three buttons that lead on."""
    charlie = world.person("Charlie")
    await charlie.says("does coffee cause leg <b>cramps</b>")
    question = charlie.last
    await charlie.taps(question.labels[0])

    assert "I don't know about that: “does coffee cause leg <b>cramps</b>”." in question.text
    assert 2 <= len(question.labels) <= 3
    assert "Why do my legs cramp at night?" in charlie.last.text


@pytest.mark.parametrize(("asked", "label"), [("vitamin c", "Vitamin D"), ("potato beer", "Potato, baked with skin")])
async def test_the_nearest_leads_on(world: World, asked: str, label: str) -> None:
    """A card or a food, by its name."""
    charlie = world.person("Charlie")
    await charlie.says(asked)
    await charlie.taps(label)

    assert label == charlie.last.text.splitlines()[0]


async def test_a_stranger_to_every_word_gets_places_to_start(world: World) -> None:
    """Nothing near is no reason to be silent."""
    charlie = world.person("Charlie")
    await charlie.says("qwertzuiop")

    assert len(charlie.last.labels) == 3
    assert charlie.last.text.startswith("I am not sure what you mean.")


async def test_a_long_question_is_quoted_in_part(world: World) -> None:
    """A hint of it is enough."""
    charlie = world.person("Charlie")
    await charlie.says("qwertz " * 500)

    assert "qwertz" not in charlie.last.text
    await charlie.says("qwertz " * 100 + "coffee cramps")

    assert "…”" in charlie.last.text
    assert len(charlie.last.text) < 400


@pytest.mark.parametrize("data", ["1:find:food:uranium", "1:find:", "1:find:beyond:coffee", "1:find:flag:leg_clot:x"])
async def test_a_forged_button_finds_nothing(world: World, data: str) -> None:
    """What is in a button is never trusted."""
    charlie = world.person("Charlie")
    await charlie.says("magnesium")
    tap = await world.forges(charlie, data)

    assert tap.text == "I no longer have that."


async def test_words_for_a_reminder_become_one(world: World) -> None:
    """With a time at once, without one with a question."""
    alice = await world.settled("Alice")
    await alice.says("please remind me to stretch at 21:30")
    made = alice.last.text
    await alice.says("remind me to drink")
    asked = alice.last.text
    await alice.says("/cancel")
    await alice.says("set a reminder")

    assert "every day at 21:30" in made
    assert "when?" in asked
    assert "What shall I remind you of?" in alice.last.text


async def test_a_reminder_for_every_night_is_no_red_flag(world: World) -> None:
    """What can wait for days does not come before a command."""
    alice = await world.settled("Alice")
    await alice.says("remind me to stretch every night at 21:30")

    assert "more than a cramp" not in alice.last.text


async def test_words_for_a_command_lead_to_it(world: World) -> None:
    """Stop, delete, change: the list of reminders."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("stop reminding me")

    assert "21:30" in alice.last.text
    assert "reminder" in alice.last.text.lower()


@pytest.mark.parametrize(
    ("said", "echo"),
    [
        ("remind me to drink after my workout", "💧 Hydrate: after a workout, every day."),
        ("please remind me to stretch at 21:30", "🦵 Stretch: every day at 21:30."),
        ("remind me about water every 2h 9-18", "💧 Hydrate: every 2 hours from 09:00 to 18:00, every day."),
    ],
)
async def test_who_asks_to_be_reminded_is_reminded_whatever_else_is_named(world: World, said: str, echo: str) -> None:
    """A workout in the words is no workout that was done."""
    alice = await world.settled("Alice")
    await alice.says(said)

    assert f"✓ {echo}" in alice.last.text
