"""One person's language: translated text, and the locale that dates and numbers follow."""

import gettext
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape

_CATALOGUES = Path(__file__).parents[1] / "locale"
SOURCE_LANGUAGE = "en"
# "en" alone comes from every part of the world: the 24-hour clock and day before month are read by most.
_SOURCE_LOCALE = Locale("en", "GB")
# The blocks of Unicode that are kept for scripts from right to left.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")


def mark(message: str) -> str:
    """Mark a text of a table for translation where it is shown."""
    return message


def fill(template: str, /, **values: object) -> Markup:
    """A template with HTML in it, filled with values that are escaped, and set apart, unless they are Markup."""
    # Not Markup.format, which parses the template in Python: ten times as long, and a nudge has many.
    safe = {name: value if isinstance(value, Markup | int) else _safe(value) for name, value in values.items()}
    return Markup(template.format(**safe))  # noqa: S704 - templates are ours, values get escaped


def in_lines(parts: Iterable[Markup]) -> Markup:
    """One below the other."""
    return _joined("\n", parts)


def in_paragraphs(parts: Iterable[Markup]) -> Markup:
    """With an empty line between them."""
    return _joined("\n\n", parts)


def _joined(between: str, parts: Iterable[Markup]) -> Markup:
    # Not Markup.join, which looks at each part again, and a nudge joins a dozen of them.
    return Markup(between.join(parts))  # noqa: S704 - of Markup alone


def _safe(value: object) -> Markup:
    return escape(set_apart(value) if isinstance(value, str) else value)


def set_apart(text: str) -> str:
    """Words that are to stand in a sentence of ours: those from right to left must not turn what stands around them.

    An isolate ends with its line, so they are on one.
    """
    if text.isascii() or not _RIGHT_TO_LEFT.search(text):  # most is, and that is known at once
        return text
    return f"\u2068{' '.join(text.split())}\u2069"


@dataclass(frozen=True)
class Words:
    language: str
    locale: Locale
    catalogue: gettext.NullTranslations

    def gettext(self, message: str) -> str:
        return self.catalogue.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.catalogue.ngettext(singular, plural, number)


@lru_cache(maxsize=256)
def words_for(language: str) -> Words:
    """The words of a Telegram language code such as `en`, `en-US` or `pt-br`; English if there are none.

    Dates follow the text: a language without a catalogue gets English dates as well.
    """
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = _SOURCE_LOCALE
    if locale.language == SOURCE_LANGUAGE:
        return Words(SOURCE_LANGUAGE, locale if locale.territory else _SOURCE_LOCALE, gettext.NullTranslations())
    names = [str(locale), locale.language]
    try:
        return Words(locale.language, locale, gettext.translation("messages", _CATALOGUES, names))
    except FileNotFoundError:
        return Words(SOURCE_LANGUAGE, _SOURCE_LOCALE, gettext.NullTranslations())
