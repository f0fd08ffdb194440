"""The program itself, as its users start it: `python -m bot …`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING

from tests.bench.processes import stay_on
from tests.bench.telegram import TOKEN
from tests.data_key import DATA_KEY

if TYPE_CHECKING:
    from tests.bench.bench import Bench

ROOT = Path(__file__).parents[2]
_START_SECONDS = 60
_STOP_SECONDS = 15


class ProgramError(Exception):
    """The program did not do what it was started for; the message is what it said last."""


@contextmanager
def program(
    bench: "Bench",
    database: str,
    *,
    rate: int,
    roles: Sequence[str] = ("run",),
    more: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[list[int]]:
    """The program in these roles, a process each, that have logged in; their ids. They share the measured core.
    `more`: further settings.

    All are stopped afterwards. Raises ProgramError if one ended by itself.
    """
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": bench.telegram.url,
        "DATABASE_URL": database,
        "DATA_KEY": DATA_KEY,
        "SEND_RATE": str(rate),
        "ALLOW_PAID_BROADCAST": "true",
        "HEALTH_LISTEN": "",
        "LOG_LEVEL": "ERROR",
        **more,
    }
    with ExitStack() as rooms:
        folder = Path(rooms.enter_context(TemporaryDirectory(prefix="cc-")))  # without a .env
        said = rooms.enter_context((folder / "said").open("w+"))
        processes = [_start(role, settings, folder, said.fileno(), bench.subject) for role in roles]
        try:
            _wait_for_logins(bench, processes)
            yield [process.pid for process in processes]
            if any(process.poll() is not None for process in processes):
                raise ProgramError((folder / "said").read_text()[-1000:])
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                _end(process)


def _start(role: str, settings: dict[str, str], folder: Path, said: int, on: set[int]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "bot", role]
    process = subprocess.Popen(command, env=settings, cwd=folder, stdout=subprocess.DEVNULL, stderr=said)
    stay_on(on, process.pid)
    return process


def _wait_for_logins(bench: "Bench", processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while bench.telegram("greeted") < len(processes):
        if time.monotonic() > deadline or any(process.poll() is not None for process in processes):
            raise ProgramError("the program did not log in")
        time.sleep(0.05)  # a process of its own logs in when it is ready


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def resident(pid: int | None = None) -> float:
    """The resident memory of a process now, in MB (10**6 bytes); by default of this one."""
    status = Path(f"/proc/{pid or 'self'}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6
