"""Quiet hours: spans of the day in which nothing comes, each with the weekdays on which it begins."""

from collections.abc import Sequence
from datetime import time

from bot.dialogue import quiet_text, wording
from bot.dialogue.telling.kept import preferences_are
from bot.dialogue.telling.way import Ask, Offer, Told, Unclear, says_nothing
from bot.dialogue.timetext.outcome import Ambiguous, Misunderstood
from bot.dialogue.turn import Turn
from bot.dialogue.when import QUESTIONS
from bot.dialogue.words import Words, fill
from jobs.preferences import Quiet

_USUAL = (
    Quiet(time(22), time(7)),
    Quiet(time(23), time(8)),
    Quiet(time(22), time(7), wording.WEEKDAYS),
    Quiet(time(23, 30), time(9), wording.WEEKEND),
)


class QuietHours:
    """Several spans; a tap on one switches it."""

    async def shown(self, turn: Turn) -> Sequence[str]:
        """As in "22:00 to 07:30, on weekdays"."""
        return [said(turn.words, quiet) for quiet in turn.preferences.quiet]

    async def offers(self, turn: Turn) -> Sequence[Offer]:
        """The usual spans, and the person's own."""
        kept = turn.preferences.quiet
        spans = dict.fromkeys((*_USUAL, *kept))
        return [Offer(_key(quiet), said(turn.words, quiet), quiet in kept) for quiet in spans]

    async def pick(self, turn: Turn, key: str) -> Told:
        """Switch a span."""
        kept = turn.preferences.quiet
        picked = next(quiet for quiet in (*_USUAL, *kept) if _key(quiet) == key)
        if picked in kept:
            return self._keep(turn, tuple(quiet for quiet in kept if quiet != picked))
        if len(kept) >= quiet_text.MOST_SPANS:
            return Ask(fill(turn.words.gettext("I can keep {n} spans. Take one away first."), n=quiet_text.MOST_SPANS))
        return self._keep(turn, (*kept, picked))

    async def read(self, turn: Turn, text: str) -> Told:
        """What is named replaces what was there."""
        _ = turn.words.gettext
        if says_nothing(text):
            return self._keep(turn, ())
        match quiet_text.read(text, today=turn.local.date(), language=turn.words.language):
            case Ambiguous(question, options):
                return Ask(fill(_(QUESTIONS[question])), {option: option for option in options})
            case Misunderstood(_reason, part):
                return Unclear(part or text.strip()[:40])
            case spans if any(quiet.start == quiet.end for quiet in spans):
                return Ask(fill(_("Quiet hours begin and end at different times. For a while without any nudge there "
                                  "is /pause, and /reminders turns them off for good.")))  # fmt: skip
            case spans:
                return self._keep(turn, spans)

    def _keep(self, turn: Turn, spans: tuple[Quiet, ...]) -> Told:
        preferences_are(turn, quiet=spans)
        return None

    async def clear(self, turn: Turn) -> None:
        """No quiet hours."""
        self._keep(turn, ())


def said(words: Words, quiet: Quiet) -> str:
    """One span in words."""
    return words.gettext("{start} to {end}, {days}").format(
        start=wording.clock(words, quiet.start),
        end=wording.clock(words, quiet.end),
        days=wording.days(words, quiet.days),
    )


def _key(quiet: Quiet) -> str:
    return f"{quiet.start:%H%M}-{quiet.end:%H%M}-{''.join(map(str, sorted(quiet.days)))}"
