"""Where a guided session stands, and the tick that shows it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import sessions as guided
from db.engine import Sessions
from db.knowledge.loader import load
from db.knowledge.stretches import Stretch, Timing
from db.models import GuidedSession
from jobs import guide, guide_session
from jobs.budget import Budget
from jobs.guide import GAP, LEAD, Phase, frame_at, next_change
from jobs.guide_session import AWAY, LEASE, PATIENCE, Moment, View
from jobs.guide_tick import Guide, ScreenGoneError
from jobs.sender import SendError
from jobs.suggest import routines
from jobs.suggest.profile import Profile
from jobs.watch import Unwatched
from tests.jobs.cast import MONDAY_NOON, all_deliveries, person

KNOWLEDGE = load()
STRETCHING = KNOWLEDGE.edition("en").stretching
CALF = STRETCHING.stretch("calf_wall")
[TRIAL, *_OTHERS] = routines.routines(STRETCHING, Profile())


def _timed(timing: Timing) -> Stretch:
    return CALF.model_copy(update={"timing": timing})


TIMINGS = st.builds(
    Timing, hold=st.integers(0, 60), rest=st.integers(1, 60), reps=st.integers(1, 30), sides=st.integers(1, 2)
)
ROUTINES = st.lists(TIMINGS.map(_timed), min_size=1, max_size=3)
SHORT_TIMINGS = st.builds(
    Timing, hold=st.integers(0, 12), rest=st.integers(1, 12), reps=st.integers(1, 6), sides=st.integers(1, 2)
)
SHORT_ROUTINES = st.lists(SHORT_TIMINGS.map(_timed), min_size=1, max_size=3)


def test_the_trials_routine_begins_with_its_calf_and_takes_four_minutes() -> None:
    """10 s to get ready, three holds of 10 s a leg with 10 s between them, then the hamstring."""
    at = {second: frame_at(TRIAL.stretches, second) for second in (0, 10, 20, 69, 70, 115, 120, 239, 240)}
    seen = {
        second: frame and (frame.stretch.id, frame.side, frame.rep, frame.phase.value, frame.seconds_left)
        for second, frame in at.items()
    }

    assert 240 == guide.length(TRIAL.stretches)
    assert {
        0: ("calf_wall", 1, 0, "ready", 10),
        10: ("calf_wall", 1, 1, "hold", 10),
        20: ("calf_wall", 1, 1, "rest", 10),
        69: ("calf_wall", 1, 3, "rest", 1),
        70: ("calf_wall", 2, 1, "hold", 10),
        115: ("calf_wall", 2, 3, "hold", 5),
        120: ("hamstring_seated", 1, 0, "ready", 10),
        239: ("hamstring_seated", 2, 3, "hold", 1),
        240: None,
    } == seen


@given(ROUTINES)
def test_a_session_takes_what_its_parts_take(stretches: list[Stretch]) -> None:
    """Time to get ready, holds and rests, without the rest after a stretch's last hold."""
    parts = sum(LEAD + s.timing.seconds - (s.timing.rest if s.timing.hold else 0) for s in stretches)

    assert parts == guide.length(stretches)
    assert frame_at(stretches, parts) is None
    assert next_change(stretches, parts) is None
    assert frame_at(stretches, parts - 0.001) is not None


@given(SHORT_ROUTINES)
@settings(max_examples=20)
def test_every_side_and_repeat_comes_in_order(stretches: list[Stretch]) -> None:
    """Second by second: nothing left out, nothing twice, and the seconds count down."""
    frames = [frame_at(stretches, second) for second in range(guide.length(stretches))]
    done = [(f.number, f.side, f.rep) for f in frames if f is not None and f.phase in {Phase.HOLD, Phase.MOVE}]
    owed = [
        (number, side, rep)
        for number, stretch in enumerate(stretches, 1)
        for side in range(1, stretch.timing.sides + 1)
        for rep in range(1, stretch.timing.reps + 1)
    ]

    assert owed == list(dict.fromkeys(done))
    for one, following in pairwise(frames):
        assert one is not None
        assert following is not None
        if one.seconds_left > 1:
            assert (one.phase, one.seconds_left - 1) == (following.phase, following.seconds_left)


