"""A row that cannot be read costs its own nudge at most, and nobody else's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.sandbox.people import Person
from db.crypto import Keyring, new_key
from db.deliveries import FAREWELL
from db.models import Delivery, Reminder, User
from jobs.fire import rested
from jobs.suggest.profile import Profile
from tests.data_key import KEYRING
from tests.world import World

TEN = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "stored", [{"shape": "new"}, {"form": "pair", "variant": 0, "facts": {}, "cautions": None}, {"form": 7}]
)
async def test_a_damaged_suggestion_keeps_nobody_from_their_nudge(world: World, stored: dict[str, Any]) -> None:
    """Not its owner, whose nudge is made anew, and not bob."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await alice.says("/remind stretch 21:30")
    await bob.says("/remind stretch 22:00")
    await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    await alice.taps("Later")
    await alice.taps("10 minutes")
    async with world.app.sessions.begin() as session:
        await session.execute(update(Delivery).values(suggestion=stored))
    await world.until(TEN)

    assert "Done" in bob.last.labels
    assert "Done" in alice.last.labels


async def _with_a_card_held(world: World) -> tuple[Person, Person]:
    """Alice's morning card waits in quiet hours; bob's nudge comes when they are over."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await alice.says("/settings quiet 21:00-22:00")
    await alice.says("/remind stretch 23:00")
    await alice.says("/remind today 21:30")
    await bob.says("/remind stretch 22:00")
    await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    return alice, bob


async def test_a_damaged_profile_keeps_the_morning_card_from_its_owner_only(world: World) -> None:
    """The card waits in quiet hours while the row breaks."""
    alice, bob = await _with_a_card_held(world)
    async with world.app.sessions.begin() as session:
        await session.execute(update(User).where(User.chat_id == alice.id).values(profile={"diet": "stones"}))
    await world.until(TEN)

    assert "Done" in bob.last.labels


@pytest.mark.parametrize("column", ["profile", "expecting", '"check"'])
async def test_a_sealed_value_that_cannot_be_read_costs_its_owner_only(world: World, column: str) -> None:
    """Bob gets his nudge; alice is told, and can always delete everything."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await alice.says("/remind stretch 21:30")
    await bob.says("/remind stretch 21:30")
    async with world.app.sessions.begin() as session:
        damaged = f'"{KEYRING.primary}:{"A" * 60}"'
        statement = text(f"UPDATE users SET {column} = :damaged WHERE chat_id = :chat")  # noqa: S608 - our own names
        await session.execute(statement, {"damaged": damaged, "chat": alice.id})
    await world.until(TEN)
    await alice.says("/check")
    await alice.says("/settings")
    settings = alice.last.text
    await alice.says("/delete")
    await alice.taps("Delete all of it")
    await alice.taps("Yes, delete it now")

    assert "Done" in bob.last.labels
    assert ("I cannot read what I kept about you" in settings) == (column == "profile")
    assert "All that I kept about you is gone" in alice.last.text
    assert not [message for message in alice.messages if "went wrong" in message.text]


