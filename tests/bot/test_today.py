"""/today and the morning card: a tick for each line, up to a week back, and how firm the habits are."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.sandbox.people import Person
from db import reminders, users
from db.models import Delivery, Status
from jobs.preferences import Preferences, Quiet
from jobs.suggest.profile import Profile
from tests.jobs.cast import all_deliveries
from tests.world import World

pytestmark = pytest.mark.conversation

HALF_PAST_NINE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
HALF_PAST_SEVEN = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
TICK, TICKED = "☐ 21:30 🦵 Stretch", "✓ 21:30 🦵 Stretch"


async def _planned(world: World, *more: str) -> Person:
    """Alice, who stretches at 21:30; it is 13:00 for her."""
    alice = await world.settled("Alice")
    for reminder in ("stretch 21:30", *more):
        await alice.says(f"/remind {reminder}")
    return alice


async def _only(world: World) -> Delivery:
    (delivery,) = await all_deliveries(world.app.sessions)
    return delivery


# Ticks --------------------------------------------------------------------------------------------------


async def test_the_plan_has_a_line_and_a_tick_for_everything(world: World) -> None:
    """With its time; what has no reminder can be added."""
    alice = await _planned(world, "food 18:00")
    await alice.says("/today")

    assert alice.last.text == "📋 Today's plan\nMonday 2 March\n\n☐ 18:00 🥗 Food\n☐ 21:30 🦵 Stretch"
    assert alice.last.labels == [
        "☐ 18:00 🥗 Food", TICK, "+ 💧 Hydrate", "+ 🌤 Daylight", "‹ Yesterday", "Skip one", "My week",
    ]  # fmt: skip


async def test_what_is_ticked_before_its_time_does_not_come(world: World) -> None:
    """Alice stretches at 18:00, and nothing comes at 21:30; the day after it does."""
    alice = await _planned(world)
    await world.until(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    await alice.says("/today")
    card = alice.last
    await alice.taps(TICK)
    ticked, count = alice.last, len(alice.messages)
    await world.until(HALF_PAST_NINE + timedelta(hours=3))
    quiet = len(alice.messages)
    delivery = await _only(world)
    await world.until(HALF_PAST_NINE + timedelta(days=1))

    assert card.id == ticked.id
    assert "✓ 21:30 🦵 Stretch · done" in ticked.text
    assert count == quiet
    assert (Status.DONE, HALF_PAST_NINE) == (delivery.status, delivery.due_at)
    assert datetime(2026, 3, 2, 17, 0, tzinfo=UTC) == delivery.answered_at
    assert "Done" in alice.last.labels


async def test_a_tick_that_is_taken_back_lets_it_come(world: World) -> None:
    """As if nothing had been."""
    alice = await _planned(world)
    await alice.says("/today")
    before = alice.last
    await alice.taps(TICK)
    await alice.taps(TICKED)
    after, rows = alice.last, await all_deliveries(world.app.sessions)
    await world.until(HALF_PAST_NINE)

    assert (before.text, before.labels) == (after.text, after.labels)
    assert rows == []
    assert "Done" in alice.last.labels


async def test_a_nudge_that_came_is_ticked_in_the_plan_and_knows_it(world: World) -> None:
    """Its own Done says so; the tick taken back leaves it waiting."""
    alice = await _planned(world)
    await world.until(HALF_PAST_NINE)
    nudge = alice.last
    await alice.says("/today")
    waiting = alice.last.text
    await alice.taps(TICK)
    card = alice.last
    tap = await alice.taps("Done", nudge)
    await alice.taps(TICKED, card)

    assert "☐ 21:30 🦵 Stretch · waits for your answer" in waiting
    assert "That is noted already." == tap.text
    assert Status.SENT == (await _only(world)).status


async def test_what_was_put_off_or_skipped_can_be_ticked(world: World) -> None:
    """The last answer counts, and what was put off does not come again."""
    alice = await _planned(world)
    await world.until(HALF_PAST_NINE)
    await alice.taps("Later")
    await alice.taps("1 hour")
    await alice.says("/today")
    put_off = alice.last.text
    await alice.taps(TICK)
    count = len(alice.messages)
    await world.passes(hours=2)

    assert "☐ 21:30 🦵 Stretch · put off to 22:30" in put_off
    assert count == len(alice.messages)
    assert Status.DONE == (await _only(world)).status


async def test_a_line_can_be_skipped_before_its_time(world: World) -> None:
    """Behind one small button; a tap on the line says that it was done after all."""
    alice = await _planned(world)
    await alice.says("/today")
    await alice.taps("Skip one")
    offered = alice.last.labels
    await alice.taps("Skip 21:30 🦵 Stretch")
    skipped, count = alice.last.text, len(alice.messages)
    await world.until(HALF_PAST_NINE)
    quiet = len(alice.messages)
    await alice.taps("– 21:30 🦵 Stretch")

    assert offered == ["Skip 21:30 🦵 Stretch", "‹ Back"]
    assert "– 21:30 🦵 Stretch · skipped" in skipped
    assert count == quiet
    assert "✓ 21:30 🦵 Stretch · done" in alice.last.text


async def test_an_interval_is_one_line_and_a_tick_counts_the_next(world: World) -> None:
    """Ticked twice at half past seven: nothing at nine and at eleven."""
    alice = await _planned(world, "water every 2h 9-19")
    await world.until(HALF_PAST_SEVEN)
    await alice.says("/today")
    fresh = alice.last.text
    await alice.taps("☐ 💧 Hydrate 0 of 6")
    await alice.taps("☐ 💧 Hydrate 1 of 6")
    twice = alice.last
    await world.until(datetime(2026, 3, 3, 11, 59, tzinfo=UTC))
    quiet = alice.last.id
    await world.passes(minutes=1)

    assert "☐ 💧 Hydrate 0 of 6 · next 09:00" in fresh
    assert "☐ 💧 Hydrate 2 of 6 · next 13:00" in twice.text
    assert twice.id == quiet
    assert alice.last.text.startswith("💧 Hydrate")


async def test_a_counted_tick_can_be_taken_back_one_by_one(world: World) -> None:
    """And a skipped one is not counted."""
    alice = await _planned(world, "water every 2h 9-19")
    await world.until(HALF_PAST_SEVEN)
    await alice.says("/today")
    await alice.taps("☐ 💧 Hydrate 0 of 6")
    await alice.taps("−1")
    back = alice.last.labels
    await alice.taps("Skip one")
    await alice.taps("Skip 💧 Hydrate 0 of 6")

    assert "☐ 💧 Hydrate 0 of 6" in back
    assert "−1" not in back
    assert "next 11:00" in alice.last.text


async def test_two_quick_taps_are_one(world: World) -> None:
    """The button says how often it was done when it was shown."""
    alice = await _planned(world, "water every 2h 9-19")
    await world.until(HALF_PAST_SEVEN)
    await alice.says("/today")
    card = alice.last
    key = next(data for data in _data(alice) if ":done:g" in data)
    await world.forges(alice, key)
    await world.forges(alice, key)

    assert card.id == alice.last.id
    assert "💧 Hydrate 1 of 6" in alice.last.text


def _data(person: Person) -> list[str]:
    """What the buttons of the latest message carry."""
    markup = person.chat.history[person.last.id].wire["reply_markup"]
    return [button["callback_data"] for row in markup["inline_keyboard"] for button in row]


async def test_something_without_a_reminder_can_be_added_once(world: World) -> None:
    """And taken back."""
    alice = await _planned(world)
    await alice.says("/today")
    add = next(data for data in _data(alice) if data.endswith(":add:hydrate"))
    await alice.taps("+ 💧 Hydrate")
    await world.forges(alice, add)
    added = alice.last
    await alice.taps("✓ 13:00 💧 Hydrate")

    assert 1 == added.text.count("💧 Hydrate ·")
    assert "✓ 13:00 💧 Hydrate · done" in added.text
    assert "+ 💧 Hydrate" in alice.last.labels
    assert await all_deliveries(world.app.sessions) == []


async def test_what_safety_withholds_is_not_in_the_plan(world: World) -> None:
    """Neither as a line nor to be added."""
    alice = await _planned(world, "hydrate 18:00")
    await world.told(alice, Profile(traits=frozenset({"fluid_limit"})))
    await alice.says("/today")
    await world.forges(alice, "1:today:2026-03-02:add:hydrate")

    assert await all_deliveries(world.app.sessions) == []
    assert "Hydrate" not in alice.last.text
    assert not any("Hydrate" in label for label in alice.last.labels)


async def test_quiet_hours_and_a_pause_are_told(world: World) -> None:
    """The line says why nothing will come."""
    alice = await _planned(world)
    await world.prefers(alice, Preferences(quiet=(Quiet(time(21), time(7)),)))
    await alice.says("/today")

    assert "– 21:30 🦵 Stretch · left out: quiet hours" in alice.last.text


async def test_without_any_reminder_there_is_a_way_to_one(world: World) -> None:
    """And ticks for what was done all the same."""
    alice = await world.settled("Alice")
    await alice.says("/today")

    assert "Nothing is planned today." in alice.last.text
    assert {"Set a reminder", "+ 🦵 Stretch"} <= set(alice.last.labels)


async def test_the_time_zone_is_asked_first(world: World) -> None:
    """A day needs one; then the plan comes."""
    charlie = world.person("Charlie")
    await charlie.says("/today")
    asked = charlie.last.text
    await charlie.says("Berlin")

    assert "Where are you?" in asked
    assert any("Today's plan" in message.text for message in charlie.messages)


# Other days ---------------------------------------------------------------------------------------------


async def test_after_midnight_it_is_still_the_day_before(world: World) -> None:
    """A tick at 00:40 belongs to the evening before."""
    alice = await _planned(world)
    await world.until(datetime(2026, 3, 2, 23, 40, tzinfo=UTC))
    await alice.says("/today")
    card = alice.last.text
    await alice.taps(TICK)
    await world.passes(hours=8)
    await alice.says("/today")
    await alice.taps("‹ Yesterday")

    assert "Monday 2 March" in card
    assert "Yesterday\nMonday 2 March\n\n✓ 21:30 🦵 Stretch · done" in alice.last.text


async def test_yesterday_can_be_corrected_and_is_credited_to_its_day(world: World) -> None:
    """Nobody answered; the day after alice says that she did."""
    alice = await _planned(world)
    await world.until(HALF_PAST_SEVEN)
    await alice.says("/today")
    await alice.taps("‹ Yesterday")
    before = alice.last.text
    await alice.taps(TICK)
    done = alice.last.text
    delivery = await _only(world)
    await alice.taps("Today ›")

    assert "☐ 21:30 🦵 Stretch · no answer" in before
    assert "✓ 21:30 🦵 Stretch · done" in done
    assert (Status.DONE, HALF_PAST_NINE) == (delivery.status, delivery.answered_at)
    assert "Tuesday 3 March" in alice.last.text


async def test_a_past_day_can_get_what_had_no_reminder(world: World) -> None:
    """At noon of that day."""
    alice = await world.settled("Alice")
    await alice.says("/today")
    await alice.taps("‹ Yesterday")
    await alice.taps("+ 🦵 Stretch")

    assert "✓ 12:00 🦵 Stretch · done" in alice.last.text
    assert datetime(2026, 3, 1, 11, tzinfo=UTC) == (await _only(world)).due_at


async def test_a_week_back_is_open_and_older_days_stay(world: World) -> None:
    """Kindly refused, by the buttons that are not there and by an old one."""
    alice = await world.settled("Alice")
    await alice.says("/today")
    for label in ("‹ Yesterday", "‹ Sat 28 Feb", "‹ Fri 27 Feb", "‹ Thu 26 Feb", "‹ Wed 25 Feb", "‹ Tue 24 Feb",
                  "‹ Mon 23 Feb"):  # fmt: skip
        await alice.taps(label)
    oldest = alice.last
    tap = await world.forges(alice, "1:today:2026-02-22:add:stretch")

    assert oldest.text.startswith("📋 Monday 23 February")
    assert not any(label.startswith("‹") for label in oldest.labels)
    assert tap.text is not None
    assert "more than a week ago, so it stays as it is" in tap.text
    assert await all_deliveries(world.app.sessions) == []


@pytest.mark.parametrize(
    ("data", "toast"),
    [
        ("1:today", "This button no longer works."),
        ("1:today:yesterday", "This button no longer works."),
        ("1:today:2026-03-02:explode", "This button no longer works."),
        ("1:today:2026-03-03", "That day has not come yet."),
        ("1:today:9999-12-31:done:1.1:0", "That day has not come yet."),
        ("1:today:0001-01-01", "more than a week ago"),
        ("1:today:2026-03-02:done:77.1:0", "Your plan has changed since."),
        ("1:today:2026-03-02:open:x:0", "Your plan has changed since."),
        ("1:today:2026-03-02:skip:d77", "Your plan has changed since."),
    ],
)
async def test_forged_and_stale_buttons_are_answered_and_change_nothing(world: World, data: str, toast: str) -> None:
    """Whatever they say."""
    alice = await _planned(world)
    await alice.says("/today")
    tap = await world.forges(alice, data)

    assert tap.text is not None
    assert toast in tap.text
    assert await all_deliveries(world.app.sessions) == []


async def test_nobody_ticks_for_another(world: World) -> None:
    """Bob presses what alice's buttons carry."""
    alice = await _planned(world)
    await world.until(HALF_PAST_NINE)
    await alice.says("/today")
    stolen = next(data for data in _data(alice) if ":done:" in data)
    bob = await world.settled("Bob")
    tap = await world.forges(bob, stolen)

    assert tap.text is not None
    assert "Your plan has changed since." in tap.text
    assert Status.SENT == (await _only(world)).status


