"""The sun nudge in words."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue.nudges.scene import Face, Pool, Scene
from bot.dialogue.words import fill, mark
from jobs.preferences import Tone

_WALK: Pool = {
    Tone.FRIENDLY: (
        mark("Some daylight would be nice: a short walk, in the shade if the sun is strong."),
        mark("Step outside for a bit. Moving legs and daylight are good company, cloud or not."),
        mark("A little time outdoors? Hat and shade when the sun stands high, and your own pace."),
    ),
    Tone.BRIEF: (
        mark("A short walk outside."),
        mark("Daylight: step out for a bit."),
    ),
}


def _body(scene: Scene) -> Sequence[Markup]:
    return [fill("{text}", text=scene.say(_WALK))]


def _explain(scene: Scene) -> Sequence[Markup]:
    return [fill("{text}", text=scene.words.gettext("A general idea."))]


FACE = Face(
    name=mark("Daylight"),
    icon="🌤",
    aliases=("sunlight", "daylight", "walk", "light"),
    suggested=("10:00", "12:30", "16:00"),
    examples=("12:30", "10am weekdays", "10:00 16:00 sat sun", "every 2 days 12:00"),
    caution=mark("Cover up before skin reddens. Some medicines and conditions make sun a bad idea: "
                 "if that may be you, choose shade or evening."),
    body=_body,
    explain=_explain,
)  # fmt: skip
