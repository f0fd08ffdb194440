"""The stretch nudge in words."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue.nudges.scene import Face, Pool, Scene
from bot.dialogue.turn import Button, Press, Rows
from bot.dialogue.words import fill, mark
from jobs.preferences import Tone

_POOL: Pool = {
    Tone.FRIENDLY: (
        mark("Time for your calves and the backs of your thighs. Lean into each stretch until you feel a mild pull, "
             "hold, breathe, let go. Both legs."),
        mark("Three quiet minutes for your legs: calf against the wall, then hamstring with the leg straight. "
             "Gently, both sides."),
        mark("Your legs carried you today. Give calves and hamstrings a slow stretch before you rest, sitting if that "
             "feels safer."),
    ),
    Tone.BRIEF: (
        mark("Stretch calves and hamstrings, both legs."),
        mark("Calves and hamstrings: a mild pull, hold, breathe."),
    ),
}  # fmt: skip


def _body(scene: Scene) -> Sequence[Markup]:
    return [fill("{text}", text=scene.say(_POOL))]


def _explain(scene: Scene) -> Sequence[Markup]:
    return [fill("{text}", text=scene.words.gettext("A general idea."))]


def _extras(scene: Scene) -> Rows:
    return [[Button(scene.words.gettext("▶ Guide me"), Press("guide", ("nudge", str(scene.delivery_id))))]]


FACE = Face(
    name=mark("Stretch"),
    icon="🦵",
    aliases=("stretching", "stretches", "calves", "calf"),
    suggested=("21:30", "22:00", "22:30"),
    examples=("21:30", "9:30pm weekdays", "21:00 mon wed fri", "every 2 days 22:00", "in 10 minutes"),
    caution=mark("Not with a calf that is swollen, hot, red or painful on one side: have it seen first."),
    body=_body,
    explain=_explain,
    extras=_extras,
)
