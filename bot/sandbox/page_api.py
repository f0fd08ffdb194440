"""The page and the JSON it lives on; benchmarks in other processes use the same addresses."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot.sandbox.errors import ApiError, Json
from bot.sandbox.faults import Faults
from bot.sandbox.page_acts import perform
from bot.sandbox.page_views import chat_view, event_view, overview
from bot.sandbox.state import SandboxState

PAGE = Path(__file__).parent / "page"
_HEARTBEAT_SECONDS = 10.0
_PICTURES = {"image/png", "image/jpeg", "image/gif"}


class PageApi:
    """The handlers at / and under /sandbox/."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._moving = asyncio.Lock()

    def routes(self) -> list[web.AbstractRouteDef]:
        """What to add to the application."""
        return [
            web.get("/", self._index),
            web.static("/page", PAGE),
            web.get("/sandbox/state", self._overview),
            web.get("/sandbox/events", self._events),
            web.get(r"/sandbox/chats/{chat_id:-?\d+}", self._chat),
            web.get("/sandbox/files/{file_id}", self._file),
            web.get("/sandbox/calls", self._calls),
            web.post("/sandbox/people", self._add_person),
            web.post("/sandbox/crowd", self._add_crowd),
            web.post("/sandbox/groups", self._add_group),
            web.post(r"/sandbox/people/{person_id:\d+}/{act}", self._act),
            web.post("/sandbox/updates", self._raw_update),
            web.post("/sandbox/clock", self._clock),
            web.post("/sandbox/faults", self._faults),
        ]

    async def _index(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _overview(self, _: web.Request) -> web.Response:
        return web.json_response(overview(self._state))

    async def _chat(self, request: web.Request) -> web.Response:
        chat = self._state.chats.get(int(request.match_info["chat_id"]))
        if chat is None:
            return _problem(404, "no such chat")
        return web.json_response(chat_view(self._state, chat))

    async def _file(self, request: web.Request) -> web.Response:
        try:
            file = self._state.files.get(request.match_info["file_id"])
        except ApiError as error:
            return _problem(404, error.description)
        picture = file.mime_type in _PICTURES
        response = web.Response(body=file.data, content_type=file.mime_type if picture else "application/octet-stream")
        if not picture:
            response.headers["Content-Disposition"] = "attachment"
        return response

    async def _calls(self, request: web.Request) -> web.Response:
        asked = request.query.get("chat_id")
        try:
            chat_id = int(asked) if asked else None
        except ValueError:
            return _problem(400, "chat_id must be a number")
        calls = self._state.calls_of(request.query.get("method", ""), chat_id)
        return web.json_response([call._asdict() for call in calls])

    async def _add_person(self, request: web.Request) -> web.Response:
        body = await _body(request)
        name = str(body.get("name", "")).strip()
        if not name:
            return _problem(400, "a person needs a name")
        person = self._state.person(
            name,
            str(body.get("language_code") or "en"),
            body.get("username"),
            opened=bool(body.get("opened")),
        )
        return web.json_response({"id": person.id})

    async def _add_crowd(self, request: web.Request) -> web.Response:
        body = await _body(request)
        first, size = int(body["first_id"]), int(body["count"])
        return web.json_response({"count": len(self._state.crowd(range(first, first + size)))})

    async def _add_group(self, request: web.Request) -> web.Response:
        body = await _body(request)
        members = [self._state.people[int(member)] for member in body.get("members", ())]
        return web.json_response({"id": self._state.group(str(body["title"]), members).id})

    async def _act(self, request: web.Request) -> web.Response:
        person = self._state.people.get(int(request.match_info["person_id"]))
        if person is None:
            return _problem(404, "no such person")
        try:
            done = perform(person, request.match_info["act"], await _body(request))
        except (LookupError, ValueError, TypeError, PermissionError, ApiError) as error:
            return _problem(400, str(error))
        return web.json_response(done)

    async def _raw_update(self, request: web.Request) -> web.Response:
        return web.json_response({"update_id": self._state.raw_update(await _body(request))})

    async def _clock(self, request: web.Request) -> web.Response:
        """Move the clock: {"to": "next"} to the next owed nudge, {"hours": 1} by so much.

        Tells the time that it is then; null when no nudge is owed, and so nothing moved.
        """
        control, body = self._state.control, await _body(request)
        if control is None:
            return _problem(409, "this bot's clock cannot be moved")
        async with self._moving:
            try:
                further = None if body.get("to") == "next" else timedelta(hours=float(body["hours"]))
                target = await control.next_due() if further is None else control.now() + further
            except (KeyError, TypeError, ValueError, OverflowError):
                return _problem(400, 'it takes {"to": "next"}, or {"hours": 1} with a number of hours')
            if target is None:
                return web.json_response({"now": None})
            if target > control.now():
                await control.advance(target)
        self._state.feed.publish({"type": "clock", "now": self._state.now()})
        return web.json_response({"now": self._state.now()})

    async def _faults(self, request: web.Request) -> web.Response:
        """{"clear": true}, {"rate": N or null}, or the arguments of Faults.add."""
        body, faults = await _body(request), self._state.faults
        try:
            _script(faults, body)
        except (TypeError, ValueError) as error:
            return _problem(400, str(error))
        return web.json_response({})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: a hello, then every change, and the time now and then."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        feed = self._state.feed
        watcher = feed.watch()
        event: Json | None = {"type": "hello"}
        try:
            while event is not None:
                if shown := event_view(self._state, event):
                    await response.write(f"data: {json.dumps(shown)}\n\n".encode())
                event = await self._next_event(watcher)
        except ConnectionError:
            return response  # the page went away; it comes back by itself
        finally:
            feed.unwatch(watcher)
        return response

    async def _next_event(self, watcher: asyncio.Queue[Json | None]) -> Json | None:
        try:
            return await asyncio.wait_for(watcher.get(), _HEARTBEAT_SECONDS)
        except TimeoutError:
            return {"type": "clock", "now": self._state.now()}


def _script(faults: Faults, body: Json) -> None:
    if body.get("clear"):
        faults.clear()
    elif "rate" in body:
        faults.limit_rate(body["rate"])
    else:
        faults.add(**body)


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="the body must be JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="the body must be a JSON object")
    return body


def _problem(status: int, words: str) -> web.Response:
    return web.json_response({"error": words}, status=status)
