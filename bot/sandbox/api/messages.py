"""Sending and deleting."""

from bot.sandbox.api.content import caption_content, chat_of, deliver, message_of, text_content
from bot.sandbox.api.params import Params
from bot.sandbox.errors import Json, bad_request
from bot.sandbox.files import StoredFile, Upload, picture_size, picture_type
from bot.sandbox.state import SandboxState

DELETABLE_FOR_SECONDS = 48 * 3600
_CHAT_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


async def send_message(state: SandboxState, params: Params) -> Json:
    """Send a text message."""
    content = text_content(params)
    chat = chat_of(state, params)
    state.faults.count_message()
    if options := params.json("link_preview_options"):
        content["link_preview_options"] = options
    return deliver(state, chat, params, content)


async def send_photo(state: SandboxState, params: Params) -> Json:
    """Send a picture, uploaded or by file id."""
    return _send_file(state, params, photo_content(state, params, params.text("photo")))


async def send_document(state: SandboxState, params: Params) -> Json:
    """Send a file, uploaded or by file id."""
    return _send_file(state, params, document_content(state, params, params.text("document")))


def _send_file(state: SandboxState, params: Params, content: Json) -> Json:
    content |= caption_content(params)
    chat = chat_of(state, params)
    state.faults.count_message()
    return deliver(state, chat, params, content)


def photo_content(state: SandboxState, params: Params, reference: str) -> Json:
    """The photo field for an upload, an attach:// name or a known file id."""
    upload = params.upload(reference, "photo")
    if upload:
        picture_size(upload.data)
        upload = Upload(upload.name, upload.data, picture_type(upload.data))
    file = _kept(state, upload, reference, "photos")
    width, height = picture_size(file.data)
    return {"photo": [{**file.wire(), "width": width, "height": height}]}


def document_content(state: SandboxState, params: Params, reference: str) -> Json:
    """The document field for an upload, an attach:// name or a known file id."""
    file = _kept(state, params.upload(reference, "document"), reference, "documents")
    return {"document": {**file.wire(), "file_name": file.name, "mime_type": file.mime_type}}


def _kept(state: SandboxState, upload: Upload | None, reference: str, folder: str) -> StoredFile:
    if upload is None:
        if not reference:
            raise bad_request(f"there is no {folder.removesuffix('s')} in the request")
        return state.files.get(reference)
    if not upload.data:
        raise bad_request("file must be non-empty")
    return state.files.keep(folder, upload)


async def delete_message(state: SandboxState, params: Params) -> bool:
    """Delete a message younger than 48 h."""
    chat = chat_of(state, params)
    message = message_of(chat, params, "delete")
    if state.now() - message.wire["date"] > DELETABLE_FOR_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    del chat.history[message.id]
    state.changed(chat, message, "deleted")
    return True


async def send_chat_action(state: SandboxState, params: Params) -> bool:
    """Show "typing…" and the like for five seconds."""
    chat = chat_of(state, params)
    action = params.text("action")
    if action not in _CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    state.feed.publish({"type": "action", "chat_id": chat.id, "action": action})
    return True


METHODS = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "deleteMessage": delete_message,
    "sendChatAction": send_chat_action,
}
