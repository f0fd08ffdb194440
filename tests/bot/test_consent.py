"""Consent: to the text that was shown, for what is told from then on; who takes it back, or never gave it, is held to
nothing."""

from collections.abc import Sequence

import pytest

from bot.dialogue.consent import CONSENT
from bot.sandbox.people import Person
from db import sessions
from jobs.suggest.profile import Profile, Spot
from tests.bot.owned import profile_of
from tests.world import World

pytestmark = pytest.mark.conversation

_NEWER = CONSENT + 1


async def _agreed(world: World, *telling: str) -> Person:
    alice = await world.settled("Alice")
    await alice.says("/settings")
    await alice.taps("Agree")
    for text in telling:
        await alice.says(f"/settings {text}")
    return alice


def _says_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text of a newer version asks for more."""
    monkeypatch.setattr("bot.dialogue.consent.CONSENT", _NEWER)


async def _said_after(person: Person, label: str) -> Sequence[str]:
    """What the bot has said or shows anew since this tap, in that order."""
    count = len(person.messages)
    await person.taps(label)
    return [person.messages[count - 1].text, *(message.text for message in person.messages[count:])]


@pytest.mark.parametrize("command", ["/settings", "/setup", "/settings conditions kidney"])
async def test_an_old_yes_is_none_to_a_newer_text(world: World, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """It leads to the text as it is now, whose yes counts."""
    alice = await world.settled("Alice")
    await alice.says(command)
    _says_more(monkeypatch)
    await alice.taps("Agree")
    before, asked = await world.row_of(alice), alice.last.text
    await alice.taps("Agree")

    assert (None, None) == (before.consent, before.profile)
    assert "May I keep what you tell me about yourself?" in asked
    assert _NEWER == (await world.row_of(alice)).consent


@pytest.mark.parametrize("data", ["1:settings:agree", "1:settings:agree:99", "1:setup:1:diet:agree"])
async def test_a_yes_to_no_version_of_the_text_asks_anew(world: World, data: str) -> None:
    """As on buttons from before they carried one."""
    alice = await world.settled("Alice")
    await world.forges(alice, data)

    assert (await world.row_of(alice)).consent is None
    assert "May I keep what you tell me about yourself?" in alice.last.text


async def test_no_sun_is_wished_for_under_an_older_yes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last step of /setup keeps nothing about a person who has not agreed to the text as it is now."""
    alice = await _agreed(world)
    await world.told(alice, Profile(age=30, skin=3, place=Spot(52.5, 13.4)))
    await alice.says("/setup nudges")
    _says_more(monkeypatch)
    await world.forges(alice, "1:setup:1s:nudges:set:2:none")

    assert not (await profile_of(world, alice)).sun


@pytest.mark.parametrize("command", ["/settings", "/setup"])
async def test_who_declines_a_newer_text_is_asked_about_what_was_told_before(
    world: World, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """It goes with a tap, and the way back leads to the question."""
    alice = await _agreed(world, "conditions kidney")
    _says_more(monkeypatch)
    await alice.says(command)
    await alice.taps("Use without a profile")
    asked = alice.last.text
    await alice.taps("‹ Back")
    question = alice.last.text
    await alice.taps("Use without a profile")
    await alice.taps("Forget it")
    user = await world.row_of(alice)

    assert asked.startswith("What you told me before is still here")
    assert "May I keep what you tell me about yourself?" in question
    assert (None, None) == (user.consent, user.profile)


async def test_to_clear_something_nobody_has_to_agree(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed or tapped; to tell something, they do."""
    alice = await _agreed(world, "conditions kidney", "diet vegan")
    await alice.taps("Change")
    _says_more(monkeypatch)
    await alice.says("/settings conditions none")
    typed = alice.last.text
    await world.forges(alice, "1:settings:diet:clear")
    cleared = await profile_of(world, alice)
    await alice.says("/settings diet vegan")

    assert typed.startswith("✓ Conditions: not told")
    assert Profile() == cleared == await profile_of(world, alice)
    assert "May I keep what you tell me about yourself?" in alice.last.text


async def test_a_stranger_who_clears_has_told_nothing(world: World) -> None:
    """And is not asked about it."""
    alice = await world.settled("Alice")
    await alice.says("/settings conditions none")
    user = await world.row_of(alice)

    assert (None, True) == (user.consent, not user.profile)


async def test_after_a_yes_what_was_told_is_answered_first(world: World) -> None:
    """And no card that was drawn before it."""
    alice = await world.settled("Alice")
    await alice.says("/settings")
    await alice.says("/settings conditions kidney")
    said = await _said_after(alice, "Agree")

    assert "Thank you. You can clear everything in /settings." == said[0]
    assert ["✓ Conditions: Kidney disease or dialysis"] == [text.partition("\n")[0] for text in said[1:]]


async def test_with_all_that_was_told_a_stretch_that_runs_ends(world: World) -> None:
    """Which one it is can tell of a condition; and what stays is said in full."""
    alice = await _agreed(world)
    await alice.says("/stretch")
    await alice.taps("▶ Start")
    await world.passes(seconds=2)
    await alice.says("/settings")
    await alice.taps("Forget all of this")
    await alice.taps("Forget it")
    forgotten = alice.last.text
    await world.passes(seconds=5)
    user = await world.row_of(alice)
    async with world.app.sessions() as session:
        running = await sessions.of_user(session, user.id)

    assert "when nudges came and what you answered" in forgotten
    assert running is None
