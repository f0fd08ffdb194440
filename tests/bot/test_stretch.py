"""/stretch, and the guided session that counts along."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.sandbox.people import Person
from db.knowledge.loader import load
from db.models import Delivery, Status
from jobs.guide import GAP
from jobs.guide_session import PATIENCE
from jobs.suggest.profile import Profile
from tests.db.knowledge.readability import grade
from tests.jobs.cast import all_deliveries
from tests.world import MONDAY_NOON, World, edits, world_on

pytestmark = pytest.mark.conversation

STRETCHING = load().edition("en").stretching
START = "▶ Start"


async def _told(world: World, name: str, *traits: str) -> Person:
    """Somebody who told what they have."""
    person = await world.settled(name)
    await world.told(person, Profile(traits=frozenset(traits)))
    return person


async def _guided(world: World, name: str = "Alice") -> Person:
    """Somebody whose session has just appeared."""
    person = await world.settled(name)
    await person.says("/stretch")
    await person.taps(START)
    await world.passes(seconds=0)
    return person


async def _deliveries(world: World) -> list[Delivery]:
    return await all_deliveries(world.app.sessions)


def _edited_at(person: Person) -> datetime:
    """When the bot's latest message was sent or last changed."""
    wire = person.last.wire
    return datetime.fromtimestamp(wire["edit_date"] if "edit_date" in wire else wire["date"], UTC)


async def test_stretch_begins_with_the_routine_of_the_trial(world: World) -> None:
    """Both stretches with their times, for how long, what the trial found, and when not to."""
    charlie = world.person("Charlie")
    await charlie.says("/stretch")
    text = charlie.last.text

    assert text.startswith("The routine of the trial · 4 minutes")
    assert "1. Calf at the wall: 10 s × 3, each leg" in text
    assert "2. Back of the thigh, seated: 10 s × 3, each leg" in text
    assert "Every night for 6 weeks" in text
    assert "(Hallegraeff 2012)" in text
    assert "it may be a clot" in text
    assert grade(text) <= 8


async def test_every_stretch_opens_with_a_picture_of_each_step(world: World) -> None:
    """Captions fit, every step is said, and pictures change in place."""
    charlie = world.person("Charlie")
    for stretch in STRETCHING.stretches:
        await charlie.says(f"/stretch {stretch.name}")
        said, pictures, message = "", set(), charlie.last
        for number in [b.label for b in message.buttons if b.label.strip("· ").isdigit()] or [""]:
            if number.isdigit():
                await charlie.taps(number)
            assert message.id == charlie.last.id
            assert charlie.last.photo is not None
            assert len(charlie.last.text) <= 1024
            assert charlie.last.text.startswith(stretch.name)
            assert "it may be a clot" in charlie.last.text
            said += charlie.last.text
            pictures.add(charlie.last.photo)
        assert all(step.text in said for step in stretch.steps)
        assert len(pictures) >= len(stretch.steps) - 1


async def test_all_stretches_are_a_tap_away(world: World) -> None:
    """Routines and single stretches, each opened by its button, and Back leads to the first screen."""
    charlie = world.person("Charlie")
    names = [*(routine.name for routine in STRETCHING.routines), *(stretch.name for stretch in STRETCHING.stretches)]
    await charlie.says("/stretch")
    first = charlie.last.text
    await charlie.taps("More stretches")
    offered = charlie.last.labels
    for name in names:
        await charlie.says("/stretch")
        await charlie.taps("More stretches")
        await charlie.taps(name)
        assert charlie.last.text.startswith(name)
    await charlie.taps("‹ Back")

    assert names == offered
    assert first == charlie.last.text


async def test_whoever_would_rather_sit_is_led_to_the_seated_form(world: World) -> None:
    """Of the routine and of a stretch."""
    charlie = world.person("Charlie")
    await charlie.says("/stretch")
    await charlie.taps("🪑 Rather sitting")
    routine = charlie.last
    await charlie.says("/stretch calf wall")
    await charlie.taps("🪑 Rather sitting")

    assert routine.text.startswith("The routine of the trial, seated")
    assert "🪑 Rather sitting" not in routine.labels
    assert charlie.last.text.startswith("Calf with a towel, seated")


