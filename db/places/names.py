"""Place names in the one spelling in which they are compared."""

import re
import unicodedata

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
