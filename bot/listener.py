"""A small HTTP server of ours on one address."""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from bot.address import Address
from bot.errors import StartError

# Of a connection that says nothing, or never ends its headers.
_IDLE_SECONDS = 60.0
# For answers that are on their way at the end.
_CLOSING_SECONDS = 0.3


class Listener:
    """Serves `routes` at `address`, which `setting` names to whoever has to change it."""

    def __init__(
        self, routes: Iterable[web.AbstractRouteDef], address: Address, *, setting: str, most_bytes: int = 1024
    ) -> None:
        app = web.Application(client_max_size=most_bytes)
        app.add_routes(routes)
        # What is packed would be unpacked, or refused with a library's words, before anybody's secret is asked for.
        options: dict[str, Any] = {
            "access_log": None, "keepalive_timeout": _IDLE_SECONDS, "auto_decompress": False,
        }  # fmt: skip
        self._runner = web.AppRunner(app, shutdown_timeout=_CLOSING_SECONDS, **options)
        self._address = address
        self._setting = setting

    async def start(self) -> Address:
        """Listen, and return where: a port that was 0 is known then. Raises StartError when that cannot be."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._address.host, self._address.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise StartError(
                f"{self._address} cannot be listened on, it may be taken ({error.strerror}): "
                f"choose another host and port with {self._setting}."
            ) from error
        host, port, *_rest = self._runner.addresses[0]
        return Address(host, port)

    async def refuse(self) -> None:
        """Take no new connection; those there are stay."""
        for site in self._runner.sites:
            await site.stop()

    async def stop(self) -> None:
        """Close what is left, answers under way after a moment."""
        await self._runner.cleanup()
