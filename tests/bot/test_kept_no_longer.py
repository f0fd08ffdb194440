"""What is not kept: words without consent, finer places, reasons, and what earlier nudges tell of an old profile."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.dialogue.consent import CONSENT
from bot.sandbox.people import Person
from db import changes, deliveries
from db.models import Delivery, Status
from jobs.suggest import hydrate
from jobs.suggest.profile import Profile, Spot
from jobs.suggest.suggestion import REMEMBERED
from tests.jobs.cast import all_deliveries
from tests.world import World

HALF_PAST_NINE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


async def _agreed(world: World) -> Person:
    alice = await world.settled("Alice")
    await alice.says("/settings")
    await alice.taps("Agree")
    return alice


async def _only(world: World) -> Delivery:
    (delivery,) = await all_deliveries(world.app.sessions)
    return delivery


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("place 52.520008 13.404954", "/settings place 52.5 13.4"),
        ("Location: -33.8688, 151.2093", "/settings place -33.9 151.2"),
        ("place 52.520008N 13.404954E", "/settings place 52.5N 13.4E"),
        ("place 52,520008 13,404954", "/settings place 52,5 13,4"),
    ],
)
async def test_of_a_place_only_the_area_waits_for_consent(world: World, typed: str, kept: str) -> None:
    """Exact coordinates never reach the database, however they are written."""
    alice = await world.settled("Alice")
    await alice.says(f"/settings {typed}")

    assert [kept] == ((await world.row_of(alice)).expecting or {})["then"]


async def test_a_place_that_waited_is_kept_with_the_consent(world: World) -> None:
    """Rounded, it is still understood."""
    alice = await world.settled("Alice")
    await alice.says("/settings place 52.520008 13.404954")
    await alice.taps("Agree")

    assert Spot(52.5, 13.4) == Profile.from_json((await world.row_of(alice)).profile).place


async def test_words_without_consent_are_gone_after_a_day(world: World) -> None:
    """Not before; other questions stay open, and the old message's button still agrees."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await alice.says("/settings conditions kidney")
    await bob.says("/remind stretch")
    await world.passes(hours=23)
    await world.app.tidy()
    kept = (await world.row_of(alice)).expecting
    await world.passes(hours=2)
    await world.app.tidy()
    gone, other = (await world.row_of(alice)).expecting, (await world.row_of(bob)).expecting
    await alice.taps("Agree")
    user = await world.row_of(alice)

    assert ["/settings conditions kidney"] == (kept or {})["then"]
    assert gone is None
    assert "time" == (other or {})["what"]
    assert (CONSENT, None) == (user.consent, user.profile)


async def test_words_about_oneself_that_wait_for_the_time_zone_are_kept_a_day(world: World) -> None:
    """Nobody has agreed to anything yet."""
    alice = world.person("Alice")
    await alice.says("/setup conditions kidney disease")
    waiting = (await world.row_of(alice)).expecting
    await world.passes(hours=25)
    await world.app.tidy()

    assert waiting is not None
    assert "kidney" in str(waiting)
    assert (await world.row_of(alice)).expecting is None


