"""The bot about itself: getMe, names, descriptions, command lists, menu button."""

import re
from collections.abc import Awaitable, Callable

from bot.sandbox.api.params import Params
from bot.sandbox.errors import Json, bad_request
from bot.sandbox.profile import BotProfile
from bot.sandbox.state import SandboxState, as_chat_id

MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
_SCOPES = _CHAT_SCOPES | {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_MENU_BUTTONS = {"commands", "default", "web_app"}

Method = Callable[[SandboxState, Params], Awaitable[object]]


async def get_me(state: SandboxState, _: Params) -> Json:
    """The bot as a User."""
    return state.bot


async def set_my_commands(state: SandboxState, params: Params) -> bool:
    """Set the command menu of a scope and language."""
    commands = params.json("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse list of bot commands: expected an Array")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    state.profile.commands[_key(params)] = [_checked_command(command) for command in commands]
    state.feed.publish({"type": "bot"})
    return True


async def get_my_commands(state: SandboxState, params: Params) -> list[Json]:
    """The command menu of exactly this scope and language."""
    return state.profile.commands.get(_key(params), [])


async def delete_my_commands(state: SandboxState, params: Params) -> bool:
    """Remove the command menu of a scope and language."""
    state.profile.commands.pop(_key(params), None)
    state.feed.publish({"type": "bot"})
    return True


def _checked_command(command: Json) -> Json:
    name, description = str(command.get("command", "")).removeprefix("/"), str(command.get("description", ""))
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _key(params: Params) -> tuple[str, str]:
    scope = params.json("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    where = ":".join(str(scope[key]) for key in ("chat_id", "user_id") if key in scope)
    return f"{kind}:{where}" if kind in _CHAT_SCOPES else kind, _language(params)


def _language(params: Params) -> str:
    code = params.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _texts(field: str, limit: int, texts: Callable[[BotProfile], dict[str, str]]) -> tuple[Method, Method]:
    """The setter and getter of a text that the bot has in several languages."""

    async def set_text(state: SandboxState, params: Params) -> bool:
        text = params.text(field).strip()
        if len(text) > limit:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        texts(state.profile)[_language(params)] = text
        state.bot = state.profile.wire()
        state.feed.publish({"type": "bot"})
        return True

    async def get_text(state: SandboxState, params: Params) -> Json:
        known = texts(state.profile)
        return {field: known.get(_language(params)) or known.get("", "")}

    return set_text, get_text


async def set_chat_menu_button(state: SandboxState, params: Params) -> bool:
    """Set the button beside the message field, for one chat or as the default."""
    button = params.json("menu_button") or {"type": "default"}
    if button.get("type") not in _MENU_BUTTONS:
        raise bad_request("can't parse MenuButton: unsupported type specified")
    chat_id = as_chat_id(params.values.get("chat_id"))
    if chat_id is None:
        state.profile.menu_button = button
    else:
        state.chat(chat_id).menu_button = button
    state.feed.publish({"type": "bot"})
    return True


_set_name, _get_name = _texts("name", 64, lambda profile: profile.names)
_set_description, _get_description = _texts("description", 512, lambda profile: profile.descriptions)
_set_short, _get_short = _texts("short_description", 120, lambda profile: profile.short_descriptions)

METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _set_name,
    "getMyName": _get_name,
    "setMyDescription": _set_description,
    "getMyDescription": _get_description,
    "setMyShortDescription": _set_short,
    "getMyShortDescription": _get_short,
    "setChatMenuButton": set_chat_menu_button,
}
