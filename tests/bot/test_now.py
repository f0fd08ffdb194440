"""/now: the right thing first, at three in the morning."""

import pytest

from db.knowledge.care import Phase, Site
from db.knowledge.loader import load
from jobs.suggest.profile import Profile
from tests.db.knowledge.readability import grade
from tests.world import World

pytestmark = pytest.mark.conversation

EDITION = load().edition("en")
PULL = "Leg straight. Pull your toes and the top of the foot towards you."
STOP = "Stop, and sit down or hold on to something."
MUSCLES = {"Calf": [Site.CALF], "Foot": [Site.FOOT], "Thigh": [Site.THIGH_BACK, Site.THIGH_FRONT]}


def _stretching() -> list[str]:
    """Every step that stretches."""
    return [step.statement.text for step in EDITION.first_aid if step.subject == "stretching"]


async def test_the_first_line_is_what_to_do_this_second(world: World) -> None:
    """One message, no picker, short, for a stranger who never said anything before."""
    charlie = world.person("Charlie")
    await charlie.says("/now")

    assert PULL == charlie.last.text.splitlines()[0]
    assert 1 == len(charlie.messages) - 1
    assert len(charlie.last.text) <= 600
    assert "swollen, hot, red or sore" in charlie.last.text
    assert "more than 10 minutes, get medical help" in charlie.last.text


async def test_the_first_screen_is_plain(world: World) -> None:
    """Grade six at most: nobody reads well with a cramp."""
    charlie = world.person("Charlie")
    await charlie.says("/now")

    assert grade(charlie.last.text.partition("Sources")[0]) <= 6


@pytest.mark.parametrize(("label", "sites"), MUSCLES.items())
async def test_each_muscle_has_its_steps_in_place(world: World, label: str, sites: list[Site]) -> None:
    """The muscle's own first, then how; the button shows which one it is."""
    charlie = world.person("Charlie")
    await charlie.says("/now")
    count = len(charlie.messages)
    await charlie.taps(label)
    held = [s.statement.text for s in EDITION.first_aid if s.phase is Phase.HOLD and s.site in sites]

    assert held[0] == charlie.last.text.splitlines()[0]
    assert all(step in charlie.last.text for step in held)
    assert "Rub the muscle while you stretch it." in charlie.last.text
    assert f"• {label}" in [button.label for button in charlie.last.buttons]
    assert count == len(charlie.messages)


async def test_a_muscle_can_be_typed(world: World) -> None:
    """`/now foot` is one step less; another word changes nothing."""
    charlie = world.person("Charlie")
    await charlie.says("/now Foot")
    foot = charlie.last.text
    await charlie.says("/now please")

    assert foot.startswith("Stand on the foot")
    assert charlie.last.text.startswith(PULL)


async def test_when_it_has_let_go_comes_what_helps_after(world: World) -> None:
    """Rest, warmth, soreness; salt only with its caution; and back again if it returns."""
    charlie = world.person("Charlie")
    await charlie.says("/now")
    await charlie.taps("It has let go")
    after = charlie.last.text
    await charlie.taps("It is back")

    assert after.startswith("It has let go.")
    assert "warm towel" in after
    assert "sore for up to 24 hours" in after
    assert (
        "a drink with some salt in it may suit you. Salt and electrolytes: only for long, hot, sweaty efforts." in after
    )
    assert charlie.last.text.startswith(PULL)


async def test_after_the_cramp_comes_prevention(world: World) -> None:
    """One button away."""
    charlie = world.person("Charlie")
    await charlie.says("/now")
    await charlie.taps("It has let go")
    await charlie.taps("How to have fewer")

    assert charlie.last.text.startswith("How to have fewer cramps")


async def test_what_does_not_let_go_needs_help(world: World) -> None:
    """The limit first, then whom to call where the person is."""
    alice = await world.settled("Alice", "Europe/London")
    await alice.says("/now")
    await alice.taps("It won't let go")
    text = alice.last.text
    await alice.taps("Signs that need help right now")

    assert "If it lasts more than 10 minutes, get medical help." == text.splitlines()[0]
    assert "Do not rub or stretch a calf that is swollen, hot or red" in text
    assert "United Kingdom: 111" in text
    assert "United Kingdom: 999 or 112" in alice.last.text


async def test_not_just_a_cramp_leads_to_the_red_flags_and_back(world: World) -> None:
    """In place, both ways."""
    charlie = world.person("Charlie")
    await charlie.says("/now")
    count = len(charlie.messages)
    await charlie.taps("Not just a cramp?")
    flags = charlie.last.text
    await charlie.taps("A cramp right now")

    assert flags.startswith("Is it more than a cramp?")
    assert charlie.last.text.startswith(PULL)
    assert count == len(charlie.messages)


@pytest.mark.parametrize("trait", ["leg_clot", "leg_injury"])
async def test_who_must_not_stretch_is_told_why_and_what_else(world: World, trait: str) -> None:
    """No stretching, no rubbing, by any button, typed or forged."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({trait})))
    seen = []
    for act in ("/now", "/now calf"):
        await alice.says(act)
        seen.append(alice.last)
    for data in ("1:now:calf", "1:now:foot", "1:now:thigh", "1:now:start"):
        await world.forges(alice, data)
        seen.append(alice.last)

    for message in seen:
        assert STOP == message.text.splitlines()[0]
        assert "Stretching: I leave that out for you." in message.text
        assert "Ask the doctor who treats it before you stretch." in message.text
        assert "a clot must be ruled out" in message.text
        assert [] == [step for step in _stretching() if step in message.text]
        assert "Calf" not in [button.label for button in message.buttons]


@pytest.mark.parametrize(
    ("trait", "caution"),
    [("unsteady", "Stretch sitting down."), ("pregnant", "Gentle foot moves only"), ("numb_feet", "Ask first;")],
)
async def test_who_must_take_care_reads_how(world: World, trait: str, caution: str) -> None:
    """The steps stay, and the person's own caution stands under them."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({trait})))
    await alice.says("/now")

    assert PULL == alice.last.text.splitlines()[0]
    assert caution in alice.last.text


@pytest.mark.parametrize("trait", ["kidney_disease", "heart_failure", "high_blood_pressure", "lithium", "pregnant"])
async def test_salt_is_withheld_after_the_cramp_with_its_reason(world: World, trait: str) -> None:
    """No salty drink for whom it may harm."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({trait})))
    await alice.says("/now")
    await alice.taps("It has let go")

    assert "some salt in it" not in alice.last.text
    assert "Salt and salty drinks: I leave that out for you. You told me:" in alice.last.text


async def test_who_was_told_to_drink_less_is_not_told_to_drink(world: World) -> None:
    """Shade and cooling stay."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({"fluid_limit"})))
    await alice.says("/now")
    await alice.taps("It has let go")

    assert "Drinking: I leave that out for you." in alice.last.text
    assert "Drink to thirst" not in alice.last.text
    assert "find shade and cool down" in alice.last.text


async def test_forged_buttons_change_nothing(world: World) -> None:
    """Muscles and screens that are not there are answered, not opened."""
    charlie = world.person("Charlie")
    await charlie.says("/now")
    before = charlie.last.text
    for data in ("1:now:", "1:now", "1:now:arm", "1:now:calf:calf", "1:now:../etc"):
        tap = await world.forges(charlie, data)
        assert "I no longer have that screen." == tap.text
    assert before == charlie.last.text
