"""/pause: nothing for some days, then all goes on by itself, to the minute that was said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.pause_text import Why, read
from bot.sandbox.people import Person
from tests.world import World, world_on

pytestmark = pytest.mark.conversation

MONDAY = date(2026, 3, 2)


def _nudges(person: Person) -> int:
    return sum("Done" in message.labels for message in person.messages)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("3d", date(2026, 3, 5)),
        ("for 3 days please", date(2026, 3, 5)),
        ("a week", date(2026, 3, 9)),
        ("2 weeks", date(2026, 3, 16)),
        ("2w", date(2026, 3, 16)),
        ("for a couple of weeks", date(2026, 3, 16)),
        ("one month", date(2026, 4, 1)),
        ("today", date(2026, 3, 3)),
        ("for the rest of today", date(2026, 3, 3)),
        ("until tomorrow", date(2026, 3, 3)),
        ("until monday", date(2026, 3, 9)),
        ("till friday", date(2026, 3, 6)),
        ("through friday", date(2026, 3, 7)),
        ("until 3 april", date(2026, 4, 3)),
        ("until 2026-03-20", date(2026, 3, 20)),
        ("i am on holiday until 3 april", date(2026, 4, 3)),
        ("injury 2 weeks", date(2026, 3, 16)),
        ("until 1 march 2027", date(2027, 3, 1)),
    ],
)
def test_lengths_and_ends_are_understood(text: str, end: date) -> None:
    """It is a Monday."""
    wish = read(text, today=MONDAY)

    assert wish.refused is None
    assert ((end,), True) == (wish.ends, wish.sure)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("monday", (date(2026, 3, 9),)),
        ("back on friday", (date(2026, 3, 6),)),
        ("until 1 march", (date(2027, 3, 1),)),
        ("until 3/4", (date(2026, 4, 3), date(2026, 3, 4))),
    ],
)
def test_what_is_only_likely_is_asked_back(text: str, ends: tuple[date, ...]) -> None:
    """A bare day, a date that has just passed, and a date of two readings."""
    wish = read(text, today=MONDAY)

    assert set(ends) == set(wish.ends)
    assert len(wish.ends) > 1 or not wish.sure


@pytest.mark.parametrize("text", ["2 hours", "half an hour", "0 days", "until today", "until 1 march 2026", "whenever"])
def test_what_is_no_pause_is_refused(text: str) -> None:
    """Hours, nothing, the past, and words."""
    wish = read(text, today=MONDAY)

    assert wish.refused is not None
    assert not wish.ends


@pytest.mark.parametrize(
    ("text", "why"),
    [("injury", Why.INJURY), ("I hurt my calf", Why.INJURY), ("not well", Why.ILL), ("holiday", Why.AWAY),
     ("3 days", None)],
)  # fmt: skip
def test_a_reason_is_understood(text: str, why: Why | None) -> None:
    """It asks nothing more than how long."""
    assert why == read(text, today=MONDAY).why


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["until", "a", "3", "monday", "d", "week", "injury", "/", ".", "2026", "may"])).map(
        " ".join
    )
)
def test_no_text_breaks_the_reader_or_pauses_backwards(text: str) -> None:
    """Whatever is typed: an end that lies ahead, or none."""
    wish = read(text, today=MONDAY)

    assert all(end > MONDAY for end in wish.ends)


async def test_three_days_are_quiet_and_then_it_goes_on_by_itself(world: World) -> None:
    """Monday to Wednesday; the answer names the minute, and Thursday's nudge comes."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/pause 3d")
    said = alice.last
    await world.until(datetime(2026, 3, 5, 20, 29, tzinfo=UTC))
    quiet = _nudges(alice)
    await world.passes(minutes=1)

    assert "Paused until Thu 5 Mar 04:00." in said.text
    assert "your score is kept" in said.text
    assert "First comes: Thu 5 Mar 21:30, 🦵 Stretch." in said.text
    assert (0, 1) == (quiet, _nudges(alice))


