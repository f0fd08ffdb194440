"""python -m bot: the command line, ready to be stopped from its first moment."""

import os
import signal
import sys
from io import TextIOWrapper

# What shells make of an end by a signal is so much more than its number.
_SIGNALLED = 128


class _StoppedError(KeyboardInterrupt):
    """By a SIGTERM."""


def _stop(_number: int, _frame: object) -> None:
    raise _StoppedError


def _make_streams_usable() -> None:
    """Whoever starts the program may have closed its input or its outputs. Their numbers would be given to the event
    loop, which then aborts the program."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # what an encoding has no sign for is no reason to fail


def _main() -> int:
    # As process 1 of a container it would not hear of a SIGTERM else. Commands that have something to finish take both
    # signals over.
    signal.signal(signal.SIGTERM, _stop)
    try:
        _make_streams_usable()
        from bot.cli import main  # noqa: PLC0415 - takes so long that somebody may stop it

        return main()
    except _StoppedError:
        return _SIGNALLED + signal.SIGTERM
    except KeyboardInterrupt:
        return _SIGNALLED + signal.SIGINT


sys.exit(_main())
