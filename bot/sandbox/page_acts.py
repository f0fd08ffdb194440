"""What the page's people can do: the name of an act to the function that does it."""

import base64
import binascii
from collections.abc import Callable

from bot.sandbox.chats import Chat
from bot.sandbox.errors import Json
from bot.sandbox.people import Group, Person
from bot.sandbox.views import SeenMessage, seen

Act = Callable[[Person, Json], int]


def perform(person: Person, act: str, body: Json) -> Json:
    """Do `act` and tell the update it became. Raises LookupError, ValueError or PermissionError."""
    if act not in ACTS:
        raise LookupError(f"no act {act!r}; there are {', '.join(ACTS)}")
    return {"update_id": ACTS[act](person, body)}


def _group(person: Person, body: Json) -> Group | None:
    return person.state.groups[int(body["group_id"])] if body.get("group_id") else None


def _message(person: Person, body: Json) -> SeenMessage:
    chat: Chat = (_group(person, body) or person).chat
    return seen(chat.history[int(body["message_id"])], person.state.files)


def _says(person: Person, body: Json) -> int:
    reply_to = _message(person, {**body, "message_id": body["reply_to"]}) if body.get("reply_to") else None
    return person.write(str(body["text"]), _group(person, body), reply_to)


def _taps(person: Person, body: Json) -> int:
    message = _message(person, body) if "message_id" in body else None
    group = _group(person, body)
    if "data" not in body:
        return person.tap(str(body["label"]), message, group).update_id
    chat = (group or person).chat
    return person.tap_data(chat.history[int(body["message_id"])], body["data"], chat).update_id


def _presses(person: Person, body: Json) -> int:
    place = _place(body) if "latitude" in body else None
    return person.press(str(body["label"]), place)


def _place(body: Json) -> tuple[float, float]:
    latitude, longitude = float(body["latitude"]), float(body["longitude"])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
        raise ValueError("latitude is -90 to 90 degrees, longitude -180 to 180")
    return latitude, longitude


def _file(body: Json) -> bytes:
    try:
        return base64.b64decode(str(body["data"]), validate=True)
    except binascii.Error as error:
        raise ValueError("data must be base64") from error


ACTS: dict[str, Act] = {
    "says": _says,
    "taps": _taps,
    "presses": _presses,
    "shares_location": lambda person, body: person.send_location(*_place(body), _group(person, body)),
    "shares_contact": lambda person, body: person.send_contact(str(body["phone_number"])),
    "sends_sticker": lambda person, body: person.send_sticker(str(body.get("emoji", "👍"))),
    "sends_voice": lambda person, body: person.send_voice(int(body.get("seconds", 1))),
    "sends_photo": lambda person, body: person.send_photo(_file(body), str(body.get("caption", ""))),
    "sends_document": lambda person, body: person.send_document(_file(body), str(body["name"])),
    "edits": lambda person, body: person.edit(_message(person, body), str(body["text"])),
    "asks_inline": lambda person, body: person.ask_inline(str(body["query"])).update_id,
    "chooses": lambda person, body: person.choose(body["result"]),
    "blocks": lambda person, _: person.block(),
    "unblocks": lambda person, _: person.unblock(),
}
