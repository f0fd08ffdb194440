"""After five days without an answer: one question instead of the sixth nudge, then quiet until it is answered."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.people import Person
from db.models import Delivery, Status
from jobs.fewer import Fewer, fewer
from jobs.rules import ALL_DAYS, AtTimes, Every, Landmark, Once, Relative, Rule
from tests.jobs.cast import all_deliveries
from tests.world import World

pytestmark = pytest.mark.conversation

HALF_PAST_NINE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
QUESTION = "These came for some days without an answer."


async def _ignoring(world: World, *texts: str) -> Person:
    """Alice, who did not answer from Monday to Friday; it is Saturday, half past nine, in Berlin."""
    alice = await world.settled("Alice")
    for text in texts or ("stretch 21:30",):
        await alice.says(f"/remind {text}")
    await world.until(HALF_PAST_NINE + timedelta(days=5))
    return alice


def _nudges(person: Person) -> int:
    return sum("Done" in message.labels for message in person.messages)


async def _question(world: World) -> Delivery:
    return next(delivery for delivery in await all_deliveries(world.app.sessions) if delivery.question)


async def test_the_sixth_time_a_question_comes_and_then_nothing(world: World) -> None:
    """Five nudges, one question, and quiet for as long as it takes."""
    alice = await _ignoring(world)
    asked, count = alice.last, len(alice.messages)
    await world.passes(days=20)
    quiet = len(alice.messages)
    await alice.says("/reminders")
    listed = alice.last.text
    await alice.says("/next")

    assert QUESTION in asked.text
    assert ["Keep them", "Change the time", "Fewer", "Stop them"] == asked.labels
    assert (5, count) == (_nudges(alice), quiet)
    assert "It waits for your answer: shall it go on?" in listed
    assert "🦵 Stretch waits for your answer: shall it go on?" in alice.last.text


async def test_keep_goes_on_at_once_and_is_not_asked_again_soon(world: World) -> None:
    """The message says when the next one comes; five more ignored days bring no question."""
    alice = await _ignoring(world)
    asked = alice.last
    await alice.taps("Keep them")
    kept = alice.last
    await world.passes(days=10)

    assert kept.id == asked.id
    assert "All right, they go on as they are." in kept.text
    assert "Next: tomorrow 21:30" in kept.text
    assert 5 + 10 == _nudges(alice)
    assert Status.SKIPPED == (await _question(world)).status


async def test_another_time_is_asked_for_and_they_go_on(world: World) -> None:
    """Typed at once; and were it not, they came as before."""
    alice = await _ignoring(world)
    await alice.taps("Change the time")
    asked = alice.last.text
    await alice.says("20:00")
    echo = alice.last.text
    await world.passes(days=1)

    assert "what is the new time?" in asked
    assert "every day at 20:00" in echo
    assert 6 == _nudges(alice)


async def test_of_several_the_person_says_which_one_gets_another_time(world: World) -> None:
    """All of them are awake."""
    alice = await _ignoring(world, "stretch 21:30", "stretch 21:45")
    question = await alice.sees(QUESTION)
    await alice.taps("Change the time", question)
    which = await alice.sees("Which one shall come at another time?")
    await alice.taps("every day at 21:45", which)
    await alice.says("07:00")

    assert "every day at 07:00" in alice.last.text
    assert "Next: tomorrow 07:00" in alice.last.text


@pytest.mark.parametrize(
    ("choice", "schedule", "following"),
    [
        ("On weekdays only", "on weekdays at 21:30", "Next: Mon 9 Mar 21:30"),
        ("Every other day", "every 2 days at 21:30", "Next: tomorrow 21:30"),
        ("Once a week", "on Sun at 21:30", "Next: tomorrow 21:30"),
    ],
)
async def test_fewer_of_them_come_on_fewer_days(world: World, choice: str, schedule: str, following: str) -> None:
    """In the same message, with what comes next."""
    alice = await _ignoring(world)
    asked = alice.last
    await alice.taps("Fewer")
    offered = alice.last.labels
    await alice.taps(choice)

    assert ["On weekdays only", "Every other day", "Once a week", "‹ Back"] == offered
    assert asked.id == alice.last.id
    assert "All right, fewer of them." in alice.last.text
    assert schedule in alice.last.text
    assert following in alice.last.text


async def test_fewer_can_be_thought_over(world: World) -> None:
    """Back to the question, which still waits."""
    alice = await _ignoring(world)
    await alice.taps("Fewer")
    await alice.taps("‹ Back")

    assert QUESTION in alice.last.text
    assert "Keep them" in alice.last.labels
    assert Status.SENT == (await _question(world)).status


async def test_once_a_week_is_the_least(world: World) -> None:
    """That is said; the way back is there."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch mon 21:30")
    await world.until(HALF_PAST_NINE + timedelta(weeks=5))
    await alice.taps("Fewer")

    assert "They come once a week at the most already." in alice.last.text
    assert ["‹ Back"] == alice.last.labels


async def test_stop_turns_them_off_with_a_way_back(world: World) -> None:
    """Only what was stopped here is turned on again."""
    alice = await world.settled("Alice")
    await alice.says("/remind stretch 12:00")
    await alice.taps("Change")
    await alice.taps("Turn off")
    await alice.says("/remind stretch 21:30")
    await world.until(HALF_PAST_NINE + timedelta(days=5))
    await alice.taps("Stop them")
    stopped = alice.last
    await world.passes(days=3)
    quiet = _nudges(alice)
    await alice.taps("Turn on again")
    again = alice.last.text
    await world.passes(days=1)

    assert "Turned off. No more of these." in stopped.text
    assert "every day at 21:30. Next: tomorrow 21:30" in again
    assert "12:00" not in again
    assert (5, 6) == (quiet, _nudges(alice))


