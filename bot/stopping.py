"""A stop that was asked for by a signal: heard at any time, and over before a service manager loses patience."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)

# Docker kills after 10 seconds.
_PATIENCE = 9.0


class StoppedError(Exception):
    """A stop was asked for before the program was ready."""


def stop_on_signals() -> asyncio.Event:
    """Set at SIGINT or SIGTERM. What then still hangs, as in a locked database, is left behind after 9 seconds."""
    stop = asyncio.Event()

    def begin() -> None:
        if not stop.is_set():
            stop.set()
            watchdog = threading.Timer(_PATIENCE, _leave)
            watchdog.daemon = True  # a program that ends by itself does not wait for it
            watchdog.start()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, begin)
    return stop


async def unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, or cancel it when `stop` is set. Raises StoppedError, and what `work` raises."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise StoppedError
        working.result()
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.wait({working, stopping})


def _leave() -> None:
    # A driver's thread that waits for a lock cannot be interrupted; the database undoes what was not committed.
    log.warning("stopped without waiting for what hangs")
    os._exit(0)
