"""How much one chat may say: so many at once, and then one a second. In memory, for one process."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

BURST = 30
PER_SECOND = 1.0
# Seconds in which a chat is told once that it is too fast.
_TOLD_FOR = 60.0


class Verdict(Enum):
    """What becomes of the next update of a chat."""

    PASSES = auto()
    TELL = auto()
    """It is left out, and the chat is told so."""
    DROP = auto()
    """It is left out; the chat knows."""


@dataclass
class _Bucket:
    """`level`: updates that may pass at once. Seconds are monotonic."""

    level: float
    at: float
    told_at: float = float("-inf")


class Limits:
    """A token bucket for each chat. `monotonic` in seconds."""

    def __init__(self, monotonic: Callable[[], float], *, burst: int = BURST, per_second: float = PER_SECOND) -> None:
        self._monotonic = monotonic
        self._burst = burst
        self._per_second = per_second
        # A chat that was silent for so long is as good as one that never wrote.
        self._kept_for = max(burst / per_second, _TOLD_FOR)
        # A plain dict takes the longer to name its first entry, the more have been taken from its front.
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._buckets)

    def take(self, chat_id: int) -> Verdict:
        """Count an update of this chat."""
        now = self._monotonic()
        bucket = self._buckets.pop(chat_id, None) or _Bucket(self._burst, now)
        bucket.level = min(self._burst, bucket.level + (now - bucket.at) * self._per_second)
        bucket.at = now
        self._buckets[chat_id] = bucket  # behind all others
        self._forget(now)
        if bucket.level >= 1:
            bucket.level -= 1
            return Verdict.PASSES
        if now - bucket.told_at < _TOLD_FOR:
            return Verdict.DROP
        bucket.told_at = now
        return Verdict.TELL

    def _forget(self, now: float) -> None:
        """Those who have been silent for long; they are in front."""
        while now - self._buckets[oldest := next(iter(self._buckets))].at > self._kept_for:
            del self._buckets[oldest]