@given(ROUTINES, st.floats(-5, 20_000))
def test_the_next_change_comes_no_later_than_the_phase_ends(stretches: list[Stretch], elapsed: float) -> None:
    """And no countdown step within three seconds of another change, unless the phase itself ends."""
    frame, change = frame_at(stretches, elapsed), next_change(stretches, elapsed)
    if frame is None or change is None:
        assert (None, None) == (frame, change)
        return
    following, gone = frame_at(stretches, change + 1e-6), max(elapsed, 0)
    assert gone < change <= gone + frame.seconds_left
    if following is not None and following.phase is frame.phase and following.rep == frame.rep:
        assert change - gone >= GAP - 1e-6


def test_edits_of_the_trial_are_five_seconds_apart() -> None:
    """48 of them in four minutes."""
    changes = [0.0]
    while (change := next_change(TRIAL.stretches, changes[-1])) is not None:
        changes.append(change)

    assert [float(second) for second in range(0, 241, 5)] == changes


def test_who_must_sit_gets_no_standing_stretch() -> None:
    """Unsteady people sit; in pregnancy only the feet move; everybody else begins with the trial."""
    first = {
        name: [plan.id for plan in routines.routines(STRETCHING, Profile(traits=frozenset(traits)))]
        for name, traits in {"anybody": (), "unsteady": ("unsteady",), "pregnant": ("pregnant",)}.items()
    }

    assert {
        "anybody": ["trial", "seated", "pregnancy"],
        "unsteady": ["seated", "pregnancy"],
        "pregnant": ["pregnancy"],
    } == first
    assert [] == [r for r in routines.single(STRETCHING, Profile(traits=frozenset({"unsteady"}))) if "wall" in r.id]


def test_a_seated_form_is_found_where_there_is_one() -> None:
    """Of the routine and of single stretches."""
    forms = {
        name: routines.find(STRETCHING, name) for name in ("trial", "seated", "calf_wall", "in_bed", "thigh_front")
    }
    seated = {name: plan and routines.seated(STRETCHING, plan) for name, plan in forms.items()}

    assert {"trial": "seated", "seated": None, "calf_wall": "calf_towel", "in_bed": None, "thigh_front": None} == {
        name: plan and plan.id for name, plan in seated.items()
    }


class Wall:
    """A Screen that keeps what it shows; `trouble` may raise instead."""

    def __init__(self, trouble: Callable[[View], Exception | None] = lambda _view: None) -> None:
        self.shown: list[View] = []
        self.trouble = trouble

    async def show(self, view: View) -> int:
        error = self.trouble(view)
        if error is not None:
            raise error
        self.shown.append(view)
        return view.message_id or 100 + len(self.shown)


class Halts(Unwatched):
    """Notes how long everybody had to pause."""

    def __init__(self, pauses: list[float]) -> None:
        self._pauses = pauses

    def halted(self, seconds: float) -> None:
        self._pauses.append(seconds)


class Clockwork:
    """A person's session, ticking at the seconds that the test chooses."""

    def __init__(self, sessions: Sessions, wall: Wall, rate: int = 30) -> None:
        self.sessions = sessions
        self.now = MONDAY_NOON
        self.pauses: list[float] = []
        self.budget = Budget(1000, monotonic=self._seconds, watch=Halts(self.pauses))
        self.guide = Guide(
            sessions=sessions, screen=wall, budget=self.budget, clock=lambda: self.now, knowledge=KNOWLEDGE, rate=rate
        )

    def _seconds(self) -> float:
        return self.now.timestamp()

    async def begins(self, plan: str = "trial", chat_id: int = 1) -> None:
        async with self.sessions.begin() as session:
            user = await person(session, chat_id, now=self.now)
            await guided.begin(session, user_id=user.id, plan=plan, delivery_id=None, now=self.now)

    async def at(self, second: float) -> None:
        self.now = MONDAY_NOON + timedelta(seconds=second)
        await self.guide.run_once()

    async def through(self, first: int, last: int) -> None:
        for second in range(first, last + 1):
            await self.at(second)

    async def tapped(self, tap: Callable[[GuidedSession, datetime], None]) -> None:
        async with self.sessions.begin() as session:
            row = await guided.of_user(session, 1)
            assert row is not None
            tap(row, self.now)

    async def row(self) -> GuidedSession | None:
        async with self.sessions.begin() as session:
            return await guided.of_user(session, 1)


