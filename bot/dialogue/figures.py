"""Amounts in food by the person's locale, as exact as is honest."""

from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal, format_percent

from bot.dialogue.words import Words
from db.knowledge.foods import Food, rounded
from db.knowledge.models import Quantity
from jobs.preferences import Units
from jobs.suggest.advised import Reference, Share

# Avoirdupois, by definition.
_GRAMS_AN_OUNCE = Decimal("28.349523125")


def quantity(words: Words, amount: Quantity) -> str:
    """A food's amount as exact as is honest, as in 168 mg."""
    about = rounded(amount)
    exponent = about.value.as_tuple().exponent
    decimals = "0" * -exponent if isinstance(exponent, int) else ""
    pattern = f"#,##0.{decimals}" if decimals else "#,##0"
    return f"{_written(about.value, pattern, words.locale)}\u00a0{about.unit}"


def day(words: Words, advised: Reference) -> str:
    """A day's amount, or its span, as in 310-420 mg."""
    low, high = (format_decimal(end.value, locale=words.locale) for end in (advised.low, advised.high))
    return f"{low if low == high else f'{low}–{high}'}\u00a0{advised.low.unit}"


def share(words: Words, part: Share) -> str:
    """In whole percent, as in 40-54 %."""
    low, high = (_in_percent(end, words.locale) for end in (part.low, part.high))
    return low if low == high else f"{low.removesuffix('%')}–{high}"


def serving(words: Words, food: Food, units: Units | None = None) -> str:
    """In words and by weight, as in half a cup (90 g)."""
    return f"{food.serving} ({weight(words, food.grams, units)})"


def weight(words: Words, grams: Decimal, units: Units | None = None) -> str:
    """In the units that the person chose; else in grams, or in ounces where their language is that of the US."""
    if units is Units.US or (units is None and words.locale.territory == "US"):
        return f"{_written(grams / _GRAMS_AN_OUNCE, '#,##0.0', words.locale)}\u00a0oz"
    return f"{_written(grams, '#,##0', words.locale)}\u00a0g"


# The figures of foods are few, and each nudge of a burst says some: Babel reads the pattern anew each time.
_once = lru_cache(maxsize=4096)


@_once
def _written(value: Decimal, pattern: str, locale: Locale) -> str:
    return format_decimal(value, pattern, locale=locale)


@_once
def _in_percent(value: Decimal, locale: Locale) -> str:
    return format_percent(value, "#,##0%", locale=locale)
