"""What somebody said, out of Telegram's update and without its types. Nothing in an update is trusted to be what it
should be: what is not raises one of ERRORS."""

import math
import re
from dataclasses import dataclass

from telegram import CallbackQuery, Chat, ChatMember, InlineQuery, Message, Update

from bot.dialogue.routes import understand
from bot.dialogue.turn import Incoming, Place, Press, Unreadable

ERRORS = (LookupError, TypeError, ValueError, AttributeError, OSError, OverflowError, RecursionError)
"""What reading an ill-formed update raises."""

# What Telegram allows a text to have; whatever is kept is no longer than this.
_MOST_CHARACTERS = 4096
_LANGUAGE_LENGTH = 35
_STRANGE_IN_LANGUAGE = re.compile(r"[^A-Za-z0-9-]")
# PostgreSQL keeps no null, and nothing can be written with half of a surrogate pair.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
# Signs that nobody sees, but that hide a word from whoever looks for it, or turn the text around it: controls which are
# no white space, marks of direction, spaces without width. Joiners and tags stay: emoji and scripts are made with them.
_UNSEEN = re.compile(
    "[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_MOST_ID = 1 << 63


@dataclass(frozen=True)
class Heard:
    """A private message or tap."""

    incoming: Incoming
    chat_id: int
    language: str
    message_id: int | None = None
    query_id: str | None = None


@dataclass(frozen=True)
class Overheard:
    """A message in a group."""

    chat_id: int
    language: str


@dataclass(frozen=True)
class TappedElsewhere:
    """A button that came to stand outside a private chat."""

    person_id: int
    query_id: str


@dataclass(frozen=True)
class Searched:
    """What somebody types after the bot's name, in any chat."""

    query: InlineQuery
    words: str
    language: str


@dataclass(frozen=True)
class CameOrWent:
    """A person unblocked the bot, or blocked it."""

    chat_id: int
    blocked: bool


What = Heard | Overheard | TappedElsewhere | Searched | CameOrWent


def check_ids(update: Update) -> None:
    """That whoever it is from can be told apart and kept in a database. Raises ERRORS."""
    number(update.update_id)
    for whose in (update.effective_chat, update.effective_user):
        if whose is not None:
            number(whose.id)


def read(update: Update, username: str) -> What | None:
    """What came to the bot of this name; None for what is of no concern to it. Raises ERRORS."""
    if (tap := update.callback_query) is not None:
        return _read_tap(tap)
    if (query := update.inline_query) is not None:
        return Searched(query, text(query.query), language(query.from_user.language_code))
    if (change := update.my_chat_member) is not None:
        blocked = change.new_chat_member.status == ChatMember.BANNED
        return CameOrWent(number(change.chat.id), blocked) if change.chat.type == Chat.PRIVATE else None
    return _read_message(update.message, username) if update.message is not None else None


def _read_message(message: Message, username: str) -> Heard | Overheard | None:
    code = message.from_user.language_code if message.from_user else None
    if _is_for_another(message, username):
        return None
    if message.chat.type != Chat.PRIVATE:
        return Overheard(number(message.chat.id), language(code))
    incoming = _incoming(message)
    if incoming is None or message.from_user is None:
        return None
    return Heard(incoming, number(message.chat.id), language(code))


def _read_tap(query: CallbackQuery) -> Heard | TappedElsewhere:
    message, query_id, person_id = query.message, text(query.id), number(query.from_user.id)
    if message is None or message.chat.type != Chat.PRIVATE:
        return TappedElsewhere(person_id, query_id)
    press = Press.decode(text(query.data or ""))
    return Heard(
        press or Unreadable.OLD_BUTTON,
        person_id,
        language(query.from_user.language_code),
        message_id=number(message.message_id),
        query_id=query_id,
    )


def _incoming(message: Message) -> Incoming | None:
    """None for service messages, which nobody wrote."""
    words = message.caption if message.text is None else message.text
    if words is not None:
        return understand(text(words))
    if message.venue is not None:  # somebody else's place; its location comes with it
        return Unreadable.OTHER
    if message.location is not None:
        return Place(_degrees(message.location.latitude), _degrees(message.location.longitude))
    kinds = {
        Unreadable.STICKER: (message.sticker, message.animation, message.dice),
        Unreadable.PICTURE: (message.photo, message.video, message.story),
        Unreadable.SOUND: (message.voice, message.audio, message.video_note),
        Unreadable.FILE: (message.document,),
        Unreadable.OTHER: (message.contact, message.poll, message.game, message.paid_media),
    }
    return next((kind for kind, contents in kinds.items() if any(contents)), None)


def _is_for_another(message: Message, username: str) -> bool:
    """`/start@other_bot`; names are compared as Telegram does, without regard to case."""
    command, *_rest = text(message.text or "").split(maxsplit=1) or [""]
    _name, _, addressee = command.partition("@")
    return command.startswith("/") and bool(addressee) and addressee.lower() != username.lower()


def text(value: object) -> str:
    """Words as they can be kept, found and sent: what is no character becomes the sign for that, and what only hides
    or turns the words is left out. Raises ERRORS."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return _UNSEEN.sub("", _NO_TEXT.sub("\ufffd", value[:_MOST_CHARACTERS]))


def language(code: object) -> str:
    """A language code that can be looked up and kept. Raises ERRORS."""
    return _STRANGE_IN_LANGUAGE.sub("", text(code or ""))[:_LANGUAGE_LENGTH] or "en"


def number(value: object) -> int:
    """An id that databases can keep. Raises ERRORS."""
    if not isinstance(value, int) or not -_MOST_ID <= value < _MOST_ID:
        raise ValueError("not an id")
    return value


def _degrees(value: object) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a coordinate")
    return value
