"""Who has gone is told once where that is possible, and then forgotten; whoever writes again stays."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.people import Person
from bot.settings import Settings, SettingsError
from db import gone, users
from db.engine import Sessions
from db.models import Delivery, Status
from jobs.farewell import Terms, see_off
from jobs.one_by_one import OneByOne
from tests.bot.owned import id_of, rows_of, tables_naming, with_everything
from tests.jobs.cast import all_deliveries
from tests.world import MONDAY_NOON, World, world_on

NEW_YORK = ZoneInfo("America/New_York")
FAREWELL = "Are you still there?"


async def _away(world: World, **span: float) -> None:
    """Time passes without a word from anybody; then the house is kept, and what falls due leaves."""
    await world.sleeps_through(**span)
    await world.app.tidy()
    await world.app.tick()


def _told(person: Person) -> list[str]:
    return [message.text for message in person.messages if FAREWELL in message.text]


async def test_who_is_silent_for_long_is_told_once_and_then_forgotten(world: World) -> None:
    """Thirty days before, with the day; bob, who has written since, knows of nothing."""
    alice, bob = await with_everything(world, "Alice"), await world.settled("Bob")
    number = await id_of(world, alice)
    assert number is not None
    seen_at = (await world.row_of(alice)).seen_at
    await _away(world, days=517)
    await bob.says("/help")
    before = _told(alice)
    await _away(world, days=1)
    told = alice.last
    await _away(world, days=1)
    leaving_at = (await world.row_of(alice)).leaving_at
    await _away(world, days=28)
    still = await id_of(world, alice)
    await _away(world, days=2)

    assert [] == before
    assert "So on 1 September 2027 I delete all that I keep about you." in told.text
    assert ["Stay", "Take my data along"] == told.labels
    assert seen_at + timedelta(days=548) == leaving_at
    assert number == still
    assert 1 == len(_told(alice))
    assert not any((await rows_of(world.app.sessions, number)).values())
    assert set() == await tables_naming(world.app.sessions, str(alice.id))
    assert [] == _told(bob)
    assert await id_of(world, bob) is not None


@pytest.mark.parametrize("stays", ["writes", "taps", "takes along"])
async def test_whoever_answers_stays(world: World, stays: str) -> None:
    """Any word will do, and the next farewell is as far away as the first."""
    alice = await world.settled("Alice")
    await _away(world, days=520)
    told = _told(alice)
    if stays == "writes":
        await alice.says("hello")
    else:
        await alice.taps("Stay" if stays == "taps" else "Take my data along")
    answer = alice.last
    leaving_at = (await world.row_of(alice)).leaving_at
    before = len(alice.messages)
    await _away(world, days=100)

    assert 1 == len(told)
    assert leaving_at is None
    assert ("All of it stays" in answer.text) == (stays == "taps")
    assert (answer.document is not None) == (stays == "takes along")
    assert await id_of(world, alice) is not None
    assert before == len(alice.messages)


async def test_whoever_unblocks_stays(world: World) -> None:
    """Without a word: coming back is one."""
    alice = await world.settled("Alice")
    await _away(world, days=520)
    await alice.blocks()
    await alice.unblocks()
    leaving_at = (await world.row_of(alice)).leaving_at
    await _away(world, days=100)

    assert leaving_at is None
    assert await id_of(world, alice) is not None


async def test_who_writes_before_it_has_left_is_not_told(world: World) -> None:
    """It waits for the morning, and she comes back in the night; it is no nudge that is on its way to her."""
    alice = await world.settled("Alice")
    await _away(world, days=520, hours=12)
    planned = [delivery.kind for delivery in await all_deliveries(world.app.sessions)]
    await alice.says("/next")
    answer = alice.last.text
    await world.passes(days=1)
    (delivery,) = await all_deliveries(world.app.sessions)

    assert ["farewell"] == planned
    assert (Status.SKIPPED, "stays") == (delivery.status, delivery.failure)
    assert "Nothing is planned" in answer
    assert [] == _told(alice)


async def test_nobody_is_woken_by_it(world: World) -> None:
    """The house is kept at one o'clock in the night; it leaves at ten of her morning."""
    alice = await world.settled("Alice", str(NEW_YORK))
    await world.sleeps_through(days=520, hours=-7)
    await world.app.tidy()
    await world.passes(hours=24)
    (delivery,) = await all_deliveries(world.app.sessions)

    assert delivery.sent_at is not None
    assert "10:00" == f"{delivery.sent_at.astimezone(NEW_YORK):%H:%M}"
    assert 1 == len(_told(alice))


