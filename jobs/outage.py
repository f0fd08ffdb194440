"""What fails at each try until it is over is said once, then now and then, and when it is over."""

import logging

# Tries between two lines in the log: a minute's, where there is one a second.
_EVERY = 60


class Outage:
    """Of `what`, which is tried once a second, say; `log` is whose."""

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._failed = 0

    def failed(self, reason: str) -> None:
        """Once more, for a reason that may stand in a log."""
        if self._failed % _EVERY == 0:
            self._log.error("%s failed (%s); it is tried again every second", self._what, reason)
        self._failed += 1

    def over(self) -> None:
        """It has worked."""
        if self._failed:
            self._log.warning("%s works again, after %d tries", self._what, self._failed)
            self._failed = 0
