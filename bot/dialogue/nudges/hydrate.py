"""The hydrate nudge in words."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue.nudges.scene import Face, Pool, Scene
from bot.dialogue.words import fill, mark
from jobs.preferences import Tone

_POOL: Pool = {
    Tone.FRIENDLY: (
        mark("Thirsty? Have a glass of water now. Your thirst is a good guide, also after exercise."),
        mark("A moment to drink: water, tea, whatever you like without alcohol. As much as you are thirsty for."),
        mark("Put a glass of water where you can see it, and sip when you feel like it."),
    ),
    Tone.BRIEF: (
        mark("A drink, if you are thirsty."),
        mark("Water, to thirst."),
    ),
}


def _body(scene: Scene) -> Sequence[Markup]:
    return [fill("{text}", text=scene.say(_POOL))]


def _explain(scene: Scene) -> Sequence[Markup]:
    return [fill("{text}", text=scene.words.gettext("A general idea."))]


FACE = Face(
    name=mark("Hydrate"),
    icon="💧",
    aliases=("water", "drink", "drinking", "hydration", "electrolytes"),
    suggested=("every 2h 9-18", "18:30", "20:00"),
    examples=("every 2h 9-18", "18:30 mon wed fri", "10am 3pm weekdays", "in 10 minutes"),
    caution=mark("Please don't force it: drinking far beyond thirst can be dangerous. If a doctor told "
                 "you how much to drink, that counts, not me."),
    body=_body,
    explain=_explain,
)  # fmt: skip