async def test_resume_ends_it_at_once(world: World) -> None:
    """By button or by command; a second one finds nothing to end."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/pause 2 weeks")
    await alice.taps("Resume now")
    over = alice.last.text
    await alice.says("/resume")
    none = alice.last.text
    await world.passes(hours=9)

    assert "The pause is over" in over
    assert "First comes: today 21:30, 🦵 Stretch." in over
    assert "You have no pause." in none
    assert 1 == _nudges(alice)


async def test_a_bare_pause_offers_lengths(world: World) -> None:
    """The rest of today ends when the person's day begins, at four."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/pause")
    labels = alice.last.labels
    await alice.taps("The rest of today")

    assert ["The rest of today", "3 days", "1 week", "2 weeks", "Until a date…"] == labels
    assert "Paused until tomorrow 04:00." in alice.last.text


async def test_until_a_date_is_typed(world: World) -> None:
    """What is no date is asked again; nothing is lost."""
    alice = await world.settled("Alice")
    await alice.says("/pause")
    await alice.taps("Until a date…")
    asked = alice.last.text
    await alice.says("sometime")
    refused = alice.last.text
    await alice.says("friday")

    assert "Until when?" in asked
    assert "I don't understand “sometime”" in refused
    assert "Paused until Fri 6 Mar 04:00." in alice.last.text


async def test_a_day_that_was_not_said_to_be_the_end_is_a_question(world: World) -> None:
    """ "/pause friday" may mean two things."""
    alice = await world.settled("Alice")
    await alice.says("/pause friday")
    question = alice.last
    await alice.taps("Until Fri 6 Mar")

    assert "Which day do you mean?" in question.text
    assert "Paused until Fri 6 Mar 04:00." in alice.last.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("injury", "Some signs should not wait: /doctor"),
        ("ill", "Get well soon."),
        ("holiday", "Have a good time."),
        ("2 hours", "I pause for whole days."),
        ("until 1 march 2026", "“1 march 2026” has passed already."),
        ("400 days", "I can pause for a year at most."),
    ],
)
async def test_a_reason_or_what_cannot_be_leads_to_the_question_how_long(world: World, text: str, said: str) -> None:
    """With a word that fits."""
    alice = await world.settled("Alice")
    await alice.says(f"/pause {text}")

    assert said in alice.last.text
    assert "For how long shall I pause?" in alice.last.text


async def test_a_new_pause_replaces_the_old_one(world: World) -> None:
    """Shorter or longer."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/pause 2 weeks")
    await alice.says("/pause 3d")
    await world.until(datetime(2026, 3, 5, 20, 30, tzinfo=UTC))

    assert 1 == _nudges(alice)


async def test_what_is_set_in_a_pause_waits_for_its_end_and_says_so(world: World) -> None:
    """Also a change of the time; the list and /next say it."""
    alice = await world.settled("Alice")
    await alice.says("/pause 3d")
    await alice.says("/remind stretch 21:30")
    echo = alice.last.text
    await alice.says("/reminders")
    listed = alice.last
    await alice.says("/next")

    assert "You have a pause: nothing comes before Thu 5 Mar 04:00." in echo
    assert "Next: Thu 5 Mar 21:30" in echo
    assert "nothing comes before Thu 5 Mar 04:00" in listed.text
    assert "Resume now" in listed.labels
    assert alice.last.text.startswith("Paused until Thu 5 Mar 04:00. Then (Europe/Berlin):")


async def test_a_pause_drops_what_was_put_off_and_says_so(world: World) -> None:
    """Also what was put off from no reminder."""
    alice = await world.settled("Alice")
    await alice.says("/nudge stretch")
    await alice.taps("Later")
    await alice.taps("1 hour")
    await alice.says("/pause 3d")
    said, count = alice.last.text, len(alice.messages)
    await world.passes(days=2)

    assert "What was on its way or put off does not come any more." in said
    assert count == len(alice.messages)


async def test_a_single_reminder_waits_for_the_end_of_the_pause_or_for_resume(world: World) -> None:
    """It is not lost, whichever comes first."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    for person in (alice, bob):
        await person.says("/remind stretch tomorrow 10:00")
        await person.says("/pause 3d")
    await world.passes(days=2)
    await bob.says("/resume")
    listed = _nudges(bob)
    await world.passes(minutes=1)
    resumed = _nudges(bob)
    await world.passes(days=1)

    assert (0, 1) == (listed, resumed)
    assert 1 == _nudges(alice)


