"""What a user would pick instead: python-telegram-bot's JobQueue and AIORateLimiter, with its default request class."""

import asyncio
import logging
import time
import warnings
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, BaseRateLimiter, CallbackContext

from tests.bench.crowd import FIRST_CHAT
from tests.bench.program import resident
from tests.bench.telegram import TOKEN

# As long as an average nudge of ours, with its buttons.
_TEXT = "<b>Stretch</b>\n" + "Time for your calves and the backs of your thighs. Lean into each stretch, slowly. " * 5
_BUTTONS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Done", callback_data="done"), InlineKeyboardButton("Later", callback_data="later")],
        [InlineKeyboardButton("Skip", callback_data="skip"), InlineKeyboardButton("Why?", callback_data="why")],
    ]
)
_LEAD = timedelta(seconds=3)
# So long without a message to an end, no more will come.
_SILENCE_SECONDS = 15.0
_LOOK_SECONDS = 0.5
# By default it gives a message up at its first 429.
_RETRIES = 5

App = Application[Any, Any, Any, Any, Any, Any]


@asynccontextmanager
async def _application(api_url: str, limiter: BaseRateLimiter[Any] | None = None) -> AsyncIterator[App]:
    logging.getLogger("telegram").setLevel(logging.CRITICAL)  # a page for each message it gives up
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{api_url}/bot")
    if limiter is not None:
        builder = builder.rate_limiter(limiter)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about types of time spans
        application: App = builder.build()
    async with application:
        await application.start()
        try:
            yield application
        finally:
            await application.stop()


async def _nudge(context: CallbackContext[Any, Any, Any, Any]) -> None:
    assert context.job is not None
    fates: Counter[str] = context.bot_data["fates"]
    try:
        await context.bot.send_message(context.job.chat_id, _TEXT, parse_mode="HTML", reply_markup=_BUTTONS)
    except TelegramError:
        fates["failed"] += 1
    else:
        fates["sent"] += 1


async def daily(api_url: str, people: int, grace: int | None) -> int:
    """Everybody has a job of JobQueue.run_daily at the same second; how many were sent.

    `grace` in seconds: how late a job may run, None for any; JobQueue's own default is 1.
    """
    async with _application(api_url) as application:
        queue = application.job_queue
        assert queue is not None
        fates = application.bot_data["fates"] = Counter[str]()
        seconds = people * 0.001 + _LEAD.total_seconds()
        at = (datetime.now(UTC) + timedelta(seconds=seconds)).timetz()
        for number in range(people):
            queue.run_daily(_nudge, at, chat_id=FIRST_CHAT + 1 + number, job_kwargs={"misfire_grace_time": grace})
        await asyncio.sleep(seconds)
        before, since = 0, time.monotonic()
        while fates.total() < people and time.monotonic() < since + _SILENCE_SECONDS:
            await asyncio.sleep(_LOOK_SECONDS)
            if fates.total() > before:
                before, since = fates.total(), time.monotonic()
        return fates["sent"]


async def need(api_url: str, jobs: int) -> tuple[float, float]:
    """Seconds and bytes of resident memory that a job of JobQueue.run_daily takes, over so many of them."""
    async with _application(api_url) as application:
        queue = application.job_queue
        assert queue is not None
        at = (datetime.now(UTC) + timedelta(hours=12)).timetz()
        before, began = resident(), time.perf_counter()
        for number in range(jobs):
            queue.run_daily(_nudge, at, chat_id=FIRST_CHAT + number, name=f"stretch {number}")
        return (time.perf_counter() - began) / jobs, (resident() - before) * 1e6 / jobs


async def limited(api_url: str, people: int, rate: int) -> int:
    """A message to everybody at once through AIORateLimiter at `rate` a second.

    How many were given up, or not sent in twice the time that they would take, and a minute.
    """
    limiter = AIORateLimiter(overall_max_rate=rate, overall_time_period=1, max_retries=_RETRIES)
    async with _application(api_url, limiter) as application:
        say = partial(application.bot.send_message, text=_TEXT, parse_mode="HTML", reply_markup=_BUTTONS)
        tasks = [asyncio.ensure_future(say(FIRST_CHAT + 1 + number)) for number in range(people)]
        done, late = await asyncio.wait(tasks, timeout=2 * people / rate + 60)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late) + sum(task.exception() is not None for task in done)
