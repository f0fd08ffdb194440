"""What the engine tells whoever counts: the metrics of a process, or nobody."""

from datetime import timedelta
from typing import Protocol

from jobs.lane import Lane


class Watch(Protocol):
    """Called from the engine's own loop: must not wait, and must not raise."""

    def planned(self, count: int) -> None:
        """So many deliveries were planned."""

    def settled(self, kind: str, status: str, *, late_by: timedelta | None) -> None:
        """This became of a delivery, for now if it is "planned" again; `late_by` counts from when it was promised, None
        if it was not sent."""

    def permitted(self, lane: Lane, *, waited: float) -> None:
        """A message of this lane may leave, after waiting for so many seconds."""

    def halted(self, seconds: float) -> None:
        """Telegram said 429: every sender of the token pauses for so long."""

    def failed(self, what: str) -> None:
        """Something went wrong, by the name of its kind: never a person's words."""


class Unwatched:
    """Nobody counts."""

    def planned(self, count: int) -> None:
        pass

    def settled(self, kind: str, status: str, *, late_by: timedelta | None) -> None:
        pass

    def permitted(self, lane: Lane, *, waited: float) -> None:
        pass

    def halted(self, seconds: float) -> None:
        pass

    def failed(self, what: str) -> None:
        pass
