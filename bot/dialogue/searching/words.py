"""How a language writes: tokens, their stems, and what people say beside the knowledge's own names. One file each."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FALLBACK = "en"
_SHORTEST_STEM = 3
# "vitamin b 6" and "b-6" are b6.
_SPLIT_NAME = re.compile(r"\b([a-z])[\s-](\d{1,2})\b")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, eq=False)
class SearchWords:
    """Loaded once: it equals only itself.

    `about`: stems that name our subject; `light`: stems that tell little; `apart`: never taken for misspelled.

    `phrases`: target ("kind:id") to ways to ask for it; `beyond`: subjects that we know nothing of.
    `endings`: passes of (ending, replacement), `keep` what stays on; `same`: one spelling for several.
    """

    stop: frozenset[str]
    apart: frozenset[str]
    endings: tuple[tuple[tuple[str, str], ...], ...]
    keep: tuple[str, ...]
    same: Mapping[str, str]
    about: frozenset[str]
    light: frozenset[str]
    phrases: Mapping[str, tuple[str, ...]]
    beyond: tuple[str, ...]

    def split(self, text: str) -> list[str]:
        """Lower-case words without marks, one spelling for several."""
        plain = _SPLIT_NAME.sub(r"\1\2", text.lower().replace("’", "").replace("'", ""))
        return [word for match in _WORD.finditer(plain) for word in self.same.get(match[0], match[0]).split()]

    def stems(self, text: str) -> list[str]:
        """The words that carry meaning, in their order."""
        return [self.stem(word) for word in self.split(text) if word not in self.stop]

    def stem(self, word: str) -> str:
        """Plural, tense and a final e off, double letters at the end single: `stopping` and `stops` are `stop`."""
        for endings in self.endings:
            for ending, other in endings:
                root = word.removesuffix(ending) + other
                if word.endswith(ending) and len(root) >= _SHORTEST_STEM and not word.endswith(self.keep):
                    word = root
                    break
        return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word


@lru_cache
def search_words(language: str) -> SearchWords:
    """The table of a language; English where there is none."""
    folder = Path(__file__).parent
    path = folder / f"{language}.toml"
    with (path if path.exists() else folder / f"{_FALLBACK}.toml").open("rb") as file:
        content = tomllib.load(file)
    return SearchWords(
        stop=frozenset(content["stop"].split()),
        apart=frozenset(content["apart"].split()),
        endings=tuple(tuple(_ending(rule) for rule in group) for group in content["endings"]),
        keep=tuple(content["keep"]),
        same=content["same"],
        about=frozenset(content["about"].split()),
        light=frozenset(content["light"].split()),
        phrases={target: tuple(listed(said)) for target, said in content["phrases"].items()},
        beyond=tuple(listed(content["beyond"])),
    )


def listed(said: str) -> Iterator[str]:
    """The phrases of a list written with semicolons."""
    return (phrase.strip() for phrase in said.split(";"))


def _ending(rule: str) -> tuple[str, str]:
    ending, _, other = rule.partition("=")
    return ending, other