async def test_its_words_are_the_same_on_a_neutral_lock_screen(world: World) -> None:
    """Nothing in them is about health."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await bob.says("/settings preview neutral")
    await _away(world, days=520)

    assert _told(alice) == _told(bob)
    assert not {"cramp", "stretch", "health", "muscle", "food"} & set(_told(bob)[0].lower().split())


async def test_who_blocked_the_bot_is_forgotten_after_six_months(world: World) -> None:
    """She cannot be told; who came back in time is kept."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await alice.blocks()
    await bob.blocks()
    await _away(world, days=182)
    kept = await id_of(world, alice)
    await bob.unblocks()
    await _away(world, days=2)

    assert kept is not None
    assert await id_of(world, alice) is None
    assert await id_of(world, bob) is not None


async def test_who_cannot_be_told_goes_all_the_same(world: World) -> None:
    """The account is gone: Telegram refuses the farewell."""
    alice = await world.settled("Alice")
    alice.deactivate()
    await _away(world, days=520)
    told = await world.row_of(alice)
    await _away(world, days=30)

    assert (told.leaving_at, told.asleep_at) == (MONDAY_NOON + timedelta(days=550), MONDAY_NOON + timedelta(days=520))
    assert await id_of(world, alice) is None


async def test_a_shorter_time_is_told_halfway(database: str) -> None:
    """An operator who keeps data for ten days tells after five."""
    async with world_on(database, keep_inactive_days=10) as world:
        alice = await world.settled("Alice")
        await _away(world, days=4)
        before = _told(alice)
        await _away(world, days=1)
        after = _told(alice)
        await _away(world, days=5)
        left = await id_of(world, alice)

    assert ([], 1, None) == (before, len(after), left)


async def test_many_go_in_batches(world: World) -> None:
    """More than one transaction takes, and nobody else with them."""
    bob = await world.settled("Bob")
    async with world.app.sessions.begin() as session:
        for chat_id in range(1, 46):
            gone = await users.ensure(session, chat_id=chat_id, language="en", now=MONDAY_NOON - timedelta(days=200))
            gone.asleep_at = MONDAY_NOON - timedelta(days=190)
    await world.app.tidy()
    async with world.app.sessions() as session:
        still = await users.everybody(session)
    await _away(world, days=1)
    async with world.app.sessions() as session:
        left = await users.everybody(session)

    assert len(still) == 46
    assert [bob.id] == [user.chat_id for user in left]


async def test_a_clock_that_leaps_a_year_ahead_costs_nobody_their_data(world: World) -> None:
    """Neither her who blocked the bot, nor him who was told that he goes, nor somebody who is just silent. Set back
    within a day, all is as it was: each goes on their own day."""
    alice, bob, charlie = [await world.settled(name) for name in ("Alice", "Bob", "Charlie")]
    await _away(world, days=300)
    await alice.blocks()
    await charlie.says("/help")
    await _away(world, days=220)
    told = await world.row_of(bob)
    await _keeps_house(world, MONDAY_NOON + timedelta(days=520 + 366))
    await _keeps_house(world, MONDAY_NOON + timedelta(days=520 + 366, hours=1))
    during = [await id_of(world, person) for person in (alice, bob, charlie)]
    await _keeps_house(world, MONDAY_NOON + timedelta(days=520, hours=2))
    back = [(await world.row_of(person)).leaving_at for person in (alice, bob, charlie)]

    assert told.leaving_at == MONDAY_NOON + timedelta(days=550)
    assert None not in during
    assert [leaving is None or leaving <= MONDAY_NOON + timedelta(days=552) for leaving in back] == [True] * 3
    assert back[2] is None


