"""The clock leaps an hour on and an hour back, in the middle of a burst: nothing is lost, nothing comes twice, and what
comes late by that clock says so."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.faults import leaping
from tests.faults.processes import started
from tests.faults.report import Report, Step, account
from tests.faults.stage import Stage

_BURST = 40
_SAYS_LATE = "late. I am sorry."
# Less than five minutes late is not worth a word.
_LATEST_MINUTE = 54
_FAULTS = 5
_SETTLING_SECONDS = 1.5


async def clock(stage: Stage, rng: random.Random, step: Step, *, leaps: Sequence[signal.Signals]) -> Report:
    """Each leap in a burst of its own, the first one on: the hour that is leapt over has nudges too."""
    command = ("-m", "tests.faults.leaping")
    async with started(command, stage.settings, stage.log) as bot:
        await bot.ready()
        in_the_hour = [timedelta(minutes=rng.uniform(1, _LATEST_MINUTE)) for _ in range(_BURST)]
        late = await stage.promise([datetime.now(UTC) + minutes for minutes in in_the_hour])
        for leap in leaps:
            before = len(stage.arrivals.nudges)
            # What is tried again is planned by a clock that is about to leap.
            stage.server.state.faults.add("server_error", method="sendMessage", times=_FAULTS)
            await stage.promise([datetime.now(UTC) + timedelta(seconds=1)] * _BURST)
            await stage.arrivals.more_than(before + rng.randrange(_BURST // 2), patience=3)
            bot.tell(leap)
            step("the clock has leapt")
            await asyncio.sleep(_SETTLING_SECONDS)
        bot.tell(leaping.ON)  # what waits for an hour that was taken back
        await stage.finished(step, patience=30)
        await bot.stop()
    report = account(stage, Counter())
    numbers = {fate.delivery_id for fate in stage.books.fates(late)}
    said = sum(one.delivery_id in numbers and _SAYS_LATE in one.text for one in stage.arrivals.nudges)
    report.figures |= {
        "leaps": len(leaps) + 1,
        "promised in the hour that was leapt over": len(late),
        "of them said to be late": said,
    }
    if said != len(late):
        report.wrong.append(f"{said} of {len(late)} nudges said that they come late")
    return report
