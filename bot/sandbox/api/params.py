"""The parameters of one call, whatever body they came in: JSON, urlencoded or multipart."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from bot.sandbox.errors import ApiError, Json, bad_request
from bot.sandbox.files import Upload

MAX_BODY_BYTES = 64 * 1024 * 1024
_TRUE = {"true", "1", "yes"}


class Params:
    """Typed access to raw values; every getter raises ApiError 400 for a value of the wrong form."""

    __slots__ = ("uploads", "values")

    def __init__(self, values: Json, uploads: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.uploads = uploads or {}

    def text(self, name: str) -> str:
        """A string, "" when absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else str(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """An integer; without a default its absence is an error."""
        value = self.values.get(name, default)
        try:
            return int(value)  # type: ignore[arg-type]  # None is refused below
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" must be an integer') from None

    def flag(self, name: str) -> bool:
        """A boolean, False when absent."""
        value = self.values.get(name)
        return value.lower() in _TRUE if isinstance(value, str) else bool(value)

    def json(self, name: str) -> Any:
        """A JSON value, None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, reference: str, field: str) -> Upload | None:
        """The uploaded file that `reference` (attach://name) or the bare `field` means."""
        if reference.startswith("attach://"):
            return self.uploads.get(reference.removeprefix("attach://"))
        return None if reference else self.uploads.get(field)


async def read_params(request: web.Request) -> Params:
    """The parameters of a Bot API request."""
    values: Json = dict(request.query) if request.query_string else {}
    if not request.body_exists:
        return Params(values)
    kind = request.content_type
    if kind == "multipart/form-data":
        return await _multipart(request, values)
    body = await request.read()
    if kind == "application/json":
        values.update(_json_object(body))
    else:
        values.update(parse_qsl(body.decode(), keep_blank_values=True))
    return Params(values)


def _json_object(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return value


async def _multipart(request: web.Request, values: Json) -> Params:
    uploads: dict[str, Upload] = {}
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("can't parse multipart body")
        data = bytes(await part.read())
        total += len(data)
        if total > MAX_BODY_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        if part.filename is None:
            values[part.name] = data.decode()
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename, data, kind)
    return Params(values, uploads)
