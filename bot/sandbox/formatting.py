"""What Telegram does to a parsed text before it keeps it: trimming, nesting rules, detected links."""

import re
from collections.abc import Iterable

from bot.sandbox.entities import SPACE, utf16_length
from bot.sandbox.errors import Json

_WHOLE = {"code", "pre"}
_SPLITTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_UNSEARCHED = _WHOLE | {"text_link", "text_mention", "custom_emoji"}
_MAYBE = re.compile(r"[/@#]|\.[A-Za-z]")
_DETECTED = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>(?<![\w@.])(?:https?://[^\s<>\"]+[^\s<>\".,:;!?')\]]"
    r"|(?:[a-z0-9-]+\.)+(?:com|org|net|io|me|dev|info|gov|edu|int|eu|de|uk)\b(?:/[^\s<>\"]*[^\s<>\".,:;!?')\]])?))"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/@]))"
    r"|(?P<mention>(?<![\w@])@\w{3,32}(?![\w@]))"
    r"|(?P<hashtag>(?<![\w#&/])#(?=\w*[^\W\d])\w{1,256})",
    re.IGNORECASE,
)


def finish(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """`text` without outer white space, its entities moved to match, commands and links detected."""
    stripped = text.strip(SPACE)
    if entities:
        if len(stripped) != len(text):
            lead = utf16_length(text[: len(text) - len(text.lstrip(SPACE))])
            entities = _clip(entities, lead, utf16_length(stripped))
        entities = _keep_code_whole(entities)
    if _MAYBE.search(stripped):
        entities = [*entities, *_detect(stripped, entities)]
    if len(entities) > 1:
        entities.sort(key=lambda entity: (entity["offset"], -entity["length"], entity["type"]))
    return stripped, entities


def _clip(entities: Iterable[Json], lead: int, length: int) -> list[Json]:
    clipped = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, length)
        if end > start:
            clipped.append({**entity, "offset": start, "length": end - start})
    return clipped


def _keep_code_whole(entities: list[Json]) -> list[Json]:
    """Styles give way to code and pre, which neither contain nor are contained in them."""
    whole = [entity for entity in entities if entity["type"] in _WHOLE]
    if not whole:
        return entities
    kept = []
    for entity in entities:
        kept.extend(_outside(entity, whole) if entity["type"] in _SPLITTABLE else [entity])
    return kept


def _outside(entity: Json, whole: Iterable[Json]) -> list[Json]:
    spans = [(entity["offset"], entity["offset"] + entity["length"])]
    for code in whole:
        begin, end = code["offset"], code["offset"] + code["length"]
        spans = [
            span
            for low, high in spans
            for span in ((low, min(high, begin)), (max(low, end), high))
            if span[0] < span[1]
        ]
    return [{**entity, "offset": low, "length": high - low} for low, high in spans]


def _detect(text: str, entities: Iterable[Json]) -> list[Json]:
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _UNSEARCHED]
    found: list[Json] = []
    for match in _DETECTED.finditer(text):
        offset = utf16_length(text[: match.start()])
        length = utf16_length(match.group())
        if not any(offset < end and begin < offset + length for begin, end in taken):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return found
