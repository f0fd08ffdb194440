"""What a person can do in a chat: each act becomes the update that Telegram would send the bot."""

from typing import TYPE_CHECKING, Any

from bot.sandbox.chats import Chat, Message
from bot.sandbox.entities import parse_html
from bot.sandbox.errors import ApiError, Json
from bot.sandbox.files import Upload, picture_size
from bot.sandbox.formatting import finish
from bot.sandbox.keyboards import inline_buttons
from bot.sandbox.queries import InlineAsk, Tap
from bot.sandbox.views import SeenMessage, seen

if TYPE_CHECKING:
    from bot.sandbox.people import Group
    from bot.sandbox.state import SandboxState

MAX_TEXT = 4096
_BLOCKED = ApiError(403, "Forbidden: bot was blocked by the user")
_DEACTIVATED = ApiError(403, "Forbidden: user is deactivated")


class Actor:
    """A person's hands. Every act returns at once with the id of the update it queued."""

    def __init__(self, state: "SandboxState", user: Json, chat: Chat) -> None:
        self.state = state
        self.user = user
        self.chat = chat
        self.read_up_to = 0

    @property
    def id(self) -> int:
        """The person's user id, which is the id of their private chat too."""
        return int(self.user["id"])

    @property
    def name(self) -> str:
        """The first name."""
        return str(self.user["first_name"])

    @property
    def blocked(self) -> bool:
        """Whether this person has blocked the bot."""
        return self.chat.refusal is _BLOCKED

    def write(self, text: str, to: "Group | None" = None, reply_to: SeenMessage | None = None) -> int:
        """Send a text; a longer one than Telegram allows goes out in pieces, as its apps do."""
        update_id = 0
        for start in range(0, len(text), MAX_TEXT):
            shown, entities = finish(text[start : start + MAX_TEXT], [])
            content: Json = {"text": shown, **({"entities": entities} if entities else {})}
            if reply_to:
                content["reply_to_message"] = reply_to.wire
            update_id = self._send(content, to)
        if not update_id:
            raise ValueError("a message needs a text")
        return update_id

    def send_location(self, latitude: float, longitude: float, to: "Group | None" = None) -> int:
        """Send a place, in degrees."""
        return self._send({"location": {"latitude": latitude, "longitude": longitude}}, to)

    def send_contact(self, phone_number: str) -> int:
        """Send the person's own contact."""
        contact = {"phone_number": phone_number, "first_name": self.name, "user_id": self.id}
        return self._send({"contact": contact})

    def send_photo(self, data: bytes, caption: str = "") -> int:
        """Send a picture (PNG, JPEG or GIF)."""
        width, height = picture_size(data)
        file = self.state.files.keep("photos", Upload("photo.jpg", data, "image/jpeg"))
        return self._send({"photo": [{**file.wire(), "width": width, "height": height}], **_caption(caption)})

    def send_document(self, data: bytes, name: str, caption: str = "") -> int:
        """Send a file."""
        file = self.state.files.keep("documents", Upload(name, data))
        document = {**file.wire(), "file_name": name, "mime_type": file.mime_type}
        return self._send({"document": document, **_caption(caption)})

    def send_voice(self, seconds: int = 1, data: bytes = b"OggS") -> int:
        """Send a voice message of so many seconds."""
        file = self.state.files.keep("voice", Upload("voice.ogg", data, "audio/ogg"))
        return self._send({"voice": {**file.wire(), "duration": seconds, "mime_type": "audio/ogg"}})

    def send_sticker(self, emoji: str = "👍") -> int:
        """Send a sticker."""
        file = self.state.files.keep("stickers", Upload("sticker.webp", b"RIFF", "image/webp"))
        shape = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
        return self._send({"sticker": {**file.wire(), **shape, "emoji": emoji}})

    def _send(self, content: Json, to: "Group | None" = None) -> int:
        chat = to.chat if to else self.chat
        if chat.refusal:
            raise PermissionError(f"{self.name} cannot write here: {chat.refusal.description}")
        chat.opened = True
        chat.members.setdefault(self.id, self.user)
        message = chat.add(self.user, self.state.now(), content, from_bot=False)
        self.read_up_to = self.chat.last_message_id
        self.state.changed(chat, message)
        return self.state.updates.push({"message": message.wire})

    def edit(self, message: SeenMessage, text: str) -> int:
        """Change the text of one of the person's own messages."""
        kept = self.chat.history[message.id]
        if kept.from_bot:
            raise PermissionError("a person can only edit their own messages")
        shown, entities = finish(text, [])
        kept.wire = {**kept.wire, "text": shown, "entities": entities, "edit_date": self.state.now()}
        self.state.changed(self.chat, kept, "edit")
        return self.state.updates.push({"edited_message": kept.wire})

    def tap(self, label: str, message: SeenMessage | None = None, to: "Group | None" = None) -> Tap:
        """Tap the callback button `label` on `message`, or on the latest message that has it."""
        chat = to.chat if to else self.chat
        kept, button = _find_button(chat, label, message)
        return self.tap_data(kept, button.get("callback_data"), chat)

    def tap_data(self, message: Message, data: Any, chat: Chat) -> Tap:
        """Tap a button by its callback data."""
        if not isinstance(data, str):
            raise TypeError("this button opens or copies something and tells the bot nothing")
        tap = self.state.queries.tap(chat.id, message.id, self.id, data)
        self.read_up_to = self.chat.last_message_id
        query = {"id": tap.id, "from": self.user, "message": message.wire, "data": data}
        tap.update_id = self.state.updates.push({"callback_query": {**query, "chat_instance": str(chat.id)}})
        self.state.feed.publish({"type": "tap", "chat_id": chat.id, "tap": tap})
        return tap

    def press(self, label: str, place: tuple[float, float] | None = None) -> int:
        """Press a button of the reply keyboard; a location button sends `place` (degrees)."""
        button = self._keyboard_button(label)
        if self.chat.keyboard and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None
        if button.get("request_location"):
            if place is None:
                raise ValueError(f"{label!r} asks for a location: give one")
            return self.send_location(*place)
        if button.get("request_contact"):
            return self.send_contact("+10000000000")
        return self.write(label)

    def _keyboard_button(self, label: str) -> Json:
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        buttons = [b if isinstance(b, dict) else {"text": b} for row in rows for b in row]
        for button in buttons:
            if button["text"] == label:
                return button
        raise LookupError(f"no key {label!r}; the keyboard shows {[b['text'] for b in buttons]}")

    def block(self) -> int:
        """Block the bot."""
        self.chat.refusal = _BLOCKED
        return self._membership("member", "kicked")

    def unblock(self) -> int:
        """Take the bot back."""
        self.chat.refusal = None
        return self._membership("kicked", "member")

    def deactivate(self) -> None:
        """Delete the account: the bot hears nothing and can reach nobody."""
        self.chat.refusal = _DEACTIVATED

    def _membership(self, old: str, new: str) -> int:
        bot = self.state.bot
        self.state.feed.publish({"type": "chat", "chat_id": self.id})
        return self.state.updates.push(
            {
                "my_chat_member": {
                    "chat": self.chat.wire,
                    "from": self.user,
                    "date": self.state.now(),
                    "old_chat_member": _member(bot, old),
                    "new_chat_member": _member(bot, new),
                }
            }
        )

    def ask_inline(self, query: str) -> InlineAsk:
        """Type `@bot query` somewhere."""
        ask = self.state.queries.ask(self.id, query)
        wire = {"id": ask.id, "from": self.user, "query": query, "offset": "", "chat_type": "sender"}
        ask.update_id = self.state.updates.push({"inline_query": wire})
        return ask

    def choose(self, result: Json) -> int:
        """Pick one of an inline query's results: its text arrives in the chat as the person's own."""
        content = result.get("input_message_content", {})
        source = str(content.get("message_text") or result.get("title", ""))
        parsed = parse_html(source) if content.get("parse_mode", "").lower() == "html" else (source, [])
        shown, entities = finish(*parsed)
        extra = {"reply_markup": result["reply_markup"]} if "reply_markup" in result else {}
        return self._send({"text": shown, "entities": entities, "via_bot": self.state.bot, **extra})

    @property
    def messages(self) -> list[SeenMessage]:
        """The private chat with the bot, oldest message first."""
        return [seen(message, self.state.files) for message in self.chat.history.values()]


def _member(bot: Json, status: str) -> Json:
    return {"user": bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}


def _caption(caption: str) -> Json:
    if not caption:
        return {}
    shown, entities = finish(caption, [])
    return {"caption": shown, **({"caption_entities": entities} if entities else {})}


def _find_button(chat: Chat, label: str, message: SeenMessage | None) -> tuple[Message, Json]:
    candidates = [chat.history[message.id]] if message else list(reversed(chat.history.values()))
    for kept in candidates:
        for button in inline_buttons(kept.wire.get("reply_markup")):
            if button["text"] == label:
                return kept, button
    labels = [b["text"] for kept in candidates for b in inline_buttons(kept.wire.get("reply_markup"))]
    raise LookupError(f"no button {label!r}; the chat shows {labels}")
