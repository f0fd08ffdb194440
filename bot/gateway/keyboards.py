"""Keyboards as Telegram wants them."""

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.dialogue.turn import Button, Hide, Keyboard, Reply, Rows


def markup(reply: Reply) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """The keyboard of a new message."""
    match reply.keyboard:
        case Hide.KEYBOARD:
            return ReplyKeyboardRemove()
        case Keyboard(location, others, placeholder):
            rows = [[KeyboardButton(location, request_location=True)], *([KeyboardButton(o)] for o in others)]
            return ReplyKeyboardMarkup(
                rows,
                resize_keyboard=True,
                one_time_keyboard=True,
                input_field_placeholder=placeholder or None,
            )
        case _:
            return inline(reply.buttons)


def wire(reply: Reply) -> dict[str, object]:
    """The same as a parameter of the call; most have buttons only, which need no objects in between."""
    if reply.keyboard is None and reply.buttons:
        rows = [[_button(button) for button in row] for row in reply.buttons]
        return {"reply_markup": {"inline_keyboard": rows}}
    other = markup(reply)
    return {} if other is None else {"reply_markup": other.to_dict()}


def _button(button: Button) -> dict[str, str]:
    plain = {"text": button.label, "callback_data": button.press.encode()}
    return plain if button.style is None else {**plain, "style": button.style}


def inline(rows: Rows) -> InlineKeyboardMarkup | None:
    """The buttons under a message."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.press.encode(), style=b.style) for b in row] for row in rows]
    )
