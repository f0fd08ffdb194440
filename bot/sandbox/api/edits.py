"""Changing messages that the bot sent."""

from bot.sandbox.api.content import caption_content, chat_of, markup_of, message_of, text_content
from bot.sandbox.api.messages import document_content, photo_content
from bot.sandbox.api.params import Params
from bot.sandbox.chats import Chat, Message
from bot.sandbox.errors import Json, bad_request
from bot.sandbox.state import SandboxState

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_MEDIA = {"photo": photo_content, "document": document_content}
_CONTENT = ("text", "entities", "photo", "document", "caption", "caption_entities", "link_preview_options")


async def edit_message_text(state: SandboxState, params: Params) -> Json:
    """Replace the text, the entities and the inline keyboard."""
    content = text_content(params)
    chat, message = _editable(state, params)
    if "text" not in message.wire:
        raise bad_request("there is no text in the message to edit")
    return _replace(state, chat, message, _without(message, "text", "entities") | content | _markup(params))


async def edit_message_caption(state: SandboxState, params: Params) -> Json:
    """Replace the caption and the inline keyboard of a picture or file."""
    content = caption_content(params)
    chat, message = _editable(state, params)
    if "text" in message.wire:
        raise bad_request("there is no caption in the message to edit")
    kept = _without(message, "caption", "caption_entities")
    return _replace(state, chat, message, kept | content | _markup(params))


async def edit_message_reply_markup(state: SandboxState, params: Params) -> Json:
    """Replace the inline keyboard."""
    chat, message = _editable(state, params)
    return _replace(state, chat, message, _without(message) | _markup(params))


async def edit_message_media(state: SandboxState, params: Params) -> Json:
    """Replace a message's content by a picture or a file."""
    media = params.json("media")
    if not isinstance(media, dict) or media.get("type") not in _MEDIA:
        raise bad_request("can't parse InputMedia: the sandbox takes photo and document")
    chat, message = _editable(state, params)
    content = _MEDIA[media["type"]](state, params, str(media.get("media", "")))
    content |= caption_content(Params(media))
    return _replace(state, chat, message, _without(message, *_CONTENT) | content | _markup(params))


def _editable(state: SandboxState, params: Params) -> tuple[Chat, Message]:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = chat_of(state, params)
    message = message_of(chat, params, "edit")
    if not message.from_bot or message.keyboard:
        raise bad_request("message can't be edited")
    return chat, message


def _without(message: Message, *fields: str) -> Json:
    dropped = {*fields, "reply_markup", "edit_date"}
    return {key: value for key, value in message.wire.items() if key not in dropped}


def _markup(params: Params) -> Json:
    """The new inline keyboard; an edit without one removes the old one, as on Telegram."""
    markup = markup_of(params)
    if markup and "inline_keyboard" not in markup:
        raise bad_request("object expected as reply markup")
    return {"reply_markup": markup} if markup else {}


def _replace(state: SandboxState, chat: Chat, message: Message, wire: Json) -> Json:
    if wire == {key: value for key, value in message.wire.items() if key != "edit_date"}:
        raise bad_request(_NOT_MODIFIED)
    message.wire = {**wire, "edit_date": state.now()}
    state.changed(chat, message, "edit")
    return message.wire


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageMedia": edit_message_media,
}