async def test_of_what_a_reminder_is_for_nothing_is_kept(world: World) -> None:
    """A time is, until the kind is known."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await alice.says("/remind levothyroxine for my hashimoto disease and HIV pills")
    kept = (await world.row_of(alice)).expecting
    await bob.says("/remind levothyroxine 21:30")
    await bob.taps("🦵 Stretch")

    assert {"what": "kind", "rest": ""} == kept
    assert bob.last.text.startswith("✓ 🦵 Stretch: every day at 21:30")


@pytest.mark.parametrize("typed", ["/remind stretch because of my kidney disease", "/pause because I have hiv"])
async def test_a_command_that_waits_for_the_time_zone_is_kept_a_day(world: World, typed: str) -> None:
    """It may say anything."""
    charlie = world.person("Charlie")
    await charlie.says(typed)
    kept = (await world.row_of(charlie)).expecting
    await world.passes(hours=25)
    await world.app.tidy()

    assert typed == (kept or {})["then"]
    assert (await world.row_of(charlie)).expecting is None


async def test_words_that_wait_are_no_younger_for_asking_again(world: World) -> None:
    """Whoever writes something else every day is asked again, and what was typed first goes all the same."""
    alice = await world.settled("Alice")
    await alice.says("/settings conditions kidney")
    await world.passes(hours=23)
    await alice.says("hello")
    kept = (await world.row_of(alice)).expecting
    await world.passes(hours=2)
    await world.app.tidy()

    assert ["/settings conditions kidney"] == (kept or {})["then"]
    assert (await world.row_of(alice)).expecting is None


async def test_words_of_today_are_not_as_old_as_those_of_yesterday(world: World) -> None:
    """Another question has a day of its own."""
    charlie = world.person("Charlie")
    await charlie.says("/pause because I have hiv")
    await world.passes(hours=23)
    await charlie.says("/remind stretch 21:30")
    await world.passes(hours=2)
    await charlie.says("Berlin")

    assert charlie.last.text.startswith("✓ 🦵 Stretch: every day at 21:30")


async def test_words_that_waited_too_long_are_not_kept_by_a_late_yes(world: World) -> None:
    """The housekeeping comes by the hour; a tap may come before it."""
    alice = await world.settled("Alice")
    await alice.says("/settings conditions kidney")
    await world.sleeps_through(hours=24, minutes=1)
    await alice.taps("Agree")
    user = await world.row_of(alice)

    assert (CONSENT, None, None) == (user.consent, user.profile, user.expecting)


async def test_a_location_does_not_answer_the_consent_question(world: World) -> None:
    """What was typed before still waits, and nothing inside is shown."""
    alice = await world.settled("Alice")
    await alice.says("/settings diet vegan")
    question = alice.last
    await alice.shares_location(40.4168, -3.7038)
    told = [message.text for message in alice.messages]
    await alice.taps("Agree", question)

    assert not any("['" in text for text in told)
    assert "vegan" == Profile.from_json((await world.row_of(alice)).profile).diet
    assert "Europe/Madrid" == (await world.row_of(alice)).zone


async def test_a_location_nowhere_does_not_lose_what_waits_either(world: World) -> None:
    """The consent question stays open."""
    alice = await world.settled("Alice")
    await alice.says("/settings diet vegan")
    question = alice.last
    await alice.shares_location(95.0, 200.0)
    await alice.taps("Agree", question)

    assert "vegan" == Profile.from_json((await world.row_of(alice)).profile).diet


async def test_why_somebody_skips_is_kept_only_with_consent(world: World) -> None:
    """The kind words come all the same."""
    alice = await world.settled("Alice")
    await alice.says("/nudge stretch")
    await alice.taps("Skip")
    tap = await alice.taps("Not well")

    assert "Noted. Get well soon." == tap.text
    assert "Pause everything" in alice.last.labels
    assert (Status.SKIPPED, None) == ((await _only(world)).status, (await _only(world)).skipped_for)


async def test_an_old_message_stores_no_reason_after_all_was_forgotten(world: World) -> None:
    """The consent is gone with the rest."""
    alice = await _agreed(world)
    await alice.says("/nudge stretch")
    await alice.taps("Skip")
    skipped = alice.last
    await alice.says("/settings")
    await alice.taps("Forget all of this")
    await alice.taps("Forget it")
    await alice.taps("Not well", skipped)

    assert (await _only(world)).skipped_for is None


@pytest.mark.parametrize("typed", ["conditions none", "conditions kidney"])
async def test_what_is_no_longer_told_is_in_no_earlier_nudge(world: World, typed: str) -> None:
    """A cautious nudge names its reason: cleared or changed, it goes from there as well."""
    alice = await _agreed(world)
    await alice.says("/settings conditions osteoporosis")
    await alice.says("/nudge stretch")
    before = await _only(world)
    await alice.says(f"/settings {typed}")

    assert "numb_stretching" in (before.suggestion or {})["cautions"]
    assert (await _only(world)).suggestion is None


async def test_how_somebody_is_talked_to_changes_no_earlier_nudge(world: World) -> None:
    """That is nothing about health."""
    alice = await _agreed(world)
    await alice.says("/nudge stretch")
    before = (await _only(world)).suggestion
    await alice.says("/settings tone brief")

    assert before is not None
    assert before == (await _only(world)).suggestion


async def test_a_question_that_waits_keeps_what_its_answer_needs(world: World) -> None:
    """ "Did you train?" can still be answered after the profile was changed."""
    alice = await _agreed(world)
    await alice.says("/settings workouts mon 18:00 45 min run")
    await alice.says("/remind hydrate after workout")
    await world.passes(hours=7)
    question = alice.last
    await alice.says("/settings diet vegan")
    kept = (await all_deliveries(world.app.sessions))[0].suggestion
    await alice.taps("Yes, as planned", question)

    assert hydrate.ASK == (kept or {})["form"]
    assert hydrate.AFTER == ((await all_deliveries(world.app.sessions))[0].suggestion or {})["form"]


async def test_what_was_proposed_is_forgotten_once_nothing_looks_back_at_it(world: World) -> None:
    """What is on its way keeps it: it is shown once more."""
    alice = await world.settled("Alice")
    await alice.says("/nudge stretch")
    await world.passes(days=REMEMBERED.days)
    await world.app.tidy()
    kept = (await _only(world)).suggestion
    await world.passes(minutes=1)
    await world.app.tidy()
    gone = (await _only(world)).suggestion
    async with world.app.sessions.begin() as session:
        row = await session.get(Delivery, (await _only(world)).id)
        assert row is not None
        row.status, row.suggestion, row.send_at = Status.SNOOZED, kept, world.clock() + timedelta(days=1)
    async with world.app.sessions.begin() as session:
        await changes.make(session, change=deliveries.forgetting_proposals(due_before=world.clock()))

    assert kept is not None
    assert gone is None
    assert kept == (await _only(world)).suggestion