# As a bad disk or a hand in the file leaves them: PostgreSQL refuses most of these.
DAMAGE = {
    "half a profile": ("users", "profile = substr(CAST(profile AS TEXT), 1, 30)"),
    "a number for a profile": ("users", "profile = '5'"),
    "a text for a profile": ("users", "profile = '\"x\"'"),
    "half preferences": ("users", "preferences = '{'"),
    "a list for preferences": ("users", "preferences = '[1]'"),
    "no time for a pause": ("users", "paused_until = 'never'"),
    "no time last seen": ("users", "seen_at = 'x'"),
    "half a rule": ("reminders", "rule = '{'"),
    "a list for a rule": ("reminders", "rule = '[]'"),
    "no last day": ("reminders", "last_day = 'x'"),
    "half a suggestion": ("deliveries", "suggestion = substr(CAST(suggestion AS TEXT), 1, 30)"),
    "half a reason": ("deliveries", "skipped_for = '\"abc'"),
    "no time of an answer": ("deliveries", "answered_at = 'x'"),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_broken_value_costs_its_owner_only(world: World, damage: str) -> None:
    """Bob gets his nudge; alice has an answer to everything, her own data, and can always delete them."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await alice.says("/remind stretch 21:30")
    await bob.says("/remind stretch 22:00")
    await alice.says("/nudge stretch")
    await alice.taps("Later")
    await alice.taps("10 minutes")
    await world.told(alice, Profile(traits=frozenset({"kidney_disease"})))
    table, change = DAMAGE[damage]
    owner = "id" if table == "users" else "user_id"
    statement = f"UPDATE {table} SET {change} WHERE {owner} = (SELECT id FROM users WHERE chat_id = :chat)"  # noqa: S608
    try:
        async with world.app.sessions.begin() as session:
            await session.execute(text(statement), {"chat": alice.id})
    except DBAPIError:
        pytest.skip("PostgreSQL keeps no such value")
    await world.until(TEN)
    await world.app.tidy()
    for said in ("/today", "/settings", "/reminders", "/week", "/now", "/export", "/delete"):
        await alice.says(said)
    await alice.taps("Delete all of it")
    await alice.taps("Yes, delete it now")

    assert "Done" in bob.last.labels
    assert not [message for message in alice.messages if "went wrong" in message.text]
    assert "All that I kept about you is gone" in alice.last.text


async def _unreadable(world: World, person: Person) -> None:
    """All of this person's row, for either database."""
    damage = {"sqlite": "zone = CAST(X'FF' AS TEXT)", "postgresql": "check_begun_at = 'infinity'"}
    async with world.app.sessions.begin() as session:
        change = damage[session.get_bind().dialect.name]
        await session.execute(text(f"UPDATE users SET {change} WHERE chat_id = :chat"), {"chat": person.id})  # noqa: S608


async def test_a_person_who_cannot_be_read_stops_no_other_guided_session(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Alice began first; bob's goes on counting, and hers rests."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    for person in (alice, bob):
        await person.says("/stretch")
        await person.taps("▶ Start")
    await world.app.tick()
    await _unreadable(world, alice)
    before = bob.last.text, alice.last.text
    for _ in range(5):
        await world.passes(seconds=10)

    assert before[0] != bob.last.text
    assert before[1] == alice.last.text
    assert 1 == caplog.text.count("cannot guide this session")


@pytest.mark.parametrize(
    ("when", "first"),
    [("monday 21:30", "Mon 9 Mar 21:30"), ("21:30", "tomorrow 21:30"), ("every 1h 9:00-23:00", "tomorrow 21:00")],
)
async def test_a_reminder_at_rest_shows_its_own_next_occasion(world: World, when: str, first: str) -> None:
    """It could not be planned on Monday at half past nine, for a day; of an hourly one the newest comes then."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind stretch {when}")
    async with world.app.sessions.begin() as session:
        at = datetime(2026, 3, 2, 20, 30, 1, tzinfo=UTC)
        await session.execute(update(Reminder).values(next_due_at=rested(at)))
    await world.until(datetime(2026, 3, 2, 22, 0, tzinfo=UTC))
    await alice.says("/next")

    assert alice.last.text.splitlines()[1].startswith(first)


@pytest.mark.parametrize("zone", ["Europe", "No/Where"])
async def test_a_zone_that_cannot_be_read_stops_no_farewell(world: World, zone: str) -> None:
    """Alice's: she is told by the hours of UTC, and bob by his."""
    alice, _bob = await world.settled("Alice"), await world.settled("Bob")
    await world.sleeps_through(days=520)
    async with world.app.sessions.begin() as session:
        await session.execute(update(User).where(User.chat_id == alice.id).values(zone=zone))
    await world.app.tidy()
    async with world.app.sessions() as session:
        told = await session.scalars(select(Delivery.user_id).where(Delivery.kind == FAREWELL))

    assert 2 == len(list(told))


async def test_a_fault_of_ours_is_said_with_where_and_waited_for(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, not twice a second; when it is mended, alice gets her nudge, ten minutes late."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")

    async def owe(*_: object, **_more: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr("jobs.plan.owe", owe)
        await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
        for _ in range(5):
            await world.app.tick()
    (line,) = [record for record in caplog.records if "planning failed" in record.message]
    caplog.clear()
    await world.until(datetime(2026, 3, 2, 20, 41, tzinfo=UTC))

    assert line.exc_info is not None
    assert "planning failed (RuntimeError); it is tried again and again" == line.message
    assert "Done" in alice.last.labels


@pytest.mark.parametrize("column", ["users.zone", "reminders.zone", "reminders.goal"])
async def test_a_card_that_cannot_be_made_stops_nobody(world: World, column: str) -> None:
    """Alice's morning card waits in quiet hours while what it needs breaks: a folder of zones, or no number."""
    alice, bob = await _with_a_card_held(world)
    table, name = column.split(".")
    value = "'x'" if name == "goal" else "'Europe'"
    owner = "id" if table == "users" else "user_id"
    broken = f"UPDATE {table} SET {name} = {value} WHERE {owner} = (SELECT id FROM users WHERE chat_id = :chat)"  # noqa: S608
    try:
        async with world.app.sessions.begin() as session:
            await session.execute(text(broken), {"chat": alice.id})
    except DBAPIError:
        pytest.skip("PostgreSQL keeps no such value")
    await world.until(TEN)

    assert "Done" in bob.last.labels


@pytest.mark.parametrize("elapsed", ["'x'", "X'FF'"])
async def test_a_guided_session_that_is_damaged_stops_no_other(world: World, elapsed: str) -> None:
    """Of a person who was out of touch, so that its count is to be halted."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    for person in (alice, bob):
        await person.says("/stretch")
        await person.taps("▶ Start")
    await world.app.tick()
    async with world.app.sessions.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            pytest.skip("PostgreSQL keeps no such value")
        broken = f"UPDATE guided_sessions SET elapsed = {elapsed} WHERE user_id = (SELECT min(id) FROM users)"  # noqa: S608
        await session.execute(text(broken))
    await world.sleeps_through(seconds=70)
    await bob.taps("▶ Resume")
    before = bob.last.text
    await world.passes(seconds=20)

    assert before != bob.last.text


async def test_a_person_who_cannot_be_read_goes_too(world: World) -> None:
    """Alice blocked the bot long ago: all about her is deleted in time."""
    alice = await world.settled("Alice")
    await alice.blocks()
    await _unreadable(world, alice)
    for days in (200, 1, 1):
        await world.sleeps_through(days=days)
        await world.app.tidy()

    async with world.app.sessions() as session:
        assert 0 == await session.scalar(select(func.count()).select_from(User))


async def test_a_person_who_cannot_be_read_stops_no_housekeeping(world: World) -> None:
    """Alice and bob have been away for long: he is told, and what was proposed to both of them is forgotten."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    for person in (alice, bob):
        await person.says("/nudge stretch")
    await _unreadable(world, alice)
    await world.sleeps_through(days=520)
    await world.app.tidy()
    await world.app.tick()
    async with world.app.sessions() as session:
        kept = list(await session.scalars(select(Delivery.suggestion).where(Delivery.message_id.is_not(None))))

    assert "Are you still there?" in bob.last.text
    assert "Are you still there?" not in alice.last.text
    assert {None} == set(kept)


async def test_a_reminder_whose_times_are_damaged_can_be_given_others(world: World) -> None:
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    async with world.app.sessions.begin() as session:
        await session.execute(update(Reminder).values(rule={"kind": "moon"}))
    await alice.says("/reminders")
    listed = alice.last.text
    await alice.taps("1. 🦵 at times that I cannot read any more")
    await alice.taps("Change time")
    await alice.says("22:00")
    await world.until(TEN)

    assert "at times that I cannot read any more" in listed
    assert "Done" in alice.last.labels


async def _locked_out(world: World, person: Person) -> None:
    """What `person` told was sealed by a key that the bot does not have."""
    sealed = Keyring([new_key()]).seal(Profile(traits=frozenset({"kidney_disease"})).to_json())
    async with world.app.sessions.begin() as session:
        statement = text("UPDATE users SET profile = :sealed WHERE chat_id = :chat")
        await session.execute(statement, {"sealed": f'"{sealed}"', "chat": person.id})


async def _as_stored(world: World, person: Person) -> object:
    async with world.app.sessions() as session:
        statement = text("SELECT CAST(profile AS TEXT) FROM users WHERE chat_id = :chat")
        return await session.scalar(statement, {"chat": person.id})


async def test_without_the_key_help_goes_on_and_nothing_is_assumed(world: World) -> None:
    """Every command has a kind answer; no step that any condition speaks against, and no nudge."""
    alice = await world.settled("Alice")
    await _locked_out(world, alice)
    careful = ("/now", "/why magnesium", "/stretch", "/foods magnesium", "/nudge food")
    said = {}
    for command in (
        *careful,
        "/doctor",
        "/why",
        "/today",
        "/remind stretch 22:00",
        "/nudge stretch",
        "/check",
        "/week",
    ):
        await alice.says(command)
        said[command] = alice.last.text

    assert not [message for message in alice.messages if "went wrong" in message.text]
    assert "Pull your toes" not in said["/now"]
    assert "get medical help" in said["/now"]
    assert all("I cannot read just now what you told me" in said[one] for one in careful)


async def test_what_only_lacks_its_key_is_neither_cleared_nor_overwritten(world: World) -> None:
    """A button that was there before does nothing either."""
    alice = await world.settled("Alice")
    await alice.says("/settings")
    await alice.taps("Agree")
    await _locked_out(world, alice)
    before = await _as_stored(world, alice)
    await alice.says("/settings diet vegan")
    said, labels = alice.last.text, alice.last.labels
    tap = await world.forges(alice, "1:settings:mend:profile")
    await alice.says("/setup")
    await alice.says("/workout 45 run")

    assert "it may come back" in said
    assert "Clear it" not in labels
    assert "This button no longer works." == tap.text
    assert before == await _as_stored(world, alice)


async def test_next_shows_tomorrow_once_the_goal_of_today_is_reached(world: World) -> None:
    """Eleven occasions of today stay away, and those of tomorrow come."""
    alice = await world.settled("Alice")
    await alice.says("/remind hydrate every 1h 9:00-21:00")
    async with world.app.sessions.begin() as session:
        await session.execute(update(Reminder).values(goal=1))
    await world.until(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))
    await alice.taps("Done")
    await alice.says("/next")

    assert "tomorrow 09:00" in alice.last.text


async def test_what_a_pause_dropped_was_not_answered(world: World) -> None:
    """A nudge that was asked for and put off goes with the pause, and the evening's reminder comes all the same."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/nudge stretch")
    await alice.taps("Later")
    await alice.taps("1 hour")
    await alice.says("/pause 1d")
    await alice.says("/resume")
    count = len(alice.messages)
    await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))

    assert count + 1 == len(alice.messages)
    assert "Done" in alice.last.labels


async def test_a_workout_does_not_use_up_what_was_done_besides(world: World) -> None:
    """Moved by a workout is not answered: the stretch that was done at half past seven stands for ten o'clock."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 20 min after workout")
    await alice.says("/remind stretch 22:00")
    await world.until(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    await alice.says("/workout 45 run")
    await world.until(datetime(2026, 3, 2, 18, 30, tzinfo=UTC))
    await alice.says("/nudge stretch")
    await alice.taps("Done")
    count = len(alice.messages)
    await world.until(TEN)

    assert count == len(alice.messages)
