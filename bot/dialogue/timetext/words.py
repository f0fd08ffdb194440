"""The words of the schedule grammar, as data: one table a language, names of days and months from CLDR.

English is always understood; another language adds its own table to `TABLES` and nothing else.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from bot.dialogue.timetext import landmark_words


class Sense(Enum):
    """What a word can mean; the number that goes with it is given in brackets."""

    FILLER = auto()
    AND = auto()
    EVERY = auto()
    ALTERNATE = auto()  # [2 for "other", 3 for "third"]
    IN = auto()
    UNTIL = auto()
    FROM = auto()
    BETWEEN = auto()
    TO = auto()
    AM = auto()
    PM = auto()
    CLOCK = auto()  # [minutes since midnight]
    NUMBER = auto()  # [itself]
    ORDINAL = auto()  # the "st" of "1st"
    UNIT = auto()  # [minutes]
    LENGTH = auto()  # [minutes], a whole phrase such as "half an hour"
    DAY_UNIT = auto()  # [days]
    INTERVAL = auto()  # [minutes], "hourly"
    WEEKDAY = auto()  # [0 is Monday]
    DAYS = auto()  # [a bit for each weekday, Monday lowest]
    WEEKLY = auto()
    MONTH = auto()  # [1 to 12]
    DATE = auto()  # [days from today]
    PART = auto()  # [an index into clock.PARTS]
    LANDMARK = auto()  # [an index into landmark_words.LANDMARKS]
    BEFORE = auto()
    AFTER = auto()  # [1 for "right after"]
    ARTICLE = auto()  # of a landmark


Phrase = tuple[str, ...]
Senses = Mapping[Sense, int]
Vocabulary = Mapping[Phrase, Senses]

MORNING, AFTERNOON, EVENING, NIGHT, TONIGHT = range(5)

ENGLISH: Mapping[Sense, Mapping[str, int]] = {
    Sense.FILLER: dict.fromkeys(("at", "on", "the", "of", "o'clock", "o’clock", "please", "@"), 0),
    Sense.AND: dict.fromkeys(("and", "&", "+", "then", "plus"), 0),
    Sense.EVERY: dict.fromkeys(("every", "each"), 0),
    Sense.ALTERNATE: {"other": 2, "second": 2, "alternate": 2, "third": 3, "fourth": 4, "fifth": 5},
    Sense.IN: {"in": 0},
    Sense.UNTIL: dict.fromkeys(("until", "till", "til", "up to"), 0),
    Sense.FROM: dict.fromkeys(("from", "starting", "starting from", "starting on", "beginning"), 0),
    Sense.BETWEEN: {"between": 0},
    Sense.TO: dict.fromkeys(("to", "through", "thru"), 0),
    Sense.AM: dict.fromkeys(("am", "a.m", "a m"), 0),
    Sense.PM: dict.fromkeys(("pm", "p.m", "p m"), 0),
    Sense.CLOCK: {"noon": 12 * 60, "midday": 12 * 60, "midnight": 0},
    Sense.NUMBER: {
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
        "forty-five": 45, "sixty": 60, "ninety": 90,
    },
    Sense.ORDINAL: dict.fromkeys(("st", "nd", "rd", "th"), 0),
    Sense.UNIT: {
        "m": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1,
        "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60,
    },
    Sense.LENGTH: {
        "half an hour": 30, "half hour": 30, "half-hour": 30, "a half hour": 30, "quarter of an hour": 15,
        "a quarter of an hour": 15, "an hour": 60, "an hour and a half": 90, "a couple of hours": 120,
        "a minute": 1,
    },
    Sense.DAY_UNIT: {"day": 1, "days": 1, "week": 7, "weeks": 7},
    Sense.INTERVAL: {"hourly": 60, "half-hourly": 30},
    Sense.WEEKDAY: {
        "mondays": 0, "mons": 0, "tuesdays": 1, "tues": 1, "wednesdays": 2, "weds": 2, "thursdays": 3, "thur": 3,
        "thurs": 3, "fridays": 4, "fris": 4, "saturdays": 5, "sats": 5, "sundays": 6, "suns": 6,
    },
    Sense.DAYS: {
        "daily": 0b1111111, "everyday": 0b1111111, "all days": 0b1111111, "all week": 0b1111111,
        "nightly": 0b1111111, "weekday": 0b0011111, "weekdays": 0b0011111, "week days": 0b0011111,
        "workday": 0b0011111, "workdays": 0b0011111, "work days": 0b0011111, "working days": 0b0011111,
        "working day": 0b0011111, "weekend": 0b1100000, "weekends": 0b1100000,
    },
    Sense.WEEKLY: {"weekly": 0},
    Sense.MONTH: {"sept": 9},
    Sense.DATE: {
        "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
        "tomorrow": 1, "tmrw": 1, "day after tomorrow": 2,
    },
    Sense.PART: {
        "morning": MORNING, "mornings": MORNING, "in the morning": MORNING, "this morning": MORNING,
        "afternoon": AFTERNOON, "afternoons": AFTERNOON, "in the afternoon": AFTERNOON,
        "this afternoon": AFTERNOON,
        "evening": EVENING, "evenings": EVENING, "in the evening": EVENING, "this evening": EVENING,
        "at night": NIGHT, "night": NIGHT, "nights": NIGHT, "nightly": NIGHT, "tonight": TONIGHT,
    },
    Sense.LANDMARK: landmark_words.TABLE,
    Sense.BEFORE: dict.fromkeys(("before", "b4", "ahead of", "prior to", "just before", "right before"), 0),
    Sense.AFTER: {
        "after": 0, "right after": 1, "just after": 1, "straight after": 1, "directly after": 1,
        "immediately after": 1,
    },
    Sense.ARTICLE: dict.fromkeys(("my", "a", "an", "any"), 0),
}  # fmt: skip

TABLES: Mapping[str, Mapping[Sense, Mapping[str, int]]] = {"en": ENGLISH}

_PIECES = re.compile(r"\d+|[^\s\d,;:.!?()\[\]{}<>\"“”„«»\-/&+@|]+|\S")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_WIDTHS = ("wide", "abbreviated", "short")
_CONTEXTS = ("format", "stand-alone")


def clean(text: str) -> str:
    """Give text in one spelling: case, width, digits of any script, dashes, spaces, and nothing invisible."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)
    return "".join(_digit(sign) for sign in text if unicodedata.category(sign) != "Cf")


