"""The line between the bot and PostgreSQL, on which answers can be held up while the server goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import make_url

_CHUNK = 65536


class Line:
    """`url`: the database, reached over it."""

    def __init__(self, socket: str) -> None:
        self.url = ""
        self._socket = socket
        self._is_free = asyncio.Event()
        self._is_free.set()

    def hold(self) -> None:
        """What the server says arrives no more; what is said to it does."""
        self._is_free.clear()

    def let_go(self) -> None:
        """All that was held up arrives."""
        self._is_free.set()

    async def connect(self, theirs: asyncio.StreamReader, to_them: asyncio.StreamWriter) -> None:
        """Carry one connection until either end hangs up."""
        try:
            ours, to_us = await asyncio.open_unix_connection(self._socket)
        except OSError:
            to_them.close()
            return
        ways = [
            asyncio.create_task(self._carry(theirs, to_us)),
            asyncio.create_task(self._carry(ours, to_them, held=True)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for writer in (to_us, to_them):
                writer.close()

    async def _carry(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, held: bool = False) -> None:
        with suppress(ConnectionError):
            while data := await source.read(_CHUNK):
                if held:
                    await self._is_free.wait()
                to.write(data)
                await to.drain()


@asynccontextmanager
async def line(database: str) -> AsyncIterator[Line]:
    """To this database, whose address names the folder of its socket."""
    parsed = make_url(database)
    made = Line(f"{parsed.query['host']}/.s.PGSQL.{parsed.port or 5432}")
    listener = await asyncio.start_server(made.connect, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    address = parsed.set(host="127.0.0.1", port=port, query={})
    made.url = address.render_as_string(hide_password=False)
    try:
        yield made
    finally:
        listener.close()
