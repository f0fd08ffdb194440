"""/admin: for those in ADMIN_IDS, and for everybody else a word that never was a command."""

import pytest

from bot.dialogue.routes import COMMANDS
from bot.sandbox.state import FIRST_PERSON_ID
from bot.settings import Settings, SettingsError
from bot.version import VERSION
from tests.world import MONDAY_NOON, world_on

ALICE = FIRST_PERSON_ID


async def test_an_operator_sees_counts_and_nobody(database: str) -> None:
    """Three people, of whom one was silent for ten days; two reminders that are on, both at 21:30."""
    async with world_on(database, MONDAY_NOON, admin_ids=frozenset({ALICE})) as world:
        alice = await world.settled("Alice")
        await world.settled("Charlie")
        await world.passes(days=10)
        bob = await world.settled("Bob")
        await bob.says("/remind stretch 21:30")
        await bob.says("/remind food 21:30")
        await bob.says("/remind hydrate 10:00")
        await bob.taps("Change")
        await bob.taps("Turn off")
        await alice.says("/admin")
        said = alice.last.text

    assert "People: 3; active in the last day 2, in the last week 2" in said
    assert "Reminders on: 2" in said
    assert "Nudges that wait to be sent: 0" in said
    assert "Worst minute of the coming day: today 21:30: 2 nudges, sent within 1 s" in said
    assert f"Version {VERSION}, last planned " in said
    assert [] == [word for word in ("Bob", "Charlie", str(bob.id), "Berlin") if word in said]


async def test_with_nothing_due_it_says_so(database: str) -> None:
    """The first reminder changes that."""
    async with world_on(database, MONDAY_NOON, admin_ids=frozenset({ALICE})) as world:
        alice = await world.settled("Alice")
        await alice.says("/admin")
        nothing = alice.last.text
        await alice.says("/remind stretch 21:30")
        await alice.says("/admin")

    assert "Worst minute of the coming day: nothing is due" in nothing
    assert "nothing is due" not in alice.last.text


@pytest.mark.parametrize("admins", [frozenset(), frozenset({ALICE})])
async def test_for_everybody_else_it_is_no_command(database: str, admins: frozenset[int]) -> None:
    """Typed, with words behind it, misspelled, as a button or a link: as with any word; nobody has it by default."""
    async with world_on(database, MONDAY_NOON, admin_ids=admins) as world:
        await world.settled("Alice")
        bob = await world.settled("Bob")
        await bob.says("/xyzzy")
        unknown = bob.last.text
        answers = []
        for text in ("/admin", "/ADMIN", "/admin now", "/admin_now", "/start admin", "/admi"):
            await bob.says(text)
            answers.append(bob.last.text)
        await world.forges(bob, "1:say:/admin")
        answers.append(bob.last.text)
        await bob.says("/help")

    assert {unknown} == {*answers[:4], answers[-1]}
    assert not any("People:" in answer or "/admin" in answer for answer in answers)
    assert "/admin" not in bob.last.text


async def test_it_is_in_no_menu_and_no_help(database: str) -> None:
    """Not even in those of an operator: who has it knows it."""
    async with world_on(database, MONDAY_NOON, admin_ids=frozenset({ALICE})) as world:
        alice = await world.settled("Alice")
        await alice.says("/help")
        menu = [command["command"] for command in world.state.profile.commands_for(alice.id, "en")]

    assert "/admin" not in alice.last.text
    assert "admin" not in menu
    assert "admin" not in COMMANDS


def test_admin_ids_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Separated by commas; anything else is one sentence, and nothing is nobody."""
    monkeypatch.setenv("ADMIN_IDS", " 5000000001, 42 ")
    some = Settings.load().admin_ids
    monkeypatch.setenv("ADMIN_IDS", "")
    nobody = Settings.load().admin_ids
    monkeypatch.setenv("ADMIN_IDS", "@alice")

    assert (frozenset({5000000001, 42}), frozenset()) == (some, nobody)
    with pytest.raises(SettingsError, match="ADMIN_IDS cannot be used: it must be Telegram ids"):
        Settings.load()
