"""Every persona through every path that can suggest something: nothing leaks.

The expectations are written down here once more, by hand, so that a slip in the safety table is a failure.
"""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations, count
from typing import cast

import pytest

from bot.dialogue.routes import COMMANDS, dispatch, understand
from bot.dialogue.turn import House, Reply, Turn
from bot.dialogue.words import words_for
from db.engine import Session
from db.knowledge.loader import load as load_knowledge
from db.models import Delivery, User
from db.places.places import load as load_places
from jobs.suggest.profile import Profile

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KNOWLEDGE = load_knowledge()
HOUSE = House(KNOWLEDGE, load_places(), "cramp_bot", COMMANDS)
EDITION = HOUSE.knowledge.edition("en")
TRAITS = [trait.id for trait in EDITION.safety.traits]
SAID: dict[tuple[frozenset[str], str], str] = {}

NO_POTASSIUM = {
    "kidney_disease", "heart_failure", "cirrhosis", "low_potassium_diet", "addison", "potassium_sparing", "ace_or_arb",
    "cancer_treatment", "under_18",
}  # fmt: skip
NO_SALT = {
    "kidney_disease", "heart_failure", "cirrhosis", "high_blood_pressure", "pre_eclampsia", "low_salt_diet", "lithium",
    "under_18",
}  # fmt: skip
NO_SUN = {
    "skin_type_1", "skin_cancer", "weak_immunity", "light_sensitive", "light_sensitising", "antibiotic", "water_pill",
    "statin", "painkiller", "hormones", "heat_illness", "under_18",
}  # fmt: skip
NO_DRINKING = {"kidney_disease", "heart_failure", "cirrhosis", "fluid_limit"}
NO_STRETCHING = {"leg_clot", "leg_injury"}

MUTED = {"sun": NO_SUN, "hydrate": NO_DRINKING, "stretch": NO_STRETCHING}

# Per serving; what the facts call a reason to mute.
MUCH_POTASSIUM = Decimal(200)
MUCH_SODIUM = Decimal(400)


def personas() -> Iterator[frozenset[str]]:
    """Nobody told anything, each alone, and all pairs."""
    yield frozenset()
    yield from (frozenset({trait}) for trait in TRAITS)
    yield from map(frozenset, combinations(TRAITS, 2))


class NoRows:
    """A session on an empty database: the walk is long, and no row matters to it."""

    numbers = count(1)

    async def scalars(self, _query: object) -> "NoRows":
        return self

    async def scalar(self, _query: object) -> None:
        return None

    async def execute(self, _query: object, _values: object = None) -> "NoRows":
        return self

    async def delete(self, _row: object) -> None:
        return None

    async def get(self, *_key: object) -> None:
        return None

    async def flush(self) -> None:
        return None

    def one_or_none(self) -> None:
        return None

    def all(self) -> list[object]:
        return []

    def add(self, row: object) -> None:
        """Numbered, because a number is what a nudge draws by."""
        if isinstance(row, Delivery):
            row.id = next(self.numbers)


async def said(traits: frozenset[str], *texts: str) -> str:
    """All that the bot shows for these texts, buttons included."""
    return "\n".join([await _said(traits, text) for text in texts])


async def _said(traits: frozenset[str], text: str) -> str:
    """Several tests look at the same answers."""
    if (traits, text) not in SAID:
        user = User(
            id=1, chat_id=1, language="en", zone="Europe/Berlin", profile=Profile(traits=traits).to_json(), seen_at=NOW
        )
        turn = Turn(user=user, session=cast("Session", NoRows()), now=NOW, words=words_for("en"), house=HOUSE)
        replies = await dispatch(turn, understand(text))
        SAID[traits, text] = "\n".join(
            line for reply in replies if isinstance(reply, Reply) for line in _visible(reply)
        )
    return SAID[traits, text]


def _visible(reply: Reply) -> Iterable[str]:
    yield str(reply.text or "")
    for row in reply.buttons:
        for button in row:
            yield f"[{button.label}] {button.press.encode()}"


def _listed_foods(text: str) -> list[str]:
    foods = ((name, food.name) for name, food in EDITION.larder.foods.items() if food.name in text)
    return [name for name, written in foods if re.search(rf"\b{re.escape(written)}\b", text)]


