"""Text to the end of a pause: "3d", "until monday", "2 weeks", "injury", "on holiday until 3 april". Never a guess."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from bot.dialogue.timetext import dates
from bot.dialogue.timetext.cursor import Cursor
from bot.dialogue.timetext.outcome import Misunderstood, Reason, RefusedError
from bot.dialogue.timetext.tokens import tokenize
from bot.dialogue.timetext.words import Sense, Senses, Vocabulary, clean, phrase, pieces, vocabulary

# A date that far ahead without its year is more often one that has passed.
_DOUBTFUL = timedelta(days=183)
_DAY = timedelta(days=1)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


class Why(StrEnum):
    """For what reason somebody pauses. Not kept."""

    INJURY = "injury"
    ILL = "ill"
    AWAY = "away"


@dataclass(frozen=True)
class Wish:
    """`ends`: the days that the text can mean, each the first one without the pause; none where it names none.

    `sure`: False where it is likely but has to be asked. `refused`: why the text was not understood.
    """

    ends: tuple[date, ...] = ()
    sure: bool = True
    why: Why | None = None
    refused: Misunderstood | None = None


_WHY: Mapping[Why, str] = {
    Why.INJURY: "injury injured hurt strain strained sprain sprained torn pulled broken accident",
    Why.ILL: "ill illness sick unwell well flu fever surgery operation hospital",
    Why.AWAY: "holiday holidays vacation away travel traveling travelling trip abroad",
}
_ENDS = ("off", "end", "stop", "resume", "none", "over", "cancel")
_SMALL = """
for i im i'm i’m is be because due with have me we got get feel feeling not just going go will
everything all reminders reminder nudges nudge rest pause stop take taking break need out back so me leg calf knee
ankle foot muscle it its
"""
_UNITS = {"d": 1, "w": 7, "wk": 7, "wks": 7, "fortnight": 14, "month": 30, "months": 30}
_NUMBERS = {"couple": 2}
# "through friday" means with it, unlike "until friday".
_INCLUDED = frozenset({"through", "thru"})


def is_end(text: str) -> bool:
    """Whether it ends a pause, as in /pause off."""
    return clean(text).strip() in _ENDS


def read(text: str, *, today: date, language: str = "en", until: bool = False) -> Wish:
    """Read how long a pause is. `today` is the person's day; `until`: a bare date answers the question until when.

    Never raises for any text.
    """
    words = {piece.group() for piece in pieces(clean(text))}
    why = next((why for why, names in _WHY.items() if not words.isdisjoint(names.split())), None)
    try:
        at = Cursor(tokenize(text, _words(language)))
        ends, sure = _ends(at, today, until=until, has_year=_YEAR.search(text) is not None)
        _skip(at)
        if not at.is_done:
            raise at.unclear()
    except RefusedError as refused:
        return Wish(why=why, refused=refused.outcome)
    return Wish(ends, sure, why)


def _ends(at: Cursor, today: date, *, until: bool, has_year: bool) -> tuple[tuple[date, ...], bool]:
    """The days on which the pause can end, and whether that was said. RefusedError for anything else."""
    included = 0
    _skip(at)
    while at.peek().means(Sense.UNTIL, Sense.TO):
        until, included = True, int(at.take().text in _INCLUDED)
        _skip(at)
    start = at.position
    if at.is_done:
        return (), True
    if (days := _length(at)) is not None:
        return (dates.days_ahead(today, days, at.since(start)),), True
    found = dates.read_any(at, today)
    if found == (today,) and not until:  # "today" is a length: all of today
        return (today + _DAY,), True
    ahead = tuple(day + included * _DAY for day in found if day + included * _DAY > today)
    if not ahead:
        raise RefusedError(Reason.PASSED, at.since(start))
    return ahead, until and (has_year or ahead[0] - today <= _DOUBTFUL)


def _length(at: Cursor) -> int | None:
    """Take a number of days. None where none begins here; RefusedError for hours, of which no pause is made."""
    if at.peek().means(Sense.LENGTH) or (at.peek().means(Sense.NUMBER) and at.peek(1).means(Sense.UNIT)):
        raise RefusedError(Reason.BAD_DURATION, at.peek().text)
    ahead, number = 0, 1
    if at.peek().means(Sense.NUMBER):
        ahead, number = 1, at.peek().senses[Sense.NUMBER]
    elif at.peek().means(Sense.ARTICLE):
        ahead = 1
    while at.peek(ahead).means(Sense.FILLER):
        ahead += 1
    unit = at.peek(ahead).senses.get(Sense.DAY_UNIT)
    if not ahead or unit is None:
        return None
    at.position += ahead + 1
    return number * unit


def _skip(at: Cursor) -> None:
    """Pass what says nothing about the time."""
    at.skip_noise()
    while at.peek().means(Sense.ARTICLE) and not at.peek(1).means(Sense.DAY_UNIT):
        at.take()
        at.skip_noise()


@lru_cache(maxsize=64)
def _words(language: str) -> Vocabulary:
    """The words of schedules, and those that people say around a pause."""
    more: dict[tuple[str, ...], Senses] = {}
    for words in (_SMALL, *_WHY.values()):
        more |= {phrase(word): {Sense.FILLER: 0} for word in words.split()}
    more |= {phrase(word): {Sense.DAY_UNIT: days} for word, days in _UNITS.items()}
    more |= {phrase(word): {Sense.NUMBER: number} for word, number in _NUMBERS.items()}
    return {**more, **vocabulary(language), phrase("am"): {Sense.FILLER: 0}}
