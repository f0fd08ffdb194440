"""Text to tokens: numbers, signs, and words with what they can mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.dialogue.timetext.outcome import Reason, RefusedError
from bot.dialogue.timetext.words import Sense, Senses, Vocabulary, clean, pieces

NOISE = frozenset(',;:.!?()[]{}<>"“”„«»/|')


@dataclass(frozen=True, slots=True)
class Token:
    """One word or phrase, number or sign. `is_glued` when nothing stands between it and the one before."""

    text: str
    is_glued: bool
    senses: Senses = field(default_factory=dict)

    def means(self, *senses: Sense) -> bool:
        return any(sense in self.senses for sense in senses)

    @property
    def is_digits(self) -> bool:
        return self.text.isdecimal()

    @property
    def is_noise(self) -> bool:
        return self.text in NOISE or self.means(Sense.FILLER, Sense.AND)


END = Token("", is_glued=False)


def tokenize(text: str, words: Vocabulary) -> list[Token]:
    """Cut text into tokens, taking the longest phrase that the vocabulary knows.

    RefusedError for the first word that is not in the vocabulary.
    """
    text = clean(text)
    found = list(pieces(text))
    runs = [piece.group() for piece in found]
    longest = max(map(len, words))
    tokens: list[Token] = []
    position = 0
    while position < len(found):
        size = _phrase_size(runs[position : position + longest], words)
        first, last = found[position], found[position + size - 1]
        is_glued = position > 0 and found[position - 1].end() == first.start()
        senses = words.get(tuple(runs[position : position + size]), {})
        tokens.append(_token(text[first.start() : last.end()], senses, is_glued=is_glued))
        position += size
    return tokens


def shown(tokens: Sequence[Token]) -> str:
    """Give tokens as they were typed, save for the width of spaces."""
    return "".join(token.text if token.is_glued else f" {token.text}" for token in tokens).strip()


def _phrase_size(run: Sequence[str], words: Vocabulary) -> int:
    return next((size for size in range(len(run), 0, -1) if tuple(run[:size]) in words), 1)


def _token(text: str, senses: Senses, *, is_glued: bool) -> Token:
    if text.isdecimal():
        # Longer numbers have no meaning in any position.
        return Token(text, is_glued, {Sense.NUMBER: int(text[:9])})
    if not senses and text != "-" and text not in NOISE:
        raise RefusedError(Reason.UNKNOWN_WORD, text)
    return Token(text, is_glued, senses)