@pytest.mark.parametrize(
    ("traits", "first", "withheld"),
    [
        (("unsteady",), "The routine of the trial, seated", "Calf at the wall"),
        (("pregnant",), "Foot moves for pregnancy", "Back of the thigh, seated"),
        (("pregnant", "unsteady"), "Foot moves for pregnancy", "Front of the thigh"),
    ],
)
async def test_what_was_told_decides_what_is_offered(
    world: World, traits: tuple[str, ...], first: str, withheld: str
) -> None:
    """With the reason, and without a way round by old buttons."""
    alice = await _told(world, "Alice", *traits)
    await alice.says("/stretch")
    text = alice.last.text
    forged = [(await world.forges(alice, data)).text for data in ("1:guide:start:trial", "1:stretch:thigh_front")]
    await alice.taps("More stretches")

    assert text.startswith(first)
    assert "You told me: " in text
    assert withheld not in alice.last.labels
    assert ["I no longer have that stretch."] * 2 == forged


async def test_with_a_recent_clot_nothing_is_suggested(world: World) -> None:
    """Withheld with its reason, on every way in."""
    alice = await world.settled("Alice")
    await alice.says("/nudge stretch")
    nudge = alice.last
    await world.told(alice, Profile(traits=frozenset({"leg_clot"})))
    await alice.says("/stretch")
    texts = [alice.last.text]
    await alice.taps("▶ Guide me", nudge)
    texts.append(alice.last.text)
    await world.forges(alice, "1:guide:start:trial")
    texts.append(alice.last.text)
    await world.forges(alice, "1:stretch:calf_wall")
    texts.append(alice.last.text)
    await world.passes(seconds=10)

    assert all("Ask the doctor who treats it before you stretch." in text for text in texts)
    assert texts[-1] == alice.last.text


@pytest.mark.parametrize("trait", ["pregnant", "unsteady", "leg_clot"])
async def test_a_session_stops_when_it_suits_no_longer(world: World, trait: str) -> None:
    """Told in the middle of it: what this person must not do is not counted to its end."""
    alice = await _guided(world)
    await world.passes(seconds=12)
    before = alice.last.text
    await world.told(alice, Profile(traits=frozenset({trait})))
    await world.passes(seconds=12)
    after = alice.last.text
    await world.passes(minutes=5)

    assert "Calf at the wall" in before
    assert "Stopped" in after
    assert after == alice.last.text
    assert [] == await _deliveries(world)


async def test_a_guided_session_counts_through_and_ends_in_done(world: World) -> None:
    """One message; both legs, three times each, both stretches; noted as done."""
    alice = await _guided(world)
    message, count = alice.last, len(alice.messages)
    await world.passes(seconds=250)
    seen = [message.text, *edits(world, alice)]
    [delivery] = await _deliveries(world)
    order = list(dict.fromkeys(tuple(text.splitlines()[:2]) for text in seen))

    assert message.text.splitlines()[:3] == ["Calf at the wall (1 of 2)", "Get ready", "⏱ 10 s"]
    assert [
        ("Calf at the wall (1 of 2)", "Get ready"),
        ("Calf at the wall (1 of 2)", "Hold: right leg"),
        ("Calf at the wall (1 of 2)", "Let go"),
        ("Calf at the wall (1 of 2)", "Hold: left leg"),
        ("Back of the thigh, seated (2 of 2)", "Get ready"),
    ] == order[:5]
    assert "⏱ 5 s · 3 of 3" in {text.splitlines()[2] for text in seen if "left leg" in text}
    assert (message.id, count) == (alice.last.id, len(alice.messages))
    assert "✓ Done: 4 minutes for your legs. Well done." in alice.last.text
    assert ["▶ Once more", "⏰ Remind me"] == alice.last.labels
    assert ("stretch", Status.DONE, datetime(2026, 3, 2, 12, 4, tzinfo=UTC)) == (
        delivery.kind, delivery.status, delivery.answered_at,
    )  # fmt: skip


async def test_no_chat_is_edited_twice_within_three_seconds(world: World) -> None:
    """Counted at the server, with taps that come at any moment."""
    alice = await _guided(world)
    instants = {_edited_at(alice)}
    for second in range(90):
        for action, label in (("pause", "⏸ Pause"), ("resume", "▶ Resume")):
            if second % 7 in {0, 1, 5} and label in alice.last.labels:
                await world.forges(alice, f"1:guide:{action}")
        await world.app.tick()
        instants.add(_edited_at(alice))
        await world.sleeps_through(seconds=1)
        instants.add(_edited_at(alice))

    assert len(instants) - 1 == len(edits(world, alice)) > 15
    assert all(following - one >= timedelta(seconds=GAP) for one, following in pairwise(sorted(instants)))