def _holds(food: str, nutrient: str) -> Decimal:
    quantity = EDITION.larder.foods[food].per_serving(nutrient)
    return Decimal(0) if quantity is None else quantity.value


async def test_no_potassium_rich_food_for_whom_potassium_is_a_danger() -> None:
    """Not under potassium, and not as a magnesium food either."""
    for traits in personas():
        if traits & NO_POTASSIUM:
            text = await said(traits, "/foods potassium", "/foods magnesium")
            rich = [food for food in _listed_foods(text) if _holds(food, "potassium") >= MUCH_POTASSIUM]
            assert [] == rich, (set(traits), rich)


async def test_no_food_nudge_names_what_is_a_danger() -> None:
    """Each nudge draws anew, so each persona gets one of its own."""
    for traits in personas():
        if not traits & (NO_POTASSIUM | NO_SALT) or (len(traits) > 1 and os.environ.get("WALK") != "all"):
            continue
        bold = re.findall(r"<b>([^<]*)</b>", await said(traits, "/nudge food"))
        named = [name for name, food in EDITION.larder.foods.items() if food.name in bold]
        assert named, set(traits)
        rich = [food for food in named if _holds(food, "potassium") >= MUCH_POTASSIUM]
        salty = [food for food in named if _holds(food, "sodium") >= MUCH_SODIUM]
        assert not (traits & NO_POTASSIUM and rich), (set(traits), rich)
        assert not (traits & NO_SALT and salty), (set(traits), salty)


async def test_no_salty_food_for_whom_salt_is_a_danger() -> None:
    """Whatever nutrient it is rich in."""
    for traits in personas():
        if traits & NO_SALT:
            text = await said(traits, "/foods magnesium", "/foods calcium", "/foods b6")
            salty = [food for food in _listed_foods(text) if _holds(food, "sodium") >= MUCH_SODIUM]
            assert [] == salty, (set(traits), salty)


@pytest.mark.parametrize(
    ("kind", "mute", "card"),
    [
        ("sun", NO_SUN, "vitamin_d"),
        ("hydrate", NO_DRINKING, "sodium"),
        ("stretch", NO_STRETCHING, "stretching"),
    ],
)
async def test_no_nudge_is_offered_shown_or_set_against_safety(kind: str, mute: set[str], card: str) -> None:
    """Not by its command, not at once, not under its card."""
    for traits in personas():
        withheld = bool(traits & mute)
        if withheld:
            text = await said(traits, f"/remind {kind} 12:00", f"/nudge {kind}")
            assert 2 == text.count("I leave that out for you."), set(traits)
            offers = re.findall(rf"\[[^\]]*\] 1:say:/remind {kind}", await said(traits, f"/why {card}"))
            assert [] == offers, set(traits)


async def test_what_is_withheld_is_explained() -> None:
    """Nobody is left with a bare no."""
    for trait in TRAITS:
        text = await said(frozenset({trait}), "/foods potassium", "/why potassium", "/why magnesium")
        if trait in NO_POTASSIUM:
            assert "You told me" in text, trait
        assert "you lack" not in text.lower()
        assert "deficient" not in text.lower()


async def test_prevention_and_free_text_hold_to_it_too() -> None:
    """Tonic water, bananas and salt by another door. `make walk` sends all pairs through; here each goes alone."""
    doors = ("/prevent", "is banana good", "should i eat more salt", "what foods have potassium", "/now", "/stretch")
    for traits in personas() if os.environ.get("WALK") == "all" else (frozenset({trait}) for trait in TRAITS):
        text = await said(traits, *doors)
        for kind, mute in MUTED.items():
            if traits & mute:
                assert f"1:say:/remind {kind}" not in text, (set(traits), kind)


async def test_the_walk_sees_what_others_are_offered() -> None:
    """Who told nothing gets what the personas above do not: the walk looks in the right place."""
    nobody: frozenset[str] = frozenset()
    rich = _listed_foods(await said(nobody, "/foods potassium"))
    vitamin_d = await said(nobody, "/why vitamin_d")

    assert [food for food in rich if _holds(food, "potassium") >= MUCH_POTASSIUM]
    assert "1:say:/remind sun" in vitamin_d
    assert "1:say:/remind stretch" in await said(nobody, "/why stretching")
