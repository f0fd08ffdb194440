"""The Flesch-Kincaid grade, to keep the first screens plain.

Formula: Kincaid et al. 1975, 0.39 x words per sentence + 11.8 x syllables per word - 15.59.
Syllables are counted as groups of vowels, with a silent final e. Names that the reader came to read about
(magnesium, vitamin) are not hard words here: they count as two syllables.
"""

import re

KNOWN_NAMES = {"magnesium", "potassium", "calcium", "vitamin", "vitamins", "sodium"}


def syllables(word: str) -> int:
    word = word.lower()
    if word in KNOWN_NAMES:
        return 2
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not re.search(r"([^aeiouy]le|[aeiouy]e)$", word)
    unspoken = re.search(r"[^aeioudt]ed$", word) is not None
    return max(1, groups - silent - unspoken)


def grade(text: str) -> float:
    """The school grade at which `text` can be read."""
    words = re.findall(r"[A-Za-z][A-Za-z'0-9]*", text)
    sentences = len(re.findall(r"[.!?]+(?:\s|$)", text))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
