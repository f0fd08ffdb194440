"""The morning card in words: the plan of the day, with a tick for each line in place of Done, Later and Skip."""

from collections.abc import Sequence

from markupsafe import Markup

# This module is a row of `faces`, which `plan` needs to name the kinds: it is for `faces` alone to import.
from bot.dialogue.nudges import plan
from bot.dialogue.nudges.scene import Face, Pool, Scene
from bot.dialogue.turn import Rows
from bot.dialogue.words import fill, mark
from jobs.agenda import lines_of
from jobs.preferences import Tone

_POOL: Pool = {
    Tone.FRIENDLY: (
        mark("Good to see you. This is on your list today:"),
        mark("A new day. This is what you planned for it:"),
        mark("Here is your day. Tap what is done, now or later:"),
    ),
    Tone.BRIEF: (
        mark("Today:"),
        mark("Your day:"),
    ),
}


def _body(scene: Scene) -> Sequence[Markup]:
    _day, lines = lines_of(scene.suggestion.facts)
    return [fill("{text}", text=scene.say(_POOL)), plan.listed(scene.words, scene.zone, lines)]


def _answers(scene: Scene) -> Rows:
    day, lines = lines_of(scene.suggestion.facts)
    return plan.ticks(scene.words, scene.zone, day, lines)


def _extras(scene: Scene) -> Rows:
    return [[scene.button(scene.words.gettext("Stop these"), "stop")]]


def _explain(scene: Scene) -> Sequence[Markup]:
    _ = scene.words.gettext
    return [
        fill(_("This is what your reminders bring on this day, and what you noted already.")),
        fill(_("What you tick here is not asked for again.")),
    ]


FACE = Face(
    name=mark("Today's plan"),
    icon="📋",
    aliases=("plan", "card", "morning", "morning card"),
    suggested=("06:30", "07:30", "08:30"),
    examples=("7:30", "7am weekdays", "9:00 sat sun"),
    caution=mark("None of it is a must. Leave out what does not feel right today."),
    body=_body,
    explain=_explain,
    extras=_extras,
    answers=_answers,
    command="today",
)
