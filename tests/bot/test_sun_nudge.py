"""The sun nudge as people get it: minutes, a walk, food, or nothing."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from bot.dialogue.nudges.scene import Scene
from bot.dialogue.nudges.sun import FACE
from bot.dialogue.words import words_for
from bot.sandbox.people import Person
from db.knowledge.foods import Allergen, Diet
from db.knowledge.loader import load
from jobs.almanac import Almanac
from jobs.preferences import Preferences, Tone
from jobs.suggest.profile import Profile, Spot
from jobs.suggest.suggestion import Occasion, Suggestion
from jobs.suggest.sun import suggest
from tests.db.knowledge.readability import grade
from tests.world import World, world_on

pytestmark = pytest.mark.conversation

EDITION = load().edition("en")
BERLIN, HELSINKI, QUITO = Spot(52.5, 13.4), Spot(60.2, 24.9), Spot(-0.2, -78.5)
SUNNY = Profile(sun=True, age=30, skin=3, place=BERLIN)
JUNE_MORNING = datetime(2026, 6, 21, 7, 30, tzinfo=UTC)  # half past nine in Berlin
JUNE_NIGHT = datetime(2026, 6, 21, 21, 0, tzinfo=UTC)
DECEMBER_NOON = datetime(2026, 12, 21, 11, 0, tzinfo=UTC)
NO_FOODS = frozenset(EDITION.larder.foods)


async def _shown(world: World, profile: Profile, zone: str = "Europe/Berlin") -> Person:
    """Alice, who told this, asked for a sun nudge and looks at it."""
    alice = await world.settled("Alice", zone)
    await world.told(alice, profile)
    await alice.says("/nudge sun")
    return alice


async def _reasons(alice: Person) -> str:
    await alice.taps("Why this, why now?")
    return alice.last.text


async def test_who_told_nothing_gets_food_and_learns_what_minutes_would_need(world: World) -> None:
    """A food with what it holds; behind the button, the four things to tell."""
    alice = await _shown(world, Profile())
    nudge = alice.last.text
    reasons = await _reasons(alice)

    assert "I don't know your place, so I can't tell how strong the sun is." in nudge
    assert re.search(r"In .+ \(\d+\sg\): about [\d.]+\smcg, \d+% of what is advised a day\.", nudge)
    assert "UV index" not in nudge
    for command in ("/settings sun on", "/settings place", "/settings skin 2", "/settings age 30"):
        assert command in reasons
    assert "That vitamin D prevents cramps has not been shown." in reasons


async def test_minutes_say_up_to_and_to_cover_up(database: str) -> None:
    """Half past nine in the morning in June, skin type III, with the hours that are best."""
    async with world_on(database, start=JUNE_MORNING) as world:
        alice = await _shown(world, SUNNY)

        assert "up to 10 minutes" in alice.last.text
        assert "over up before skin reddens." in alice.last.text
        assert FACE.caution in alice.last.text
        assert "Today's best hours: 08:50 to 09:50." in alice.last.text
        assert ["Done", "Later", "Skip", "Why this, why now?"] == alice.last.labels


async def test_minutes_at_noon_in_the_north(database: str) -> None:
    """In Helsinki the UV index of a June noon stays under 8: fewer minutes."""
    async with world_on(database, start=datetime(2026, 6, 21, 9, 0, tzinfo=UTC)) as world:
        alice = await _shown(world, Profile(sun=True, age=40, skin=2, place=HELSINKI), "Europe/Helsinki")
        nudge = alice.last.text
        reasons = await _reasons(alice)

        assert "up to 5 minutes" in nudge
        assert "after about 27 minutes at UV index 6" in reasons


async def test_why_shows_how_the_minutes_came_about(database: str) -> None:
    """The inputs, the sum, whose it is, what is not known, and who disagrees; nothing is left to tell."""
    async with world_on(database, start=JUNE_MORNING) as world:
        alice = await _shown(world, SUNNY)
        nudge = alice.last
        reasons = await _reasons(alice)
        await alice.taps("‹ Back")

        for line in (
            "UV index now: about 4.2, the sun 40° high. Today's highest: about 9.0.",
            "I reckon with the highest of the next half hour: about 5.2.",
            "our own estimate for a sky without clouds",
            "I don't know today's clouds",
            "Skin type 3, as you told me. Such skin first reddens after about 58 minutes at UV index 4",
            "from general knowledge, not yet checked",
            "One quarter of that, rounded down, and never more than 30 minutes: up to 10 minutes.",
            "no guideline",
            "Authorities disagree. US dermatologists (AAD, read in reports)",
            "NHS (read in a copy)",
            "That vitamin D prevents cramps has not been shown.",
            "Today's best hours: 08:50 to 09:50.",
            "Now, because you asked for it.",
        ):
            assert line in reasons
        assert "/settings" not in reasons
        assert nudge.text == alice.last.text


async def test_who_did_not_ask_for_minutes_walks_in_the_shade(database: str) -> None:
    """The place is known and the sun can burn: no minutes, no vitamin, and what is missing behind the button."""
    async with world_on(database, start=JUNE_MORNING) as world:
        alice = await _shown(world, Profile(place=BERLIN, age=30))
        nudge = alice.last.text
        reasons = await _reasons(alice)

        assert "shad" in nudge
        assert not re.search(r"vitamin|minute|best hours", nudge, re.IGNORECASE)
        assert "best hours" not in reasons
        assert "/settings sun on" in reasons
        assert "/settings skin 2" in reasons
        assert "/settings age" not in reasons
        assert "/settings place" not in reasons


async def test_hours_that_burn_are_named_only_to_who_may_have_minutes(database: str) -> None:
    """Seven in the morning: whoever told no skin is sent for a walk, but not to the sun of later."""
    async with world_on(database, start=datetime(2026, 6, 21, 5, 0, tzinfo=UTC)) as world:
        alice = await _shown(world, Profile(sun=True, place=BERLIN, age=30))
        nudge = alice.last.text
        reasons = await _reasons(alice)

        assert "best" not in nudge
        assert "Today's best" not in reasons


async def test_minutes_that_would_run_into_strong_sun_are_not_named(database: str) -> None:
    """Madrid in June before noon, dark skin: 7.7 now, and 8 within minutes."""
    async with world_on(database, start=datetime(2026, 6, 10, 9, 50, tzinfo=UTC)) as world:
        alice = await _shown(world, Profile(sun=True, age=31, skin=6, place=Spot(40.4, -3.7)), "Europe/Madrid")

        assert "the sun is too strong now, or within half an hour" in alice.last.text
        assert "minutes" not in alice.last.text


async def test_weak_sun_is_for_a_walk_without_a_claim(database: str) -> None:
    """Seven in the morning: the best hours are still to come."""
    async with world_on(database, start=datetime(2026, 6, 21, 5, 0, tzinfo=UTC)) as world:
        alice = await _shown(world, SUNNY)
        nudge = alice.last.text
        reasons = await _reasons(alice)

        assert not re.search("vitamin|minute", nudge, re.IGNORECASE)
        assert "Today's best hours: 08:50 to 09:50." in nudge
        assert "UV index now: about 0.6, the sun 17° high." in reasons
        assert "Under UV index 3 I say nothing about vitamin D: it is simply a walk." in reasons


async def test_the_night_is_for_food(database: str) -> None:
    """After sunset, with all told."""
    async with world_on(database, start=JUNE_NIGHT) as world:
        alice = await _shown(world, SUNNY)
        nudge = alice.last.text
        reasons = await _reasons(alice)

        assert "The sun is down now." in nudge
        assert "of what is advised a day" in nudge
        assert "The sun is down now. Today's highest UV index: about 9.0." in reasons


async def test_dark_months_are_for_food(database: str) -> None:
    """Noon in Berlin in December."""
    async with world_on(database, start=DECEMBER_NOON) as world:
        alice = await _shown(world, SUNNY)
        nudge = alice.last.text
        reasons = await _reasons(alice)

        assert "The sun stays weak all day today." in nudge
        assert "of what is advised a day" in nudge
        assert "minutes" not in nudge
        assert "Today's highest: about 0.4." in reasons
        assert "Today's brightest hours: 11:00 to 13:00." in reasons


async def test_why_is_silent_about_the_sun_of_before(database: str) -> None:
    """Opened at noon: no minutes are explained that were for the morning."""
    async with world_on(database, start=JUNE_MORNING) as world:
        alice = await _shown(world, SUNNY)
        await world.passes(hours=3)
        reasons = await _reasons(alice)

        assert "the sun is too strong now" in reasons
        assert "minutes" not in reasons


async def test_food_does_not_speak_of_covering_up(database: str) -> None:
    """That is for the sun; at night there is none."""
    async with world_on(database, start=JUNE_NIGHT) as world:
        alice = await _shown(world, SUNNY)

        assert "of what is advised a day" in alice.last.text
        assert "over up" not in alice.last.text


async def test_strong_sun_is_answered_with_no_nudge(database: str) -> None:
    """Noon in Quito: for whoever asks, the reason; no button to tick."""
    async with world_on(database, start=datetime(2026, 3, 20, 17, 0, tzinfo=UTC)) as world:
        alice = await _shown(world, Profile(sun=True, age=30, skin=6, place=QUITO), "America/Guayaquil")

        assert "the sun is too strong now, or within half an hour: UV index 8 or more" in alice.last.text
        assert [] == alice.last.labels


async def test_no_reminder_sends_anybody_into_strong_sun(database: str) -> None:
    """At noon in Quito nothing comes; at nine, when the sun is gentler, it does."""
    async with world_on(database, start=datetime(2026, 3, 20, 12, 0, tzinfo=UTC)) as world:
        alice = await world.settled("Alice", "America/Guayaquil")
        await world.told(alice, Profile(sun=True, age=30, skin=6, place=QUITO))
        await alice.says("/remind sun 9:00 12:00")
        await world.until(datetime(2026, 3, 20, 14, 30, tzinfo=UTC))
        morning, count = alice.last.text, len(alice.messages)
        await world.until(datetime(2026, 3, 20, 20, 0, tzinfo=UTC))

        assert "up to 30 minutes" in morning
        assert count == len(alice.messages)


@pytest.mark.parametrize("told", [{"traits": frozenset({"statin"})}, {"skin": 1}, {"age": 0}])
async def test_whom_sun_may_harm_is_told_so(world: World, told: dict[str, Any]) -> None:
    """No minutes, and no food instead: the kind as a whole is left out, with the reason."""
    alice = await _shown(world, Profile(**{"sun": True, "age": 30, "skin": 3, "place": BERLIN, **told}))

    assert "I leave that out for you." in alice.last.text
    assert [] == alice.last.labels


async def test_hours_are_in_the_persons_zone_and_by_their_clock(database: str) -> None:
    """An American in Berlin's sun, whose clock has twelve hours."""
    async with world_on(database, start=JUNE_MORNING) as world:
        alice = world.person("Alice", "en-US")
        await alice.says("/timezone Europe/Berlin")
        await world.told(alice, SUNNY)
        await alice.says("/nudge sun")

        assert "Today's best hours: 8:50\u202fAM to 9:50\u202fAM." in alice.last.text


