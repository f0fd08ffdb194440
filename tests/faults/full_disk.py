"""The disk is full for a while: nothing leaves that cannot be put on record, and all of it when there is room again.

A limit on the size of files stands in for the full disk: a process that cannot write beyond the first page cannot
change its database. It can be set and lifted from outside while the process runs.
"""

import asyncio
import resource
from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.faults.processes import Bot
from tests.faults.report import Report, Step, account
from tests.faults.stage import Stage

_NO_ROOM = 4096
RATE = 20
# More than leave, so that there is always something to send.
_A_SECOND = 30
_LONG_FULL = 2
_SAYS_SO = ("disk is full", "disk I/O error")


async def full_disk(stage: Stage, step: Step, *, times: int) -> Report:
    """The disk is full for some seconds in the middle of a burst, again and again, on a stage with RATE."""
    while_full = 0
    async with stage.bot() as bot:
        await bot.ready()
        for _ in range(times):
            while_full += await _fill(stage, bot)
            step("there is room again")
        await stage.finished(step)
        survived, said = bot.is_alive, any(words in bot.log for words in _SAYS_SO)
        await bot.stop()
    report = account(stage, Counter())
    report.figures = {"times that the disk was full": times} | report.figures
    report.figures["sent while it was full"] = while_full
    report.wrong += [
        sentence
        for sentence, is_so in {
            "nudges left although they could not be recorded": while_full > 0,
            "the log does not say that the disk is full": not said,
            "the bot did not outlive the full disk": not survived,
        }.items()
        if is_so
    ]
    return report


async def _fill(stage: Stage, bot: Bot) -> int:
    """A burst, and in its middle no room for some seconds: how many nudges left nevertheless."""
    begin, before = datetime.now(UTC) + timedelta(seconds=1), len(stage.arrivals.nudges)
    await stage.promise([begin + timedelta(seconds=n / _A_SECOND) for n in range(_A_SECOND * (_LONG_FULL + 1))])
    await stage.arrivals.more_than(before + RATE, patience=10)
    _room(bot, _NO_ROOM)
    await asyncio.sleep(1)  # what was in flight arrives, and is put on record when there is room
    at_full = len(stage.arrivals.nudges)
    await asyncio.sleep(_LONG_FULL)
    arrived = len(stage.arrivals.nudges) - at_full
    _room(bot, resource.RLIM_INFINITY)
    return arrived


def _room(bot: Bot, size: int) -> None:
    """Files of this process may grow to `size` bytes."""
    _soft, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (size, hard))
