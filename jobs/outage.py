"""What fails at each try until it is over is said once, then now and then, and when it is over."""

import logging

# Tries between two lines in the log.
_EVERY = 100


class Outage:
    """Of `what`, which is tried all the time; `log` is whose."""

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._failed = 0
        self._reason = ""

    def failed(self, reason: str, fault: BaseException | None = None) -> None:
        """Once more, for a reason that may stand in a log. A new one is said at once; with where, for a `fault` that
        is ours."""
        if reason != self._reason or self._failed % _EVERY == 0:
            self._log.error("%s failed (%s); it is tried again and again", self._what, reason, exc_info=fault)
        self._failed, self._reason = self._failed + 1, reason

    def over(self) -> None:
        """It has worked."""
        if self._failed:
            self._log.warning("%s works again, after %d tries", self._what, self._failed)
        self._failed, self._reason = 0, ""
