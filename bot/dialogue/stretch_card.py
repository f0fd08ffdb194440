"""One stretch, step by step: a picture, what to do, for whom it is."""

from collections.abc import Mapping, Sequence
from functools import partial

from markupsafe import Markup

from bot.dialogue import stretch_parts, wording
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import Words, fill, in_lines, in_paragraphs, mark
from bot.pictures.figures.figures import figure
from db.knowledge.models import Status
from db.knowledge.stretches import Moment, Position, Stretch
from jobs.suggest.routines import Plan

_SOURCES_NAMED = 2

_POSITIONS: Mapping[Position, str] = {
    Position.STANDING: mark("For those who are steady on their feet: hold on to something."),
    Position.SEATED: mark("For almost everybody."),
    Position.LYING: mark("For those who are in bed already."),
}

_MOMENTS: Mapping[Moment, str] = {
    Moment.BEDTIME: mark("Best before sleep."),
    Moment.EVENING: mark("Best in the evening."),
    Moment.AFTER_EXERCISE: mark("Best after exercise, with warm muscles."),
    Moment.ANY: mark("At any time of the day."),
}


def drawn(stretch: Stretch) -> Sequence[str]:
    """The steps that have a picture. "Change legs" has none: it is said with the step before."""
    return [step.id for step in stretch.steps if _is_drawn(stretch.id, step.id)]


def show(turn: Turn, plan: Plan, step: str, *, edit: bool) -> Reply:
    """A stretch at one of its drawn steps. The first says for whom it is, the last who taught it."""
    [stretch] = plan.stretches
    head = fill("<b>{name}</b> · {timing}", name=stretch.name, timing=stretch_parts.timing(turn.words, stretch))
    steps = drawn(stretch)
    text = in_paragraphs((
        head,
        _step(stretch, step),
        *([_for_whom(turn.words, stretch)] if step == steps[0] else ()),
        stretch_parts.care(turn),
        *(_sources(turn.words, stretch) if step == steps[-1] else ()),
    ))  # fmt: skip
    buttons = [
        _numbers(stretch, step),
        stretch_parts.begin(turn, plan),
        [Button(turn.words.gettext("‹ Back"), Press("stretch"))],
    ]
    picture = partial(figure, stretch.id, step) if step in steps else None
    return Reply(text, picture=picture, buttons=[row for row in buttons if row], edit=edit)


def _is_drawn(stretch: str, step: str) -> bool:
    try:
        return bool(figure(stretch, step))
    except KeyError:
        return False


def _step(stretch: Stretch, shown: str) -> Markup:
    """The step, and those after it that have no picture of their own."""
    pictured, lines, current = drawn(stretch), [], ""
    for n, step in enumerate(stretch.steps, 1):
        current = step.id if step.id in pictured else current
        if current == shown:
            lines.append(fill("{n}. {text}", n=n, text=step.text))
    return in_lines(lines)


def _numbers(stretch: Stretch, shown: str) -> list[Button]:
    """A button a drawn step; none where there is only one."""
    steps = drawn(stretch)
    labels = {step: f"· {n} ·" if step == shown else str(n) for n, step in enumerate(steps, 1)}
    return [Button(labels[step], Press("stretch", (stretch.id, step))) for step in steps if len(steps) > 1]


def _for_whom(words: Words, stretch: Stretch) -> Markup:
    _ = words.gettext
    parts = [_(_POSITIONS[stretch.position]), _(_MOMENTS[stretch.when])]
    if stretch.in_pregnancy:
        parts.append(_("Fine in pregnancy too."))
    if stretch.longer_hold:
        parts.append(_("Some teach a hold of {n} s.").format(n=stretch.longer_hold))
    return fill("{text}", text=" ".join(parts))


def _sources(words: Words, stretch: Stretch) -> list[Markup]:
    """Named only where one was read."""
    cited = [citation.source for citation in stretch.citations]
    if all(source.status is not Status.SEEN for source in cited):
        return []
    named = wording.sources(words, cited, at_most=_SOURCES_NAMED)
    return [fill(words.gettext("<i>Sources: {sources}</i>"), sources=named)]
