"""Nudges arriving, and what people answer."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.dialogue import nudging
from bot.dialogue.nudges.faces import FACES
from bot.sandbox.people import Person
from jobs.suggest.kinds import KINDS
from jobs.suggest.profile import Profile
from tests.world import MONDAY_NOON, World, world_on


async def _nudged(world: World, kind: str = "stretch") -> Person:
    """Alice, with a nudge that came at 21:30 in Berlin."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind {kind} 21:30")
    await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    return alice


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS.values() if kind.habit])
async def test_a_nudge_comes_at_its_time_with_its_buttons_and_its_caution(world: World, kind: str) -> None:
    """At 21:30 on alice's clock, not a second before; food in place of sun has no caution about the sun."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind {kind} 21:30")
    await world.until(datetime(2026, 3, 2, 20, 29, 59, tzinfo=UTC))
    before = alice.last.text
    await world.passes(seconds=1)
    message = alice.last

    assert before.startswith("✓")
    assert [*message.labels[:3], message.labels[-1]] == ["Done", "Later", "Skip", "Why this, why now?"]
    assert datetime(2026, 3, 2, 20, 30, tzinfo=UTC) == message.date
    assert (kind != "sun") == (FACES[kind].caution in message.text)


async def test_done_is_noted_and_can_be_undone(world: World) -> None:
    """The message becomes its outcome, in place; Undo brings the buttons back."""
    alice = await _nudged(world)
    nudge = alice.last
    await alice.taps("Done")
    outcome = alice.last
    await alice.taps("Undo")

    assert "✓ Done (today 21:30). Well done." in outcome.text
    assert nudge.id == outcome.id
    assert outcome.labels == ["It was earlier", "Undo"]
    assert (nudge.text, nudge.labels) == (alice.last.text, alice.last.labels)


async def test_skip_is_noted_without_blame(world: World) -> None:
    """Skipping is fine."""
    alice = await _nudged(world)
    await alice.taps("Skip")

    assert "Skipped (today 21:30). That is fine." in alice.last.text


async def test_a_second_tap_changes_nothing_and_is_answered(world: World) -> None:
    """Two quick taps, or a tap on an old copy of the message."""
    alice = await _nudged(world)
    await alice.taps("Done")
    outcome = alice.last
    for action in ("done", "skip", "later", "later:60", "back"):
        tap = await world.forges(alice, f"1:nudge:1:{action}")
        assert tap.answered
    assert outcome.text == alice.last.text


@pytest.mark.parametrize(
    ("choice", "when", "comes"),
    [
        ("10 minutes", "today 21:40", datetime(2026, 3, 2, 20, 40, tzinfo=UTC)),
        ("1 hour", "today 22:30", datetime(2026, 3, 2, 21, 30, tzinfo=UTC)),
        ("Tomorrow, same time", "tomorrow 21:30", datetime(2026, 3, 3, 20, 30, tzinfo=UTC)),
    ],
)
async def test_later_brings_it_again_at_the_chosen_time(world: World, choice: str, when: str, comes: datetime) -> None:
    """The outcome says when, and then it is so."""
    alice = await _nudged(world)
    await alice.taps("Later")
    await alice.taps(choice)
    outcome, count = alice.last, len(alice.messages)
    await world.until(comes - timedelta(seconds=1))
    quiet = len(alice.messages)
    await world.until(comes)

    assert f"It comes again: {when}." in outcome.text
    assert count == quiet
    assert outcome.id < alice.last.id
    assert "Done" in alice.last.labels


async def test_this_evening_is_offered_in_the_morning_only(world: World) -> None:
    """At eight in the evening, by the person's clock."""
    alice = await world.settled("Alice")
    await alice.says("/nudge stretch")
    await alice.taps("Later")
    await alice.taps("This evening")
    put_off = alice.last.text
    late = await _nudged(world)
    await late.taps("Later")

    assert "It comes again: today 20:00." in put_off
    assert "This evening" not in late.last.labels


async def test_later_can_be_thought_over(world: World) -> None:
    """Back shows the nudge again; Undo takes a chosen time back and nothing comes."""
    alice = await _nudged(world)
    nudge = alice.last
    await alice.taps("Later")
    await alice.taps("‹ Back")
    back = alice.last
    await alice.taps("Later")
    await alice.taps("1 hour")
    await alice.taps("Undo")
    count = len(alice.messages)
    await world.passes(hours=2)

    assert nudge.labels == back.labels
    assert count == len(alice.messages)


async def test_undo_without_an_answer_is_a_friendly_no_op(world: World) -> None:
    """A forged or double Undo."""
    alice = await _nudged(world)
    tap = await world.forges(alice, "1:nudge:1:undo")

    assert tap.text == "Nothing to undo."