async def test_a_pause_over_a_clock_change_ends_when_the_day_begins(database: str) -> None:
    """Spring forward on 29 March: four o'clock is an hour earlier in UTC, and 21:30 stays 21:30."""
    async with world_on(database, start=datetime(2026, 3, 27, 12, tzinfo=UTC)) as world:
        alice = await world.settled("Alice")
        await alice.says("/remind stretch 21:30")
        await alice.says("/remind hydrate 04:00")
        await alice.says("/pause 3d")
        said = alice.last.text
        await world.until(datetime(2026, 3, 30, 1, 59, tzinfo=UTC))
        quiet = _nudges(alice)
        await world.passes(minutes=1)
        at_four = _nudges(alice)
        await world.until(datetime(2026, 3, 30, 19, 30, tzinfo=UTC))

        assert "Paused until Mon 30 Mar 04:00." in said
        assert (0, 1, 2) == (quiet, at_four, _nudges(alice))


async def test_a_pause_travels_along(world: World) -> None:
    """It ends when Thursday begins in Tokyo, not in Berlin."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    await alice.says("/pause 3d")
    await alice.says("/timezone Tokyo")
    await alice.says("/next")
    east = alice.last.text
    await alice.says("/timezone Berlin")
    await alice.says("/next")

    assert "Paused until Thu 5 Mar 04:00. Then (Asia/Tokyo):" in east
    assert "Paused until Thu 5 Mar 04:00. Then (Europe/Berlin):" in alice.last.text


async def test_plain_words_lead_there_with_what_they_say(world: World) -> None:
    """Nobody has to know the command."""
    alice = await world.settled("Alice")
    await alice.says("I am on holiday until 3 april")
    until = alice.last.text
    await alice.says("stop for a week")

    assert "Have a good time." in until
    assert "Paused until Fri 3 Apr 04:00." in until
    assert "Paused until Mon 9 Mar 04:00." in alice.last.text


async def test_without_a_zone_it_is_asked_first(world: World) -> None:
    """A day begins somewhere."""
    charlie = world.person("Charlie")
    await charlie.says("/pause 3d")
    asked = charlie.last.text
    await charlie.says("Tokyo")

    assert "Where are you?" in asked
    assert "Paused until Thu 5 Mar 04:00." in charlie.last.text


async def test_a_warning_sign_behind_pause_comes_first(world: World) -> None:
    """Nobody rests from chest pain."""
    alice = await world.settled("Alice")
    await alice.says("/pause chest pain")

    assert "Paused" not in alice.last.text
    assert "For how long" not in alice.last.text


@pytest.mark.parametrize(
    "data",
    ["1:pause", "1:pause:for:5", "1:pause:for:-1", "1:pause:until:20260301", "1:pause:until:soon",
     "1:pause:until:29991231", "1:pause:until", "1:pause:explode"],
)  # fmt: skip
async def test_forged_and_stale_buttons_change_nothing(world: World, data: str) -> None:
    """They are answered politely."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 21:30")
    tap = await world.forges(alice, data)
    await alice.says("/next")

    assert tap.text in ("This button no longer works.", "That day has passed. /pause asks anew.")
    assert "Paused" not in alice.last.text


async def test_the_pause_is_the_persons_own(world: World) -> None:
    """Bob's nudge comes while alice rests."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    for person in (alice, bob):
        await person.says("/remind stretch 21:30")
    await alice.says("/pause 1 week")
    await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC) + timedelta(days=1))

    assert (0, 2) == (_nudges(alice), _nudges(bob))


async def test_a_reminder_whose_last_day_lies_in_the_pause_is_not_lost(world: World) -> None:
    """The pause may end before: resumed at once, it comes as set."""
    alice = await world.settled("Alice")
    await alice.says("/remind food 8:00 until 12 march")
    await alice.says("/pause 2 weeks")
    await alice.says("/reminders")
    paused = alice.last.text
    await alice.says("/resume")
    count = len(alice.messages)
    await world.until(datetime(2026, 3, 3, 7, 0, tzinfo=UTC))

    assert "Food" in paused
    assert count + 1 == len(alice.messages)
    assert "🥗 Food" in alice.last.text
