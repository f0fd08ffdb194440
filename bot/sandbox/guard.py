"""Keeps other machines and other web pages away from the sandbox."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

_OURS = {"127.0.0.1", "localhost", "::1"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests under a foreign name (DNS rebinding) and from foreign web pages."""
    if not _host_is_ours(request.host) or not _origin_is_ours(request):
        raise web.HTTPForbidden(text="The sandbox answers this machine only.")
    return await handler(request)


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on every response, streams included; an upgraded page is seen at once."""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")


def _host_is_ours(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in _OURS
    except ValueError:
        return False


def _origin_is_ours(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    listening = request.transport.get_extra_info("sockname") if request.transport else None
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    ours = parts.scheme == "http" and parts.hostname in _OURS
    return ours and listening is not None and port == listening[1]