async def test_a_stale_tick_of_a_deleted_reminder_is_answered(world: World) -> None:
    """The card shows what is left."""
    alice = await _planned(world)
    await alice.says("/today")
    card = alice.last
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        (mine,) = await reminders.of_user(session, user.id)
        mine.state = "ended"
    tap = await alice.taps(TICK, card)

    assert tap.text is not None
    assert "Your plan has changed since." in tap.text
    assert "Nothing is planned today." in alice.last.text


# How firm ---------------------------------------------------------------------------------------------


async def test_the_score_grows_and_a_miss_gets_a_kind_word(world: World) -> None:
    """Three evenings done, one slipped by, then picked up."""
    alice = await _planned(world)
    for day in range(3):
        await world.until(HALF_PAST_NINE + timedelta(days=day))
        await alice.taps("Done")
    await world.until(HALF_PAST_NINE + timedelta(days=4) - timedelta(hours=10))
    await alice.says("/today")
    slipped = alice.last.text
    await alice.taps(TICK)

    assert "Stretch: yesterday slipped by; today is a good day to pick it up." in slipped
    assert "🦵 Stretch 14% · just begun" in slipped
    assert "one miss costs little" in slipped
    assert "Stretch: yesterday slipped by, and today you picked it up again." in alice.last.text
    assert "🦵 Stretch 18% · just begun" in alice.last.text
    assert "streak" not in alice.last.text


