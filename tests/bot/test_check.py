"""/check: one question after the other in one message, red flags first, and an end that says why."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from sqlalchemy import text as sql
from sqlalchemy import update

from bot.dialogue import check_result, check_run, check_summary
from bot.dialogue.check_run import pack, unpack
from bot.dialogue.turn import Turn
from bot.dialogue.words import words_for
from bot.sandbox.people import Person
from db.knowledge.questionnaire import Question
from db.models import User
from jobs.suggest.check import Answers
from jobs.suggest.profile import Profile
from tests.db.knowledge.readability import grade
from tests.jobs.check_answers import ANSWERS, CHECK, EDITION
from tests.world import MONDAY_NOON, World, world_on

pytestmark = pytest.mark.conversation

NEXT, BACK, STOP, NONE = "Next ›", "‹ Back", "Stop and delete", "None of these"


async def _kept(world: World) -> list[object]:
    """What the database holds of checks, of all people; None where there is no check."""
    async with world.app.sessions() as session:
        return list(await session.scalars(sql('SELECT "check" FROM users ORDER BY id')))


async def _begins(person: Person) -> None:
    await person.says("/check")
    await person.taps("Agree and begin")


def _label(person: Person, answer: str) -> str:
    """The button of an answer: its words, or its number in the text."""
    lines = (line.strip("☐☑ ").partition("  ") for line in person.last.text.splitlines())
    wanted = next((number for number, _, words in lines if words == answer), answer)
    return next(b for b in person.last.labels if b.removeprefix("☐ ").removeprefix("☑ ").removeprefix("✓ ") in
                (wanted, answer))  # fmt: skip


async def _answers(person: Person, *answers: str) -> None:
    """Tap these answers, and Next where several may be given."""
    for answer in answers:
        await person.taps(_label(person, answer))
    if NEXT in person.last.labels and any(label.startswith("☑") for label in person.last.labels):
        await person.taps(NEXT)


async def _goes_through(person: Person, given: Mapping[str, tuple[str, ...]], *, upto: int = 14) -> None:
    """Answer from where they are up to a question: as `given` by the question's id, else with its "no"."""
    for number, question in enumerate(CHECK.questions[:upto], 1):
        if person.last.text.startswith(f"{number} of 14\n"):
            await _answers(person, *given.get(question.id, (_no(question),)))


def _no(question: Question) -> str:
    return next(a.label for a in question.answers if not (a.effects or a.stop or a.traits))


# A whole run --------------------------------------------------------------------------------------


async def test_a_whole_check_ends_in_topics_with_their_reasons(world: World) -> None:
    """Fourteen questions in one message; every point with its reason; nothing kept."""
    alice = world.person("Alice")
    await _begins(alice)
    count = len(alice.messages)
    await _goes_through(alice, {"medicines": ("A water pill",), "when": ("At night or at rest",)})
    result = alice.last.text

    assert count == len(alice.messages)
    assert result.startswith("Your result\n\nWorth raising with a doctor\n\nHave your medicines reviewed: 3 points")
    assert "+2 your cramps come at night or at rest" in result
    assert "Magnesium: 2 points\n+2 you take a water pill" in result
    assert "Do not start potassium, and do not stop a prescribed medicine, without advice." in result
    assert "The points are a proposal of this project. Nobody has tested them." in result
    assert [None] == await _kept(world)


async def test_whoever_has_nothing_to_report_gets_the_advice_for_everybody(world: World) -> None:
    """No nutrient is named only to have named one."""
    alice = world.person("Alice")
    await _begins(alice)
    await _goes_through(alice, {})

    assert "None of your answers points at a nutrient." in alice.last.text
    assert "Tired muscles and stretching: 2 points" in alice.last.text


async def test_the_result_leads_to_cards_and_to_a_summary(world: World) -> None:
    """In messages of their own, so that the result stays; hours later as well."""
    alice = await world.settled("Alice")
    await _begins(alice)
    await _goes_through(alice, {"medicines": ("A water pill",), "diet": ("Vegan",)})
    result = alice.last
    await alice.taps("Magnesium", result)
    card = alice.last.text
    await world.passes(hours=30)
    await alice.taps("Summary for my doctor", result)
    summary = alice.last

    assert card.startswith("Magnesium")
    assert summary.text.startswith("For my doctor: leg cramps, 2 March 2026")
    assert "• Have your medicines reviewed, because you take a water pill" in summary.text
    assert "• Which of these do you take? A water pill" in summary.text
    assert "None of these (Chest pain or trouble breathing; " in summary.text
    assert "point" not in summary.text.lower()
    assert () == summary.entities


