"""Fields whose value is a time of the day: when it begins, and bedtime."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.dialogue import wording
from bot.dialogue.telling.kept import preferences_are, usual
from bot.dialogue.telling.way import Ask, Offer, Told, Unclear, says_nothing
from bot.dialogue.times import Ambiguous, Misunderstood, Understood, parse
from bot.dialogue.turn import Turn
from bot.dialogue.when import QUESTIONS
from bot.dialogue.words import fill
from jobs.rules import ALL_DAYS, AtTimes

# As a schedule it is the morning's, but people write 10:30 for either: of a time that can be both we ask.
_OF_TWELVE_HOURS = re.compile(r"([1-9]|1[0-2])[:.]?\d\d")
_HALF_DAY = 12
_DAY = 24


@dataclass(frozen=True)
class ClockTime:
    """`attribute` of the preferences. `suggested` have buttons; no time may lie between `latest` and `earliest`."""

    attribute: str
    suggested: tuple[time, ...]
    earliest: time = time(0)
    latest: time = time(23, 59)

    async def shown(self, turn: Turn) -> Sequence[str]:
        """By the person's locale."""
        kept = getattr(turn.preferences, self.attribute)
        return [wording.clock(turn.words, kept)] if kept is not None else []

    async def offers(self, turn: Turn) -> Sequence[Offer]:
        """The usual times, and the person's own."""
        kept = getattr(turn.preferences, self.attribute)
        times = [*self.suggested, *({kept} - {None, *self.suggested})]
        return [Offer(f"{at:%H%M}", wording.clock(turn.words, at), at == kept) for at in times]

    async def pick(self, turn: Turn, key: str) -> Told:
        """The same again is as unset as before it was told."""
        picked = time(int(key[:2]), int(key[2:]))
        kept = getattr(turn.preferences, self.attribute)
        self._keep(turn, picked if picked != kept else usual(self.attribute))
        return None

    async def read(self, turn: Turn, text: str) -> Told:
        """A time and nothing else; of two that it can be the one that is possible here, or a question."""
        if says_nothing(text):
            await self.clear(turn)
            return None
        found = self._times(turn, text)
        if isinstance(found, Unclear):
            return found
        possible = [at for at in found if self.earliest <= at <= self.latest]
        if len(possible) == 1:
            self._keep(turn, possible[0])
            return None
        if not possible:
            return self._out_of_range(turn)
        question, clocks = next(iter(QUESTIONS.values())), sorted(possible)
        return Ask(
            fill(turn.words.gettext(question)),
            {wording.clock(turn.words, at): f"{at:%I:%M %p}".lower() for at in clocks},
        )

    def _times(self, turn: Turn, text: str) -> Sequence[time] | Unclear:
        """The times that a text can mean, by the grammar of reminders."""
        match parse(text, now=turn.now, zone=turn.zone, language=turn.words.language):
            case Understood((AtTimes(times=(at,), days=days, every_days=1, until=None),)) if days == ALL_DAYS:
                return _both_halves(at) if _OF_TWELVE_HOURS.fullmatch(text.strip()) else (at,)
            case Ambiguous(_question, options):
                read = [self._times(turn, option) for option in options]
                return tuple(at for times in read if not isinstance(times, Unclear) for at in times)
            case Misunderstood(_reason, part) if part:
                return Unclear(part)
        return Unclear(text.strip()[:40])

    def _out_of_range(self, turn: Turn) -> Ask:
        return Ask(
            fill(
                turn.words.gettext("That has to be from {earliest} to {latest}, so nothing is changed."),
                earliest=wording.clock(turn.words, self.earliest), latest=wording.clock(turn.words, self.latest),
            )
        )  # fmt: skip

    def _keep(self, turn: Turn, at: time | None) -> None:
        preferences_are(turn, **{self.attribute: at})

    async def clear(self, turn: Turn) -> None:
        """As before it was told."""
        self._keep(turn, usual(self.attribute))


def _both_halves(at: time) -> tuple[time, ...]:
    return (at, at.replace(hour=(at.hour + _HALF_DAY) % _DAY))
