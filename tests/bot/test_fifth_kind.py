"""Another kind of nudge is one row in each of two tables, and nothing else: here a warm bath, added for a test."""

from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from bot.dialogue.nudges.faces import FACES
from bot.dialogue.nudges.scene import Face, Scene
from db.knowledge.models import Subject
from db.knowledge.safety import Target
from jobs.suggest.kinds import KINDS, Kind
from jobs.suggest.profile import Profile
from jobs.suggest.suggestion import Occasion, Suggestion
from tests.world import World

HEAT = Target(subject=Subject.STRETCHING)


def _suggest(occasion: Occasion) -> Suggestion:
    """Minutes by the seed: data, no words."""
    return Suggestion("bath", "warm", occasion.variant("bath"), {"minutes": 10})


def _body(scene: Scene) -> list[Markup]:
    return [Markup("A warm bath of up to {n} minutes?").format(n=scene.suggestion.facts["minutes"])]


def _explain(_scene: Scene) -> list[Markup]:
    return [Markup("Warmth feels good.")]


BATH = Face(
    name="Warm bath",
    icon="🛁",
    aliases=("tub",),
    suggested=("20:00",),
    examples=("20:00", "20:00 sat sun"),
    caution="Not too hot.",
    body=_body,
    explain=_explain,
)


@pytest.fixture(autouse=True)
def _bath(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two rows."""
    monkeypatch.setitem(KINDS, "bath", Kind("bath", _suggest, card="stretching", touches=(HEAT,)))
    monkeypatch.setitem(FACES, "bath", BATH)


async def test_a_fifth_kind_is_offered_set_sent_explained_and_answered(world: World) -> None:
    """By its name and its alias, in the picker, in /next and in the list."""
    alice = await world.settled("Alice")
    await alice.says("/remind")
    offered = alice.last.labels
    await alice.says("/remind tub 20:00")
    echo = alice.last.text
    await alice.says("/next")
    coming = alice.last.text
    await world.until(datetime(2026, 3, 2, 19, 0, tzinfo=UTC))
    nudge = alice.last
    await alice.taps("Why this, why now?")
    why = alice.last.text
    await alice.taps("‹ Back")
    await alice.taps("Done")

    assert "🛁 Warm bath" in offered
    assert "✓ 🛁 Warm bath: every day at 20:00." in echo
    assert "🛁 Warm bath" in coming
    assert "A warm bath of up to 10 minutes?\n\nNot too hot." in nudge.text
    assert "Warmth feels good." in why
    assert "✓ Done (today 20:00)" in alice.last.text


async def test_a_fifth_kind_obeys_safety(world: World) -> None:
    """What it touches is in its row."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(traits=frozenset({"leg_clot"})))
    await alice.says("/nudge bath")

    assert "I leave that out for you." in alice.last.text


async def test_a_fifth_kind_is_part_of_the_day_and_the_week(world: World) -> None:
    """It is ticked in the plan and scored like any other habit."""
    alice = await world.settled("Alice")
    await alice.says("/remind bath 20:00")
    await alice.says("/today")
    plan = alice.last.text
    await alice.says("/week")

    assert "Warm bath" in plan
    assert "Warm bath" in alice.last.text