async def test_a_day_that_went_by_unseen_comes_once_more(world: World) -> None:
    """The program slept for a month: it looks at the clock twice, too."""
    alice = await world.settled("Alice")
    await alice.blocks()
    await _away(world, days=182)
    await _away(world, days=30)
    first = await id_of(world, alice)
    await _away(world, hours=23)
    still = await id_of(world, alice)
    await _away(world, hours=1)

    assert None not in (first, still)
    assert await id_of(world, alice) is None


async def _keeps_house(world: World, at: datetime) -> None:
    """By a clock that says this, which may be less than before."""
    await see_off(OneByOne(world.app.sessions, "user", clock=lambda: at), now=at, terms=Terms())


async def test_a_farewell_is_no_question_about_reminders(world: World) -> None:
    """Buttons of another kind on it, made up, change nothing."""
    alice = await world.settled("Alice")
    await _away(world, days=520)
    (delivery,) = await all_deliveries(world.app.sessions)
    taps = [
        await world.forges(alice, f"1:{data}:{delivery.id}:{how}")
        for data, how in (("rest", "keep"), ("nudge", "done"))
    ]
    after = await _delivery(world, delivery.id)

    assert all(tap.answered and tap.text for tap in taps)
    assert Status.SENT == after.status


@pytest.mark.parametrize("name", ["KEEP_INACTIVE_DAYS", "KEEP_BLOCKED_DAYS"])
@pytest.mark.parametrize("days", ["0", "549", "x"])
def test_what_was_promised_can_only_be_made_shorter(monkeypatch: pytest.MonkeyPatch, name: str, days: str) -> None:
    """One sentence says so."""
    monkeypatch.setenv(name, days)

    with pytest.raises(SettingsError, match=f"{name} cannot be used"):
        Settings.load()


async def _delivery(world: World, number: int) -> Delivery:
    async with world.app.sessions() as session:
        found = await session.get(Delivery, number)
    assert found is not None
    return found


async def test_whoever_is_just_writing_is_not_forgotten(sessions: Sessions) -> None:
    """Housekeeping comes while her message is being handled: it passes her by, or waits and finds that she stays."""
    now = MONDAY_NOON
    async with sessions.begin() as session:
        alice = await users.ensure(session, chat_id=1, language="en", now=now - timedelta(days=600))
        alice.leaving_at = now - timedelta(days=1)
    async with sessions.begin() as session:
        await users.ensure(session, chat_id=1, language="en", now=now)
        keeping = asyncio.create_task(see_off(OneByOne(sessions, "user", clock=lambda: now), now=now, terms=Terms()))
        if session.get_bind().dialect.name == "postgresql":
            await keeping
    await keeping
    async with sessions() as session:
        left = await users.everybody(session)

    assert [(1, None)] == [(user.chat_id, user.leaving_at) for user in left]


async def test_whoevers_day_nobody_saw_does_not_go_before_they_have_another(sessions: Sessions) -> None:
    """Though that other one could not be set, for whatever reason."""
    async with sessions.begin() as session:
        for chat_id, days in ((1, 3), (2, 1)):
            user = await users.ensure(session, chat_id=chat_id, language="en", now=MONDAY_NOON - timedelta(days=600))
            user.leaving_at = MONDAY_NOON - timedelta(days=days)
    async with sessions() as session:
        over = gone.over(now=MONDAY_NOON, overdue=MONDAY_NOON - timedelta(days=2))
        going = await gone.ids(session, (), after=0, which=over)
        second = await users.by_chat(session, 2)

    assert second is not None
    assert [second.id] == list(going)


async def test_who_never_told_a_time_zone_is_told_too(world: World) -> None:
    """By the hours of UTC."""
    charlie = world.person("Charlie")
    await charlie.says("/help")
    await _away(world, days=520)

    assert 1 == len(_told(charlie))
