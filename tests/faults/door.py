"""What stands between Telegram and several web processes: each update goes to the next one that takes it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

_HOST = "127.0.0.1"
_PATIENCE = aiohttp.ClientTimeout(total=60)
_TAKEN = 200
_NOT_NOW = 503


class Door:
    """`behind` are the ports of the web processes that are there at the moment."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.behind: list[int] = []
        self.url = ""
        self._http = http

    async def pass_on(self, request: web.Request) -> web.Response:
        """As a proxy does: to the first that answers, the last one used at the end of the row."""
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name.lower() not in {"host"}}
        for port in list(self.behind):
            self.behind.append(self.behind.pop(0))
            try:
                async with self._http.post(f"http://{_HOST}:{port}/hook", data=body, headers=headers) as answer:
                    if answer.status == _TAKEN:
                        return web.Response()
            except aiohttp.ClientConnectionError:
                continue
        return web.Response(status=_NOT_NOW)


@asynccontextmanager
async def door() -> AsyncIterator[Door]:
    """A door that is open at `url`."""
    async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
        made = Door(http)
        app = web.Application()
        app.add_routes([web.post("/hook", made.pass_on)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, _HOST, 0).start()
            made.url = f"http://{_HOST}:{runner.addresses[0][1]}/hook"
            yield made
        finally:
            await runner.cleanup()
