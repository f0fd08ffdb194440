"""/delete: what will go is said, two taps, and nothing is left in any table."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.sandbox.people import Person
from db import inventory
from jobs.suggest.profile import Profile
from tests.bot.owned import id_of, profile_of, rows_of, tables_naming, with_everything
from tests.world import World, world_on

HALF_PAST_NINE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
ALL_OF_IT, NOW = "Delete all of it", "Yes, delete it now"


async def _deletes(person: Person) -> None:
    await person.says("/delete")
    await person.taps(ALL_OF_IT)
    await person.taps(NOW)


async def _known_id(world: World, person: Person) -> int:
    number = await id_of(world, person)
    assert number is not None
    return number


async def test_after_it_no_table_knows_alice_and_bob_has_all_of_his(world: World) -> None:
    """By the inventory, and by whatever the tables hold."""
    alice, bob = await with_everything(world, "Alice"), await with_everything(world, "Bob")
    await alice.says("/stretch")
    await alice.taps("▶ Start")
    await world.passes(seconds=0)
    hers, his = await _known_id(world, alice), await _known_id(world, bob)
    sessions = world.app.sessions
    before, bobs = await rows_of(sessions, hers), await rows_of(sessions, his)
    named_before = await tables_naming(sessions, str(alice.id))
    await _deletes(alice)

    assert all(before.values())
    assert {"users"} == named_before
    assert not any((await rows_of(sessions, hers)).values())
    assert set() == await tables_naming(sessions, str(alice.id))
    assert bobs == await rows_of(sessions, his)
    assert "All that I kept about you is gone" in alice.last.text


async def test_scheduled_work_goes_with_it(world: World) -> None:
    """No reminder of the evening, nothing that was put off, no stretch that counts on."""
    alice = await with_everything(world, "Alice")
    await _deletes(alice)
    told = len(alice.messages)
    edited = len(world.state.calls_of("editMessageText", alice.id))
    await world.passes(days=2)

    assert told == len(alice.messages)
    assert edited == len(world.state.calls_of("editMessageText", alice.id))


async def test_what_will_go_is_said_before(world: World) -> None:
    """With numbers; the first tap deletes nothing yet."""
    alice = await with_everything(world, "Alice")
    number = await _known_id(world, alice)
    before = await rows_of(world.app.sessions, number)
    await alice.says("/delete")
    asked = alice.last.text
    await alice.taps(ALL_OF_IT)
    asked_again = alice.last

    assert "• 2 reminders\n• 2 nudges, with your answers\n• what you told me about yourself" in asked
    assert f"a number for each handled message, for {inventory.UPDATES_KEPT.days} days" in asked
    assert "Really?" in asked_again.text
    assert before == await rows_of(world.app.sessions, number)


def test_what_is_said_to_stay_is_what_stays() -> None:
    """Whatever is nobody's stays; of it only the numbers of updates have to do with a message of the person."""
    stays = {holding.name for holding in inventory.HOLDINGS.values() if holding.owner is None}

    assert {"updates", "groups", "keys", "pace"} == stays


@pytest.mark.parametrize("taps", [[], [ALL_OF_IT]])
async def test_keeping_it_keeps_all(world: World, taps: list[str]) -> None:
    """On either screen."""
    alice = await world.settled("Alice")
    await alice.says("/delete")
    for label in taps:
        await alice.taps(label)
    await alice.taps("No, keep it" if taps else "Keep it")

    assert "nothing is deleted" in alice.last.text
    assert await id_of(world, alice) is not None


async def test_a_second_tap_is_answered_and_leaves_no_row(world: World) -> None:
    """Handling it has made a row for whoever tapped; that goes as well."""
    alice = await with_everything(world, "Alice")
    await alice.says("/delete")
    await alice.taps(ALL_OF_IT)
    old = alice.last.button(NOW).data
    assert old is not None
    await alice.taps(NOW)
    again = [await world.forges(alice, old), await world.forges(alice, old.replace(":now:", ":sure:"))]

    assert all(tap.answered for tap in again)
    assert "There is nothing to delete" in "".join(message.text for message in alice.messages[-3:])
    assert set() == await tables_naming(world.app.sessions, str(alice.id))


