"""Chats and files that the bot asks about."""

from bot.sandbox.api.content import chat_of
from bot.sandbox.api.params import Params
from bot.sandbox.errors import ApiError, Json, bad_request
from bot.sandbox.state import SandboxState


async def get_chat(state: SandboxState, params: Params) -> Json:
    """A chat in full."""
    chat = chat_of(state, params)
    accepted = {"unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False}
    accepted |= {"premium_subscription": False, "gifts_from_channels": False}
    return {**chat.wire, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}


async def leave_chat(state: SandboxState, params: Params) -> bool:
    """Leave a group for good."""
    chat = chat_of(state, params)
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.refusal = ApiError(403, "Forbidden: bot is not a member of the group chat")
    state.feed.publish({"type": "chat", "chat_id": chat.id})
    return True


async def get_file(state: SandboxState, params: Params) -> Json:
    """Where a file can be downloaded."""
    file = state.files.get(params.text("file_id"))
    return {**file.wire(), "file_path": file.path}


METHODS = {"getChat": get_chat, "leaveChat": leave_chat, "getFile": get_file}