# The morning card -------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["today 7:30", "plan 7:30", "card 7:30", "morning card 7:30"])
async def test_the_morning_card_is_a_reminder_like_any_other(world: World, words: str) -> None:
    """By its names."""
    alice = await world.settled("Alice")
    await alice.says(f"/remind {words}")

    assert "✓ 📋 Today's plan: every day at 07:30." in alice.last.text


async def test_the_morning_card_comes_with_ticks_and_updates_in_place(world: World) -> None:
    """No Done, Later or Skip of its own; what is ticked on it does not come."""
    alice = await _planned(world, "today 7:30", "food 8:00")
    await world.until(HALF_PAST_NINE)
    await alice.taps("Done")
    await world.until(HALF_PAST_SEVEN)
    card = alice.last
    await alice.taps("☐ 08:00 🥗 Food")
    ticked, count = alice.last, len(alice.messages)
    await world.passes(hours=1)

    assert card.text.startswith("📋 Today's plan\n")
    assert "\n\n☐ 08:00 🥗 Food\n☐ 21:30 🦵 Stretch\n\n" in card.text
    assert card.labels[:2] == ["☐ 08:00 🥗 Food", TICK]
    assert {"Why this, why now?", "Stop these"} == set(card.labels[2:])
    assert card.id == ticked.id
    assert "✓ 08:00 🥗 Food · done" in ticked.text
    assert count == len(alice.messages)


