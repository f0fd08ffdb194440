"""What free text can lead to, as entries of stems: from the knowledge's names and phrases, and the language's own."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import log

from bot.dialogue.searching.words import SearchWords
from db.knowledge.cards import Edition
from db.knowledge.safety import TraitKind

STRETCHING = "stretching"
NIGHT_CRAMPS = "night_cramps"
# What a stem that nearly everybody writes tells, next to another as rare.
_LIGHT = 0.4


class Kind(StrEnum):
    """What there is to show. BEYOND is what we know nothing of, and say so."""

    CARD = "card"
    TOPIC = "topic"
    FOOD = "food"
    COMMAND = "command"
    BEYOND = "beyond"


@dataclass(frozen=True)
class Target:
    kind: Kind
    id: str

    @classmethod
    def parse(cls, written: str) -> "Target":
        """`card:magnesium` as a Target. Raises ValueError for an unknown kind."""
        kind, _, name = written.partition(":")
        return cls(Kind(kind), name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


FOODS = Target(Kind.COMMAND, "foods")


@dataclass(frozen=True)
class Way:
    """One way to ask for a target. `share`: how much it counts against the others, 1 for a plain name.

    With `about` it speaks of somebody's illness, and counts only where the text speaks of cramps as well.
    """

    target: Target
    phrase: str
    share: float = 1.0
    about: bool = False


@dataclass(frozen=True)
class Entry:
    """A Way by its stems."""

    target: Target
    stems: frozenset[str]
    share: float
    about: bool


@dataclass(frozen=True)
class Index:
    """The entries, which of them hold a stem, how much each stem tells, and the stems by their first letter.

    `exact`: whole texts that mean one thing, even where all of their words are stop words.
    """

    words: SearchWords
    entries: tuple[Entry, ...]
    holding: Mapping[str, tuple[int, ...]]
    rarity: Mapping[str, float]
    initials: Mapping[str, tuple[str, ...]]
    exact: Mapping[tuple[str, ...], Target]

    def weight(self, stems: Collection[str]) -> float:
        """How much these stems tell; those that nobody has tell most."""
        unknown = log(1 + len(self.entries))
        return sum(self.rarity.get(stem, unknown) for stem in stems)


@lru_cache(maxsize=8)
def build(edition: Edition, words: SearchWords, commands: frozenset[str]) -> Index:
    """Everything that this edition and these commands can show; the same for all bots of a process."""
    said = [way for way in _said(edition, words) if _there(way.target, edition, commands)]
    entries = tuple(entry for way in said if (entry := _entry(way, words)))
    holding: dict[str, list[int]] = defaultdict(list)
    targets: dict[str, set[Target]] = defaultdict(set)
    initials: dict[str, list[str]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for stem in entry.stems:
            holding[stem].append(number)
            targets[stem].add(entry.target)
    for stem in holding:
        initials[stem[0]].append(stem)
    return Index(
        words,
        entries,
        {stem: tuple(numbers) for stem, numbers in holding.items()},
        {stem: _tells(stem, len(entries) / len(found), words) for stem, found in targets.items()},
        {letter: tuple(stems) for letter, stems in initials.items()},
        {tuple(words.split(way.phrase)): way.target for way in reversed(said) if not way.about},
    )


def _tells(stem: str, one_in: float, words: SearchWords) -> float:
    return log(1 + one_in) * (_LIGHT if stem in words.light else 1)


def _entry(way: Way, words: SearchWords) -> Entry | None:
    """None where nothing is left of a phrase but a letter or less."""
    stems = frozenset(words.stems(way.phrase))
    return Entry(way.target, stems, way.share, way.about) if any(len(stem) > 1 for stem in stems) else None


def _said(edition: Edition, words: SearchWords) -> Iterator[Way]:
    for target, phrases in words.phrases.items():
        yield from (Way(Target.parse(target), phrase) for phrase in phrases)
    for name, card in edition.names.items():
        yield Way(Target(Kind.CARD, card), name)
    for topic in edition.topics.values():
        yield from (Way(Target(Kind.TOPIC, topic.id), phrase) for phrase in topic.phrases)
    yield from (Way(Target(Kind.BEYOND, phrase), phrase) for phrase in words.beyond)
    yield from _food_names(edition)
    for trait in edition.safety.traits:
        about = trait.kind is not TraitKind.MEDICINE
        yield from (Way(Target(Kind.TOPIC, NIGHT_CRAMPS), phrase, 0.5, about) for phrase in trait.phrases)


def _food_names(edition: Edition) -> Iterator[Way]:
    """A food's name without how it was made; and the last word of it, where only one kind of food ends so."""
    heads = {food.id: food.name.partition(",")[0].lower() for food in edition.larder.foods.values()}
    endings: dict[str, set[str]] = defaultdict(set)
    for head in heads.values():
        endings[head.split()[-1]].add(head)
    for food, head in heads.items():
        yield Way(Target(Kind.FOOD, food), head, 0.9)
        if len(endings[head.split()[-1]]) == 1 and " " in head:
            yield Way(Target(Kind.FOOD, food), head.split()[-1], 0.7)


def _there(target: Target, edition: Edition, commands: Collection[str]) -> bool:
    there: Mapping[Kind, Collection[str]] = {
        Kind.CARD: (*edition.cards, STRETCHING),
        Kind.TOPIC: edition.topics,
        Kind.FOOD: edition.larder.foods,
        Kind.COMMAND: commands,
    }
    return target.kind is Kind.BEYOND or target.id in there[target.kind]
