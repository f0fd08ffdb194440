"""Whether a message says what a phrase of the knowledge base describes: in any order, inflected, and not denied.

A phrase is words. All of them must stand close together, in any order, none of them denied ("no chest pain").
`a/b` is either word, `swel*` any word that begins so, `>10` any number above ten. `-word` somewhere in the message
rules the phrase out. A phrase with `...` keeps the order: what stands between the dots stands together.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# How many words may lie between the first and the last word of a phrase, and between its ordered parts.
_REACH = 12
_GAP = 5
# Characters that are read: whoever needs help says so early, and nobody can make the bot think for seconds.
_READ = 4096
_DOTS = "..."
_OR = ("or", "nor")
_WORD = re.compile(r"\d+|[^\W\d_]+|[.,;:!?()\n–—]")
# Apostrophes, and blanks that take no room: within a word they would cut it in two.
_LEFT_OUT = str.maketrans("", "", "'’‘`´ʼʹˈ′＇\u115f\u1160\u3164\uffa0")
# Marks on letters and what joins them, chooses how they look, or is not seen: Unicode's own kinds.
_UNSEEN = frozenset({"Mn", "Me", "Cf"})
_LATIN = re.compile("[a-z]")
_MIXED = re.compile(r"[^\W\d_]+")
# Cyrillic and Greek letters that look like ours.
_ALIKE = str.maketrans("асеіјорѕухһԁԛԝкмтвнгαεηικνορτυχ", "aceijopsyxhdqwkmtbhraenikvoptux")


class Message:
    """A person's words, in small letters and without apostrophes, each denied or not. Of long ones the beginning."""

    def __init__(self, text: str, negators: Collection[str], fillers: Collection[str]) -> None:
        """`negators` deny the next word and what "or" adds to it, past `fillers`, up to the next comma or full stop."""
        self._places: dict[str, list[int]] = defaultdict(list)
        self._denied: set[int] = set()
        denying = denied = False
        place = -1
        for token in _WORD.findall(_folded(text[:_READ])):
            if not token.isalnum():
                denying = denied = False
                continue
            place += 1
            self._places[token].append(place)
            if denying:
                self._denied.add(place)
            if token in negators:
                denying = True
            elif token in _OR:
                denying = denied
            elif denying and token not in fillers:
                denying, denied = False, True

    def places(self, choice: Collection[str], *, denied: bool) -> set[int]:
        """Where any word of a choice stands; those that are denied only on request."""
        found = {place for wanted in choice for word in self._words(wanted) for place in self._places[word]}
        return found if denied else found - self._denied

    def _words(self, wanted: str) -> list[str]:
        if wanted.endswith("*"):
            return [word for word in self._places if word.startswith(wanted[:-1])]
        if wanted.startswith(">"):
            return [word for word in self._places if word.isdecimal() and int(word) > int(wanted[1:])]
        return [wanted] if wanted in self._places else []


def _folded(text: str) -> str:
    """Wide, round, slanted and accented letters as plain ones, small; those of other scripts, within a word of ours, as
    what they look like."""
    apart = unicodedata.normalize("NFKD", text.translate(_LEFT_OUT)).casefold()
    if apart.isascii():
        return apart
    seen = "".join(letter for letter in apart if unicodedata.category(letter) not in _UNSEEN)
    return _MIXED.sub(_unmixed, seen)


def _unmixed(word: re.Match[str]) -> str:
    return word[0].translate(_ALIKE) if _LATIN.search(word[0]) else word[0]


Choice = frozenset[str]


@dataclass(frozen=True)
class Phrase:
    """`parts` are runs of words that stand together; one run of one word each where the order is free."""

    parts: tuple[tuple[Choice, ...], ...]
    ordered: bool
    without: Choice
    denies: bool

    def found_in(self, message: Message) -> bool:
        """Whether the message says it."""
        parts: list[list[set[int]]] = []
        for part in self.parts:
            parts.append([message.places(choice, denied=self.denies) for choice in part])
            if not all(parts[-1]):
                return False
        if message.places(self.without, denied=True):
            return False
        if self.ordered:
            return any(_follow(start, parts) for start in parts[0][0])
        words = [places for (places,) in parts]
        return any(all(_near(start, places) for places in words) for start in set().union(*words))


@lru_cache(maxsize=1024)
def phrase(written: str, negators: frozenset[str]) -> Phrase:
    """Read a phrase as the knowledge base writes it. One that itself denies ("not feel") is found among denials."""
    tokens = _folded(written).split()
    without = frozenset(token[1:] for token in tokens if token.startswith("-"))
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


def _near(start: int, places: set[int]) -> bool:
    return not places.isdisjoint(range(start, start + _REACH))


def _follow(start: int, parts: Sequence[Sequence[set[int]]]) -> bool:
    """Whether the first part stands at `start`, and the others behind it with small gaps."""
    run, *rest = parts
    if not all(start + step in places for step, places in enumerate(run)):
        return False
    end = start + len(run)
    return not rest or any(_follow(end + gap, rest) for gap in range(_GAP + 1))
