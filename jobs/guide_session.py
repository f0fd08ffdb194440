"""A guided session's row and what happens to it: taps, time out of touch, and what its message is to show.

Only the tick (`jobs/guide_tick.py`) sends and edits; a tap changes the row, and the next tick shows it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from db.knowledge.cards import Edition
from db.knowledge.models import Subject
from db.models import GuidedSession, User
from jobs import guide
from jobs.guide import Frame
from jobs.suggest import safety
from jobs.suggest.profile import Profile
from jobs.suggest.routines import Plan

# Out of touch for longer, the person has lost the count: it pauses where it was last seen.
AWAY = timedelta(seconds=60)
# A paused session waits this long before it ends by itself.
PATIENCE = timedelta(hours=1)
# A dead worker's sessions go on after this.
LEASE = timedelta(seconds=20)
GAP = timedelta(seconds=guide.GAP)


class Moment(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True)
class View:
    """What the message is to show: data, no words. `message_id` None: send it; `replaces`: then delete that one.

    `frame` is None when the session is over. `share` of the time gone by is between 0 and 1. `cautions` come with a
    stretch's beginning.
    """

    chat_id: int
    language: str
    message_id: int | None
    replaces: int | None
    moment: Moment
    plan: Plan
    frame: Frame | None
    share: float
    cautions: tuple[str, ...]


def plan_of(row: GuidedSession) -> str:
    """The id of what is being done; of nothing where that cannot be read."""
    return row.plan if isinstance(row.plan, str) else row.routine


def pause(row: GuidedSession, now: datetime) -> None:
    """Stop the count where it is."""
    if row.paused_at is None:
        _halt(row, now, at=now)
    touch(row, now)


def resume(row: GuidedSession, now: datetime) -> None:
    """Count on, from the moment that the message shows it."""
    row.paused_at = None
    touch(row, now)


def stop(row: GuidedSession, now: datetime) -> None:
    """End it without counting it as done."""
    row.stopped = True
    touch(row, now)


def bring_down(row: GuidedSession, now: datetime) -> None:
    """Show it anew at the end of the chat."""
    row.anew = True
    touch(row, now)


def touch(row: GuidedSession, now: datetime) -> None:
    """The message changes as soon as it may."""
    row.next_edit_at = max(now, row.edited_at + GAP) if row.edited_at is not None else now


def _halt(row: GuidedSession, now: datetime, *, at: datetime) -> None:
    row.elapsed = guide.elapsed_at(at, before=row.elapsed, since=row.running_since)
    row.running_since, row.paused_at = None, now


def claim(row: GuidedSession, now: datetime) -> None:
    """Take a session for the length of a lease, after a look at what happened while nobody did."""
    never_shown = row.message_id is None and now - row.started_at > AWAY
    if never_shown or (row.paused_at is not None and now - row.paused_at >= PATIENCE):
        row.stopped = True
    elif row.running_since is not None and row.edited_at is not None and now - row.edited_at > AWAY:
        _halt(row, now, at=row.edited_at)
    row.next_edit_at = now + LEASE


def _elapsed(row: GuidedSession, now: datetime) -> float:
    return guide.elapsed_at(now, before=row.elapsed, since=row.running_since)


def following(row: GuidedSession, plan: Plan, now: datetime) -> datetime:
    """When its message changes after it was shown at `now`."""
    if row.running_since is None:
        return now + PATIENCE
    elapsed = _elapsed(row, now)
    change = guide.next_change(plan.stretches, elapsed)
    return max(now + timedelta(seconds=change - elapsed if change is not None else 0), now + GAP)


def view(user: User, row: GuidedSession, plan: Plan, edition: Edition, now: datetime) -> View:
    """What the message is to show at `now`, in the language of `edition`."""
    elapsed = _elapsed(row, now)
    frame = None if row.stopped else guide.frame_at(plan.stretches, elapsed)
    if row.stopped:
        moment = Moment.STOPPED
    elif frame is None:
        moment = Moment.DONE
    else:
        moment = Moment.PAUSED if row.paused_at is not None else Moment.RUNNING
    return View(
        chat_id=user.chat_id,
        language=user.language,
        message_id=None if row.anew else row.message_id,
        replaces=row.message_id if row.anew else None,
        moment=moment,
        plan=plan,
        frame=frame,
        share=min(elapsed / guide.length(plan.stretches), 1.0),
        cautions=_cautions(user, edition) if frame is not None and frame.phase is guide.Phase.READY else (),
    )


def _cautions(user: User, edition: Edition) -> tuple[str, ...]:
    judged = safety.judge(edition.safety, Profile.from_json(user.profile), Subject.STRETCHING)
    return tuple(reason.text for reason in judged.reasons)
