"""What to do about a nudge that did not leave. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from jobs.sender import SendError

MAX_ATTEMPTS = 6
# A timeout after the request was sent may have delivered it: one more try risks one duplicate, no more.
MAX_AMBIGUOUS = 2

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=10)


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


def decide(error: SendError, *, attempts: int, jitter: float) -> Decision:
    """The decision after `attempts` tries (this one included); `jitter` in [0, 1) spreads the retries."""
    if error.new_chat_id is not None and attempts < MAX_ATTEMPTS:
        return Again(timedelta(0))
    if error.permanent:
        return GiveUp(asleep=True)
    if error.retry_after is not None:
        return Again(error.retry_after, counts=False)
    if attempts >= (MAX_AMBIGUOUS if error.ambiguous else MAX_ATTEMPTS):
        return GiveUp()
    wait = min(_FIRST_WAIT * 2 ** (attempts - 1), _LONGEST_WAIT)
    return Again(wait * (0.5 + jitter))
