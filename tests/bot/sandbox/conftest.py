"""A running sandbox, a real client of it, and an echo of a bot."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from telegram import Bot, Update

from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.state import SandboxState

TOKEN = "123456789:sandbox"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests of a module here: a browser lives in one, and starting it takes a second."""
    for item in items:
        if item.path.parent == Path(__file__).parent and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


class MovableClock:
    """A clock control that only remembers where it was moved."""

    def __init__(self) -> None:
        self.instant = START
        self.due: datetime | None = None

    def now(self) -> datetime:
        return self.instant

    async def next_due(self) -> datetime | None:
        return self.due

    async def advance(self, to: datetime) -> None:
        self.instant = to

    def skip(self, **amount: float) -> None:
        self.instant += timedelta(**amount)


class Running:
    """A started sandbox and everything a test needs of it."""

    def __init__(self, sandbox: Sandbox, url: str, clock: MovableClock) -> None:
        self.sandbox = sandbox
        self.url = url
        self.clock = clock

    @property
    def state(self) -> SandboxState:
        return self.sandbox.state

    def client(self) -> Bot:
        return Bot(TOKEN, base_url=f"{self.url}/bot", base_file_url=f"{self.url}/file/bot")


@pytest_asyncio.fixture(loop_scope="module")
async def running(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    clock = MovableClock()
    sandbox = Sandbox(token=TOKEN, clock=clock.now)
    url = await sandbox.start()
    yield Running(sandbox, url, clock)
    await sandbox.stop()


@pytest.fixture
def state(running: Running) -> SandboxState:
    return running.state


@pytest.fixture
def clock(running: Running) -> MovableClock:
    return running.clock


@pytest_asyncio.fixture(loop_scope="module")
async def bot(running: Running) -> AsyncIterator[Bot]:
    async with running.client() as client:
        yield client


@pytest.fixture
def alice(state: SandboxState) -> Person:
    return state.person("Alice", opened=True)


@pytest_asyncio.fixture(loop_scope="module")
async def web(running: Running) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(running.url) as session:
        yield session


Answer = Callable[[Bot, Update], Awaitable[object]]
Serve = Callable[[Answer], None]


@pytest_asyncio.fixture(loop_scope="module")
async def serve(bot: Bot) -> AsyncIterator[Serve]:
    """Run a tiny bot: poll, call `answer` with each update, confirm it afterwards."""
    tasks: list[asyncio.Task[None]] = []

    async def poll(answer: Answer) -> None:
        offset = 0
        while True:
            for update in await bot.get_updates(offset=offset, timeout=10, read_timeout=5):
                await answer(bot, update)
                offset = update.update_id + 1

    yield lambda answer: tasks.append(asyncio.create_task(poll(answer)))
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def picture() -> bytes:
    """A PNG of 3 by 2 pixels."""
    return png(3, 2)


def png(width: int, height: int, shade: Callable[[int, int], tuple[int, int, int]] | None = None) -> bytes:
    """A PNG with the colour `shade(x, y)` at each pixel, white by default."""
    rows = b"".join(
        b"\0" + bytes(part for x in range(width) for part in (shade(x, y) if shade else (255, 255, 255)))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