async def test_pause_stands_still_and_resume_goes_on(world: World) -> None:
    """Half an hour at the kettle changes nothing."""
    alice = await _guided(world)
    await world.passes(seconds=16)
    tap = await alice.taps("⏸ Pause")
    await world.passes(seconds=3)
    paused = alice.last
    await world.passes(minutes=30)
    still = alice.last
    await alice.taps("▶ Resume")
    await world.passes(seconds=0)
    resumed = alice.last

    assert "Paused." == tap.text
    assert ["Calf at the wall (1 of 2)", "⏸ Paused · Hold: right leg", "⏱ 4 s · 1 of 3"] == paused.text.splitlines()[:3]
    assert (paused.text, ["▶ Resume", "⏹ Stop"]) == (still.text, still.labels)
    assert ["Hold: right leg", "⏱ 4 s · 1 of 3"] == resumed.text.splitlines()[1:3]


async def test_stop_ends_it_without_counting(world: World) -> None:
    """That is fine; and once more begins anew."""
    alice = await _guided(world)
    await world.passes(seconds=30)
    await alice.taps("⏹ Stop")
    await world.passes(seconds=3)
    stopped = alice.last
    await world.passes(minutes=10)
    counted = await _deliveries(world)
    await alice.taps("▶ Once more")
    await world.passes(seconds=0)

    assert "Stopped. That is fine." in stopped.text
    assert [] == counted
    assert stopped.id < alice.last.id
    assert "Get ready" in alice.last.text


async def test_double_taps_do_no_harm(world: World) -> None:
    """Two Starts are one session, two Pauses one pause, two Stops one stop; then every button is over."""
    alice = await _guided(world)
    again = await world.forges(alice, "1:guide:start:seated")
    for data in ("1:guide:pause", "1:guide:pause", "1:guide:resume", "1:guide:resume", "1:guide:stop", "1:guide:stop"):
        assert (await world.forges(alice, data)).answered
    await world.passes(seconds=3)
    stopped = alice.last.text
    over = [(await world.forges(alice, f"1:guide:{tap}")).text for tap in ("pause", "resume", "stop")]
    await world.passes(seconds=30)

    assert "One session at a time: yours is below." == again.text
    assert "Stopped. That is fine." in stopped
    assert ["That session is over."] * 3 == over
    assert stopped == alice.last.text


async def test_stretch_while_one_runs_brings_it_down(world: World) -> None:
    """The one message moves to the end of the chat; the old one goes."""
    alice = await _guided(world)
    old = alice.last
    await world.passes(seconds=12)
    await alice.says("/help")
    await alice.says("/stretch")
    await world.passes(seconds=3)
    new = alice.last
    await world.passes(seconds=5)

    assert old.id not in {message.id for message in alice.messages}
    assert "Hold: right leg" in new.text
    assert (new.id, True) == (alice.last.id, new.text != alice.last.text)


@pytest.mark.parametrize(
    "data",
    ["1:guide:start:uranium", "1:guide:start", "1:guide:x", "1:guide:start:a:b", "1:guide:", "1:stretch:uranium",
     "1:stretch:trial:face_wall", "1:stretch:calf_wall:swap", "1:stretch:a:b:c"],
)  # fmt: skip
async def test_forged_buttons_change_nothing(world: World, data: str) -> None:
    """Unknown stretches, steps and actions are answered kindly."""
    charlie = await world.settled("Charlie")
    await charlie.says("/stretch")
    before = charlie.last.text
    tap = await world.forges(charlie, data)
    await world.passes(seconds=5)

    assert "I no longer have that stretch." == tap.text
    assert before == charlie.last.text


