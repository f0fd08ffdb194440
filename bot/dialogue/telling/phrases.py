"""Phrases out of a text: the choices that people name, all of a text or none of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.dialogue.telling.kept import Chosen
from bot.dialogue.telling.way import Unclear

_CLOSE = 70
_LONGEST_PHRASE = 16
_SHOWN = 40
_FILLERS = frozenset(
    ("a", "am", "an", "and", "as", "for", "i", "i'm", "im", "have", "my", "of", "on", "or", "take", "taking",
     "the", "to", "with", "allergic")
)  # fmt: skip
# What stands behind one of these must not be offered: it is the opposite of what was said.
_NEGATIONS = frozenset(
    ("no", "not", "non", "without", "never", "neither", "nor", "don't", "dont", "doesn't", "isn't", "can't", "cannot",
     "haven't")
)  # fmt: skip
# "+kale -spinach": each with what follows up to the next sign.
_SIGNED = re.compile(r"(?:^|(?<=\s))([+\-−–])\s*(.*?)(?=\s+[+\-−–]|$)")


@dataclass(frozen=True)
class Choice:
    """`phrases`: how people say it; one phrase may stand for several choices."""

    label: str
    phrases: tuple[str, ...]


def named(text: str, choices: Mapping[str, Choice], *, many: bool) -> Chosen | Unclear:
    """The names of the choices that a text says, longest phrases first, from left to right."""
    said = _phrases(choices)
    words = plain(text).split()
    found: Chosen = frozenset()
    at = 0
    while at < len(words):
        length = next((n for n in _lengths(words, at) if " ".join(words[at : at + n]) in said), 0)
        if length:
            found |= said[" ".join(words[at : at + length])]
        elif words[at] not in _FILLERS:
            return Unclear(words[at][:_SHOWN], close(" ".join(words[at:]), words[at], said))
        at += max(length, 1)
    if not found or (len(found) > 1 and not many):
        return Unclear(" ".join(words)[:_SHOWN])
    return found


def changed(chosen: Chosen, text: str, choices: Mapping[str, Choice]) -> Chosen | Unclear | None:
    """What was chosen, with "+kale" added and "-spinach" taken away; None for a text without such signs."""
    text = text.strip()
    parts = _SIGNED.findall(text)
    if not parts or text[0] not in "+-−–":
        return None
    for sign, words in parts:
        found = named(words, choices, many=True)
        if isinstance(found, Unclear):
            return Unclear(found.word, tuple(f"{sign}{phrase}" for phrase in found.close))
        chosen = chosen | found if sign == "+" else chosen - found
    return chosen


def plain(text: str) -> str:
    """In lower case, without the punctuation that people may leave out."""
    return " ".join(re.sub(r"[,;:()]", " ", text.casefold()).split())


def close(rest: str, word: str, said: Mapping[str, object]) -> tuple[str, ...]:
    """Up to three phrases that come close to a text, or to its first word; none where it says what is not so."""
    if _NEGATIONS & set(rest.replace("’", "'").split()):
        return ()
    near = [
        *process.extract(rest[:_SHOWN], list(said), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=3),
        *process.extract(word[:_SHOWN], list(said), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=3),
    ]
    return tuple(dict.fromkeys(phrase for phrase, _score, _index in near))[:3]


def _phrases(choices: Mapping[str, Choice]) -> Mapping[str, Chosen]:
    said: dict[str, Chosen] = {}
    for name, choice in choices.items():
        for phrase in (choice.label.casefold(), name.replace("_", " "), *choice.phrases):
            said[plain(phrase)] = said.get(plain(phrase), frozenset()) | {name}
    return said


def _lengths(words: list[str], at: int) -> Iterator[int]:
    yield from range(min(_LONGEST_PHRASE, len(words) - at), 0, -1)