async def test_with_a_clot_in_the_leg_nothing_about_stretching_is_offered(world: World) -> None:
    """What the profile says counts in the result: no advice to stretch, no card, no topic to try."""
    alice = world.person("Alice")
    await _begins(alice)
    async with world.app.sessions.begin() as session:
        await session.execute(update(User).values(profile={"traits": ["leg_clot"]}))
    await _goes_through(alice, {})

    assert "No topic has enough points to raise it." in alice.last.text
    assert "Stretching" not in alice.last.labels
    assert "Ask the doctor who treats it before you stretch." in alice.last.text


async def test_nothing_is_offered_that_was_withheld_by_an_answer(world: World) -> None:
    """A pill that raises potassium: no potassium card, no food, only the doctor."""
    alice = world.person("Alice")
    await _begins(alice)
    medicines = ("A water pill", "A blood-pressure pill that ends in -pril or -sartan")
    await _goes_through(alice, {"medicines": medicines})
    before, _, after = alice.last.text.partition("For your doctor alone: I suggest nothing here")

    assert "Potassium" not in before
    assert "Potassium: 2 points\n+2 you take a water pill\n❗ This medicine raises potassium." in after
    assert not {"Potassium", "Sodium"} & set(alice.last.labels)
    assert "Magnesium" in alice.last.labels
    assert "tell them to /settings" in after


# On the way ---------------------------------------------------------------------------------------


async def test_nothing_is_asked_or_kept_before_they_agree(world: World) -> None:
    """The first screen says what is kept, why and for how long; Not now keeps nothing."""
    alice = world.person("Alice")
    await alice.says("/check")
    first = alice.last.text
    kept = await _kept(world)
    await alice.taps("Not now")

    assert "deleted when the check ends, when you stop it, or after 7 days" in first
    assert "no diagnosis" in first
    assert [None] == kept == await _kept(world)
    assert [] == alice.last.labels


async def test_several_answers_toggle_until_next(world: World) -> None:
    """A box fills and empties; "none of these" and the others exclude each other."""
    alice = world.person("Alice")
    await _begins(alice)
    await _goes_through(alice, {}, upto=4)
    for answer in ("Statin", "Metformin"):
        await alice.taps(_label(alice, {"Statin": "A statin"}.get(answer, answer)))
    both = alice.last.text
    await alice.taps(f"☐ {NONE}")
    none = alice.last.text
    await alice.taps(_label(alice, "Metformin"))
    await alice.taps(_label(alice, "Metformin"))

    assert alice.last.text.startswith("5 of 14")
    assert "☑ 3  A statin" in both
    assert "☑ 9  Metformin" in both
    assert "☑ 12  None of these" in none
    assert 1 == none.count("☑")
    assert "☑" not in alice.last.text


async def test_next_without_an_answer_stays(world: World) -> None:
    """Nobody skips the red flags by accident."""
    alice = world.person("Alice")
    await _begins(alice)
    tap = await alice.taps(NEXT)

    assert tap.text == "Choose at least one. “None of these” counts too."
    assert alice.last.text.startswith("1 of 14")


async def test_back_shows_what_was_answered(world: World) -> None:
    """And the answer can be changed, or kept with Next."""
    alice = world.person("Alice")
    await _begins(alice)
    first = alice.last.labels
    await _goes_through(alice, {}, upto=6)
    await alice.taps(BACK)
    again = alice.last
    await alice.taps(NEXT)

    assert BACK not in first
    assert again.text.startswith("6 of 14")
    assert any(label.startswith("✓") for label in again.labels)
    assert alice.last.text.startswith("7 of 14")


async def test_stop_deletes_the_answers(world: World) -> None:
    """At once, and the next check begins with the consent."""
    alice = world.person("Alice")
    await _begins(alice)
    await _goes_through(alice, {}, upto=5)
    await alice.taps(STOP)
    stopped, kept = alice.last, await _kept(world)
    await alice.says("/check")

    assert stopped.text.startswith("Stopped, and your answers are deleted.")
    assert [] == stopped.labels
    assert [None] == kept
    assert "Agree and begin" in alice.last.labels


# Red flags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "means", "given", "upto"),
    [
        ("🚨 Call your local emergency number now.", "A clot in the lung.", "Chest pain or trouble breathing", 1),
        ("⚠️ Speak to a doctor or an urgent care line today.", "A clot in a vein", "One leg swollen, hot or red", 2),
        ("🩺 See a doctor in the next days or weeks.", "Narrowed arteries", "When I walk, and they go when I stop", 6),
    ],
)
async def test_a_red_flag_stops_at_once(world: World, action: str, means: str, given: str, upto: int) -> None:
    """What to do is the first line; then the sign, and what it may mean; nothing is kept."""
    alice = world.person("Alice")
    await _begins(alice)
    await _goes_through(alice, {CHECK.questions[upto - 1].id: (given,)}, upto=upto)

    assert action == alice.last.text.splitlines()[0]
    assert f"You chose: {given}." in alice.last.text
    assert f"It may mean: {means}" in alice.last.text
    assert [None] == await _kept(world)
    assert "Summary for my doctor" not in alice.last.labels


