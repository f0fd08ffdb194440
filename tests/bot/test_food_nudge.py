"""The food nudge through the bot: one food that this person eats, swapped in place, never one that was turned down."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.dialogue.consent import CONSENT
from bot.dialogue.turn import Press
from bot.sandbox.people import Person
from db.knowledge.foods import Allergen, Diet, Food
from db.knowledge.intakes import Sex
from db.knowledge.loader import load
from db.models import Delivery, Reminder, Status
from jobs.preferences import Preferences, Tone, Units
from jobs.suggest.profile import Profile
from tests.db.knowledge.readability import grade
from tests.jobs.cast import all_deliveries
from tests.world import MONDAY_NOON, World, world_on

pytestmark = pytest.mark.conversation

FOODS = load().edition("en").larder.foods
VEGAN_WITHOUT_NUTS = Profile(diet=Diet.VEGAN, allergens=frozenset({Allergen.TREE_NUTS, Allergen.PEANUT}))


def _only(*foods: str) -> Profile:
    """Somebody who likes nothing else."""
    return Profile(dislikes=frozenset(FOODS) - set(foods))


async def _nudged(world: World, profile: Profile | None = None, *, consent: int | None = CONSENT) -> Person:
    """Alice, who told this, and asked to see a nudge."""
    alice = await world.settled("Alice")
    await world.told(alice, profile or Profile())
    await world.kept(alice, consent=consent)
    await alice.says("/nudge food")
    return alice


async def _dislikes(world: World, person: Person) -> frozenset[str]:
    user = await world.row_of(person)
    return Profile.from_json(user.profile).dislikes


async def _food(world: World) -> Food:
    """What the last delivery proposes."""
    [*_earlier, delivery] = await all_deliveries(world.app.sessions)
    assert delivery.suggestion is not None
    return FOODS[delivery.suggestion["facts"]["food"]]


def _fits(food: Food, profile: Profile) -> bool:
    eaten = profile.diet is None or profile.diet.allows(food.diet)
    return eaten and food.safe_without(profile.allergens) and food.id not in profile.dislikes


def _nudges(person: Person) -> list[str]:
    """The texts of the food nudges that came, oldest first."""
    return [m.text for m in person.messages if m.from_bot and m.text.startswith("🥗") and "Another" in m.labels]


def _names(texts: Iterable[str]) -> list[str]:
    """The ids of the foods that the texts name."""
    by_length = sorted(FOODS.values(), key=lambda food: -len(food.name))
    return [next(food.id for food in by_length if food.name in text.splitlines()[1]) for text in texts]


async def test_it_names_a_food_its_serving_and_its_share_of_a_day(world: World) -> None:
    """For a vegan with an allergy to nuts; compared with what adults are advised."""
    alice = await _nudged(world, VEGAN_WITHOUT_NUTS)
    food, message = await _food(world), alice.last

    assert _fits(food, VEGAN_WITHOUT_NUTS)
    assert food.name in message.text.splitlines()[1]
    assert message.text.splitlines()[2].lower().startswith(f"{food.serving} (")
    assert "\u00a0mg of magnesium, " in message.text
    assert "of what adults are advised a day." in message.text
    assert ["Done", "Later", "Skip", "Another", "Not for me", "Why this, why now?"] == message.labels


async def test_whoever_told_age_and_sex_is_compared_with_their_like(world: World) -> None:
    """One figure instead of a span, and no share for a child, whom no figure fits."""
    alice = await _nudged(world, Profile(dislikes=_only("lentils").dislikes, sex=Sex.FEMALE, age=40))
    grown = alice.last.text
    await world.told(alice, Profile(dislikes=_only("porridge").dislikes, age=0))
    await alice.says("/nudge food")

    assert "A cup (198\u00a0g): about 71\u00a0mg of magnesium, 24% of what people like you are advised a day." in grown
    assert "A cup (234\u00a0g): about 63\u00a0mg of magnesium." in alice.last.text


async def test_weights_are_in_the_units_that_the_person_chose(world: World) -> None:
    """Ounces for somebody whose language would give grams."""
    alice = await _nudged(world, _only("lentils"))
    grams = alice.last.text
    await world.prefers(alice, Preferences(units=Units.US))
    await alice.taps("Why this, why now?")
    await alice.taps("‹ Back")

    assert "A cup (198\u00a0g)" in grams
    assert "A cup (7.0\u00a0oz)" in alice.last.text


async def test_what_must_be_known_of_a_food_goes_with_it(world: World) -> None:
    """Brands differ; gelatin matters to those who eat no meat, and to nobody else."""
    alice = await _nudged(world, _only("pasta_sauce"))
    sauce = alice.last.text
    for diet in (Diet.MEAT, Diet.VEGETARIAN):
        await world.told(alice, Profile(diet, dislikes=_only("yogurt_nonfat").dislikes))
        await alice.says("/nudge food")
        assert ("Some brands hold gelatin." in alice.last.text) == (diet is Diet.VEGETARIAN)

    assert "Brands differ a lot: read the label." in sauce


async def test_health_comes_first_and_speaks_with_what_is_allowed(world: World) -> None:
    """Kidneys: nothing rich in potassium. A water pill: salty food only with its reason."""
    kidneys = Profile(traits=frozenset({"kidney_disease"}))
    alice = await _nudged(world, kidneys)
    for _swap in range(12):
        potassium = (await _food(world)).per_serving("potassium")
        assert potassium is not None
        assert potassium.value < 200
        await alice.taps("Another")
    await world.told(alice, Profile(dislikes=_only("pasta_sauce").dislikes, traits=frozenset({"water_pill"})))
    await alice.says("/nudge food")

    assert "Salty." in alice.last.text
    assert "water" in alice.last.text.lower().split("salty.")[1]


async def test_where_nothing_fits_it_says_so(world: World) -> None:
    """And no delivery is left behind."""
    alice = await _nudged(world, _only())

    assert "I have nothing for you at the moment" in alice.last.text
    assert [] == await all_deliveries(world.app.sessions)


# Another ------------------------------------------------------------------------------------------


async def test_another_swaps_it_in_place(world: World) -> None:
    """One message; each food fits, and none comes twice."""
    alice = await _nudged(world, VEGAN_WITHOUT_NUTS)
    message, count, seen = alice.last, len(alice.messages), []
    for _swap in range(15):
        seen.append(await _food(world))
        await alice.taps("Another")

    assert (message.id, count) == (alice.last.id, len(alice.messages))
    assert all(_fits(food, VEGAN_WITHOUT_NUTS) for food in seen)
    assert len(set(seen_id := [food.id for food in seen])) == len(seen_id)
    assert seen[0].name not in alice.last.text
    assert message.labels == alice.last.labels


async def test_when_all_were_turned_down_it_begins_anew(world: World) -> None:
    """Three foods, round and round, never the same twice in a row."""
    alice = await _nudged(world, _only("almonds", "spinach", "lentils"))
    seen = []
    for _swap in range(7):
        seen.append((await _food(world)).id)
        await alice.taps("Another")

    assert {"almonds", "spinach", "lentils"} == set(seen[:3])
    assert all(one != following for one, following in pairwise(seen))
    assert {"almonds", "spinach", "lentils"} == set(seen[3:6])


@pytest.mark.parametrize("label", ["Another", "Not for me"])
async def test_the_only_one_stays_and_is_said_to_be(world: World, label: str) -> None:
    """Nothing else fits, and without consent nothing is kept."""
    alice = await _nudged(world, _only("almonds"), consent=None)
    before = alice.last.text
    tap = await alice.taps(label)

    assert "I know no other food that fits you here." == tap.text
    assert before == alice.last.text


async def test_what_was_turned_down_stays_away_when_it_comes_again(world: World) -> None:
    """Put off for ten minutes, and after a restart of that, it is the food that stood there last."""
    alice = await _nudged(world, _only("almonds", "spinach", "lentils"))
    first = (await _food(world)).id
    await alice.taps("Another")
    second = (await _food(world)).id
    await alice.taps("Later")
    await alice.taps("10 minutes")
    await world.passes(minutes=10)
    again = (await _food(world)).id
    await alice.taps("Another")

    assert second == again
    assert {"almonds", "spinach", "lentils"} == {first, second, (await _food(world)).id}


async def test_what_was_turned_down_survives_a_restart(database: str) -> None:
    """It is kept with the delivery."""
    async with world_on(database) as world:
        alice = await _nudged(world, _only("almonds", "spinach", "lentils"))
        first = (await _food(world)).id
        await alice.taps("Another")
        second = await _food(world)
    async with world_on(database, MONDAY_NOON + timedelta(minutes=1)) as world:
        alice = world.person("Alice")
        await alice.says("/help")
        await world.forges(alice, f"1:nudge:1:another:{second.id}")
        third = (await _food(world)).id

    assert {"almonds", "spinach", "lentils"} == {first, second.id, third}


# Not for me ---------------------------------------------------------------------------------------


async def test_not_for_me_goes_on_the_list_and_can_be_taken_back(world: World) -> None:
    """With consent; in place; Undo shows the same food again."""
    alice = await _nudged(world)
    food, before, message = await _food(world), alice.last, alice.last
    await alice.taps("Not for me")
    swapped, listed = alice.last, await _dislikes(world, alice)
    await alice.taps("Undo")

    assert {food.id} == listed
    assert f"{food.name}: I leave it out from now on. Your list: /settings dislikes." in swapped.text
    assert food.name not in swapped.text.splitlines()[1]
    assert "Undo" in swapped.labels
    assert frozenset() == await _dislikes(world, alice)
    assert (message.id, before.text, before.labels) == (alice.last.id, alice.last.text, alice.last.labels)


async def test_what_is_not_for_me_never_comes_again(world: World) -> None:
    """Not on this nudge, and not on the next ones."""
    alice = await _nudged(world, _only("almonds", "spinach", "lentils"))
    gone = (await _food(world)).id
    await alice.taps("Not for me")
    seen = []
    for _nudge in range(6):
        await alice.says("/nudge food")
        seen.append((await _food(world)).id)

    assert gone not in seen
    assert 2 == len(set(seen))


async def test_without_consent_it_is_left_out_this_time_only(world: World) -> None:
    """And the answer says what would let me remember it."""
    alice = await _nudged(world, consent=None)
    food = await _food(world)
    await alice.taps("Not for me")
    told = alice.last
    for _swap in range(10):
        await alice.taps("Another")
        assert food.id != (await _food(world)).id

    assert f"{food.name}: left out this time. I can remember it if you agree: /settings dislikes." in told.text
    assert "Undo" not in told.labels
    assert frozenset() == await _dislikes(world, alice)


async def test_the_last_food_can_be_turned_down_and_taken_back(world: World) -> None:
    """Then there is nothing, and Undo brings it back."""
    alice = await _nudged(world, _only("almonds"))
    before = alice.last.text
    await alice.taps("Not for me")
    nothing = alice.last
    await alice.taps("Undo")

    assert "I have nothing for you at the moment" in nothing.text
    assert before == alice.last.text
    assert "almonds" not in await _dislikes(world, alice)


async def test_a_second_tap_turns_down_nothing_more(world: World) -> None:
    """The button names the food that it stands under."""
    alice = await _nudged(world)
    first = await _food(world)
    await alice.taps("Not for me")
    second = await _food(world)
    taps = [await world.forges(alice, f"1:nudge:1:{action}:{first.id}") for action in ("not_for_me", "another")]

    assert ["That one is gone already."] * 2 == [tap.text for tap in taps]
    assert second == await _food(world)
    assert {first.id} == await _dislikes(world, alice)


# Owner and state ----------------------------------------------------------------------------------


async def test_an_answered_nudge_shows_its_outcome(world: World) -> None:
    """Done stays done, whatever old button is tapped."""
    alice = await _nudged(world)
    food = await _food(world)
    await alice.taps("Done")
    outcome = alice.last.text
    for action in ("another", "not_for_me", "for_me"):
        tap = await world.forges(alice, f"1:nudge:1:{action}:{food.id}")
        assert "That is noted already." == tap.text

    assert outcome == alice.last.text
    assert food == await _food(world)
    assert frozenset() == await _dislikes(world, alice)


@pytest.mark.parametrize("action", ["another", "not_for_me", "for_me"])
async def test_nobody_turns_down_anothers_food(world: World, action: str) -> None:
    """Nor is a stretch turned down, nor a food that is not there."""
    alice = await _nudged(world)
    food, charlie = await _food(world), await world.settled("Charlie")
    stolen = await world.forges(charlie, f"1:nudge:1:{action}:{food.id}")
    await alice.says("/nudge stretch")
    stretch = await world.forges(alice, f"1:nudge:2:{action}:{food.id}")
    unknown = await world.forges(alice, f"1:nudge:1:{action}:uranium")
    bare = await world.forges(alice, f"1:nudge:1:{action}")

    assert "I can't find that nudge any more." == stolen.text == stretch.text
    assert {"That one is gone already.", "Nothing to undo."} >= {unknown.text, bare.text}
    assert frozenset() == await _dislikes(world, alice)


async def test_what_was_told_since_counts_for_the_swap(world: World) -> None:
    """An allergy told after the nudge came: no nut takes the place of a nut."""
    nuts = ("almonds", "cashews", "walnuts", "pistachios")
    alice = await _nudged(world, _only(*nuts, "lentils"))
    await world.told(alice, Profile(dislikes=_only(*nuts, "lentils").dislikes, allergens=VEGAN_WITHOUT_NUTS.allergens))
    await alice.taps("Another")

    assert "lentils" == (await _food(world)).id


async def test_a_tap_that_overtakes_the_record_of_the_sending_wins(world: World) -> None:
    """The claim ends with the tap, so the old food is not written over the new one."""
    alice = await _nudged(world)
    first = await _food(world)
    async with world.app.sessions.begin() as session:
        delivery = await session.get(Delivery, 1)
        assert delivery is not None
        delivery.status, delivery.lease_until = Status.CLAIMED, world.clock() + timedelta(minutes=5)
    await alice.taps("Another")
    [delivery] = await all_deliveries(world.app.sessions)

    assert Status.SENT == delivery.status
    assert first != await _food(world)


async def test_whoever_asks_for_another_is_not_ignoring_it(world: World) -> None:
    """It counts like an answer for the question that comes after days of silence."""
    alice = await world.settled("Alice")
    await alice.says("/remind food 14:00")
    await world.passes(hours=1)
    async with world.app.sessions.begin() as session:
        reminder = await session.get(Reminder, 1)
        assert reminder is not None
        reminder.ignored = 4
    await alice.taps("Another")
    async with world.app.sessions() as session:
        reminder = await session.get(Reminder, 1)

    assert reminder is not None
    assert 0 == reminder.ignored


def test_every_food_fits_its_buttons() -> None:
    """Whatever the number of the delivery."""
    for food in FOODS:
        for action in ("another", "not_for_me", "for_me"):
            assert Press("nudge", ("9" * 18, action, food)).fits


# Day by day ---------------------------------------------------------------------------------------


async def test_no_food_comes_twice_in_ten_days(world: World) -> None:
    """`/remind food 08:00`, with an answer a day; neighbours differ in words and in kind."""
    alice = await world.settled("Alice")
    await world.told(alice, VEGAN_WITHOUT_NUTS)
    await alice.says("/remind food 08:00")
    texts = []
    for day in range(1, 12):
        await world.until(datetime(2026, 3, 2, 7, 0, tzinfo=UTC) + timedelta(days=day))
        texts.append(alice.last.text)
        await alice.taps("Done")
    foods = _names(texts)

    assert 11 == len(set(foods))
    assert all(_fits(FOODS[food], VEGAN_WITHOUT_NUTS) for food in foods)
    assert all(FOODS[one].ndb_no[:2] != FOODS[other].ndb_no[:2] for one, other in pairwise(foods))


@pytest.mark.parametrize("tone", Tone)
async def test_wordings_take_turns_and_promise_nothing(world: World, tone: Tone) -> None:
    """Plain, and without a word of cramps or of a lack."""
    alice = await world.settled("Alice")
    await world.prefers(alice, Preferences(tone=tone))
    await world.told(alice, _only("lentils"))
    for _nudge in range(6):
        await alice.says("/nudge food")
    first_lines = [text.splitlines()[1] for text in _nudges(alice)]

    assert 6 == len(first_lines)
    assert all(one != following for one, following in pairwise(first_lines))
    assert all(grade(line) <= 8 for line in first_lines)
    assert not any(word in line.lower() for line in first_lines for word in ("cramp", "lack", "need", "should"))


# Why ----------------------------------------------------------------------------------------------


async def test_why_says_what_it_went_by(world: World) -> None:
    """Nutrient, what was told, how long ago, whose figure; and that no food is shown to help."""
    alice = await _nudged(world, VEGAN_WITHOUT_NUTS)
    nudge = alice.last
    await alice.taps("Why this, why now?")
    why = alice.last.text
    await alice.taps("‹ Back")

    assert "• Magnesium: this nudge is about it unless you pick others with /settings nutrients." in why
    assert "• I went by what you told me in /settings of your diet and your allergies." in why
    assert "• I have not named it in the last 10 days." in why
    assert "Amounts: USDA" in why
    assert "Advised a day: Europe (EFSA" in why
    assert "To compare, not advice." in why
    assert "• That any food prevents cramps has not been shown." in why
    assert "• Now, because you asked for it." in why
    assert nudge.text == alice.last.text


@pytest.mark.parametrize(
    ("profile", "lines"),
    [
        (_only("kale"), ["In season now, by your time zone and a rough calendar of our own."]),
        (
            _only("okra"),
            ["Fresh, it is out of season now", "I went by what you told me in /settings of what you don't"],
        ),
        (Profile(), ["You told me of no diet, allergy or dislike. If there is one: /settings."]),
        (Profile(nutrients=frozenset({"b6"})), ["Vitamin B6: you picked it. With several, they take turns."]),
        (
            Profile(nutrients=frozenset({"potassium"}), traits=frozenset({"ace_or_arb"})),
            ["Magnesium: for what you picked I know no food that I may propose to you.", "your health"],
        ),
        (Profile(age=0), ["I have no amount for a day that fits you."]),
    ],
    ids=["in season", "out of season", "nothing told", "picked", "withheld", "child"],
)
async def test_why_speaks_of_this_person(world: World, profile: Profile, lines: list[str]) -> None:
    """It is March in Berlin."""
    alice = await _nudged(world, profile)
    await alice.taps("Why this, why now?")

    assert all(line in alice.last.text for line in lines)


async def test_why_says_when_all_others_came_since(world: World) -> None:
    """The third time of two foods."""
    alice = await _nudged(world, _only("almonds", "lentils"))
    for _again in range(2):
        await alice.says("/nudge food")
    await alice.taps("Why this, why now?")

    assert "I have named it lately. Of all that fits you, it is the longest ago." in alice.last.text


async def test_a_food_that_is_not_known_any_more_is_chosen_anew(world: World) -> None:
    """An old message of an old larder: nothing breaks."""
    alice = await _nudged(world)
    async with world.app.sessions.begin() as session:
        delivery = await session.get(Delivery, 1)
        assert delivery is not None
        delivery.suggestion = {"form": "idea", "variant": 0, "facts": {"food": "moon_dust"}, "cautions": []}
    await alice.taps("Why this, why now?")
    why = alice.last.text
    await alice.taps("‹ Back")
    taps = [await world.forges(alice, f"1:nudge:1:{action}:moon_dust") for action in ("another", "not_for_me")]

    assert "Magnesium: this nudge is about it" in why
    assert "of magnesium" in alice.last.text
    assert ["That one is gone already."] * 2 == [tap.text for tap in taps]
    assert "Another" in alice.last.labels


async def test_the_way_back_heeds_what_was_told_since(world: World) -> None:
    """An allergy that is told while the nudge lies open: the food is not shown again."""
    alice = await _nudged(world, _only("almonds", "lentils"))
    named = "Almonds" if "Almonds" in alice.last.text else "Lentils"
    await alice.taps("Why this, why now?")
    await world.told(alice, _only("lentils" if named == "Almonds" else "almonds"))
    await alice.taps("‹ Back")

    assert named not in alice.last.text
    assert "of magnesium" in alice.last.text
