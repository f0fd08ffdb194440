"""About one message a second to each chat, as Telegram asks; a reply may be a short burst."""

from itertools import islice

from jobs.lane import Lane

_GAP = 1.0
# Replies that may leave at once before the gap holds for them too.
_BURST = 5


class ChatPace:
    """Remembers the chats of the last seconds. `now` in monotonic seconds."""

    def __init__(self) -> None:
        self._even: dict[int, float] = {}

    def wait(self, lane: Lane, chat_id: int, now: float) -> float:
        """Seconds until a message of this lane may leave to this chat; 0 or less: now."""
        slack = (_BURST - 1) * _GAP if lane is Lane.REPLY else 0.0
        return self._even.get(chat_id, now) - slack - now

    def take(self, chat_id: int, now: float) -> None:
        """A message leaves to this chat."""
        self._even[chat_id] = max(self._even.pop(chat_id, now), now) + _GAP
        # Two of the oldest for each new one, so that those of the past go at least as fast as new ones come.
        for old in list(islice(self._even, 2)):
            if self._even[old] <= now:
                del self._even[old]
