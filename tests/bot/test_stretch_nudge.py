"""The stretch nudge through the bot: what it names, why, and that the guide runs exactly that."""

from datetime import UTC, datetime, time
from itertools import pairwise

import pytest

from bot.dialogue.consent import CONSENT
from bot.sandbox.people import Person
from db import sessions, users
from db.knowledge.loader import load
from db.models import Delivery
from jobs import schedule
from jobs.guide_session import plan_of
from jobs.preferences import Preferences, Tone
from jobs.rules import Landmark, Relative
from jobs.suggest import routines
from jobs.suggest.profile import Cramps, Profile
from jobs.suggest.stretch import AFTER_EXERCISE, BEDTIME
from jobs.workouts import Workout
from tests.db.knowledge.readability import grade
from tests.jobs.cast import all_deliveries
from tests.world import MONDAY_NOON, World, edits

pytestmark = pytest.mark.conversation

STRETCHING = load().edition("en").stretching
UNSTEADY, PREGNANT = frozenset({"unsteady"}), frozenset({"pregnant"})


async def _nudged(world: World, profile: Profile | None = None) -> Person:
    """Alice, who told this, and asked to see a nudge."""
    alice = await world.settled("Alice")
    if profile is not None:
        await world.told(alice, profile)
    await alice.says("/nudge stretch")
    return alice


async def _routine(world: World, fact: str = "routine") -> list[str]:
    """The names of the stretches that the last delivery proposes."""
    suggestion = (await all_deliveries(world.app.sessions))[-1].suggestion
    assert suggestion is not None
    parts = suggestion["facts"][fact].split("+")
    routines = {routine.id: routine.stretches for routine in STRETCHING.routines}
    return [STRETCHING.stretch(one).name for part in parts for one in routines.get(part, (part,))]


def _listed(text: str) -> list[str]:
    return [line.partition(". ")[2] for line in text.splitlines() if line.partition(". ")[0].isdecimal()]


async def _guided(world: World, person: Person) -> list[str]:
    """The names of the stretches of the person's session; that a session goes through all of them is tested below."""
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, person.id)
        running = await sessions.of_user(session, user.id) if user is not None else None
    plan = routines.find(load().edition("en").stretching, plan_of(running)) if running is not None else None
    return [stretch.name for stretch in plan.stretches] if plan is not None else []


async def _to_the_end(world: World, person: Person) -> list[str]:
    """The names of the stretches that a session goes through, until it is done."""
    before = len(edits(world, person))
    for _minute in range(15):
        await world.passes(minutes=1)
        if "✓ Done" in person.last.text:
            break
    *shown, done = edits(world, person)[before:]
    assert "✓ Done" in done
    return list(dict.fromkeys(text.splitlines()[0].partition(" (")[0] for text in shown))


async def test_it_names_its_stretches_and_how_long_they_take(world: World) -> None:
    """The pair of the trial first, one more, and the time of the guided session."""
    alice = await _nudged(world)
    listed, message = _listed(alice.last.text), alice.last

    assert ["Calf at the wall", "Back of the thigh, seated"] == listed[:2]
    assert listed == await _routine(world)
    assert "Both legs: 6 minutes." in message.text
    assert ["Done", "Later", "Skip", "▶ Guide me", "Why this, why now?"] == message.labels


@pytest.mark.parametrize(
    "profile",
    [Profile(), Profile(traits=UNSTEADY), Profile(traits=PREGNANT)],
    ids=["anybody", "unsteady", "pregnant"],
)
async def test_the_guide_runs_what_the_nudge_names(world: World, profile: Profile) -> None:
    """In that order, to the end."""
    alice = await _nudged(world, profile)
    listed = _listed(alice.last.text)
    await alice.taps("▶ Guide me")

    assert listed == await _guided(world, alice)


async def test_an_older_nudge_still_guides_through_its_own_plan(world: World) -> None:
    """Not through that of the newest."""
    alice = await _nudged(world)
    first, listed = alice.last, _listed(alice.last.text)
    await alice.says("/nudge stretch")
    newer = _listed(alice.last.text)
    await alice.taps("▶ Guide me", first)

    assert listed != newer
    assert listed == await _guided(world, alice)


async def test_told_since_that_standing_is_unsafe_the_guide_sits_down(world: World) -> None:
    """The plan of the nudge no longer suits, so the first that does takes its place."""
    alice = await _nudged(world)
    await world.told(alice, Profile(traits=UNSTEADY))
    await alice.taps("▶ Guide me")

    assert ["Calf with a towel, seated", "Back of the thigh, seated"] == await _guided(world, alice)


