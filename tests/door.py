"""A door between the bot and PostgreSQL: shut, the database is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

_SOCKET = ".s.PGSQL.5432"


class Door:
    """Opens in `folder`, and leads to the server whose socket is in `target`."""

    def __init__(self, folder: Path, target: Path) -> None:
        self._path = folder / _SOCKET
        self._target = target / _SOCKET
        self._server: asyncio.Server | None = None
        self._inside: set[asyncio.StreamWriter] = set()
        self._lost: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Whoever comes gets through."""
        self._server = await asyncio.start_unix_server(self._let_in, self._path)

    def shut(self) -> None:
        """Nobody gets through any more, and who is inside is thrown out."""
        if self._server is not None:
            self._server.close()
        self._path.unlink(missing_ok=True)
        for writer in self._inside:
            writer.transport.abort()

    def lose(self) -> None:
        """What those who are inside say goes nowhere, and nobody tells them. Who comes now gets through."""
        self._lost |= self._inside

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, to_behind = await asyncio.open_unix_connection(self._target)
        self._inside |= {writer, to_behind}
        await asyncio.gather(self._carry(reader, to_behind), self._carry(behind, writer))
        self._inside -= {writer, to_behind}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if writer not in self._lost:
                    writer.write(data)
                    await writer.drain()
        except ConnectionError:
            pass  # thrown out
        writer.close()


@asynccontextmanager
async def door_to(database: str) -> AsyncIterator[tuple[Door, str]]:
    """A door, open, and the address that leads through it to this PostgreSQL database."""
    url = make_url(database)
    # Not tmp_path: a socket's path may have 107 characters at most.
    with TemporaryDirectory(prefix="cc-door-") as folder:
        door = Door(Path(folder), Path(str(url.query["host"])))
        await door.open()
        yield door, url.set(query={**url.query, "host": folder}).render_as_string(hide_password=False)
        door.shut()
