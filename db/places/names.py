"""Place names in the one spelling in which they are compared."""

import re
import unicodedata
from array import array
from collections.abc import Collection, Iterable
from itertools import repeat

# Letters that are a letter of their own, with no accent to take off.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ə": "e", "ħ": "h"}
)
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0652\u0670]")
_GAPS = re.compile(r"[\s\-–—_.,;'’‘ʻʼ`´/()·・＝=]+")


def fold(text: str) -> str:
    """Give a name without case, accents and punctuation: "São-Paulo" and "sao paulo" become one."""
    text = text.casefold()
    if not text.isascii():
        bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
        visible = (sign for sign in bare if unicodedata.category(sign) != "Cf")
        text = unicodedata.normalize("NFC", "".join(visible)).translate(_LETTERS)
    return _GAPS.sub(" ", text).strip()


class Names:
    """Folded names and the number of what each belongs to. Some belong to several: then the lowest number comes first.

    All in one piece: as many objects of their own would take seven times the memory.
    """

    def __init__(self, of_each: Iterable[Collection[str]]) -> None:
        """The names of number 0, of number 1, and so on, up to 2**16."""
        names, numbers = list[str](), array("H")
        for number, own in enumerate(of_each):
            names += own
            numbers.extend(repeat(number, len(own)))
        order = sorted(range(len(names)), key=names.__getitem__)
        self._text = "".join(f"\n{names[index]}" for index in order).encode() + b"\n"
        self._numbers = array("H", (numbers[index] for index in order))

    def numbers(self, name: str) -> list[int]:
        """Those that a folded name belongs to."""
        line = f"\n{name}\n".encode(errors="surrogatepass")  # people can type anything
        start = self._text.find(line)
        if start < 0:
            return []
        first = after = self._text.count(b"\n", 0, start)
        while self._text.startswith(line, start):
            start += len(line) - 1
            after += 1
        return list(self._numbers[first:after])

    def all(self) -> list[str]:
        """Every name, as often as it belongs to something; made anew each time. An empty one where there are none."""
        return self._text[1:-1].decode().split("\n")

    def number(self, index: int) -> int:
        """That of the name at this place of `all`."""
        return self._numbers[index]
