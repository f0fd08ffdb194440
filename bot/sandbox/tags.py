"""What each tag of Telegram HTML means: its entity, its attributes, and what they must hold."""

import re
from collections.abc import Callable

from bot.sandbox.errors import ApiError, Json, bad_request

Attributes = dict[str, str]

KIND_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
ATTRIBUTES_OF_TAG = {
    "a": {"href"},
    "code": {"class"},
    "span": {"class"},
    "blockquote": {"expandable"},
    "tg-emoji": {"emoji-id"},
    "tg-time": {"unix", "format"},
}
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_SCHEME = re.compile(r"(?:https?|tg|ton|tonsite)://[^\s/?#]+|mailto:\S|tel:\S", re.IGNORECASE)
_BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[:/?#]|$)")


def refused(reason: str) -> ApiError:
    """Telegram's refusal of markup it cannot parse."""
    return bad_request(f"can't parse entities: {reason}")


def completed(entity: Json, attributes: Attributes, text: str) -> Json | None:
    """`entity` with what its attributes and its text add, None when Telegram would drop it."""
    complete = _DETAILS.get(entity["type"])
    return entity if complete is None or complete(entity, attributes, text) else None


def _link(entity: Json, attributes: Attributes, text: str) -> bool:
    url = normal_url(attributes.get("href") or text)
    if url is None:
        return False
    entity["url"] = url
    return True


def _code(entity: Json, attributes: Attributes, _: str) -> bool:
    language = attributes.get("class", "")
    if language.startswith("language-"):
        entity["language"] = language.removeprefix("language-")
    return True


def _blockquote(entity: Json, attributes: Attributes, _: str) -> bool:
    if "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    return True


def _emoji(entity: Json, attributes: Attributes, _: str) -> bool:
    emoji_id = attributes.get("emoji-id", "")
    if not emoji_id.isdecimal():
        raise refused("Invalid custom emoji identifier specified")
    entity["custom_emoji_id"] = emoji_id
    return True


def _time(entity: Json, attributes: Attributes, _: str) -> bool:
    unix, form = attributes.get("unix", ""), attributes.get("format", "")
    if not (unix.isascii() and unix.isdecimal()) or not _TIME_FORMAT.fullmatch(form):
        raise refused('Invalid date or format specified in tag "tg-time"')
    entity["unix_time"] = int(unix)
    if form:
        entity["date_time_format"] = form
    return True


_DETAILS: dict[str, Callable[[Json, Attributes, str], bool]] = {
    "text_link": _link,
    "code": _code,
    "blockquote": _blockquote,
    "custom_emoji": _emoji,
    "date_time": _time,
}


def normal_url(url: str) -> str | None:
    """`url` as Telegram gives it back (with a scheme and a path), or None when it is no link."""
    url = url.strip()
    if _BARE_HOST.match(url):
        url = f"http://{url}"
    if not _SCHEME.match(url):
        return None
    scheme, _, rest = url.partition("://")
    return f"{url}/" if scheme.lower() in {"http", "https"} and not set(rest) & set("/?#") else url
