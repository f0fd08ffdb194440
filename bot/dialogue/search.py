"""Free text to what it asks for: a card, a topic, a food, a command; or an honest no with what comes nearest.

Stems of the text are looked up in an index of everything there is to show; misspelled ones are mended first. An entry
fits when all of it is in the text; of those that fit, the one that says the most about the text wins.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.dialogue.searching.index import FOODS, STRETCHING, Entry, Index, Kind, Target

# A text of 4,096 characters costs no more than its beginning: the question stands there.
_READ = 1000
_MOST_STEMS = 80
_MENDED_AT = 5
_MENDED_TWICE_AT = 8
_NEAREST = 3
# How much of a text an entry must explain before it counts as what the text asks for. Names of nutrients are
# distinctive, a food in a long story is not.
_LEAST: dict[Kind, float] = {Kind.CARD: 0.1, Kind.TOPIC: 0.3, Kind.FOOD: 0.3, Kind.COMMAND: 0.4, Kind.BEYOND: 0.0}


@dataclass(frozen=True)
class Finding:
    """`target` None: nothing that we know of, `nearest` is what comes close, best first."""

    target: Target | None
    nearest: tuple[Target, ...] = ()


@dataclass(frozen=True)
class _Fit:
    entry: Entry
    explains: float
    """How much the stems that it shares with the text tell."""
    covered: float
    """The part of the entry that is in the text, 0 to 1."""

    @property
    def rank(self) -> float:
        return self.explains * self.covered**2 * self.entry.share


def find(text: str, index: Index) -> Finding:
    """What the text asks for. Deterministic; linear in the text's length."""
    exact = index.exact.get(tuple(index.words.split(text[:_READ])))
    if exact is not None and exact.kind is not Kind.BEYOND:
        return Finding(exact)
    stems = _read(text, index)
    fits = sorted(_fits(stems, index), key=lambda fit: -fit.rank)
    named = list(dict.fromkeys(fit.entry.target for fit in fits if _counts(fit, stems, index)))
    if named and named[0].kind is not Kind.BEYOND:
        return Finding(_foods_of_a_card([fit.entry.target for fit in fits if fit.covered == 1]) or named[0])
    near = dict.fromkeys(fit.entry.target for fit in fits if fit.entry.target.kind is not Kind.BEYOND)
    return Finding(None, tuple(near)[:_NEAREST])


def _foods_of_a_card(named: Sequence[Target]) -> Target | None:
    """Foods and a nutrient together ask for the foods of that nutrient."""
    card = next((target.id for target in named if target.kind is Kind.CARD and target.id != STRETCHING), None)
    return Target(Kind.COMMAND, f"{FOODS.id} {card}") if card and FOODS in named else None


def _counts(fit: _Fit, stems: Sequence[str], index: Index) -> bool:
    if fit.covered < 1 or (fit.entry.about and not index.words.about & set(stems)):
        return False
    if index.words.about & fit.entry.stems:
        return True
    return fit.explains >= _LEAST[fit.entry.target.kind] * index.weight(stems)


def _read(text: str, index: Index) -> list[str]:
    """The text's stems, each once, misspelled ones as they were meant."""
    stems = list(dict.fromkeys(index.words.stems(text[:_READ])))[:_MOST_STEMS]
    return list(dict.fromkeys(stem if stem in index.holding else mended(stem, index) for stem in stems))


def mended(stem: str, index: Index) -> str:
    """The stem that was meant by a misspelled one: a letter off, two in long words; itself if there is none."""
    if len(stem) < _MENDED_AT or stem in index.words.apart:
        return stem
    most = 2 if len(stem) >= _MENDED_TWICE_AT else 1
    near = extractOne(stem, index.initials.get(stem[0], ()), scorer=OSA.distance, score_cutoff=most)
    return near[0] if near and len(near[0]) >= _MENDED_AT - 1 else stem


def _fits(stems: Sequence[str], index: Index) -> list[_Fit]:
    shared: dict[int, list[str]] = defaultdict(list)
    for stem in stems:
        for number in index.holding.get(stem, ()):
            shared[number].append(stem)
    fits = []
    for number, common in shared.items():
        if all(len(stem) == 1 for stem in common):
            continue  # the d of "vitamin d" says nothing by itself
        entry = index.entries[number]
        explains = index.weight(common)
        fits.append(
            _Fit(entry, explains, explains / index.weight(entry.stems) if len(common) < len(entry.stems) else 1)
        )
    return fits
