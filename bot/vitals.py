"""What a process knows of its own health."""

from collections.abc import Callable


class Vitals:
    """When the last tick went through and when Telegram last answered. `monotonic` in seconds, and so are ages."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.stopping = False
        self._monotonic = monotonic
        self._ticked_at = float("-inf")
        self._answered_at = float("-inf")

    def ticked(self) -> None:
        """A tick went through: the database answered, be it that nothing is planned because the clock is in doubt."""
        self._ticked_at = self._monotonic()

    def answered(self) -> None:
        """Telegram answered a call as it should."""
        self._answered_at = self._monotonic()

    @property
    def tick_age(self) -> float:
        """Infinite before the first tick."""
        return self._monotonic() - self._ticked_at

    @property
    def answer_age(self) -> float:
        """Infinite before the first answer."""
        return self._monotonic() - self._answered_at