async def test_over_70_it_is_offered_sitting_too(world: World) -> None:
    """A button beside the guide, and it leads through the seated plan."""
    alice = await _nudged(world, Profile(age=71))
    offered = alice.last.labels
    await alice.taps("🪑 Rather sitting")
    sitting = await _routine(world, "sitting")

    assert ["▶ Guide me", "🪑 Rather sitting"] == offered[-3:-1]
    assert "Calf with a towel, seated" == sitting[0]
    assert sitting == await _guided(world, alice)


async def test_sitting_cannot_be_had_of_anothers_nudge(world: World) -> None:
    """A forged button; and where it was not offered, the plan that suits runs."""
    alice = await _nudged(world)
    charlie = await world.settled("Charlie")
    stolen = await world.forges(charlie, "1:guide:nudge:1:sitting")
    nonsense = await world.forges(alice, "1:guide:nudge:1:flying")
    await world.forges(alice, "1:guide:nudge:1:sitting")

    assert "I can't find that nudge any more." == stolen.text
    assert "I no longer have that stretch." == nonsense.text
    assert ["Calf at the wall", "Back of the thigh, seated"] == await _guided(world, alice)


async def test_a_joined_plan_can_be_done_once_more(world: World) -> None:
    """The button of the last message carries it."""
    alice = await _nudged(world)
    listed = _listed(alice.last.text)
    await alice.taps("▶ Guide me")
    gone_through = await _to_the_end(world, alice)
    await alice.taps("▶ Once more")

    assert listed == gone_through == await _guided(world, alice)


async def test_a_reminder_after_workouts_brings_the_front_of_the_thigh(world: World) -> None:
    """At the end of Monday's run, by the person's own week."""
    alice = await world.settled("Alice")
    monday = Workout(60, start=time(18), days=frozenset({0}))
    await world.told(alice, Profile(cramps=Cramps.EXERCISE, workouts=(monday,)))
    async with world.app.sessions.begin() as session:
        user = await users.by_chat(session, alice.id)
        assert user is not None
        schedule.add(session, user, kind="stretch", rule=Relative(Landmark.WORKOUT, 10), now=world.clock())
    await world.until(datetime(2026, 3, 2, 18, 10, tzinfo=UTC))
    nudge = alice.last
    await alice.taps("Why this, why now?")

    assert ["Calf at the wall", "Back of the thigh, seated", "Front of the thigh"] == _listed(nudge.text)[:3]
    assert "night" not in nudge.text
    assert "It is made for after exercise: this reminder goes by your workouts." in alice.last.text
    assert "No trial is known in which stretching prevents cramps of exercise." in alice.last.text
    assert "* from general knowledge, not yet checked" in alice.last.text


@pytest.mark.parametrize(("told_at", "form"), [(time(18), AFTER_EXERCISE), (time(17, 25), BEDTIME)])
async def test_a_workout_of_the_last_three_hours_makes_it_one_for_after_exercise(
    world: World, told_at: time, form: str
) -> None:
    """21:30 in Berlin is 20:30 in UTC."""
    alice = await world.settled("Alice")
    await world.told(alice, Profile(cramps=Cramps.EXERCISE))
    await world.kept(alice, consent=CONSENT, consented_at=world.clock())
    await alice.says("/remind stretch 21:30")
    await world.until(datetime.combine(MONDAY_NOON, told_at, UTC))
    await alice.says("/workout run 60 min")
    await world.until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    nudge = (await all_deliveries(world.app.sessions))[-1]

    assert nudge.suggestion is not None
    assert ("stretch", form) == (nudge.kind, nudge.suggestion["form"])


async def test_why_says_what_it_went_by_and_what_the_trial_found(world: World) -> None:
    """When cramps come, the one more, and the trial under its authors' name; the way back shows the nudge again."""
    alice = await _nudged(world, Profile(cramps=Cramps.NIGHT))
    nudge = alice.last
    extra = _listed(nudge.text)[-1]
    await alice.taps("Why this, why now?")
    why = alice.last.text
    await alice.taps("‹ Back")

    assert "by when your cramps come, as you told me in /settings." in why
    assert f"One more for other muscles: {extra}. It was not in the trial, and it changes from nudge to nudge." in why
    assert "fewer cramps a night than those who did not" in why
    assert "(Hallegraeff 2012)" in why
    assert "Now, because you asked for it." in why
    assert nudge.text == alice.last.text


@pytest.mark.parametrize(
    ("profile", "line"),
    [
        (Profile(), "When do yours come? /settings cramps"),
        (Profile(traits=UNSTEADY), "All of it sitting, because you told me that you are unsteady."),
        (Profile(traits=PREGNANT), "because you told me that you are pregnant. They come from general knowledge"),
        (Profile(age=80), "You may also do all of it sitting. I offer that to people over 70: our own choice."),
    ],
    ids=["untold", "unsteady", "pregnant", "over 70"],
)
async def test_why_speaks_of_this_person(world: World, profile: Profile, line: str) -> None:
    """Each input where it was used."""
    alice = await _nudged(world, profile)
    await alice.taps("Why this, why now?")

    assert line in alice.last.text


