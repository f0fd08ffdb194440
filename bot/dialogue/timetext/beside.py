"""Moments beside a landmark as people write them: 30 min before bed, at sunset, after a workout, before bed 30 min."""

from bot.dialogue.timetext.cursor import Cursor
from bot.dialogue.timetext.items import Beside
from bot.dialogue.timetext.landmark_words import LANDMARKS
from bot.dialogue.timetext.outcome import Reason, RefusedError
from bot.dialogue.timetext.words import Sense
from jobs.rules import MAX_OFFSET, Landmark

# What "before bed" can mean where nobody says how long.
_USUAL = (15, 30, 60)


def distance(at: Cursor) -> int | None:
    """Take the minutes of "30 min before"; nothing where no length with a "before" or "after" begins here.

    RefusedError for a length that cannot be, when it does.
    """
    start = at.position
    try:
        minutes = at.duration()
    except RefusedError:
        if at.position > start and at.peek().means(Sense.BEFORE, Sense.AFTER):
            raise
    else:
        if at.peek().means(Sense.BEFORE, Sense.AFTER):
            return minutes
    at.position = start
    return None


def read(at: Cursor, start: int, minutes: int | None = None) -> Beside:
    """Take the rest of what began at `start`, with a length or without. RefusedError for what cannot be kept."""
    side = at.take_if(Sense.BEFORE, Sense.AFTER)
    while at.peek().means(Sense.FILLER, Sense.ARTICLE, Sense.EVERY):
        at.take()
    if not at.peek().means(Sense.LANDMARK):
        raise RefusedError(Reason.UNCLEAR, at.since(start)) if at.position > start else at.unclear()
    landmark = LANDMARKS[at.take().senses[Sense.LANDMARK]]
    if side is None:
        if landmark is Landmark.WORKOUT:
            raise RefusedError(Reason.ONLY_AFTER, at.since(start))
        return Beside(landmark, (0,), at.since(start))
    is_before = side.means(Sense.BEFORE)
    minutes = minutes or _behind(at)
    text = at.since(start)
    if is_before and landmark is Landmark.WORKOUT:
        raise RefusedError(Reason.ONLY_AFTER, text)
    if minutes is None:
        is_at_once = not is_before and (landmark is Landmark.WORKOUT or side.senses[Sense.AFTER] > 0)
        lengths = (0,) if is_at_once else (*_USUAL, 0)
    elif minutes > MAX_OFFSET:
        raise RefusedError(Reason.TOO_LONG, text)
    else:
        lengths = (minutes,)
    return Beside(landmark, tuple(-length if is_before else length for length in lengths), text)


def _behind(at: Cursor) -> int | None:
    """Take the length of "before bed, 30 min"; one that belongs to a "before" or "after" of its own stays."""
    start = at.position
    at.skip_noise()
    try:
        minutes = at.duration()
    except RefusedError:
        minutes = None
    if minutes is None or at.peek().means(Sense.BEFORE, Sense.AFTER):
        at.position = start
        return None
    return minutes
