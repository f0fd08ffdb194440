"""How much is claimed ahead: what leaves while the things that were read for it still hold.

The budget, the machine and other workers decide how fast that is, so the waits themselves tell. Too much ahead, and
each nudge has to be read anew before it leaves, one by one, which makes a slow worker slower; too little, and sending
waits for the next claim.
"""

from datetime import timedelta

# After a wait of this length everything is read anew: the person may have paused, told of an illness, or gone.
STALE = timedelta(seconds=0.5)
# Seconds: waits between these need no change.
_SHORT, _LONG = 0.4 * STALE.total_seconds(), 0.8 * STALE.total_seconds()
# It takes a whole roomful until a change shows in the waits. Shrinking halves the room in that time, not more.
_GROW, _SHRINK = 0.25, 0.5


class Room:
    """Claims at the same time: `fewest` to `most` of them."""

    def __init__(self, fewest: int, most: int) -> None:
        self._fewest, self._most = fewest, max(fewest, most)
        self._size = float(self._most)

    @property
    def size(self) -> int:
        """What may be claimed and not on record yet. There may be more for a while, after it has shrunk."""
        return int(self._size)

    def waited(self, seconds: float) -> None:
        """One of them has waited so long for its permit, its chat's own pace apart: that holds nobody else up."""
        if seconds < _SHORT:
            self._size = min(self._most, self._size + _GROW)
        elif seconds > _LONG:
            self._size = max(self._fewest, self._size - _SHRINK)
