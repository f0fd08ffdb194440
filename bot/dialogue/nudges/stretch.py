"""The stretch nudge in words: which stretches, how long they take, and a button that guides through them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.nudges import stretch_why
from bot.dialogue.nudges.scene import Face, Pool, Scene
from bot.dialogue.turn import Button, Press, Rows
from bot.dialogue.words import fill, in_lines, mark
from jobs import guide
from jobs.preferences import Tone
from jobs.suggest.routines import Plan
from jobs.suggest.stretch import AFTER_EXERCISE, BEDTIME, PREGNANCY

_BEDTIME: Pool = {
    Tone.FRIENDLY: (
        mark("Time for your legs. Go into each stretch until you feel a mild pull, hold, breathe, let go."),
        mark("A few quiet minutes for your legs? Stretching calf and back of the thigh may make night cramps milder. "
             "Try it for six weeks, then judge."),
        mark("Your legs carried you today. Give them a slow stretch before you rest, sitting if that feels safer."),
    ),
    Tone.BRIEF: (
        mark("Stretch both legs: a mild pull, hold, breathe."),
        mark("A stretch for both legs. It may make night cramps milder."),
    ),
}  # fmt: skip
_PLAIN: Pool = {
    Tone.FRIENDLY: (
        mark("Some time for your legs? Go into each stretch slowly, until you feel a mild pull, and breathe."),
        mark("A slow stretch for calf and thigh, both sides. A mild pull, never pain."),
        mark("Your legs carry you all day. Give them a slow stretch, sitting if that feels safer."),
    ),
    Tone.BRIEF: (
        mark("A slow stretch for both legs."),
        mark("Both legs: a mild pull, hold, breathe."),
    ),
}
_AFTER_EXERCISE: Pool = {
    Tone.FRIENDLY: (
        mark("Your muscles are warm now: a good time for a slow stretch. A mild pull, never pain."),
        mark("Well moved. Let your legs come to rest with these: hold, breathe, let go."),
        mark("After the effort, some calm for your legs. Go into each stretch slowly, both sides."),
    ),
    Tone.BRIEF: (
        mark("Stretch while the muscles are warm."),
        mark("After exercise: a slow stretch, both legs."),
    ),
}
_PREGNANCY: Pool = {
    Tone.FRIENDLY: (
        mark("Some light moves for your feet? Sit down for them, and go at your own pace."),
        mark("A little movement for your ankles, sitting comfortably. Stop if anything feels wrong."),
        mark("Your feet can do with some ease. Sit back and move them gently."),
    ),
    Tone.BRIEF: (
        mark("Move your feet a little, sitting."),
        mark("Light moves for both feet."),
    ),
}
_POOLS: Mapping[str, Pool] = {
    BEDTIME: _BEDTIME,
    stretch_why.PLAIN: _PLAIN,
    AFTER_EXERCISE: _AFTER_EXERCISE,
    PREGNANCY: _PREGNANCY,
}


def _body(scene: Scene) -> Sequence[Markup]:
    said = fill("{text}", text=scene.say(_POOLS.get(stretch_why.way(scene), _BEDTIME)))
    plan = stretch_why.plan(scene)
    return [said] if plan is None else [said, _named(scene, plan)]


def _named(scene: Scene, plan: Plan) -> Markup:
    """The stretches in their order, and the time they take."""
    names = [fill("{n}. {name}", n=n, name=stretch.name) for n, stretch in enumerate(plan.stretches, 1)]
    taken = wording.span(scene.words, timedelta(seconds=guide.length(plan.stretches)))
    return in_lines((*names, fill(scene.words.gettext("Both legs: {time}."), time=taken)))


def _extras(scene: Scene) -> Rows:
    _ = scene.words.gettext
    number = str(scene.delivery_id)
    row = [Button(_("▶ Guide me"), Press("guide", ("nudge", number)))]
    if scene.suggestion.facts.get("sitting"):
        row.append(Button(_("🪑 Rather sitting"), Press("guide", ("nudge", number, "sitting"))))
    return [row]


FACE = Face(
    name=mark("Stretch"),
    icon="🦵",
    aliases=("stretching", "stretches", "calves", "calf"),
    suggested=("30 min before bed", "21:30", "22:00", "22:30"),
    examples=("21:30", "9:30pm weekdays", "21:00 mon wed fri", "every 2 days 22:00", "in 10 minutes"),
    caution=mark("Not with a calf that is swollen, hot, red or painful on one side: have it seen first."),
    body=_body,
    explain=stretch_why.explain,
    extras=_extras,
)
