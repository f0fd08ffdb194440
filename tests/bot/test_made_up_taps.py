"""Taps that no button of ours carries, or none of this person's: a kind answer, a count, and no change."""

from collections.abc import Iterator, Sequence

import pytest

from bot.dialogue.routes import BUTTONS
from bot.sandbox.people import Person
from tests.bot.owned import id_of, with_everything
from tests.bot.test_health import figures, watched
from tests.rows import all_rows, rows_of
from tests.world import World

pytestmark = pytest.mark.conversation

_NO_NUMBERS = ("", "-1", "0", "9" * 18, "9" * 40, "٣", "１", "1e3", " 1", "\0", "'--")
_NO_WORDS = ("explode", "<b>", "\u202e", "\ud800", "done", "*", "🦵", "__class__", "%s", "{0}")
_VERBS = ("done", "skip", "stop", "delete", "off", "days", "now", "keep", "show", "undo", "fewer", "again")
_BEFORE = ("nudge", "yes", "no")
# Fewer than a chat may send at once.
_AT_ONCE = 25


def _made_up(action: str, numbers: Sequence[int]) -> Iterator[str]:
    """Callback data that begins with this action and goes on wrongly. `numbers`: ids of another person's rows."""
    yield from (f"1:{action}", f"1:{action}:", f"1:{action}:::::::", f"0:{action}:1", f"2:{action}:1", f"{action}:1")
    yield from (f"1:{action}:{'x' * 65}", f"1:{action}:{'🦵' * 200}")
    for number in numbers:
        yield from (f"1:{action}:{number}", *(f"1:{action}:{number}:{verb}" for verb in _VERBS))
        yield from (f"1:{action}:{verb}:{number}" for verb in _BEFORE)
    for word in (*_NO_NUMBERS, *_NO_WORDS):
        yield from (f"1:{action}:{word}", f"1:{action}:{word}:done", f"1:{action}:explode:{word}")


async def _numbers(world: World, person: Person) -> list[int]:
    """Ids of a reminder and of each delivery of this person."""
    rows = await rows_of(world.app.sessions, await id_of(world, person) or 0)
    return [rows["reminders"][0][0], *(row[0] for row in rows["deliveries"])]


async def _forges(world: World, person: Person, datas: Sequence[str]) -> None:
    """Some at once; each is answered."""
    message = person.chat.history[person.last.id]
    for start in range(0, len(datas), _AT_ONCE):
        taps = [person.tap_data(message, data, person.chat) for data in datas[start : start + _AT_ONCE]]
        for tap in taps:
            await world.state.handled(tap.update_id)
            assert tap.answered, tap.data


@pytest.mark.parametrize("action", BUTTONS)
async def test_a_made_up_tap_changes_nothing_for_anybody(
    world: World, action: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Another's ids, no numbers, other scripts, too much, another version: bob's rows are as they were, and alice's.

    What a "say" button says she could as well have typed, so it may concern herself.
    """
    bob = await with_everything(world, "Bob")
    alice = await world.settled("Alice")
    await alice.says("/why b6")
    await world.app.tick()  # bob's stretch begins; from here on time stands still
    numbers, bob_id = await _numbers(world, bob), await id_of(world, bob) or 0
    everything, of_bob = await all_rows(world.app.sessions, seen=False), await rows_of(world.app.sessions, bob_id)
    await _forges(world, alice, list(_made_up(action, numbers)))

    assert len(numbers) >= 3
    assert of_bob == await rows_of(world.app.sessions, bob_id)
    assert action == "say" or everything == await all_rows(world.app.sessions, seen=False)
    assert not [message for message in alice.messages if "went wrong" in message.text]
    assert [] == [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


async def test_her_own_buttons_do_not_take_what_they_never_carried(world: World) -> None:
    """Alice's reminder and nudge, with words behind them that no button has."""
    alice = await with_everything(world, "Alice")
    await world.app.tick()
    reminder, *deliveries = await _numbers(world, alice)
    before = await all_rows(world.app.sessions, seen=False)
    datas = [f"1:reminder:{reminder}:{verb}:explode" for verb in ("anyway", "undo", "move", "days", "nag", "goal")]
    datas += [f"1:nudge:{number}:explode" for number in deliveries]
    datas += [f"1:{action}:{number}:explode" for action in ("rest", "workout", "guide") for number in deliveries]
    await _forges(world, alice, datas)

    assert before == await all_rows(world.app.sessions, seen=False)


async def test_taps_that_change_nothing_are_counted_by_why(database: str) -> None:
    """Bob's number, one that was never there, an old version, a second tap on Done; what changes something is not."""
    async with watched(database) as (world, http):
        bob = await world.settled("Bob")
        await bob.says("/remind stretch 21:30")
        alice = await world.settled("Alice")
        await alice.says("/nudge stretch")
        nudge = alice.last
        await alice.taps("Done", nudge)
        before = await figures(http)
        for data in ("1:reminder:1:off", "1:today:explode", "0:why:b6", "1:nudge:1:done", "1:nudge:1:done"):
            await world.forges(alice, data)
        after = await figures(http)

    counted = {
        why: after[f"refused_presses_total {why}"] - before[f"refused_presses_total {why}"]
        for why in ("missing", "forged", "stale", "replayed")
    }
    assert {"missing": 1, "forged": 1, "stale": 1, "replayed": 2} == counted
    assert [0, 0, 0, 0] == [value for name, value in before.items() if name.startswith("refused_presses_total")]