async def test_guide_me_under_a_nudge_makes_that_nudge_done(world: World) -> None:
    """The same delivery, no second one; its own Done then says that it is noted."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    nudge = alice.last
    await alice.taps("▶ Guide me")
    await world.passes(minutes=7)
    done = alice.last
    [delivery] = await _deliveries(world)
    tap = await alice.taps("Done", nudge)

    assert "✓ Done: 6 minutes" in done.text
    assert (Status.DONE, datetime(2026, 3, 2, 20, 36, tzinfo=UTC)) == (delivery.status, delivery.answered_at)
    assert "That is noted already." == tap.text


async def test_nobody_is_guided_through_anothers_nudge(world: World) -> None:
    """Nor through one of a kind that has no guide."""
    alice = await world.settled("Alice")
    await alice.says("/nudge stretch")
    await alice.says("/nudge sun")
    charlie = await world.settled("Charlie")
    answers = [(await world.forges(charlie, f"1:guide:nudge:{n}")).text for n in ("1", "x", "9" * 30)]
    answers.append((await world.forges(alice, "1:guide:nudge:2")).text)
    await world.passes(minutes=5)

    assert ["I can't find that nudge any more."] * 4 == answers
    assert [Status.SENT] * 2 == [delivery.status for delivery in await _deliveries(world)]


async def test_a_restart_in_the_middle_goes_on_with_the_same_session(database: str) -> None:
    """Half a minute later another process continues where the clock stands, and finishes."""
    async with world_on(database) as world:
        alice = await _guided(world)
        await world.passes(seconds=12)
    async with world_on(database, MONDAY_NOON + timedelta(seconds=40)) as world:
        alice = world.person("Alice")
        await alice.says("/stretch")
        await world.passes(seconds=3)
        after = alice.last
        await world.passes(minutes=5)
        [delivery] = await _deliveries(world)

    assert ["Calf at the wall (1 of 2)", "Let go", "⏱ 10 s"] == after.text.splitlines()[:3]
    assert "✓ Done: 4 minutes" in alice.last.text
    assert Status.DONE == delivery.status


async def test_hours_on_the_sandboxs_clock_are_few_steps(world: World) -> None:
    """A running session ends after its minutes, a paused one takes no steps but its last."""
    alice = await _guided(world)
    await world.passes(hours=48)
    running = len(world.state.calls_of("editMessageText", alice.id))
    bob = await _guided(world, "Bob")
    await bob.taps("⏸ Pause")
    await world.passes(hours=48)

    assert running <= 50
    assert 2 == len(edits(world, bob))
    assert PATIENCE < timedelta(hours=48)
    assert "Stopped. That is fine." in bob.last.text


async def test_everybody_is_guided_by_themself(world: World) -> None:
    """Alice's Stop does not stop Bob."""
    alice, bob = await _guided(world), await _guided(world, "Bob")
    await alice.taps("⏹ Stop")
    await world.passes(minutes=5)

    assert "Stopped" in alice.last.text
    assert "✓ Done" in bob.last.text


@pytest.mark.parametrize("ends", ["forbidden", "deleted"])
async def test_a_blocked_chat_or_a_deleted_message_ends_it_quietly(world: World, ends: str) -> None:
    """No more tries, nothing counted, and the next Start works."""
    alice = await _guided(world)
    if ends == "deleted":
        del alice.chat.history[alice.last.id]
    else:
        world.state.faults.add("forbidden", method="editMessageText", chat_id=alice.id)
    await world.passes(minutes=5)
    tries, counted = len(world.state.calls_of("editMessageText", alice.id)), await _deliveries(world)
    await alice.says("/stretch")
    await alice.taps(START)
    await world.passes(seconds=0)

    assert 1 == tries
    assert [] == counted
    assert "Get ready" in alice.last.text


async def test_a_429_is_waited_out(world: World) -> None:
    """One second of silence, and the count goes on where the clock stands."""
    alice = await _guided(world)
    world.state.faults.add("too_many_requests", method="editMessageText", retry_after=1)
    await world.passes(seconds=8)

    assert [429, 200] == [call.outcome for call in world.state.calls_of("editMessageText", alice.id)][:2]
    assert "⏱ 2 s" in alice.last.text


async def test_an_old_message_that_cannot_be_deleted_is_no_harm(world: World) -> None:
    """The new one counts on."""
    alice = await _guided(world)
    world.state.faults.add("server_error", method="deleteMessage")
    await alice.says("/stretch")
    await world.passes(seconds=10)

    assert "Hold: right leg" in alice.last.text


@pytest.mark.parametrize("answer", ["skip", "later:10"])
async def test_what_was_put_aside_and_then_done_is_done(world: World, answer: str) -> None:
    """Whoever stretches after all has stretched; nothing comes again."""
    alice = await world.settled("Alice")
    await alice.says("/nudge stretch")
    await world.forges(alice, "1:guide:nudge:1")
    await world.forges(alice, f"1:nudge:1:{answer}")
    await world.passes(minutes=7)
    done, [delivery] = alice.last, await _deliveries(world)
    await world.passes(hours=1)

    assert Status.DONE == delivery.status
    assert done == alice.last


async def test_a_warning_sign_ends_the_guided_session(world: World) -> None:
    """Nobody is told to go on stretching a calf that is swollen and hot."""
    alice = await world.settled("Alice")
    await alice.says("/stretch")
    await alice.taps(next(label for label in alice.last.labels if label.startswith("▶ Start")))
    await world.passes(seconds=25)
    running = len([message for message in alice.messages if "Pause" in " ".join(message.labels)])
    await alice.says("my calf is swollen and hot")
    await world.passes(seconds=30)
    still = [message for message in alice.messages if "Pause" in " ".join(message.labels)]

    assert 1 == running
    assert [] == still
