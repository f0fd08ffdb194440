"""Dates as people write them: 31 Dec, Dec 31st 2026, 2026-12-31, 31.12.2026, 31/12, tomorrow, Friday."""

from datetime import date, timedelta

from bot.dialogue.timetext.cursor import Cursor
from bot.dialogue.timetext.outcome import Reason, RefusedError
from bot.dialogue.timetext.words import Sense

MAX_DAYS_AHEAD = 3660
_DAYS_A_WEEK = 7
_TWO_DIGITS = 2
_YEAR_DIGITS = 4
_CENTURY = 2000
_YEARS = range(_CENTURY, _CENTURY + 100)

Dates = tuple[date, ...]


def read_any(at: Cursor, today: date) -> Dates:
    """Take a date or a weekday. RefusedError for anything else; two readings for the weekday that is today."""
    weekday = at.peek().senses.get(Sense.WEEKDAY)
    if weekday is not None:
        at.take()
        ahead = (weekday - today.weekday()) % _DAYS_A_WEEK
        coming = today + timedelta(days=ahead)
        return (coming,) if ahead else (today, today + timedelta(days=_DAYS_A_WEEK))
    found = read(at, today)
    if found is None:
        raise at.unclear()
    return found


def read(at: Cursor, today: date) -> Dates | None:
    """Take a date if one begins here. RefusedError for one that the calendar does not have."""
    if at.peek().means(Sense.DATE):
        return (today + timedelta(days=at.take().senses[Sense.DATE]),)
    for form in (_year_first, _numbers, _day_and_month, _month_and_day):
        found = form(at, today)
        if found is not None:
            return found
    return None


def days_ahead(today: date, days: int, text: str) -> date:
    """Give the date so many days from today. RefusedError for none, and for more than ten years."""
    if days == 0:
        raise RefusedError(Reason.BAD_DURATION, text)
    if days > MAX_DAYS_AHEAD:
        raise RefusedError(Reason.TOO_FAR, text)
    return today + timedelta(days=days)


def _year_first(at: Cursor, today: date) -> Dates | None:
    year, month, day = at.peek(), at.peek(2), at.peek(4)
    is_shaped = len(year.text) == _YEAR_DIGITS and _joined(at, ("-", "-"))
    if not is_shaped:
        return None
    at.position += 5
    return (_date(year.text, month.text, day.text, today, f"{year.text}-{month.text}-{day.text}"),)


def _numbers(at: Cursor, today: date) -> Dates | None:
    """31.12.2026 is day first everywhere; with a slash the month may come first."""
    first, second = at.peek().text, at.peek(2).text
    if _joined(at, (".", ".")):
        year = at.peek(4).text
        at.position += 5
        return (_date(year, second, first, today, f"{first}.{second}.{year}"),)
    if _joined(at, ("/", "/")):
        year, size = at.peek(4).text, 5
    elif _joined(at, ("/",)):
        year, size = "", 3
    else:
        return None
    start = at.position
    at.position += size
    return _either_order(first, second, year, today, at.since(start))


def _either_order(first: str, second: str, year: str, today: date, text: str) -> Dates:
    orders = [(first, second), (second, first)]
    fitting = [(day, month) for day, month in orders if 1 <= int(month[:3]) <= 12]  # noqa: PLR2004 - months
    if not fitting:
        raise RefusedError(Reason.BAD_DATE, text)
    return tuple(dict.fromkeys(_date(year, month, day, today, text) for day, month in fitting))


def _joined(at: Cursor, signs: tuple[str, ...]) -> bool:
    """Say whether numbers follow that are joined by these signs without spaces."""
    if not at.peek().is_digits:
        return False
    return all(
        (at.peek(2 * index + 1).text, at.peek(2 * index + 1).is_glued) == (sign, True)
        and at.peek(2 * index + 2).is_digits
        and at.peek(2 * index + 2).is_glued
        for index, sign in enumerate(signs)
    )


def _day_and_month(at: Cursor, today: date) -> Dates | None:
    if not at.peek().is_digits:
        return None
    ahead = 1
    while at.peek(ahead).means(Sense.ORDINAL, Sense.FILLER) or at.peek(ahead).text == ".":
        ahead += 1
    month = at.peek(ahead).senses.get(Sense.MONTH)
    if month is None:
        return None
    start, day = at.position, at.peek().text
    at.position += ahead + 1
    return (_date(_year(at), str(month), day, today, at.since(start)),)


def _month_and_day(at: Cursor, today: date) -> Dates | None:
    month, ahead = at.peek().senses.get(Sense.MONTH), 1
    if at.peek(ahead).text == ".":
        ahead += 1
    while at.peek(ahead).means(Sense.FILLER):
        ahead += 1
    day = at.peek(ahead)
    is_time = at.peek(ahead + 1).text == ":" and at.peek(ahead + 1).is_glued
    if month is None or not day.is_digits or is_time:
        return None
    start = at.position
    at.position += ahead + 1
    at.take_if(Sense.ORDINAL)
    return (_date(_year(at), str(month), day.text, today, at.since(start)),)


def _year(at: Cursor) -> str:
    """Take the year after a day and a month. "31 dec 2030" is the year: as a time it would stand alone."""
    ahead = 1 if at.peek().text in {",", "."} else 0
    token, following = at.peek(ahead), at.peek(ahead + 1)
    is_year = len(token.text) == _YEAR_DIGITS and token.senses.get(Sense.NUMBER, 0) in _YEARS
    if not is_year or following.means(Sense.AM, Sense.PM):
        return ""
    at.position += ahead + 1
    return token.text


def _date(year: str, month: str, day: str, today: date, text: str) -> date:
    """Build a date; without a year the next one that comes. RefusedError for none and for more than ten years."""
    numbers = [int(number[:6]) for number in (month, day)]
    if year:
        century = _CENTURY if len(year) == _TWO_DIGITS else 0
        years = [century + int(year[:6])]
    else:
        years = list(range(today.year, today.year + 9))
    for candidate in years:
        try:
            found = date(candidate, *numbers)
        except (ValueError, OverflowError):
            continue
        if year or found >= today:
            return _near(found, today, text)
    raise RefusedError(Reason.BAD_DATE, text)


def _near(found: date, today: date, text: str) -> date:
    if abs((found - today).days) > MAX_DAYS_AHEAD:
        raise RefusedError(Reason.TOO_FAR, text)
    return found