def pieces(text: str) -> Iterator[re.Match[str]]:
    """Cut clean text into runs of digits, words, and single signs."""
    return _PIECES.finditer(text)


def phrase(text: str) -> Phrase:
    """Give a phrase of the table as the pieces that a typed text will have; a closing dot is optional anywhere."""
    return tuple(piece.group() for piece in pieces(clean(text).rstrip(".")))


@lru_cache(maxsize=64)
def vocabulary(language: str) -> Vocabulary:
    """Give all words for a language tag such as "pt-BR", English included; only English for an unknown one."""
    found: dict[Phrase, dict[Sense, int]] = {}
    _add_names(found, Locale("en"))
    _add_table(found, ENGLISH)
    locale = _locale(language)
    if locale is not None and locale.language != "en":
        _add_names(found, locale)
        _add_table(found, TABLES.get(locale.language, {}))
    return found


def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _add_table(found: dict[Phrase, dict[Sense, int]], table: Mapping[Sense, Mapping[str, int]]) -> None:
    for sense, words in table.items():
        for text, value in words.items():
            _add(found, text, sense, value)


def _add_names(found: dict[Phrase, dict[Sense, int]], locale: Locale) -> None:
    for width in _WIDTHS:
        for context in _CONTEXTS:
            for number, name in get_day_names(width, context, locale).items():  # type: ignore[arg-type]
                _add(found, name, Sense.WEEKDAY, number)
    for width in _WIDTHS[:2]:
        for context in _CONTEXTS:
            for number, name in get_month_names(width, context, locale).items():  # type: ignore[arg-type]
                _add(found, name, Sense.MONTH, number)


def _add(found: dict[Phrase, dict[Sense, int]], text: str, sense: Sense, value: int) -> None:
    for spelling in (text, _without_accents(text)):
        key = phrase(spelling)
        # Some languages number their days and months; a bare number must stay a number.
        if key and not key[0].isdigit():
            found.setdefault(key, {})[sense] = value


def _without_accents(text: str) -> str:
    split = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", split))


def _digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)
