"""A place in a row of tokens."""

from collections.abc import Sequence

from bot.dialogue.timetext.outcome import Reason, RefusedError
from bot.dialogue.timetext.tokens import END, Token, shown
from bot.dialogue.timetext.words import Sense

_HOUR = 60
_TWO_DIGITS = 2
_SEPARATORS = frozenset(",;/|.")


class Cursor:
    """Reads tokens from the left; looking past the end gives END, which means nothing."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self.position = 0

    @property
    def is_done(self) -> bool:
        return self.position >= len(self._tokens)

    def peek(self, ahead: int = 0) -> Token:
        position = self.position + ahead
        return self._tokens[position] if position < len(self._tokens) else END

    def take(self) -> Token:
        token = self.peek()
        self.position += 1
        return token

    def take_if(self, *senses: Sense) -> Token | None:
        return self.take() if self.peek().means(*senses) else None

    def skip_fillers(self) -> None:
        while self.peek().means(Sense.FILLER):
            self.position += 1

    def skip_noise(self) -> bool:
        """Pass what carries no meaning: commas, "and", "at", a dash with room on both sides.

        Whether any of it parts what stands on its two sides, as "and" does and "at" does not.
        """
        parts = False
        while self.peek().is_noise or self._is_loose_dash():
            token = self.take()
            parts = parts or token.means(Sense.AND) or token.text in _SEPARATORS
        return parts

    def since(self, start: int) -> str:
        """Give what was taken since a position, as typed."""
        return shown(self._tokens[start : self.position])

    def unclear(self) -> RefusedError:
        """Give the error that says: this token does not belong here."""
        token, following = self.peek(), self.peek(1)
        text = token.text + following.text if following.is_glued else token.text
        return RefusedError(Reason.UNCLEAR, text or self.since(0))

    def duration(self) -> int:
        """Take a length of time and give it in minutes: "90 min", "1h30", "1.5 hours", "half an hour"."""
        start = self.position
        if self.peek().means(Sense.LENGTH):
            minutes = float(self.take().senses[Sense.LENGTH])
        else:
            number = self._decimal()
            unit = self.peek().senses.get(Sense.UNIT)
            if unit is None:
                raise RefusedError(Reason.UNCLEAR, self.since(start) or self.peek().text)
            self.take()
            minutes = number * unit + (self._minutes_over() if unit == _HOUR else 0)
        if minutes < 1 or not minutes.is_integer():
            raise RefusedError(Reason.BAD_DURATION, self.since(start))
        return int(minutes)

    def _decimal(self) -> float:
        if not self.peek().means(Sense.NUMBER):
            raise self.unclear()
        number = float(self.take().senses[Sense.NUMBER])
        digits = self.peek(1)
        if self.peek().text in {".", ","} and self.peek().is_glued and digits.is_digits and digits.is_glued:
            self.position += 2
            number += int(digits.text[:9]) / 10 ** len(digits.text[:9])
        return number

    def _minutes_over(self) -> int:
        """Take the "30" of "1h30", the "30 min" of "1 h 30 min" and the same after "and"."""
        digits = self.peek()
        if digits.is_digits and digits.is_glued and len(digits.text) == _TWO_DIGITS:
            self.take()
            self.take_if(Sense.UNIT)
            return digits.senses[Sense.NUMBER]
        ahead = 1 if digits.means(Sense.AND) else 0
        if self.peek(ahead).means(Sense.NUMBER) and self.peek(ahead + 1).senses.get(Sense.UNIT) == 1:
            self.position += ahead + 2
            return self.peek(-2).senses[Sense.NUMBER]
        return 0

    def _is_loose_dash(self) -> bool:
        return self.peek().text == "-" and not self.peek().is_glued and not self.peek(1).is_glued
