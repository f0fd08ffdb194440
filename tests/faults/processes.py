"""The bot as processes: started, frozen, killed, without a chance to say goodbye."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0


class DiedError(Exception):
    """A process ended although nobody had killed it; the message is the end of its log."""


class Bot:
    """One running process. Its log goes to `log`, to which the next one adds."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.pid = process.pid
        self.began = monotonic()
        self._process = process
        self._log = log
        self._announcement = asyncio.create_task(self._read())

    async def _read(self) -> float:
        assert self._process.stdout is not None
        if not await self._process.stdout.readline():
            await self._process.wait()
            raise DiedError(self.log[-2000:])
        return monotonic() - self.began

    @property
    def log(self) -> str:
        """What this process and its predecessors have logged."""
        return self._log.read_text() if self._log.exists() else ""

    @property
    def is_ready(self) -> bool:
        """Whether it has said that it is running."""
        return self._announcement.done()

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def ready(self) -> float:
        """Wait until it says that it is running; how many seconds it took. Raises DiedError."""
        return await asyncio.wait_for(asyncio.shield(self._announcement), _PATIENCE)

    def freeze(self) -> None:
        """Stop it in the middle of whatever it is doing, so that it can be looked at. Raises DiedError."""
        if not self.is_alive:
            raise DiedError(self.log[-2000:])
        self._process.send_signal(signal.SIGSTOP)

    def tell(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    async def kill(self) -> None:
        """SIGKILL, also for one that is frozen; returns when it is gone."""
        if self.is_alive:
            self._process.kill()
        await self._gone()

    async def stop(self) -> int:
        """SIGTERM; its exit status."""
        if self.is_alive:
            self._process.terminate()
        return await self._gone()

    async def _gone(self) -> int:
        status = await asyncio.wait_for(self._process.wait(), _PATIENCE)
        self._announcement.cancel()
        await asyncio.gather(self._announcement, return_exceptions=True)
        return status


async def start(command: Sequence[str], settings: Mapping[str, str], log: Path, *, program: Path = ROOT) -> Bot:
    """`python <command>` of the program in this folder, with these settings and nothing of this machine's own; its log
    is added to `log`."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command,
            env={**kept, "PYTHONPATH": str(program), "PYTHONUNBUFFERED": "1", **settings},
            cwd=log.parent, stdout=asyncio.subprocess.PIPE, stderr=file,
        )  # fmt: skip
    return Bot(process, log)


@asynccontextmanager
async def started(
    command: Sequence[str], settings: Mapping[str, str], log: Path, *, program: Path = ROOT
) -> AsyncIterator[Bot]:
    """The same, killed at the end if it still runs."""
    bot = await start(command, settings, log, program=program)
    try:
        yield bot
    finally:
        await bot.kill()
