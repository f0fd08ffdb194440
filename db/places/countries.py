"""Countries by the names that people write."""

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from db.places.names import fold
from db.places.zones import countries

# What people say beside the official names.
_OTHER_NAMES = {
    "usa": "US", "us of a": "US", "america": "US", "the states": "US", "uk": "GB", "britain": "GB",
    "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "holland": "NL", "czech republic": "CZ", "turkey": "TR", "burma": "MM", "ivory coast": "CI", "uae": "AE",
    "emirates": "AE", "macedonia": "MK", "korea": "KR", "swaziland": "SZ", "cape verde": "CV", "bosnia": "BA",
    "hong kong": "HK", "macau": "MO", "palestine": "PS",
}  # fmt: skip


@lru_cache(maxsize=32)
def by_name(language: str) -> Mapping[str, str]:
    """Give country codes by folded name: in English, in a language such as "pt-BR", and the codes themselves."""
    codes = set(countries().values())
    names = {code.casefold(): code for code in codes}
    for locale in (_locale(language), Locale("en")):
        territories = locale.territories if locale else {}
        names |= {fold(territories[code]): code for code in codes if code in territories}
    return names | _OTHER_NAMES


def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return None