async def test_a_repeated_update_leaves_no_row_either(database: str) -> None:
    """After a crash Telegram repeats what was not confirmed, here her last tap and all before it."""
    async with world_on(database) as world:
        alice = await world.settled("Alice")
        await _deletes(alice)
        last = max(world.state.queries.taps, key=lambda tap: tap.update_id).update_id
    async with world_on(database) as world:  # a sandbox that starts at the same instant counts from the same number
        alice = world.person("Alice")
        repeated = [await alice.says("/delete") for _update in range(4)]
        answers = [message for message in alice.messages if message.from_bot]
        left = await tables_naming(world.app.sessions, str(alice.id))

    assert last == repeated[-1]
    assert [] == answers
    assert set() == left


async def test_an_old_button_deletes_nothing_of_who_has_come_back(world: World) -> None:
    """It names somebody who is gone."""
    alice = await world.settled("Alice")
    await alice.says("/delete")
    await alice.taps(ALL_OF_IT)
    old = alice.last.button(NOW).data
    assert old is not None
    await alice.taps(NOW)
    await world.passes(minutes=1)
    await alice.says("/timezone Lisbon")
    tap = await world.forges(alice, old)

    assert "/delete asks anew" in tap.text
    assert await id_of(world, alice) is not None


async def test_nobody_deletes_anybody_else(world: World) -> None:
    """Whatever a button says, it is about whoever taps it; one that is not theirs deletes nothing at all."""
    alice = await world.settled("Alice")
    await alice.says("/delete")
    await alice.taps(ALL_OF_IT)
    hers = alice.last.button(NOW).data
    assert hers is not None
    await world.passes(minutes=1)
    bob = await world.settled("Bob")
    tap = await world.forges(bob, hers)
    odd = [await world.forges(bob, data) for data in ("1:delete", "1:delete:now", "1:delete:never:1")]

    assert "/delete asks anew" in tap.text
    assert all(one.answered for one in odd)
    assert None not in (await id_of(world, alice), await id_of(world, bob))


async def test_of_a_stranger_there_is_nothing_to_delete(world: World) -> None:
    """And asking for it keeps nothing."""
    charlie = world.person("Charlie")
    await charlie.says("/delete")

    assert "There is nothing to delete" in charlie.last.text
    assert await id_of(world, charlie) is None


async def test_of_who_only_wrote_the_row_is_deleted_and_that_is_said(world: World) -> None:
    """It was there, though they had told nothing."""
    charlie = world.person("Charlie")
    await charlie.says("magnesium")
    await world.passes(minutes=5)
    await charlie.says("/delete")

    assert charlie.last.text.startswith("Deleted. You had told me nothing: I kept no more than the number of this chat")
    assert await id_of(world, charlie) is None


async def test_who_writes_again_begins_anew(world: World) -> None:
    """Nothing of before is known."""
    alice = await with_everything(world, "Alice")
    await _deletes(alice)
    await alice.says("/reminders")
    rows = await rows_of(world.app.sessions, await _known_id(world, alice))
    profile = await profile_of(world, alice)

    assert {"users"} == {table for table, count in rows.items() if count}
    assert Profile() == profile


@pytest.mark.parametrize("blocks", [False, True])
async def test_a_nudge_in_flight_is_not_recorded_any_more(
    world: World, caplog: pytest.LogCaptureFixture, *, blocks: bool
) -> None:
    """It arrives, or is refused, while she deletes all; nothing crashes, and bob gets his."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    for person in (alice, bob):
        await person.says("/remind stretch 21:30")
    await alice.says("/delete")
    await alice.taps(ALL_OF_IT)
    trouble = world.state.faults.add("hang", method="sendMessage", chat_id=alice.id)
    evening = asyncio.create_task(world.until(HALF_PAST_NINE))
    await trouble.caught()
    await alice.taps(NOW)
    if blocks:
        await alice.blocks()
    trouble.release()
    await evening
    await world.passes(days=1)

    assert set() == await tables_naming(world.app.sessions, str(alice.id))
    assert [2] == [count for table, count in (await rows_of(world.app.sessions, 2)).items() if table == "deliveries"]
    assert [] == [record.message for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]


async def test_a_stretch_in_flight_is_not_counted_any_more(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Its message changes once more at the most; no row comes back."""
    alice = await world.settled("Alice")
    await alice.says("/delete")
    await alice.taps(ALL_OF_IT)
    question = alice.last
    await alice.says("/stretch")
    await alice.taps("▶ Start")
    await world.passes(seconds=0)
    trouble = world.state.faults.add("hang", method="editMessageText", chat_id=alice.id)
    counting = asyncio.create_task(world.passes(minutes=5))
    await trouble.caught()
    await alice.taps(NOW, question)
    trouble.release()
    await counting

    assert set() == await tables_naming(world.app.sessions, str(alice.id))
    assert [] == [record.message for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]