async def test_an_emergency_names_the_number_to_call_and_leads_to_the_other_signs(world: World) -> None:
    """By the country of the person's zone; /doctor in a message of its own."""
    alice = await world.settled("Alice", "Europe/Lisbon")
    await _begins(alice)
    await _answers(alice, "A stiff jaw")
    stop = alice.last
    await alice.taps("🚩 When to see a doctor")

    assert "Portugal: 112" in stop.text.splitlines()[1]
    assert alice.last.text.startswith("Is it more than a cramp?")
    assert alice.last.id != stop.id


async def test_kidney_disease_turns_the_suggestions_off(world: World) -> None:
    """Ask a doctor; no supplement, potassium or salt until then, with the reason."""
    alice = world.person("Alice")
    await _begins(alice)
    await _goes_through(alice, {"conditions": ("Kidney disease or dialysis",)}, upto=4)
    red_flag = alice.last
    await alice.taps("Start over")

    assert "Until then, no supplements, potassium or salt on your own:" in red_flag.text
    assert "Your kidney team decides." in red_flag.text
    assert "tell them to /settings" in red_flag.text
    assert "Agree and begin" in alice.last.labels
    assert alice.last.id != red_flag.id


# Breaks, restarts, other hands --------------------------------------------------------------------


async def test_a_check_goes_on_after_a_restart(database: str) -> None:
    """Where it stopped, with what was answered, on the same buttons and from /check."""
    async with world_on(database) as world:
        alice = world.person("Alice")
        await _begins(alice)
        await _goes_through(alice, {"medicines": ("A water pill",)}, upto=7)
    async with world_on(database, MONDAY_NOON + timedelta(days=2)) as world:
        alice = world.person("Alice")
        await alice.says("/check")
        back = alice.last.text
        await alice.taps("Continue")
        question = alice.last.text
        await _goes_through(alice, {})

    assert "You have begun the check: 8 of 14." in back
    assert question.startswith("8 of 14")
    assert "+3 you take a water pill" in alice.last.text


async def test_start_over_forgets_the_answers(world: World) -> None:
    """From the first question, without asking for consent again; the old message's buttons are dead."""
    alice = world.person("Alice")
    await _begins(alice)
    await _goes_through(alice, {}, upto=5)
    old = alice.last
    await world.passes(minutes=1)
    await alice.says("/check")
    await alice.taps("Start over")
    tap = await alice.taps(NEXT if NEXT in old.labels else old.labels[0], old)

    assert tap.text == "This check is over. /check begins a new one."
    assert alice.last.text.startswith("1 of 14")
    assert "☑" not in alice.last.text


async def test_after_seven_days_the_answers_are_gone(world: World) -> None:
    """From the database, whether or not the person comes back; the buttons say so."""
    alice = world.person("Alice")
    await _begins(alice)
    await _goes_through(alice, {}, upto=5)
    await world.app.tidy()
    kept = await _kept(world)
    await world.passes(days=7, hours=1)
    await world.app.tidy()
    gone = await _kept(world)
    tap = await alice.taps(alice.last.labels[0])

    assert [None] != kept
    assert [None] == gone
    assert tap.text == "This check is over. /check begins a new one."


async def test_an_old_check_is_not_gone_on_with(world: World) -> None:
    """Not even in the hour before it is tidied away."""
    alice = world.person("Alice")
    await _begins(alice)
    world.clock.move_to(world.clock() + timedelta(days=7))
    await alice.says("/check")

    assert "Agree and begin" in alice.last.labels
    assert [None] == await _kept(world)


async def test_a_check_of_other_questions_is_not_gone_on_with(world: World) -> None:
    """After an upgrade that changed the questions, answers would mean something else."""
    alice = world.person("Alice")
    await _begins(alice)
    stored = {"begun": int(MONDAY_NOON.timestamp()), "at": 3, "answers": {"moon": ["full"]}, "questions": "f00"}
    async with world.app.sessions.begin() as session:
        await session.execute(update(User).values(check=stored))
    await alice.says("/check")

    assert "Agree and begin" in alice.last.labels


