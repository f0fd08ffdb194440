"""The food nudge in words."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue.nudges.scene import Face, Pool, Scene
from bot.dialogue.words import fill, mark
from jobs.preferences import Tone

_POOL: Pool = {
    Tone.FRIENDLY: (
        mark("An idea for your next meal: beans or lentils. They bring magnesium without any pill."),
        mark("Whole-grain bread, oats or brown rice today? Each brings some magnesium."),
        mark("Something green on the plate, like spinach or chard, adds magnesium and colour."),
    ),
    Tone.BRIEF: (
        mark("Beans or lentils: magnesium without a pill."),
        mark("Whole grains bring magnesium."),
    ),
}


def _body(scene: Scene) -> Sequence[Markup]:
    return [fill("{text}", text=scene.say(_POOL))]


def _explain(scene: Scene) -> Sequence[Markup]:
    return [fill("{text}", text=scene.words.gettext("A general idea."))]


FACE = Face(
    name=mark("Magnesium food"),
    icon="🥗",
    aliases=("eat", "magnesium", "meal", "snack"),
    suggested=("08:00", "13:00", "18:00"),
    examples=("08:00", "8am 1pm weekdays", "08:00 13:00 mon wed fri", "every 2 days 18:00"),
    caution=mark("Skip what you are allergic to. With kidney disease or a special diet, your doctor's "
                 "list comes first."),
    body=_body,
    explain=_explain,
)  # fmt: skip
