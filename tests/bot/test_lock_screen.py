"""Neutral previews: whoever chose them finds no word about health on their lock screen, whatever comes."""

import re

import pytest

from bot.sandbox.people import Person
from db import reminders, users
from jobs.fire import IGNORED_DAYS
from jobs.suggest.kinds import KINDS
from jobs.suggest.profile import Profile, Spot
from tests.world import World

pytestmark = pytest.mark.conversation

TOLD = Profile(place=Spot(52.5, 13.4), sun=True, skin=2, age=40, traits=frozenset({"diabetes"}))
_TELLING = re.compile(
    r"cramp|stretch|leg|calf|muscle|magnesium|vitamin|sun|drink|water|food|eat|train|workout|health|diabet|dose|🦵|💧|☀|🥬",
    re.IGNORECASE,
)


async def _neutral(world: World) -> Person:
    alice = await world.settled("Alice")
    await world.told(alice, TOLD)
    await alice.says("/settings preview neutral")
    return alice


def _shown(person: Person, since: int) -> list[str]:
    """What the bot has sent unasked since then, buttons included."""
    return [" ".join((m.text, *m.labels)) for m in person.messages[since:] if m.from_bot]


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_that_comes_tells_of_health(world: World, kind: str) -> None:
    """Nor when it asks again, in what is left of the first, or in the question after days without an answer."""
    alice = await _neutral(world)
    await alice.says(f"/remind {kind} 13:10")
    await alice.says("/remind stretch 20:00")  # for the plan of the day to have something in it
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        for reminder in await reminders.of_user(session, user.id):
            reminder.nag = 15
    since = len(alice.messages)
    await world.passes(days=IGNORED_DAYS + 1)
    shown = _shown(alice, since)
    asked = [text for text in shown if "came for some days without an answer" in text]

    assert len(shown) > IGNORED_DAYS
    assert asked
    assert any("Asked again below" in text for text in shown)
    assert [] == [text for text in shown if _TELLING.search(text)]
