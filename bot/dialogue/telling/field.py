"""One thing that a person can tell: a row of the tables beside this file."""

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.dialogue.telling.way import Way
from bot.dialogue.words import mark

_CLOSE = 70


@dataclass(frozen=True)
class Field:
    """`title`, `reason` (why it is asked) and `unset` (what is shown while nothing is kept): marked for translation.

    `example`: how to type it. `synonyms`: other names that people type. `health`: kept only with consent. `moves`:
    reminders go by it. `awaits`: its screen takes plain words as an answer, because buttons cannot say it all.
    """

    name: str
    title: str
    reason: str
    example: str
    way: Way
    synonyms: tuple[str, ...] = ()
    unset: str = mark("not told")
    health: bool = True
    moves: bool = False
    awaits: bool = False


def find(fields: "tuple[Field, ...]", text: str) -> tuple[Field, str] | None:
    """The field whose name or synonym a text begins with, the longest first, and what follows."""
    words = text.split()
    names = {tuple(name.split()): field for field in fields for name in (field.name, *field.synonyms)}
    for length in range(max(map(len, names)), 0, -1):
        if field := names.get(tuple(word.casefold().rstrip(":=") for word in words[:length])):
            return field, " ".join(words[length:])
    return None


def near(fields: "tuple[Field, ...]", text: str) -> tuple[Field, ...]:
    """The fields whose names come close to a text's first word."""
    word = text.split(maxsplit=1)[0].casefold()[:40]
    names = {name: field for field in fields for name in (field.name, *field.synonyms)}
    hits = process.extract(word, list(names), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=4)
    found = {names[name].name: names[name] for name, _score, _index in hits}
    return tuple(found.values())[:3]
