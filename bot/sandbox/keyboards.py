"""Reply markup: what Telegram accepts under a message and above the keyboard."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.errors import Json, bad_request
from bot.sandbox.tags import normal_url

MAX_CALLBACK_DATA_BYTES = 64
MAX_COPY_TEXT = 256
MAX_BUTTONS = 100
_ACTIONS = (
    "callback_data",
    "url",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "web_app",
    "login_url",
    "pay",
    "callback_game",
)
_STYLES = {"primary", "success", "danger"}
_KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")


def checked_markup(markup: Any) -> Json | None:
    """`markup` when Telegram would take it, None for an empty one. Raises ApiError 400 otherwise."""
    if not markup:
        return None
    if not isinstance(markup, dict) or not any(kind in markup for kind in _KINDS):
        raise bad_request("can't parse reply keyboard markup JSON object")
    if "inline_keyboard" in markup:
        return _checked_inline(markup)
    if "keyboard" in markup:
        for button in _buttons(markup["keyboard"]):
            _check_text(button if isinstance(button, dict) else {"text": button})
    return markup


def inline_buttons(markup: Json | None) -> Iterator[Json]:
    """Every button of an inline keyboard, row by row; nothing for any other markup."""
    for row in (markup or {}).get("inline_keyboard", ()):
        yield from row


def _checked_inline(markup: Json) -> Json | None:
    rows = [row for row in markup["inline_keyboard"] if row]
    count = 0
    for button in _buttons(rows):
        count += 1
        _check_inline_button(button)
    if count > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None


def _buttons(rows: Any) -> Iterator[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse reply keyboard markup JSON object")
    for row in rows:
        yield from row


def _check_text(button: Json) -> None:
    if not str(button.get("text", "")).strip():
        raise bad_request("keyboard button text must be non-empty")
    if button.get("style", "primary") not in _STYLES:
        raise bad_request("can't parse keyboard button: invalid button style specified")


def _check_inline_button(button: Json) -> None:
    _check_text(button)
    actions = [action for action in _ACTIONS if action in button]
    if len(actions) != 1:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= MAX_CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and normal_url(button["url"]) is None:
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "copy_text" in button and not 1 <= len(button["copy_text"].get("text", "")) <= MAX_COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
