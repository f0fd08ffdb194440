"""Where a guided session stands: pure, from the stretches' timing and the seconds gone by.

Each stretch begins with time to read it and take position. Then, side by side: hold, rest, hold, rest ... The
rest after its last hold is left out, for the next stretch begins with a rest of its own. A stretch without a hold
is one movement, repeated for its time, on each side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from db.knowledge.stretches import Stretch, Timing

# Seconds to read a stretch and take position.
LEAD = 10
# Seconds between two edits of one message at the least: Telegram allows about one a second to a chat.
GAP = 3
# The countdown in between shows whole steps of this many seconds.
_STEP = 5


class Phase(StrEnum):
    READY = "ready"
    HOLD = "hold"
    REST = "rest"
    MOVE = "move"


@dataclass(frozen=True)
class Frame:
    """What the person does at one moment. `number`, `side` and `rep` count from 1; READY is before the first rep.

    `seconds_left` of this phase, rounded up.
    """

    stretch: Stretch
    number: int
    side: int
    rep: int
    phase: Phase
    seconds_left: int

    @property
    def ends_side(self) -> bool:
        """Whether the next hold, if there is one, is on the other side."""
        return self.rep == self.stretch.timing.reps


class _Segment(NamedTuple):
    stretch: Stretch
    number: int
    side: int
    rep: int
    phase: Phase
    seconds: int


def length(stretches: Sequence[Stretch]) -> int:
    """How many seconds a session takes from its start to Done."""
    return sum(_seconds(stretch.timing) for stretch in stretches)


def _seconds(timing: Timing) -> int:
    """After the last hold comes no rest; a move's is the time of one repeat."""
    return LEAD + timing.seconds - (timing.rest if timing.hold else 0)


def frame_at(stretches: Sequence[Stretch], elapsed: float) -> Frame | None:
    """The frame `elapsed` seconds after the start (a clock that went back counts as 0); None when it is over."""
    found = _at(stretches, elapsed)
    if found is None:
        return None
    segment, left = found
    return Frame(segment.stretch, segment.number, segment.side, _rep(segment, left), segment.phase, ceil(left))


def next_change(stretches: Sequence[Stretch], elapsed: float) -> float | None:
    """The elapsed seconds at which there is something else to show: a coarse step of the countdown, or the next
    phase. No step within GAP of `elapsed` or of the phase's end. None when it is over."""
    found = _at(stretches, elapsed)
    if found is None:
        return None
    _segment, left = found
    step = (left - GAP) // _STEP * _STEP
    return max(elapsed, 0.0) + left - max(step, 0)


def elapsed_at(now: datetime, *, before: float, since: datetime | None) -> float:
    """Seconds gone by: `before` the last start or pause, and `since` then while it runs."""
    return before + (max((now - since).total_seconds(), 0) if since is not None else 0)


def _at(stretches: Sequence[Stretch], elapsed: float) -> tuple[_Segment, float] | None:
    """The segment of a moment and the seconds left in it."""
    end = 0
    for segment in _segments(stretches):
        end += segment.seconds
        if max(elapsed, 0) < end:
            return segment, end - max(elapsed, 0)
    return None


def _rep(segment: _Segment, left: float) -> int:
    """A movement counts its repeats while it lasts."""
    if segment.phase is not Phase.MOVE:
        return segment.rep
    return int((segment.seconds - left) // segment.stretch.timing.rest) + 1


def _segments(stretches: Sequence[Stretch]) -> Iterator[_Segment]:
    for number, stretch in enumerate(stretches, 1):
        timing = stretch.timing
        yield _Segment(stretch, number, 1, 0, Phase.READY, LEAD)
        for side in range(1, timing.sides + 1):
            if timing.hold == 0:
                yield _Segment(stretch, number, side, 1, Phase.MOVE, timing.rest * timing.reps)
                continue
            for rep in range(1, timing.reps + 1):
                yield _Segment(stretch, number, side, rep, Phase.HOLD, timing.hold)
                if timing.rest and (side, rep) != (timing.sides, timing.reps):
                    yield _Segment(stretch, number, side, rep, Phase.REST, timing.rest)
