"""/privacy: the policy in plain words, made of the table of what is kept, in the chat and as a page."""

import re
from datetime import timedelta
from html import unescape

import pytest
from markupsafe import Markup

from bot.dialogue.privacy import page, policy
from bot.dialogue.privacy.words import COLUMNS, HOLDINGS
from bot.dialogue.words import words_for
from bot.sandbox.people import Person
from bot.settings import Settings, SettingsError
from db import inventory
from jobs.farewell import Terms
from tests.db.knowledge.readability import grade
from tests.world import MONDAY_NOON, World, world_on

pytestmark = pytest.mark.conversation

ENGLISH = words_for("en")
SCREENS = {"first": policy.summary, **{name: part for name, (_label, part) in policy.PARTS.items()}}
_TELEGRAMS_LIMIT = 4096
_GRADE = 8.0


def _shown(text: Markup) -> str:
    """As a person reads it."""
    return unescape(re.sub("<[^>]*>", "", text))


def test_everything_that_is_kept_has_words() -> None:
    """Each holding its reason and its end, each column of a person's rows its meaning; nothing is told that is not."""
    columns = {
        (holding.table, column.name)
        for holding in inventory.HOLDINGS.values()
        if holding.exported
        for column in holding.columns
    }

    assert list(inventory.HOLDINGS) == list(HOLDINGS)
    assert columns == {(table, name) for table, names in COLUMNS.items() for name in names}


def test_the_policy_says_what_how_long_and_what_is_encrypted() -> None:
    """Every holding on both screens, with the inventory's days and its lock."""
    kept, ends = (_shown(part(ENGLISH, Terms())) for part in (policy.kept, policy.how_long))
    for holding in inventory.HOLDINGS.values():
        about = HOLDINGS[holding.name]
        sealed = any(column.health for column in holding.columns)
        (line,) = (line for line in ends.splitlines() if line.startswith(f"• {about.title}:"))

        assert f"• {about.title}{' 🔒' if sealed else ''}: {about.what}. Why: {about.why}." in kept
        assert holding.kept is None or f"{holding.kept.days} day" in line
        assert (holding.kept is not None) == ("{days}" in about.until)


@pytest.mark.parametrize("name", SCREENS)
def test_each_screen_fits_a_message_and_is_plain(name: str) -> None:
    """Telegram counts the characters without tags; most people read at this grade without effort."""
    text = _shown(SCREENS[name](ENGLISH, Terms()))

    assert len(text) <= _TELEGRAMS_LIMIT
    assert grade(text) <= _GRADE


def test_the_page_is_current() -> None:
    """`make privacy` writes it."""
    assert page.written() == page.PAGE.read_text(encoding="utf-8")


async def test_its_parts_open_in_place_and_lead_back(world: World) -> None:
    """One message, with the ways to take all along and to delete it."""
    charlie = world.person("Charlie")
    await charlie.says("/privacy")
    first, count = charlie.last, len(charlie.messages)
    seen = []
    for label, _part in policy.PARTS.values():
        await charlie.taps(label)
        seen.append((charlie.last.text, charlie.last.id))
        await charlie.taps("‹ Back")
    expected = [f"{label}\n\n{_shown(part(ENGLISH, Terms()))}" for label, part in policy.PARTS.values()]

    assert [(text, first.id) for text in expected] == seen
    assert count == len(charlie.messages)
    assert first.text == charlie.last.text
    assert {"Take it along", "Delete it"} < set(first.labels)


async def test_its_buttons_lead_to_export_and_delete(world: World) -> None:
    """As if the person had written that."""
    alice = await world.settled("Alice")
    await alice.says("/privacy")
    privacy = alice.last
    await alice.taps("Take it along", privacy)
    exported = alice.last
    await alice.taps("Delete it", privacy)

    assert exported.document is not None
    assert "Delete all about you?" in alice.last.text


async def test_it_names_the_days_that_are_configured(database: str) -> None:
    """An operator who keeps data for a shorter time says so without writing anything."""
    async with world_on(database, keep_inactive_days=90, keep_blocked_days=30) as world:
        charlie = world.person("Charlie")
        await charlie.says("/privacy")
        first = charlie.last.text
        await charlie.taps("How long")

    assert "do not write for 90 days, or block me for 30 days" in first
    assert "nothing from you for 90 days" in charlie.last.text
    assert "after 30 days" in charlie.last.text


async def test_it_says_how_to_reach_whoever_runs_the_bot(database: str) -> None:
    """As they wrote it, whatever is in it; where they wrote nothing, nothing."""
    async with world_on(database, operator_contact="<ask> & tell@example.org") as world:
        charlie = world.person("Charlie")
        texts = [await _part_shown(charlie, label) for label, _part in policy.PARTS.values()]
    async with world_on(database, MONDAY_NOON + timedelta(days=1)) as world:
        charlie = world.person("Charlie")
        silent = [await _part_shown(charlie, label) for label, _part in policy.PARTS.values()]
    line = "\n\nWhoever runs this bot can be reached here: <ask> & tell@example.org"
    with_it = [name for name, text in zip(policy.PARTS, texts, strict=True) if text.endswith(line)]

    assert ["who", "rights"] == with_it
    assert silent == [text.removesuffix(line) for text in texts]


async def _part_shown(person: Person, label: str) -> str:
    await person.says("/privacy")
    await person.taps(label)
    return person.last.text


def test_how_to_be_reached_has_two_hundred_characters_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """More is one sentence; with a policy's part they fit a message."""
    monkeypatch.setenv("OPERATOR_CONTACT", "x" * 200)
    longest = Settings.load().operator_contact
    assert longest is not None
    monkeypatch.setenv("OPERATOR_CONTACT", "x" * 201)

    for name in policy.REACHING:
        assert len(_shown(SCREENS[name](ENGLISH, Terms()) + policy.reach(ENGLISH, longest))) < _TELEGRAMS_LIMIT - 100
    with pytest.raises(SettingsError, match=r"OPERATOR_CONTACT cannot be used: .* at most 200 characters"):
        Settings.load()


@pytest.mark.parametrize("data", ["1:privacy", "1:privacy:x", "1:privacy:what:more"])
async def test_a_forged_part_is_answered(world: World, data: str) -> None:
    """And nothing is shown."""
    charlie = world.person("Charlie")
    await charlie.says("/privacy")
    count = len(charlie.messages)
    tap = await world.forges(charlie, data)

    assert tap.text
    assert count == len(charlie.messages)
