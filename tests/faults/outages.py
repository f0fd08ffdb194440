"""PostgreSQL dies in the middle of a burst, again and again; the bot does not: it waits and goes on."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.sandbox.people import Person
from tests.faults.powers import Power
from tests.faults.report import Report, Step, account
from tests.faults.stage import Stage

_BURST = 60
_LONGEST_OUTAGE = 3.0
_APOLOGY = "Sorry"


async def outages(stage: Stage, power: Power, rng: random.Random, step: Step, *, times: int) -> Report:
    """Cut the power so many times, each in a burst of its own. What arrives again was not remembered: none is."""
    writers: list[Person] = []
    async with stage.bot() as bot:
        await bot.ready()
        for number in range(times):
            before = len(stage.arrivals.nudges)
            await stage.promise([datetime.now(UTC) + timedelta(seconds=1)] * _BURST)
            await stage.arrivals.more_than(before + rng.randrange(_BURST // 2), patience=10)
            power.cut()
            writers.append(stage.server.state.person(f"Writer {number}"))
            writers[-1].write("/nudge stretch")
            await asyncio.sleep(rng.uniform(0.1, _LONGEST_OUTAGE))
            await power.restore()
            step(f"{number + 1} power cuts")
        await stage.finished(step)
        survived = bot.is_alive
        await bot.stop()
    report = account(stage, Counter())
    apologies = sum(any(_APOLOGY in message.text for message in person.messages) for person in writers)
    handled = len(stage.books.asked_for())
    report.figures = {"power cuts": times} | report.figures | {
        "messages to the bot meanwhile": len(writers), "handled": handled, "told to try again": apologies,
    }  # fmt: skip
    if len(writers) != handled + apologies:
        report.wrong.append(f"{len(writers)} people wrote, {handled} were answered and {apologies} told to try again")
    if not survived:
        report.wrong.append("the bot did not outlive the database")
    return report
