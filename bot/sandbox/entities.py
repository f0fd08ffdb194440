"""Telegram HTML to plain text and message entities, offsets and lengths in UTF-16 code units.

The accepted tags, the four named character references and the wording of the refusals follow
https://core.telegram.org/bots/api#html-style and the answers of the real server.
"""

import re
import sys
from dataclasses import dataclass

from bot.sandbox.errors import Json
from bot.sandbox.tags import ATTRIBUTES_OF_TAG, KIND_OF_TAG, completed, refused

SPACE = " \t\n\r\v\0"

_SURROGATES = range(0xD800, 0xE000)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_PLAIN = re.compile(r"[^<&]+")
_TAG_NAME = re.compile(r"[^ \t\n\r\v\0>]*")
_GAP = re.compile(r"[ \t\n\r\v\0]*")
_ATTRIBUTE_NAME = re.compile(r"[^ \t\n\r\v\0=>/\"']*")
_VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]*)(?=[ \t\n\r\v\0>])")
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,7})|#([0-9]{1,8})|(lt|gt|amp|quot)(?![A-Za-z]));?")


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 code units, the unit of every offset in the Bot API."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities of Telegram HTML. Raises ApiError 400 for markup Telegram refuses."""
    if "<" not in source and "&" not in source:
        return source, []
    return _Parser(source).run()


@dataclass(slots=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    piece: int


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.length = 0
        self.open: list[_OpenTag] = []
        self.entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        source, position = self.source, 0
        while position < len(source):
            if plain := _PLAIN.match(source, position):
                self._emit(plain.group())
                position = plain.end()
            elif source[position] == "&":
                position = self._reference(position)
            elif source.startswith("</", position):
                position = self._close_tag(position)
            else:
                position = self._open_tag(position)
        if self.open:
            raise refused(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return "".join(self.pieces), self.entities

    def _emit(self, text: str) -> None:
        self.pieces.append(text)
        self.length += utf16_length(text)

    def _reference(self, position: int) -> int:
        match = _REFERENCE.match(self.source, position)
        character = _decode(match) if match else None
        if match is None or character is None:
            self._emit("&")
            return position + 1
        self._emit(character)
        return match.end()

    def _open_tag(self, begin: int) -> int:
        name, position = self._name(begin + 1)
        if position == len(self.source):
            raise refused(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in KIND_OF_TAG:
            raise refused(f'Unsupported start tag "{name}" at byte offset {self._bytes(begin)}')
        attributes: dict[str, str] = {}
        while (position := self._skip_space(position)) < len(self.source) and self.source[position] != ">":
            position = self._attribute(name, begin, position, attributes)
        if position == len(self.source):
            raise refused(f'Unclosed start tag "{name}" at byte offset {self._bytes(begin)}')
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise refused(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append(_OpenTag(name, attributes, self.length, len(self.pieces)))
        return position + 1

    def _attribute(self, tag: str, begin: int, position: int, attributes: dict[str, str]) -> int:
        name_match = _ATTRIBUTE_NAME.match(self.source, position)
        name = name_match.group().lower() if name_match else ""
        if not name:
            raise refused(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        position = self._skip_space(position + len(name))
        value = ""
        if self.source.startswith("=", position):
            position = self._skip_space(position + 1)
            match = _VALUE.match(self.source, position)
            if match is None:
                raise self._bad_value(tag, begin, position)
            quoted = match.group(1) if match.group(1) is not None else match.group(2)
            value = _REFERENCE.sub(_replace, quoted) if quoted is not None else match.group(3).lower()
            position = match.end()
        if name in ATTRIBUTES_OF_TAG.get(tag, ()):
            attributes[name] = value
        return position

    def _bad_value(self, tag: str, begin: int, position: int) -> Exception:
        if position == len(self.source) or self.source[position] in "\"'":
            return refused(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
        return refused(f"Unexpected end of name token at byte offset {self._bytes(position)}")

    def _close_tag(self, begin: int) -> int:
        where = f"at byte offset {self._bytes(begin)}"
        if not self.open:
            raise refused(f"Unexpected end tag {where}")
        name, position = self._name(begin + 2)
        position = self._skip_space(position)
        if not self.source.startswith(">", position):
            raise refused(f"Unclosed end tag {where}")
        tag = self.open.pop()
        if name and name != tag.name:
            raise refused(f'Unmatched end tag {where}, expected "</{tag.name}>", found "</{name}>"')
        if self.length > tag.offset:
            self._add_entity(tag)
        return position + 1

    def _add_entity(self, tag: _OpenTag) -> None:
        kind = KIND_OF_TAG[tag.name]
        entity: Json = {"type": kind, "offset": tag.offset, "length": self.length - tag.offset}
        if completed(entity, tag.attributes, "".join(self.pieces[tag.piece :])) is None:
            return
        if kind == "pre":
            self._absorb_code(entity)
        self.entities.append(entity)

    def _absorb_code(self, pre: Json) -> None:
        """A code element that fills the whole pre element only names its language."""
        last = self.entities[-1] if self.entities else None
        if last and last["type"] == "code" and all(last[key] == pre[key] for key in ("offset", "length")):
            self.entities.pop()
            if language := last.get("language"):
                pre["language"] = language

    def _name(self, position: int) -> tuple[str, int]:
        match = _TAG_NAME.match(self.source, position)
        name = match.group() if match else ""
        return name.lower(), position + len(name)

    def _skip_space(self, position: int) -> int:
        match = _GAP.match(self.source, position)
        return match.end() if match else position

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))


def _decode(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, named = match.groups()
    if named:
        return _NAMED[named]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    usable = 0 < code <= sys.maxunicode and code not in _SURROGATES
    return chr(code) if usable else None


def _replace(match: re.Match[str]) -> str:
    return _decode(match) or match.group()
