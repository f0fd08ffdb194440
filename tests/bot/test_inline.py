"""`@bot magnesium` in any chat: cards to share, about nobody."""

import pytest

from bot.dialogue.inline import MOST, cards
from bot.dialogue.routes import COMMANDS
from bot.dialogue.turn import House
from db import users
from db.knowledge.loader import load
from db.places.places import load as load_places
from tests.world import World

pytestmark = pytest.mark.conversation

HOUSE = House(load(), load_places(), "cramp_bot", COMMANDS)


def test_an_empty_query_shows_all_cards() -> None:
    """Nutrients in their order, stretching, topics."""
    ids = [card.id for card in cards(HOUSE, "", "en")]

    assert [f"card:{name}" for name in HOUSE.knowledge.nutrients] == ids[: len(HOUSE.knowledge.nutrients)]
    assert {"card:stretching", "topic:quinine"} <= set(ids)


def test_every_card_fits_telegram_and_says_what_it_is() -> None:
    """Length, count, unique ids, the notice, and a link into the bot."""
    found = cards(HOUSE, "", "en")

    assert 1 <= len(found) <= MOST
    assert len(found) == len({card.id for card in found})
    for card in found:
        assert len(card.text) <= 4096
        assert "General information, not medical advice." in card.text
        assert card.title
        assert card.description
        assert card.url.startswith("https://t.me/cramp_bot")
        assert len(card.id.encode()) <= 64


def test_a_query_finds_its_card_by_any_name() -> None:
    """Misspelled, in a question, or a topic."""
    assert "Magnesium" == cards(HOUSE, "magnesum", "en")[0].title
    assert "Vitamin B1" == cards(HOUSE, "is thiamine any good", "en")[0].title
    assert "Quinine and tonic water" == cards(HOUSE, "tonic water", "en")[0].title


def test_the_first_letters_find_their_cards() -> None:
    """Telegram asks while people type."""
    assert ["Magnesium"] == [card.title for card in cards(HOUSE, "magn", "en")]
    assert ["B vitamins", "Vitamin B1", "Vitamin B5", "Vitamin B6"] == [
        card.title for card in cards(HOUSE, "Vitamin B", "en")
    ]
    assert "Stretching" == cards(HOUSE, "stre", "en")[0].title


def test_an_unknown_query_shows_what_is_near_or_all() -> None:
    """Never nothing."""
    assert "topic:night_cramps" in [card.id for card in cards(HOUSE, "coffee leg cramps", "en")]
    assert len(cards(HOUSE, "", "en")) == len(cards(HOUSE, "qwertzuiop", "en"))


def test_a_red_flag_comes_first() -> None:
    """Also where somebody else is to read it."""
    first = cards(HOUSE, "calf swollen and hot", "en")[0]

    assert "flag:leg_clot" == first.id
    assert "Speak to a doctor or an urgent care line today." in first.text


def test_advice_for_strangers_carries_its_cautions() -> None:
    """Nobody knows who reads it: salt, supplements, sun and stretching are never bare."""
    edition = HOUSE.knowledge.edition("en")
    (prevention,) = (card for card in cards(HOUSE, "", "en") if card.id == "topic:prevention")

    for rule in ("salt_in_general", "pills_in_general", "sun_in_general", "stretching_in_general"):
        (reason,) = (r.reason.text for r in edition.safety.rules if r.reason.id == rule)
        assert reason in prevention.text


async def test_a_card_is_shared_by_somebody_the_bot_does_not_know(world: World) -> None:
    """The article is answered, kept for others, sent; and no row is made for who only asked."""
    charlie = world.person("Charlie")
    ask = await charlie.asks_inline("magnesium")
    (article, *_) = ask.results
    async with world.app.sessions() as session:
        known = await users.by_chat(session, charlie.id)

    assert "Magnesium" == article["title"]
    assert article["input_message_content"]["message_text"].startswith("<b>Magnesium</b>")
    assert "?start=why_magnesium" in article["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert ("300", "false") == (str(ask.options["cache_time"]), str(ask.options["is_personal"]).lower())
    assert known is None


async def test_nothing_personal_is_shared(world: World) -> None:
    """What alice told the bot is not in the card she shares: the same for her and for a stranger."""
    alice, charlie = await world.settled("Alice"), world.person("Charlie")
    await alice.says("/settings")
    await alice.taps("Agree")
    await alice.says("/settings conditions kidney")

    for query in ("potassium", ""):
        hers, his = await alice.asks_inline(query), await charlie.asks_inline(query)
        assert his.results == hers.results


async def test_a_query_that_is_too_old_costs_nothing(world: World) -> None:
    """Telegram no longer takes the answer; the bot goes on."""
    charlie = world.person("Charlie")
    world.state.faults.add("forbidden", method="answerInlineQuery")
    charlie.ask_inline("magnesium")
    ask = await charlie.asks_inline("calcium")

    assert "Calcium" == ask.results[0]["title"]
