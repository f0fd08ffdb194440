"""`python -m bot run` with a clock that leaps: an hour on at SIGUSR1, an hour back at SIGUSR2.

What asks the machine's clock by itself, past the clock that the program hands down, is given the same one, as it
would be if the machine's clock had been set. Monotonic time goes on as it does then.
"""

import signal
import sys
from datetime import datetime, timedelta, tzinfo
from typing import Self

from apscheduler.executors import base as executors
from apscheduler.schedulers import base as schedulers
from apscheduler.triggers import interval

from bot import cli
from bot import clock as clocks

LEAP = timedelta(hours=1)
ON, BACK = signal.SIGUSR1, signal.SIGUSR2


class Leaping(datetime):
    """A datetime whose now() is off by what the clock has leapt."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + cls.ahead


def _leap(number: int, _frame: object) -> None:
    Leaping.ahead += LEAP if number == ON else -LEAP


if __name__ == "__main__":
    for module in (clocks, executors, schedulers, interval):
        vars(module)["datetime"] = Leaping
    signal.signal(ON, _leap)
    signal.signal(BACK, _leap)
    sys.exit(cli.main(["run"]))