def _seen(view: View) -> tuple[str, int] | str:
    return view.moment.value if view.frame is None else (view.frame.phase.value, view.frame.seconds_left)


async def test_a_session_counts_through_and_is_counted(sessions: Sessions) -> None:
    """Sent once, edited every five seconds, done, forgotten, and noted as a stretch that was done."""
    wall = Wall()
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    await clockwork.through(0, 245)
    [delivery] = await all_deliveries(sessions)

    assert [None, 101] == list(dict.fromkeys(view.message_id for view in wall.shown))
    assert [("ready", 10), ("ready", 5), ("hold", 10), ("hold", 5), ("rest", 10)] == [*map(_seen, wall.shown)][:5]
    assert 49 == len(wall.shown)
    assert Moment.DONE is wall.shown[-1].moment
    assert 1.0 == wall.shown[-1].share
    assert None is await clockwork.row()
    assert ("stretch", "done", 101) == (delivery.kind, delivery.status, delivery.message_id)


async def test_late_ticks_skip_frames(sessions: Sessions) -> None:
    """Twenty seconds without a tick: one edit, at the right place."""
    wall = Wall()
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    await clockwork.through(0, 5)
    await clockwork.at(26.5)
    await clockwork.at(27)

    assert [("ready", 10), ("ready", 5), ("rest", 4)] == [*map(_seen, wall.shown)]


async def test_out_of_touch_for_long_it_pauses_where_it_was(sessions: Sessions) -> None:
    """Nobody stretches on blindly for hours, and nothing is counted that was not seen."""
    wall = Wall()
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    await clockwork.through(0, 12)
    await clockwork.at(12 + 3600 * 5)
    paused = wall.shown[-1]
    await clockwork.tapped(guide_session.resume)
    await clockwork.at(3600 * 5 + 20)

    assert (Moment.PAUSED, ("hold", 10)) == (paused.moment, _seen(paused))
    assert (Moment.RUNNING, ("hold", 10)) == (wall.shown[-1].moment, _seen(wall.shown[-1]))


async def test_a_paused_session_ends_by_itself_in_an_hour(sessions: Sessions) -> None:
    """Stopped, not counted."""
    wall = Wall()
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    await clockwork.at(0)
    await clockwork.tapped(guide_session.pause)
    await clockwork.at(3)
    await clockwork.at(1800)
    await clockwork.at(3 + PATIENCE.total_seconds())

    assert [Moment.RUNNING, Moment.PAUSED, Moment.STOPPED] == [view.moment for view in wall.shown]
    assert None is await clockwork.row()
    assert [] == await all_deliveries(sessions)


@pytest.mark.parametrize("tap", [guide_session.pause, guide_session.stop, guide_session.bring_down])
async def test_a_tap_during_an_edit_is_not_lost(
    sessions: Sessions, tap: Callable[[GuidedSession, datetime], None]
) -> None:
    """What the tick records leaves the tap in place, and shows it after the gap."""
    wall = Wall()
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    await clockwork.at(0)

    class Meanwhile(Wall):
        async def show(self, view: View) -> int:
            await clockwork.tapped(tap)
            return await wall.show(view)

    clockwork.guide._screen = Meanwhile()
    await clockwork.at(5)
    clockwork.guide._screen = wall
    await clockwork.at(7)
    quiet = len(wall.shown)
    await clockwork.at(8)
    last = wall.shown[-1]

    assert 2 == quiet
    assert 3 == len(wall.shown)
    assert (last.moment, last.replaces) in {(Moment.PAUSED, None), (Moment.STOPPED, None), (Moment.RUNNING, 101)}


async def test_a_gone_message_ends_it_quietly(sessions: Sessions) -> None:
    """Deleted, or the chat is blocked: no second try."""
    wall = Wall(lambda view: ScreenGoneError("BadRequest") if view.message_id else None)
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    await clockwork.through(0, 5)

    assert None is await clockwork.row()
    assert [] == await all_deliveries(sessions)


