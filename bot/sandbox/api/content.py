"""The parts of a message that several methods share: formatted text, markup, the chat addressed."""

from bot.sandbox.api.params import Params
from bot.sandbox.chats import Chat, Message
from bot.sandbox.entities import parse_html, utf16_length
from bot.sandbox.errors import Json, bad_request
from bot.sandbox.formatting import finish
from bot.sandbox.keyboards import checked_markup
from bot.sandbox.state import SandboxState, as_chat_id

MAX_TEXT = 4096
MAX_CAPTION = 1024


def formatted(params: Params, source: str, entities_name: str) -> tuple[str, list[Json]]:
    """`source` parsed by the call's parse_mode, or with the entities it carries."""
    mode = params.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode:
        raise bad_request(f"unsupported parse_mode: the sandbox only speaks HTML, not {mode}")
    else:
        text, entities = source, list(params.json(entities_name) or ())
    return finish(text, entities)


def text_content(params: Params) -> Json:
    """The text and entities of a message. Raises ApiError 400 when empty or too long."""
    text, entities = formatted(params, params.text("text"), "entities")
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(params: Params) -> Json:
    """The caption and its entities, {} without one. Raises ApiError 400 when too long."""
    text, entities = formatted(params, params.text("caption"), "caption_entities")
    if utf16_length(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def markup_of(params: Params) -> Json | None:
    """The checked reply markup of a call."""
    raw = params.json("reply_markup")
    return checked_markup(raw) if raw else None


def chat_of(state: SandboxState, params: Params) -> Chat:
    """The chat a call addresses. Raises ApiError: 400 unknown or missing, 403 blocked or left."""
    raw = params.values.get("chat_id")
    if raw is None or raw == "":
        raise bad_request("chat_id is empty")
    chat_id = as_chat_id(raw)
    if chat_id is None:
        raise bad_request("chat not found")
    return state.chat(chat_id)


def deliver(state: SandboxState, chat: Chat, params: Params, content: Json) -> Json:
    """Add the bot's message to the chat, with its markup and reply, and return its wire form."""
    markup = markup_of(params)
    if reply := params.json("reply_parameters"):
        content = {**content, **_quoted(chat, reply)}
    if markup and "inline_keyboard" in markup:
        content["reply_markup"] = markup
        markup = None
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    if effect := params.text("message_effect_id"):
        content["effect_id"] = effect
    message = chat.add(state.bot, state.now(), content, from_bot=True, keyboard=markup)
    if markup:
        chat.show_keyboard(markup)
    state.changed(chat, message)
    return message.wire


def _quoted(chat: Chat, reply: Json) -> Json:
    original = chat.history.get(as_chat_id(reply.get("message_id")) or 0)
    if original is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    quoted = {key: value for key, value in original.wire.items() if key != "reply_to_message"}
    return {"reply_to_message": quoted}


def message_of(chat: Chat, params: Params, purpose: str) -> Message:
    """The message a call names. Raises ApiError 400 "message to <purpose> not found"."""
    message = chat.history.get(params.integer("message_id", 0))
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    return message
