"""One Bot API request from URL to answer: token, parameters, scripted faults, method, record."""

import hmac
import json
from http import HTTPStatus

from aiohttp import web

from bot.sandbox.api.params import Params, read_params
from bot.sandbox.api.profile import Method
from bot.sandbox.api.registry import METHODS
from bot.sandbox.errors import ApiError, Json
from bot.sandbox.faults import Fault
from bot.sandbox.state import Call, SandboxState, as_chat_id

_encode = json.JSONEncoder(separators=(",", ":")).encode
_NOT_FOUND = ApiError(404, "Not Found")
_UNAUTHORIZED = ApiError(401, "Unauthorized")


class BotApi:
    """The handlers under /bot<token>/ and /file/bot<token>/."""

    def __init__(self, state: SandboxState, token: str) -> None:
        self._state = state
        self._token = token.encode()

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.route("*", "/bot{token}/{method}", self.call),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    def _knows(self, request: web.Request) -> bool:
        return hmac.compare_digest(request.match_info["token"].encode(), self._token)

    async def call(self, request: web.Request) -> web.Response:
        """Answer one method call."""
        if not self._knows(request):
            return _refusal(_UNAUTHORIZED)
        known = METHODS.get(request.match_info["method"].lower())
        if known is None:
            return _refusal(_NOT_FOUND)
        name, method = known
        started = self._state.monotonic()
        try:
            params = await read_params(request)
        except ApiError as error:
            return _refusal(error)
        fault = self._state.faults.take(name, as_chat_id(params.values.get("chat_id")))
        response = await self._perform(method, params, fault)
        outcome: int | str = response.status
        if fault and fault.kind in {"drop_before", "drop_after"}:
            outcome = "dropped"
            if request.transport:
                request.transport.abort()
        self._state.calls.append(Call(name, params.values, started, outcome))
        return response

    async def _perform(self, method: Method, params: Params, fault: Fault | None) -> web.Response:
        try:
            if fault:
                if refusal := fault.refusal():
                    raise refusal
                if fault.kind == "drop_before":
                    return web.Response()
                if fault.kind == "hang":
                    await fault.hold()
            result = await method(self._state, params)
            if fault and fault.kind == "hang_after":
                await fault.hold()
        except ApiError as error:
            return _refusal(error)
        return _answer({"ok": True, "result": result}, HTTPStatus.OK)

    async def download(self, request: web.Request) -> web.Response:
        """The bytes of a file that getFile told about."""
        file = self._state.files.at(request.match_info["path"]) if self._knows(request) else None
        if file is None:
            return _refusal(_NOT_FOUND if self._knows(request) else _UNAUTHORIZED)
        return web.Response(body=file.data, content_type="application/octet-stream")


def _answer(body: Json, status: int) -> web.Response:
    return web.Response(body=_encode(body).encode(), status=status, content_type="application/json")


def _refusal(error: ApiError) -> web.Response:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return _answer(body, error.code)
