"""Chats and their messages as the server keeps them."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.errors import ApiError, Json

HISTORY = 1_000


@dataclass(slots=True)
class Message:
    """One message. `wire` is its Bot API form; `keyboard` any reply markup that is not inline."""

    wire: Json
    from_bot: bool
    keyboard: Json | None = None

    @property
    def id(self) -> int:
        """The message id, unique within its chat."""
        return int(self.wire["message_id"])


@dataclass(slots=True)
class Chat:
    """A private chat or a group. `refusal` is why the bot cannot write here, None when it can."""

    wire: Json
    refusal: ApiError | None = None
    opened: bool = False
    history: dict[int, Message] = field(default_factory=dict)
    keyboard: Json | None = None
    members: dict[int, Json] = field(default_factory=dict)
    menu_button: Json | None = None
    last_message_id: int = 0

    @property
    def id(self) -> int:
        """The chat id: a person's own id, or a negative one for a group."""
        return int(self.wire["id"])

    @property
    def private(self) -> bool:
        """Whether this is a person's own chat with the bot."""
        return bool(self.wire["type"] == "private")

    def add(self, sender: Json, date: int, content: Json, *, from_bot: bool, keyboard: Json | None = None) -> Message:
        """Append a message of `content` sent at Unix time `date`; the oldest gives way beyond HISTORY."""
        self.last_message_id += 1
        wire: dict[str, Any] = {
            "message_id": self.last_message_id,
            "from": sender,
            "chat": self.wire,
            "date": date,
            **content,
        }
        message = Message(wire, from_bot, keyboard)
        self.history[self.last_message_id] = message
        if len(self.history) > HISTORY:
            del self.history[next(iter(self.history))]
        return message

    def show_keyboard(self, markup: Json) -> None:
        """Show, hide or replace the reply keyboard as a sent `markup` says."""
        if markup.get("remove_keyboard"):
            self.keyboard = None
        elif "keyboard" in markup:
            self.keyboard = markup
