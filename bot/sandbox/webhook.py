"""Updates pushed to the bot's own server, on many connections at once, each again and again until it says 2xx."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from bot.sandbox.errors import Json
from bot.sandbox.updates import UpdateQueue

_ANSWER_TIMEOUT = aiohttp.ClientTimeout(total=60)
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 2.0
_OK, _AFTER_OK = 200, 300


@dataclass(slots=True)
class Hook:
    """Where the bot wants its updates."""

    url: str
    secret_token: str | None = None
    max_connections: int = 40
    last_error_at: datetime | None = None
    last_error: str | None = None


class WebhookDelivery:
    """Delivers pending updates while a hook is set; `failed` is called after each failure.

    They begin in order, and nothing holds those of one chat apart: of Telegram no more is known. `copies`: how often
    each is brought, at the same time, as when Telegram has missed an answer.
    """

    def __init__(self, updates: UpdateQueue, clock: Callable[[], datetime], failed: Callable[[], None]) -> None:
        self.hook: Hook | None = None
        self.copies = 1
        self._updates = updates
        self._clock = clock
        self._failed = failed
        self._task: asyncio.Task[None] | None = None

    async def set(self, hook: Hook | None) -> None:
        """Deliver to `hook` from now on; None stops delivery."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self.hook = hook
        if hook:
            self._task = asyncio.create_task(self._deliver(hook), name="sandbox-webhook")

    async def _deliver(self, hook: Hook) -> None:
        free, last = asyncio.Semaphore(hook.max_connections), -1
        async with (
            aiohttp.ClientSession(timeout=_ANSWER_TIMEOUT, connector=aiohttp.TCPConnector(limit=0)) as session,
            asyncio.TaskGroup() as group,
        ):
            while True:
                await free.acquire()
                update = await self._updates.after(last)
                last = update["update_id"]
                bringing = group.create_task(self._bring(session, hook, update))
                bringing.add_done_callback(lambda _done: free.release())

    async def _bring(self, session: aiohttp.ClientSession, hook: Hook, update: Json) -> None:
        """Until it is taken."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            errors = await asyncio.gather(*(self._post(session, hook, update) for _copy in range(self.copies)))
            hook_error = next(filter(None, errors), None)
            if hook_error is None:
                self._updates.confirm([update["update_id"]])
                return
            hook.last_error, hook.last_error_at = hook_error, self._clock()
            self._failed()
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _post(self, session: aiohttp.ClientSession, hook: Hook, update: Json) -> str | None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret_token} if hook.secret_token else {}
        try:
            async with session.post(hook.url, json=update, headers=headers, allow_redirects=False) as answer:
                if _OK <= answer.status < _AFTER_OK:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            return str(error) or type(error).__name__
