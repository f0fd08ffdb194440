"""Whether a message says what a phrase of the knowledge base describes: in any order, inflected, and not denied.

A phrase is words. All of them must stand close together, in any order, none of them denied ("no chest pain").
`a/b` is either word, `swel*` any word that begins so, `>10` any number above ten. `-word` somewhere in the message
rules the phrase out. A phrase with `...` keeps the order: what stands between the dots stands together.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

# How many words may lie between the first and the last word of a phrase, and between its ordered parts.
_REACH = 12
_GAP = 5
_DOTS = "..."
_WORD = re.compile(r"\d+|[^\W\d_]+|[.,;:!?()\n–—]")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")


@dataclass(frozen=True)
class Word:
    text: str
    denied: bool


@dataclass(frozen=True)
class Message:
    """A person's words, in small letters and without apostrophes, each denied or not."""

    words: tuple[Word, ...]

    @classmethod
    def read(cls, text: str, negators: Collection[str], fillers: Collection[str]) -> Self:
        """`negators` deny the next word and what "or" adds to it, past `fillers`, up to the next comma or full stop."""
        words, denying, denied = [], False, False
        for token in _WORD.findall(text.casefold().translate(_APOSTROPHES)):
            if not token.isalnum():
                denying = denied = False
                continue
            words.append(Word(token, denying))
            if token in negators:
                denying = True
            elif token in ("or", "nor"):
                denying = denied
            elif denying and token not in fillers:
                denying, denied = False, True
        return cls(tuple(words))


@dataclass(frozen=True)
class Phrase:
    """`parts` are runs of words that stand together; one run of one word each where the order is free."""

    parts: tuple[tuple[frozenset[str], ...], ...]
    ordered: bool
    without: tuple[str, ...]
    denies: bool

    def found_in(self, message: Message) -> bool:
        if any(_is(rival, word.text) for rival in self.without for word in message.words):
            return False
        words = [word.text if self.denies or not word.denied else "" for word in message.words]
        if self.ordered:
            return any(_follow(words[start:], self.parts, 0) for start in range(len(words)))
        wanted = [part[0] for part in self.parts]
        return any(
            all(any(_any(choice, word) for word in words[start : start + _REACH]) for choice in wanted)
            for start in range(len(words))
        )


@lru_cache(maxsize=1024)
def phrase(written: str, negators: frozenset[str]) -> Phrase:
    """Read a phrase as the knowledge base writes it. One that itself denies ("not feel") is found among denials."""
    tokens = written.translate(_APOSTROPHES).split()
    without = tuple(token[1:] for token in tokens if token.startswith("-"))
    kept = [token for token in tokens if not token.startswith("-")]
    ordered = _DOTS in kept
    runs = list(_runs(kept)) if ordered else [[token] for token in kept]
    parts = tuple(tuple(frozenset(token.split("/")) for token in run) for run in runs)
    denies = any(choice & negators for part in parts for choice in part)
    return Phrase(parts, ordered, without, denies)


def _runs(tokens: Sequence[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for token in (*tokens, _DOTS):
        if token != _DOTS:
            run.append(token)
        elif run:
            yield run
            run = []


def _follow(words: Sequence[str], parts: Sequence[Sequence[frozenset[str]]], gap: int) -> bool:
    """Whether the words begin, after at most `gap` others, with the first part, and the others follow."""
    first, *rest = parts
    starts = range(min(gap, len(words) - len(first)) + 1)
    ends = (start + len(first) for start in starts if _begins(words[start:], first))
    return any(not rest or _follow(words[end:], rest, _GAP) for end in ends)


def _begins(words: Sequence[str], run: Sequence[frozenset[str]]) -> bool:
    return all(_any(choice, word) for choice, word in zip(run, words, strict=False))


def _any(choice: Collection[str], word: str) -> bool:
    return any(_is(wanted, word) for wanted in choice)


def _is(wanted: str, word: str) -> bool:
    if wanted.endswith("*"):
        return word.startswith(wanted[:-1])
    if wanted.startswith(">"):
        return word.isdecimal() and int(word) > int(wanted[1:])
    return wanted == word