@pytest.mark.parametrize(
    ("kind", "title"),
    [("stretch", "Stretching"), ("hydrate", "Sodium"), ("sun", "Vitamin D"), ("food", "Magnesium")],
)
async def test_why_says_what_decided_and_leads_to_the_card(world: World, kind: str, title: str) -> None:
    """Each nudge leads to what is known."""
    alice = await _nudged(world, kind)
    nudge = alice.last
    await alice.taps("Why this, why now?")
    reasons = alice.last
    await alice.taps("What is known about it")
    card = alice.last
    await world.forges(alice, "1:nudge:1:back")

    assert "Now, because you set: every day at 21:30." in reasons.text
    assert nudge.id == reasons.id
    assert title == card.text.splitlines()[0]


async def test_nobody_can_answer_anothers_nudge(world: World) -> None:
    """Charlie guesses the number of alice's delivery."""
    alice = await _nudged(world)
    charlie = await world.settled("Charlie")
    for data in ("1:nudge:1:done", "1:nudge:x:done", "1:nudge:1:explode", "1:nudge"):
        tap = await world.forges(charlie, data)
        assert tap.text == "I can't find that nudge any more."

    assert "Done" in alice.last.labels


async def test_wordings_take_turns(world: World) -> None:
    """Never the same twice in a row."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await world.passes(days=6)
    texts = [m.text for m in alice.messages if m.from_bot and m.text.startswith("🦵")]

    assert len(texts) == 6
    assert all(one != following for one, following in pairwise(texts))


async def test_nudge_shows_one_at_once(world: World) -> None:
    """Even to someone who told nothing; its buttons count."""
    charlie = world.person("Charlie")
    await charlie.says("/nudge")
    await charlie.says("/nudge hydrat")
    await charlie.taps("💧 Hydrate")
    nudge = charlie.last
    await charlie.taps("Later")
    offered = charlie.last.labels
    await charlie.taps("10 minutes")
    await world.passes(minutes=10)

    assert nudge.text.startswith("💧 Hydrate")
    assert offered == ["10 minutes", "1 hour", "‹ Back"]
    assert charlie.last.id > nudge.id


async def test_a_nudge_late_by_an_outage_says_so(world: World) -> None:
    """An hour and a half after its time, with an apology."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await world.sleeps_through(hours=10)

    assert "This was meant for 21:30 and comes 1 hour 30 minutes late." in alice.last.text


async def test_after_a_long_outage_nothing_comes_in_a_burst(world: World) -> None:
    """Three days of hydration every half hour: at most the newest, and the next one on time."""
    alice = await world.settled("Alice")
    await alice.says("/remind hydrate every 30 min 9-18")
    count = len(alice.messages)
    await world.sleeps_through(days=3, hours=9)
    at_night = len(alice.messages)
    await world.until(datetime(2026, 3, 6, 8, 0, tzinfo=UTC))

    assert count == at_night
    assert count + 1 == len(alice.messages)


async def test_a_new_zone_moves_future_nudges(world: World) -> None:
    """21:30 is 21:30 wherever one is."""
    alice = await world.settled("Alice", "Europe/Berlin")
    await alice.says("/remind stretch 21:30")
    await alice.says("/timezone Asia/Tokyo")
    await world.until(datetime(2026, 3, 2, 12, 29, tzinfo=UTC))
    before = alice.last.text
    await world.passes(minutes=1)

    assert not before.startswith("🦵")
    assert datetime(2026, 3, 2, 12, 30, tzinfo=UTC) == alice.last.date


async def test_a_restart_loses_nothing(database: str) -> None:
    """Reminders, questions in the air, and what was put off are all in the database."""
    async with world_on(database) as world:
        alice = await world.settled("Alice")
        await alice.says("/remind stretch 21:30")
        await alice.says("/nudge food")
        await alice.taps("Later")
        await alice.taps("1 hour")
        await alice.says("/remind sun")
    async with world_on(database, MONDAY_NOON + timedelta(minutes=1)) as world:
        alice = world.person("Alice")
        await alice.says("14:30")
        echo = alice.last.text
        await world.passes(hours=10)
        kinds = [m.text.splitlines()[0] for m in alice.messages if m.from_bot and "Done" in m.labels]

    assert "🌤 Daylight: every day at 14:30" in echo
    assert kinds == ["🥗 Food", "🌤 Daylight", "🦵 Stretch"]


async def test_undo_does_not_bring_back_what_is_withheld_since(world: World) -> None:
    """Told to drink less after the nudge came: Undo explains instead of suggesting again."""
    alice = await _nudged(world, "hydrate")
    await alice.taps("Skip")
    await world.told(alice, Profile(traits=frozenset({"fluid_limit"})))
    await alice.taps("Undo")

    assert "I leave that out for you." in alice.last.text


async def test_fifty_nudges_asked_for_are_enough_for_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept of the next one, reminders go on, and after a day there is room again."""
    monkeypatch.setattr(nudging, "MOST_A_DAY", 3)
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    for _ in range(4):
        await alice.says("/nudge stretch")
    enough = alice.last.text
    await world.passes(hours=12)
    evening = alice.last.text
    await world.passes(hours=13)
    await alice.says("/nudge stretch")

    assert "I keep 3 nudges that you ask for yourself" in enough
    assert "Stretch" in evening
    assert "Done" in alice.last.labels
