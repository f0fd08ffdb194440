"""What a kind of nudge needs to speak: a suggestion and whom it is for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.dialogue.turn import Button, Press, Rows
from bot.dialogue.words import Words
from db.knowledge.cards import Edition
from jobs.almanac import Almanac
from jobs.preferences import Preferences, Tone
from jobs.suggest.suggestion import Suggestion

Pool = Mapping[Tone, Sequence[str]]
"""Reviewed wordings that say the same, by tone; at least two of each."""


class Scene(NamedTuple):
    """One nudge for one person, in their language. `zone` is theirs."""

    words: Words
    edition: Edition
    preferences: Preferences
    zone: ZoneInfo
    delivery_id: int
    suggestion: Suggestion

    def say(self, pool: Pool) -> str:
        """The wording whose turn it is, in the person's tone."""
        wordings = pool[self.preferences.tone]
        return self.words.gettext(wordings[self.suggestion.variant % len(wordings)])

    def button(self, label: str, *action: str) -> Button:
        """A button that acts on this nudge; `bot.dialogue.answers` knows the actions."""
        return Button(label, Press("nudge", (str(self.delivery_id), *action)))


def no_buttons(_scene: Scene) -> Rows:
    """Nothing but the answers that every nudge has."""
    return ()


@dataclass(frozen=True)
class Face:
    """How a kind looks and speaks. `name`, `caution`: marked for translation. `aliases`: what else people type.

    `suggested`: times offered as buttons; `examples`: schedules to copy. `body`: paragraphs of the nudge;
    `explain`: why it came out like this, a line for each input; `extras`: rows of buttons of its own.
    """

    name: str
    icon: str
    aliases: tuple[str, ...]
    suggested: tuple[str, ...]
    examples: tuple[str, ...]
    caution: str
    body: Callable[[Scene], Sequence[Markup]]
    explain: Callable[[Scene], Sequence[Markup]]
    extras: Callable[[Scene], Rows] = no_buttons
    when_set: Callable[[Words, Almanac, Sequence[datetime]], Sequence[Markup]] = lambda _words, _almanac, _dues: ()
    """Lines for when a reminder of it is set, by what the person has told."""
    cautious: Callable[[Scene], bool] = lambda _scene: True
    """Whether the caution goes with what it proposes."""
    question: Callable[[Scene], bool] = lambda _scene: False
    """Whether it asks something, so that Done and Later make no sense."""
    answers: Callable[[Scene], Rows] | None = None
    """Its own in place of Done, Later and Skip, shown once it is open."""
    command: str | None = None
    """The command that shows it at any time, in place of /nudge."""