async def test_cramps_of_exercise_are_not_called_cramps_of_the_night(world: World) -> None:
    """Outside of a workout the same two stretches, but not for a reason that is not this person's."""
    alice = await _nudged(world, Profile(cramps=Cramps.EXERCISE))
    texts = []
    for _nudge in range(6):
        await alice.says("/nudge stretch")
        texts.append(alice.last.text)
    await alice.taps("Why this, why now?")

    assert ["Calf at the wall", "Back of the thigh, seated"] == _listed(texts[-1])[:2]
    assert not any("night" in text for text in texts)
    assert len({text.splitlines()[1] for text in texts}) >= 3
    assert "You told me that your cramps come with exercise" in alice.last.text
    assert "No trial is known in which stretching prevents cramps of exercise." in alice.last.text
    assert "by when your cramps come" not in alice.last.text
    assert "fewer cramps a night" not in alice.last.text


async def test_why_is_about_what_is_known_now(world: World) -> None:
    """Told since: not the stretches of before, and no reasons for them; the way back shows the new ones."""
    alice = await _nudged(world, Profile())
    await world.told(alice, Profile(traits=PREGNANT))
    await alice.taps("Why this, why now?")
    why = alice.last.text
    await alice.taps("‹ Back")

    assert "because you told me that you are pregnant" in why
    assert "trial" not in why
    assert "Calf at the wall" not in alice.last.text


async def test_why_does_not_explain_what_is_withheld_by_now(world: World) -> None:
    """In place of the nudge, with the reason."""
    alice = await _nudged(world, Profile())
    count = len(alice.messages)
    await world.told(alice, Profile(traits=frozenset({"leg_clot"})))
    await alice.taps("Why this, why now?")

    assert "I leave that out for you." in alice.last.text
    assert "Ask the doctor who treats it before you stretch." in alice.last.text
    assert [] == alice.last.labels
    assert count == len(alice.messages)


async def test_why_of_an_answered_nudge_is_about_what_was_done(world: World) -> None:
    """By an old button: it is done, and not made anew."""
    alice = await _nudged(world, Profile())
    await alice.taps("Done")
    await world.told(alice, Profile(traits=PREGNANT))
    await world.forges(alice, "1:nudge:1:why")

    assert "before sleep" in alice.last.text
    assert "pregnant" not in alice.last.text


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize(
    "profile",
    [Profile(), Profile(traits=PREGNANT), Profile(cramps=Cramps.EXERCISE)],
    ids=["anybody", "pregnant", "of exercise"],
)
async def test_no_wording_promises_anything(world: World, tone: Tone, profile: Profile) -> None:
    """May make milder, never prevents; plain words; one after the other, never the same twice in a row."""
    alice = await world.settled("Alice")
    await world.told(alice, profile)
    await world.prefers(alice, Preferences(tone=tone))
    texts = []
    for _nudge in range(6):
        await alice.says("/nudge stretch")
        texts.append(alice.last.text.splitlines()[1])

    honest = ["may make night cramps milder" in text for text in texts]

    assert all(one != following for one, following in pairwise(texts))
    assert all(grade(text) <= 8 for text in texts)
    assert not any(word in text.lower() for text in texts for word in ("prevent", "cure", "help"))
    assert honest == ["cramp" in text for text in texts]
    assert (any(honest), all(honest)) == (profile == Profile(), False)


async def test_why_of_an_old_answer_to_an_untaught_plan_says_little(world: World) -> None:
    """It was done; what it held is not known any more."""
    alice = await _nudged(world)
    await alice.taps("Done")
    async with world.app.sessions.begin() as session:
        delivery = await session.get(Delivery, 1)
        assert delivery is not None
        delivery.suggestion = {"form": "pair", "variant": 0, "facts": {"routine": "yoga"}, "cautions": []}
    await world.forges(alice, "1:nudge:1:why")

    assert "A general idea." in alice.last.text


async def test_a_plan_that_is_not_taught_any_more_is_made_anew(world: World) -> None:
    """An old message of an old edition: nothing breaks, and the guide goes through what is shown."""
    alice = await _nudged(world)
    async with world.app.sessions.begin() as session:
        delivery = await session.get(Delivery, 1)
        assert delivery is not None
        delivery.suggestion = {"form": "pair", "variant": 0, "facts": {"routine": "yoga"}, "cautions": []}
    await alice.taps("Why this, why now?")
    why = alice.last.text
    await alice.taps("‹ Back")
    back = alice.last
    await alice.taps("▶ Guide me")

    assert "Calf and back of the thigh, as before sleep" in why
    assert ["Calf at the wall", "Back of the thigh, seated"] == _listed(back.text)[:2]
    assert _listed(back.text) == await _guided(world, alice)
