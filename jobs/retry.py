"""What to do about a nudge that did not leave. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from jobs.sender import SendError

# Of a message that Telegram refuses, or a chat that keeps moving.
MAX_ATTEMPTS = 6

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=10)
_MOST_DOUBLINGS = 10


@dataclass(frozen=True)
class Again:
    """Try again after `wait`; `counts` is False when the fault was not this delivery's."""

    wait: timedelta
    counts: bool = True


@dataclass(frozen=True)
class GiveUp:
    """It will not leave. `asleep`: nothing will reach this person until they write again."""

    asleep: bool = False


Decision = Again | GiveUp


def decide(error: SendError, *, attempts: int, may_have_arrived: bool, jitter: float) -> Decision:
    """The decision after `attempts` tries (this one included); `jitter` in [0, 1) spreads the retries.

    `may_have_arrived`: an earlier try ended ambiguously. After a second one it is given up, so that one duplicate
    is the most. While Telegram is out of reach or at fault there is no end here: the nudge's usefulness is one.
    """
    if error.new_chat_id is not None and attempts < MAX_ATTEMPTS:
        return Again(timedelta(0))
    if error.permanent:
        return GiveUp(asleep=True)
    if error.retry_after is not None:
        return Again(error.retry_after, counts=False)
    if error.ambiguous and may_have_arrived:
        return GiveUp()
    if (error.refused or error.new_chat_id is not None) and attempts >= MAX_ATTEMPTS:
        return GiveUp()
    wait = _FIRST_WAIT * 2 ** min(attempts - 1, _MOST_DOUBLINGS) * (0.5 + jitter)
    return Again(min(wait, _LONGEST_WAIT * (1 + jitter) / 2))