async def test_an_unknown_routine_ends_it_quietly(sessions: Sessions) -> None:
    """A later version may have dropped it."""
    wall = Wall()
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins("levitation")
    await clockwork.at(0)

    assert [] == wall.shown
    assert None is await clockwork.row()


async def test_a_429_pauses_everybody_and_then_the_session_goes_on(sessions: Sessions) -> None:
    """The token's pause is honoured; frames of that time are skipped."""
    errors: list[Exception] = []
    wall = Wall(lambda _view: errors.pop() if errors else None)
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    await clockwork.at(0)
    errors.append(SendError("rate limited", retry_after=timedelta(seconds=12)))
    await clockwork.through(5, 17)

    assert [("ready", 10), ("hold", 3)] == [*map(_seen, wall.shown)]
    assert [12.0] == clockwork.pauses


async def test_trouble_is_waited_out_and_never_for_ever(sessions: Sessions) -> None:
    """Telegram is away from the first message on: tried again for a minute, then dropped."""
    tries: list[View] = []

    def fail(view: View) -> Exception:
        tries.append(view)
        return SendError("NetworkError")

    clockwork = Clockwork(sessions, Wall(fail))
    await clockwork.begins()
    await clockwork.through(0, int(AWAY.total_seconds()) + 10)

    assert 13 == len(tries)
    assert None is await clockwork.row()


async def test_a_stop_that_cannot_be_shown_still_ends_it(sessions: Sessions) -> None:
    """One try, then it is over."""
    wall = Wall(lambda view: SendError("NetworkError") if view.moment is Moment.STOPPED else None)
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    await clockwork.at(0)
    await clockwork.tapped(guide_session.stop)
    await clockwork.at(3)

    assert None is await clockwork.row()


async def test_one_bad_session_costs_only_itself(sessions: Sessions) -> None:
    """A fault of ours in one view ends that one; the other goes on."""
    wall = Wall(lambda view: ZeroDivisionError() if view.chat_id == 1 else None)
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins(chat_id=1)
    await clockwork.begins(chat_id=2)
    await clockwork.at(0)

    assert [2] == [view.chat_id for view in wall.shown]
    assert None is await clockwork.row()


async def test_a_dead_workers_session_goes_on_after_its_lease(sessions: Sessions) -> None:
    """Claimed and never shown; a second worker does not touch it before."""
    wall = Wall()
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    async with sessions.begin() as session:
        for row in await guided.ripe(session, now=MONDAY_NOON, limit=1):
            guide_session.claim(row, MONDAY_NOON)
    await clockwork.at(LEASE.total_seconds() - 1)
    before = len(wall.shown)
    await clockwork.at(LEASE.total_seconds())

    assert (0, 1) == (before, len(wall.shown))


async def test_sessions_take_a_third_of_the_budget_at_most(sessions: Sessions) -> None:
    """Seven people at three messages a second: one edit a tick, and nobody is left out."""
    wall = Wall()
    clockwork = Clockwork(sessions, wall, rate=3)
    for chat_id in range(1, 8):
        await clockwork.begins(chat_id=chat_id)
    await clockwork.through(0, 20)
    seen = [view.chat_id for view in wall.shown]

    assert 21 == len(seen)
    assert [*range(1, 8)] == seen[:7]
    assert {2, 3, 4} >= set(map(seen.count, range(1, 8)))


async def test_a_program_that_stops_gives_its_sessions_back(sessions: Sessions) -> None:
    """The next start goes on at once, without waiting for the lease."""
    wall = Wall()
    clockwork = Clockwork(sessions, wall)
    await clockwork.begins()
    clockwork.budget.close()
    await clockwork.at(1)
    following = Clockwork(sessions, wall)
    await following.at(1)

    assert [("ready", 10)] == [*map(_seen, wall.shown)]


async def test_one_session_a_person(sessions: Sessions) -> None:
    """A second begin changes nothing, even from another process."""
    clockwork = Clockwork(sessions, Wall())
    await clockwork.begins()
    async with sessions.begin() as session:
        again = await guided.begin(session, user_id=1, plan="seated", delivery_id=None, now=MONDAY_NOON)
    row = await clockwork.row()

    assert not again
    assert row is not None
    assert ("trial", "") == (row.plan, row.routine)