async def test_the_morning_card_says_why_and_comes_back_as_things_stand(world: World) -> None:
    """What was ticked meanwhile is ticked on it."""
    alice = await _planned(world, "today 7:30")
    await world.until(HALF_PAST_SEVEN)
    card = alice.last
    await alice.taps("Why this, why now?")
    why = alice.last
    await alice.says("/today")
    await alice.taps(TICK)
    await alice.taps("‹ Back", why)
    back = next(message for message in alice.messages if message.id == card.id)

    assert "• Now, because you set: every day at 07:30." in why.text
    assert "What is known about it" not in why.labels
    assert TICKED in back.labels


async def test_the_morning_card_shows_nothing_on_the_lock_screen_where_that_is_wished(world: World) -> None:
    """Show opens it."""
    alice = await _planned(world, "today 7:30")
    await world.prefers(alice, Preferences(neutral=True))
    await world.until(HALF_PAST_NINE)
    await world.until(HALF_PAST_SEVEN)
    locked = alice.last
    await alice.taps("Show")

    assert ("⏰ Your reminder is here.", ["Show"]) == (locked.text, locked.labels)
    assert locked.id == alice.last.id
    assert TICK in alice.last.labels


async def test_a_day_without_anything_has_no_morning_card(world: World) -> None:
    """Rather none than an empty one."""
    alice = await world.settled("Alice")
    await alice.says("/remind today 7:30")
    count = len(alice.messages)
    await world.until(HALF_PAST_SEVEN)

    assert count == len(alice.messages)
    assert "left out" == (await _only(world)).failure


