"""Tokens to items: what a text names, in its order."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.dialogue.timetext import beside, clock, dates
from bot.dialogue.timetext.clock import Clock
from bot.dialogue.timetext.cursor import Cursor
from bot.dialogue.timetext.items import (
    After,
    At,
    Beside,
    Days,
    EveryDays,
    EveryWeeks,
    Interval,
    Item,
    On,
    Part,
    Starting,
    Until,
    Window,
)
from bot.dialogue.timetext.outcome import Reason, RefusedError
from bot.dialogue.timetext.tokens import Token
from bot.dialogue.timetext.words import Sense
from jobs.rules import ALL_DAYS

_DAYS_A_WEEK = 7
_HOUR = 60


def read(tokens: Sequence[Token], today: date) -> list[Item]:
    """Give the items of a text; RefusedError at the first thing that fits nowhere."""
    return list(_Reader(tokens, today).items())


class _Reader:
    def __init__(self, tokens: Sequence[Token], today: date) -> None:
        self.at = Cursor(tokens)
        self.today = today

    def items(self) -> Iterator[Item]:
        before: Item | None = None
        while True:
            is_apart = self.at.skip_noise()
            if self.at.is_done:
                return
            for item in self.next_items():
                _refuse_doubtful(before, item, is_apart=is_apart)
                yield item
                before = item

    def next_items(self) -> list[Item]:
        token = self.at.peek()
        for sense, read_it in (
            (Sense.PART, self.part),
            (Sense.EVERY, self.every),
            (Sense.ALTERNATE, self.every),
            (Sense.IN, self.after),
            (Sense.UNTIL, self.until),
            (Sense.FROM, self.from_),
            (Sense.BETWEEN, self.from_),
            (Sense.WEEKDAY, self.weekdays),
            (Sense.DAYS, self.day_set),
            (Sense.DATE, self.on),
            (Sense.MONTH, self.on),
            (Sense.INTERVAL, self.interval),
            (Sense.WEEKLY, self.weekly),
            (Sense.CLOCK, self.time),
            (Sense.NUMBER, self.time),
            (Sense.LENGTH, self.beside),
            (Sense.BEFORE, self.beside),
            (Sense.AFTER, self.beside),
            (Sense.LANDMARK, self.beside),
            (Sense.ARTICLE, self.beside),
        ):
            if token.means(sense):
                return read_it()
        raise self.at.unclear()

    def part(self) -> list[Item]:
        token = self.at.take()
        items: list[Item] = []
        if token.means(Sense.DATE):
            day = self.today + timedelta(days=token.senses[Sense.DATE])
            items.append(On((day,), token.text))
        return [*items, Part(token.senses[Sense.PART], token.text)]

    def every(self) -> list[Item]:
        start = self.at.position
        self.at.take_if(Sense.EVERY)
        self.at.take_if(Sense.FILLER)
        token = self.at.peek()
        if token.means(Sense.ALTERNATE):
            return self.alternate(start)
        if token.means(Sense.PART):
            return [Days(ALL_DAYS), *self.part()]
        if token.means(Sense.WEEKDAY, Sense.DAYS, Sense.LANDMARK):
            return []
        if token.means(Sense.DAY_UNIT):
            return self.stretch_of_days(1, start)
        if token.means(Sense.NUMBER) and (self.at.peek(1).means(Sense.DAY_UNIT) or self.is_ordinal_day()):
            number = self.at.take().senses[Sense.NUMBER]
            self.at.take_if(Sense.ORDINAL)
            return self.stretch_of_days(number, start)
        minutes = self.at.take().senses[Sense.UNIT] if token.means(Sense.UNIT) else self.at.duration()
        return [Interval(minutes, self.at.since(start))]

    def is_ordinal_day(self) -> bool:
        return self.at.peek(1).means(Sense.ORDINAL) and self.at.peek(2).means(Sense.DAY_UNIT)

    def alternate(self, start: int) -> list[Item]:
        step = self.at.take().senses[Sense.ALTERNATE]
        if self.at.peek().means(Sense.WEEKDAY):
            return [EveryWeeks(step, self.at.since(start))]
        if self.at.peek().means(Sense.DAY_UNIT):
            return self.stretch_of_days(step, start)
        raise self.at.unclear()

    def stretch_of_days(self, number: int, start: int) -> list[Item]:
        unit = self.at.take().senses[Sense.DAY_UNIT]
        text = self.at.since(start)
        if number == 0:
            raise RefusedError(Reason.BAD_DURATION, text)
        if unit == _DAYS_A_WEEK:
            return [EveryWeeks(number, text)]
        return [Days(ALL_DAYS) if number == 1 else EveryDays(number, text)]

    def after(self) -> list[Item]:
        start = self.at.position
        self.at.take()
        if self.at.peek().means(Sense.NUMBER) and self.at.peek(1).means(Sense.DAY_UNIT):
            days = self.at.take().senses[Sense.NUMBER] * self.at.take().senses[Sense.DAY_UNIT]
            text = self.at.since(start)
            return [On((dates.days_ahead(self.today, days, text),), text)]
        return [After(self.at.duration(), self.at.since(start))]

    def until(self) -> list[Item]:
        start = self.at.position
        self.at.take()
        self.at.skip_fillers()
        return [Until(dates.read_any(self.at, self.today), self.at.since(start))]

    def from_(self) -> list[Item]:
        """A window, a range of weekdays, or a first day."""
        start = self.at.position
        is_between = self.at.take().means(Sense.BETWEEN)
        self.at.skip_fillers()
        if self.at.peek().means(Sense.WEEKDAY) and not self.is_range(1):
            return [Starting(dates.read_any(self.at, self.today), self.at.since(start))]
        if self.at.peek().means(Sense.WEEKDAY):
            return self.weekdays()
        found = dates.read(self.at, self.today)
        if found is not None:
            return [Starting(found, self.at.since(start))]
        if not self.at.peek().means(Sense.NUMBER, Sense.CLOCK):
            raise self.at.unclear()
        first = self.clock()
        joint = (Sense.TO, Sense.AND) if is_between else (Sense.TO, Sense.UNTIL)
        if self.at.peek().text == "-" or self.at.peek().means(*joint):
            return [self.window(first, start)]
        raise RefusedError(Reason.UNCLEAR, self.at.since(start))

    def is_range(self, ahead: int) -> bool:
        return self.at.peek(ahead).means(Sense.TO) or self.at.peek(ahead).text == "-"

    def weekdays(self) -> list[Item]:
        start = self.at.position
        first = self.at.take().senses[Sense.WEEKDAY]
        # "Mo.-Fr." is how some languages shorten.
        if self.at.peek().text == "." and self.is_range(1):
            self.at.take()
        if not (self.is_range(0) and self.at.peek(1).means(Sense.WEEKDAY)):
            return [Days(frozenset({first}))]
        self.at.take()
        last = self.at.take().senses[Sense.WEEKDAY]
        if first == last:
            raise RefusedError(Reason.UNCLEAR, self.at.since(start))
        length = (last - first) % _DAYS_A_WEEK + 1
        return [Days(frozenset((first + day) % _DAYS_A_WEEK for day in range(length)))]

    def day_set(self) -> list[Item]:
        mask = self.at.take().senses[Sense.DAYS]
        return [Days(frozenset(day for day in ALL_DAYS if mask >> day & 1))]

    def on(self) -> list[Item]:
        start = self.at.position
        found = dates.read(self.at, self.today)
        if found is None:
            raise self.at.unclear()
        return [On(found, self.at.since(start))]

    def interval(self) -> list[Item]:
        token = self.at.take()
        return [Interval(token.senses[Sense.INTERVAL], token.text)]

    def weekly(self) -> list[Item]:
        return [EveryWeeks(1, self.at.take().text)]

    def beside(self) -> list[Item]:
        start = self.at.position
        return [beside.read(self.at, start, beside.distance(self.at))]

    def time(self) -> list[Item]:
        start = self.at.position
        if (minutes := beside.distance(self.at)) is not None:
            return [beside.read(self.at, start, minutes)]
        found = dates.read(self.at, self.today)
        if found is not None:
            return [On(found, self.at.since(start))]
        first = self.clock()
        is_window = self.is_range(0) and self.at.peek(1).means(Sense.NUMBER, Sense.CLOCK)
        if is_window or self.is_until_a_time():
            return [self.window(first, start)]
        return [At(first)]

    def is_until_a_time(self) -> bool:
        """Tell "9 until 18" from "9:00 until 18 December"."""
        if not (self.at.peek().means(Sense.UNTIL) and self.at.peek(1).means(Sense.NUMBER, Sense.CLOCK)):
            return False
        start = self.at.position
        self.at.take()
        is_date = dates.read(self.at, self.today) is not None
        self.at.position = start
        return not is_date

    def window(self, first: Clock, start: int) -> Window:
        self.at.take()
        self.at.skip_fillers()
        if not self.at.peek().means(Sense.NUMBER, Sense.CLOCK):
            raise self.at.unclear()
        last = self.clock(may_end_day=True)
        if self.at.peek().text == "-":
            raise self.at.unclear()
        return Window(clock.spans(first, last), self.at.since(start))

    def clock(self, *, may_end_day: bool = False) -> Clock:
        start = self.at.position
        token = self.at.take()
        if not token.means(Sense.NUMBER):
            return clock.fixed(token.senses[Sense.CLOCK], token.text)
        minutes = self.minutes(start)
        found = clock.written(
            str(token.senses[Sense.NUMBER]) if not token.is_digits else token.text,
            minutes,
            self.at.since(start),
            may_end_day=may_end_day,
        )
        self.hour_mark(found)
        return self.half(found)

    def minutes(self, start: int) -> str | None:
        """Take the ":30" of a time, or the "h30"."""
        joint, digits = self.at.peek(), self.at.peek(1)
        is_joint = joint.text in {":", "."} or joint.senses.get(Sense.UNIT) == _HOUR
        if not (is_joint and joint.is_glued and digits.is_digits and digits.is_glued):
            return None
        self.at.take()
        self.at.take()
        if self.at.peek().text in {":", "."} and self.at.peek(1).is_digits and self.at.peek(1).is_glued:
            self.at.position += 2
            raise RefusedError(Reason.BAD_TIME, self.at.since(start))
        return digits.text

    def hour_mark(self, found: Clock) -> None:
        """Take the "h" of "21h" and the "hrs" of "0800 hrs"; "2h" alone is a length, not a time."""
        if self.at.peek().senses.get(Sense.UNIT) == _HOUR:
            if len(found.plain) > 1:
                raise RefusedError(Reason.UNCLEAR, f"{found.text}{self.at.peek().text}")
            self.at.take()

    def half(self, found: Clock) -> Clock:
        token = self.at.peek()
        if token.means(Sense.AM, Sense.PM):
            self.at.take()
            return clock.with_half(found, is_pm=token.means(Sense.PM))
        if token.means(Sense.CLOCK) and found.text == "12":
            self.at.take()
            return clock.fixed(token.senses[Sense.CLOCK], token.text)
        self.at.take_if(Sense.FILLER)
        token = self.at.peek()
        if token.means(Sense.PART) and not token.means(Sense.DATE):
            self.at.take()
            fitting = found.in_part(token.senses[Sense.PART])
            return Clock(found.text, fitting, fitting)
        return found


def _refuse_doubtful(before: Item | None, item: Item, *, is_apart: bool) -> None:
    """Say that "22:00 before bed" is no two times, as "22:00 and at bedtime" is."""
    match before, item:
        case (At(), Beside(text=text)) | (Beside(text=text), At()) if not is_apart:
            raise RefusedError(Reason.UNCLEAR, text)