async def test_new_terms_are_asked_for_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who agreed to less has not agreed to more."""
    alice = world.person("Alice")
    await _begins(alice)
    monkeypatch.setattr(check_run, "TERMS", check_run.TERMS + 1)
    await alice.says("/check")

    assert "Agree and begin" in alice.last.labels
    assert [None] == await _kept(world)


async def test_a_double_tap_counts_once(world: World) -> None:
    """On an answer that goes on, on a box, on Next, and on Agree."""
    alice = world.person("Alice")
    await alice.says("/check")
    agree = alice.last.button("Agree and begin").data
    await alice.taps("Agree and begin")
    none = alice.last.button(_label(alice, NONE)).data
    for data in (agree, none, none):
        await world.forges(alice, str(data))
    ticked = alice.last.text
    onward = str(alice.last.button(NEXT).data)
    await world.forges(alice, onward)
    await world.forges(alice, onward)
    second = alice.last.text
    await _goes_through(alice, {}, upto=2)
    single = str(alice.last.buttons[0].data)
    no = str(alice.last.button(_label(alice, NONE)).data)
    await world.forges(alice, no)
    await world.forges(alice, single.replace(":mouth", ":no"))

    assert ticked.startswith("1 of 14")
    assert 1 == ticked.count("☑")
    assert second.startswith("2 of 14")
    assert alice.last.text.startswith("4 of 14")


async def test_forged_and_stale_buttons_change_nothing(world: World) -> None:
    """Unknown steps, runs, questions and answers: the question stays, or the check is said to be over."""
    alice = world.person("Alice")
    await _begins(alice)
    run = str(alice.last.buttons[0].data).split(":")[3]
    before, kept = alice.last.text, await _kept(world)
    for data in (
        "1:check",
        "1:check:uranium",
        "1:check:on",
        f"1:check:on:{run}",
        f"1:check:on:{run}:now",
        f"1:check:on:{run}:now:uranium",
        f"1:check:off:{run}:now:uranium",
        f"1:check:on:{run}:conditions:kidney",
        f"1:check:next:{run}:load",
        f"1:check:back:{run}:now",
        f"1:check:uranium:{run}:now",
        "1:check:on:1:now:none",
        "1:check:stop:1",
        "1:check:summary",
        "1:check:summary:::",
        "1:check:summary:739677:0:ff",
        f"1:check:summary:739677:{pack(CHECK, {})[0]}:0",
        f"1:check:summary:739677:{pack(CHECK, {})[0]}:" + "f" * 20,
        "1:check:summary:739677:"
        + ":".join(pack(CHECK, {q.id: frozenset({q.answers[0].id}) for q in CHECK.questions})),
        "1:check:summary:99999999:"
        + ":".join(pack(CHECK, {q.id: frozenset({q.answers[-1].id}) for q in CHECK.questions})),
    ):
        await world.forges(alice, data)
        assert kept == await _kept(world)
    await alice.says("/check")
    await alice.taps("Continue")

    assert before == alice.last.text


async def test_nobody_has_a_check_by_tapping_anothers_button(world: World) -> None:
    """Bob never agreed, so Alice's buttons keep nothing of his, and change nothing of hers."""
    alice, bob = await world.settled("Alice"), await world.settled("Bob")
    await _begins(alice)
    data = [str(button.data) for button in alice.last.buttons]
    before = await _kept(world)
    for forged in (*data, "1:check:again"):
        tap = await world.forges(bob, forged)
        assert tap.text == "This check is over. /check begins a new one."

    assert before == await _kept(world)
    assert None in before


# Words and lengths --------------------------------------------------------------------------------


async def test_the_first_screen_is_plain(world: World) -> None:
    """Grade eight or lower."""
    alice = world.person("Alice")
    await alice.says("/check")

    assert grade(alice.last.text) <= 8


@given(ANSWERS)
def test_every_result_and_summary_can_be_sent(answers: Answers) -> None:
    """No message over Telegram's length, no button over its bytes, and the button says all that was answered."""
    local = datetime(2026, 3, 2, tzinfo=UTC)
    known = SimpleNamespace(words=words_for("en"), edition=EDITION, assumed=Profile(), local=local)
    turn = cast("Turn", known)
    result = check_result.finished(turn, answers)
    press = result[-1].buttons[0][0].press
    summary = check_summary.summary(turn, press.args[1:])

    assert answers == unpack(CHECK, pack(CHECK, answers))
    assert summary
    for reply in (*result, *summary):
        assert reply.text is not None
        assert len(reply.text) <= 4096
        assert "you lack" not in reply.text.lower()
    for row in result[-1].buttons:
        assert all(button.press.encode() for button in row)
