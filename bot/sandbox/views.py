"""A message as a person sees it: what tests read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.chats import Message
from bot.sandbox.errors import Json
from bot.sandbox.files import FileStore
from bot.sandbox.keyboards import inline_buttons
from bot.sandbox.rendering import to_html


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button; exactly one of data, url, copy_text and switch_inline_query is set."""

    label: str
    data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    switch_inline_query: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """One message at the moment of looking. `text` is the caption where there is a file."""

    id: int
    from_bot: bool
    text: str
    html: str
    entities: tuple[Json, ...]
    date: datetime
    edited: bool
    buttons: tuple[Button, ...]
    keyboard: Json | None
    photo: bytes | None
    document: bytes | None
    wire: Json

    @property
    def labels(self) -> list[str]:
        """The labels of the inline buttons, row by row."""
        return [button.label for button in self.buttons]

    def button(self, label: str) -> Button:
        """The inline button with this label. Raises LookupError naming those there are."""
        for button in self.buttons:
            if button.label == label:
                return button
        raise LookupError(f"no button {label!r} under {self.text!r}; there are {self.labels}")


def seen(message: Message, files: FileStore) -> SeenMessage:
    """`message` as it stands now."""
    wire = message.wire
    text: str = wire.get("text") or wire.get("caption") or ""
    entities: list[Json] = wire.get("entities") or wire.get("caption_entities") or []
    return SeenMessage(
        id=message.id,
        from_bot=message.from_bot,
        text=text,
        html=to_html(text, entities),
        entities=tuple(entities),
        date=datetime.fromtimestamp(wire["date"], UTC),
        edited="edit_date" in wire,
        buttons=tuple(_button(raw) for raw in inline_buttons(wire.get("reply_markup"))),
        keyboard=message.keyboard,
        photo=files.get(wire["photo"][-1]["file_id"]).data if "photo" in wire else None,
        document=files.get(wire["document"]["file_id"]).data if "document" in wire else None,
        wire=wire,
    )


def _button(raw: Json) -> Button:
    inline: Any = raw.get("switch_inline_query", raw.get("switch_inline_query_current_chat"))
    return Button(
        label=raw["text"],
        data=raw.get("callback_data"),
        url=raw.get("url"),
        copy_text=raw.get("copy_text", {}).get("text"),
        switch_inline_query=inline,
        style=raw.get("style"),
    )