async def test_a_vegan_without_soy_gets_another_food_every_day(world: World) -> None:
    """Nothing that they leave out, and never the same twice in a row, in words or on the plate."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(diet=Diet.VEGAN, allergens=frozenset({Allergen.SOY})))
    await alice.says("/remind sun 12:30")
    await world.passes(days=5)
    texts = [m.text for m in alice.messages if m.from_bot and m.text.startswith("🌤")]
    foods = [food.name for text in texts for food in EDITION.larder.foods.values() if food.name in text]

    assert len(foods) == len(texts) == 5
    assert set(foods[:3]) == {"Mushrooms grown under UV light", "Almond drink, fortified", "Rice drink, fortified"}
    assert all(one != following for one, following in pairwise(foods))
    assert all(one != following for one, following in pairwise(texts))


# Wordings -------------------------------------------------------------------------------------------


def _paragraphs(profile: Profile, now: datetime, variant: int, tone: Tone, language: str = "en") -> list[Markup]:
    """The nudge of this turn as its face has it."""
    zone = ZoneInfo("Europe/Berlin")
    made = suggest(Occasion(now, 1, profile, Almanac(zone, Preferences(), profile), EDITION))
    assert isinstance(made, Suggestion)
    turn = Suggestion(made.kind, made.form, variant, made.facts)
    return list(FACE.body(Scene(words_for(language), EDITION, Preferences(tone=tone), zone, 1, turn)))


FORMS = pytest.mark.parametrize(
    ("profile", "now"),
    [
        (SUNNY, JUNE_MORNING),
        (Profile(place=BERLIN), JUNE_MORNING),
        (SUNNY, datetime(2026, 6, 21, 5, 0, tzinfo=UTC)),
        (SUNNY, JUNE_NIGHT),
        (SUNNY, DECEMBER_NOON),
        (Profile(), JUNE_MORNING),
        (Profile(dislikes=NO_FOODS), JUNE_MORNING),
    ],
    ids=["minutes", "shade", "walk", "night", "dark", "no place", "no food"],
)


@FORMS
def test_every_form_has_wordings_that_take_turns(profile: Profile, now: datetime) -> None:
    """At least three friendly and two brief ones, the brief ones shorter, all easy to read."""
    said = {
        tone: {_paragraphs(profile, now, number, tone)[0].striptags() for number in range(12)} for tone in Tone
    }  # fmt: skip
    lengths = {tone: sum(map(len, said[tone])) / len(said[tone]) for tone in Tone}

    assert len(said[Tone.FRIENDLY]) >= 3
    assert len(said[Tone.BRIEF]) >= 2
    assert lengths[Tone.BRIEF] < lengths[Tone.FRIENDLY]
    assert max(grade(text) for tone in Tone for text in said[tone]) < 9


def test_every_wording_of_minutes_says_up_to_and_to_cover_up() -> None:
    """In both tones: a limit, never a goal."""
    said = [_paragraphs(SUNNY, JUNE_MORNING, number, tone)[0] for number in range(6) for tone in Tone]

    assert all("up to 10 minutes" in text for text in said)
    assert all("cover up before skin reddens" in text for text in said)


def test_every_wording_in_burning_sun_speaks_of_shade() -> None:
    """And none of them of a vitamin."""
    said = [_paragraphs(Profile(place=BERLIN), JUNE_MORNING, number, tone)[0] for number in range(6) for tone in Tone]

    assert all("shad" in text for text in said)
    assert not any("itamin" in text for text in said)


def test_every_wording_fits_foods_of_any_number() -> None:
    """One mushroom or many: the sentence around the name needs no other verb."""
    mushrooms = Profile(dislikes=NO_FOODS - {"uv_mushrooms"})
    said = [_paragraphs(mushrooms, JUNE_MORNING, number, tone)[0] for number in range(6) for tone in Tone]

    assert all("Mushrooms grown under UV light" in text for text in said)
    assert not any("</b> brings" in text for text in said)


def test_a_food_comes_with_what_must_be_known_of_it() -> None:
    """Fortified ones differ by brand; only some mushrooms hold vitamin D."""
    only = {"uv_mushrooms": "Only mushrooms grown or treated under UV light", "almond_drink": "read the label"}
    for food, note in only.items():
        text = " ".join(_paragraphs(Profile(dislikes=NO_FOODS - {food}), JUNE_MORNING, 0, Tone.BRIEF))

        assert EDITION.larder.foods[food].name in text
        assert note in text


def test_one_good_moment_is_named_as_a_moment() -> None:
    """Not as the span from 12:10 to 12:10."""
    facts = {"missing": [], "uv": 1.0, "highest": 3.0, "elevation": 20.0, "skin": 3}
    window = dict.fromkeys(("start", "end"), "2026-03-02T11:10:00+00:00")
    made = Suggestion("sun", "walk", 0, {**facts, "window": window})
    scene = Scene(words_for("en"), EDITION, Preferences(), ZoneInfo("Europe/Berlin"), 1, made)

    assert Markup("Today's best time: about 12:10.") == FACE.body(scene)[1]


def test_a_food_that_left_the_larder_leaves_a_general_idea() -> None:
    """An old nudge, opened again after an update."""
    made = Suggestion("sun", "food", 1, {"missing": ["place"], "because": "place", "food": "gone"})
    scene = Scene(words_for("en"), EDITION, Preferences(), ZoneInfo("UTC"), 1, made)

    assert "labels" in FACE.body(scene)[0]
    assert any("I know no food" in line for line in FACE.explain(scene))


async def test_an_hour_of_too_strong_sun_is_said_when_it_is_set(database: str) -> None:
    """Nothing would come at noon in Quito, day after day, and nobody would know why."""
    async with world_on(database, datetime(2026, 3, 20, 8, 0, tzinfo=UTC)) as world:
        alice = await world.settled("Alice", "America/Guayaquil")
        await world.told(alice, Profile(place=Spot(-0.2, -78.5), skin=4, age=30, sun=True))
        await alice.says("/remind sun 12:00")
        noon = alice.last.text
        await alice.says("/remind sun 8:30")

    assert "At 12:00 the sun is too strong on a clear day (UV index about 12), so nothing comes then." in noon
    assert "too strong" not in alice.last.text