async def test_the_morning_card_is_never_asked_about_and_has_no_score(world: World) -> None:
    """Nine mornings without a tap: it still comes, and no question."""
    alice = await world.settled("Alice")
    await alice.says("/remind today 7:30")
    await alice.says("/remind stretch every 2 days 21:30")
    await world.until(HALF_PAST_SEVEN + timedelta(days=8))
    await alice.says("/today")

    assert not any("Today's plan" in message.text and "Keep them" in message.labels for message in alice.messages)
    assert "Today's plan " not in alice.last.text
    assert "+ 📋 Today's plan" not in alice.last.labels


async def test_the_morning_card_can_be_stopped_where_it_stands(world: World) -> None:
    """Off is easy to find."""
    alice = await _planned(world, "today 7:30")
    await world.until(HALF_PAST_SEVEN)
    await alice.taps("Stop these")
    await world.until(HALF_PAST_SEVEN + timedelta(days=1))
    cards = [message.text for message in alice.messages if message.text.startswith("📋 Today's plan")]

    assert ["📋 Today's plan\nTurned off. No more of these."] == cards


async def test_nudge_today_is_the_plan(world: World) -> None:
    """The same card as /today."""
    alice = await _planned(world)
    await alice.says("/nudge today")

    assert alice.last.text.startswith("📋 Today's plan\nMonday 2 March")