async def test_an_answer_to_an_older_nudge_wakes_them_too(world: World) -> None:
    """Whoever answers is there."""
    alice = await _ignoring(world)
    nudge = next(message for message in alice.messages if "Done" in message.labels)
    await alice.taps("Done", nudge)
    await world.passes(days=1)

    assert 5 == _nudges(alice)  # one of the six has its outcome now
    assert "Done" in alice.last.labels


async def test_a_card_and_next_let_them_go_on_too(world: World) -> None:
    """The question may be far up in the chat; and its buttons still do what they say."""
    alice = await _ignoring(world)
    question = alice.last
    await alice.says("/next")
    await alice.taps("Go on: 🦵 Stretch")
    card = alice.last.text
    await alice.taps("Stop them", question)
    await alice.says("/reminders")

    assert "Next: tomorrow 21:30" in card
    assert "(off)" in alice.last.text


async def test_a_pause_is_an_answer_as_well(world: World) -> None:
    """Whoever says "not this week" wants them next week."""
    alice = await _ignoring(world)
    await alice.says("/pause 3d")
    said = alice.last.text
    await world.passes(days=3)

    assert "First comes: Tue 10 Mar 21:30, 🦵 Stretch." in said
    assert 6 == _nudges(alice)


async def test_a_second_tap_finds_the_answer_there(world: World) -> None:
    """It is polite about it and changes nothing."""
    alice = await _ignoring(world)
    await alice.taps("Keep them")
    tap = await world.forges(alice, f"1:rest:{(await _question(world)).id}:stop")

    assert tap.text == "You have answered that already. /reminders changes everything."
    await alice.says("/reminders")
    assert "(off)" not in alice.last.text


async def test_where_all_of_them_are_gone_the_question_is_void(world: World) -> None:
    """Deleted in the meantime."""
    alice = await _ignoring(world)
    question = alice.last
    await alice.says("/reminders")
    await alice.taps("1. 🦵 every day at 21:30")
    await alice.taps("Delete")
    await alice.taps("Keep them", question)
    said = await alice.sees("There is no reminder of this kind that is on any more.")

    assert question.id == said.id


@pytest.mark.parametrize("data", ["1:rest", "1:rest:1:keep", "1:rest:99:keep", "1:rest:{id}:explode", "1:rest:²:keep"])
async def test_a_forged_button_changes_nothing(world: World, data: str) -> None:
    """Another delivery, none, or no such action."""
    alice = await _ignoring(world)
    tap = await world.forges(alice, data.format(id=(await _question(world)).id))

    assert tap.text == "I can't find that question any more."
    assert Status.SENT == (await _question(world)).status


async def test_nobody_can_answer_for_another(world: World) -> None:
    """Nor turn anothers' reminders on."""
    alice, charlie = await _ignoring(world), await world.settled("Charlie")
    number = (await _question(world)).id
    taps = [await world.forges(charlie, f"1:rest:{number}:{action}") for action in ("keep", "stop", "again:1")]
    await alice.taps("Stop them")
    nothing = await world.forges(alice, f"1:rest:{number}:again:77,x,")

    assert {"I can't find that question any more."} == {tap.text for tap in taps}
    assert nothing.text == "There is nothing to turn on here any more. /reminders shows them all."


# Fewer days ---------------------------------------------------------------------------------------

_DAYS = st.frozensets(st.integers(0, 6), min_size=1)
_RULES: st.SearchStrategy[Rule] = st.one_of(
    st.builds(AtTimes, st.just((time(8), time(21, 30))), _DAYS),
    st.builds(lambda step: AtTimes((time(8),), every_days=step, anchor=date(2026, 3, 1)), st.integers(2, 366)),
    st.builds(lambda days: Every(60, time(9), time(18), days), _DAYS),
    st.builds(lambda days: Relative(Landmark.BEDTIME, -30, days), _DAYS),
)


def _share(rule: Rule) -> float:
    """The part of all days on which it comes."""
    if isinstance(rule, AtTimes) and rule.every_days > 1:
        return 1 / rule.every_days
    assert not isinstance(rule, Once)
    return len(rule.days) / len(ALL_DAYS)


@given(_RULES, st.sampled_from(Fewer), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_fewer_is_fewer_and_nothing_else_changes(rule: Rule, how: Fewer, day: date) -> None:
    """Any rule, any way: on fewer days, or it says that it cannot."""
    changed = fewer(rule, how, day)

    if changed is not None:
        assert type(changed) is type(rule)
        assert _share(changed) < _share(rule)
        if isinstance(rule, AtTimes) and isinstance(changed, AtTimes):
            assert rule.times == changed.times


@pytest.mark.parametrize("how", Fewer)
def test_once_a_week_cannot_become_fewer(how: Fewer) -> None:
    """Nor can a single time."""
    assert fewer(AtTimes((time(8),), frozenset({2})), how, date(2026, 3, 4)) is None
    assert fewer(Once(HALF_PAST_NINE), how, date(2026, 3, 4)) is None
