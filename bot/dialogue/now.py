"""/now: a cramp this minute. What to do comes first, everything else after."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from markupsafe import Markup

from bot.dialogue import permitted, red_flags, wording
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, in_lines, in_paragraphs, mark
from db.knowledge.care import Phase, Site, Step, Urgency
from db.knowledge.models import Subject, primaries_first

_MUSCLES: Mapping[str, tuple[Site, ...]] = {
    "calf": (Site.CALF,),
    "foot": (Site.FOOT,),
    "thigh": (Site.THIGH_BACK, Site.THIGH_FRONT),
}
_LABELS: Mapping[str, str] = {"calf": mark("Calf"), "foot": mark("Foot"), "thigh": mark("Thigh")}
# Most cramps are in the calf, and its pull is that of foot and back of the thigh too.
_FIRST = "calf"
_SOURCES_AT_FIRST = 3


async def command(turn: Turn) -> Answer:
    """`/now`, `/now foot`: no question first."""
    muscle = turn.text.lower()
    return _hold(turn, muscle) if muscle in _MUSCLES else _start(turn)


async def pressed(turn: Turn) -> Answer:
    """Another muscle, what comes after, or what to do when it does not let go; in place."""
    match turn.args:
        case ("start",):
            reply = _start(turn)
        case ("after",):
            reply = _after(turn)
        case ("help",):
            reply = _help(turn)
        case (muscle,) if muscle in _MUSCLES:
            reply = _hold(turn, muscle)
        case _:
            return turn.refuse(Refusal.STALE, turn.words.gettext("I no longer have that screen."))
    return replace(reply, edit=True)


def _start(turn: Turn) -> Reply:
    """What helps most people this second, then the general steps; where stretching is withheld, without it."""
    pull = [step for step in _steps(turn, Phase.HOLD) if step.site in _MUSCLES[_FIRST]][:1]
    return _during(turn, [*pull, *_steps(turn, Phase.NOW)], "")


def _hold(turn: Turn, muscle: str) -> Reply:
    """The steps of one muscle, then how to do them."""
    held = [step for step in _steps(turn, Phase.HOLD) if step.site in _MUSCLES[muscle]]
    how = [step for step in _steps(turn, Phase.NOW) if step.subject]
    rub = [step for step in _steps(turn, Phase.HOLD) if step.site is None]
    return _during(turn, [*held, *how, *rub], muscle)


def _during(turn: Turn, steps: list[Step], muscle: str) -> Reply:
    leave = permitted.ask(turn, Subject.STRETCHING)
    if leave.withheld:
        steps = [step for step in _steps(turn, Phase.NOW) if step.subject is not Subject.STRETCHING]
    first, *others = [step.statement.text for step in steps]
    cautions = [fill("<i>{caution}</i>", caution=caution) for caution in (*leave.general, *leave.mine)]
    late = [step.statement.text for step in _steps(turn, Phase.HELP)][: 2 if leave.withheld else 1]
    parts = [
        fill("<b>{first}</b>", first=first),
        _plain(others),
        in_lines(cautions),
        _plain(late),
        _sources(turn, steps),
    ]
    muscles = [] if leave.withheld else [_muscles(turn, muscle)]
    return Reply(in_paragraphs(part for part in parts if part), buttons=[*muscles, *_ways_on(turn)])


def _after(turn: Turn) -> Reply:
    _ = turn.words.gettext
    steps = _steps(turn, Phase.AFTER)
    lines = [
        fill("• {line}", line=permitted.line(permitted.ask(turn, step.subject), step.statement.text)) for step in steps
    ]
    return Reply(
        in_paragraphs((fill(_("<b>It has let go. Well done.</b>")), in_lines(lines), _sources(turn, steps))),
        buttons=[
            [Button(_("It is back"), Press("now", ("start",)))],
            [Button(_("How to have fewer"), Press("say", ("/prevent",)))],
            [Button(_("Not just a cramp?"), Press("doctor", (Urgency.EMERGENCY.value,)))],
        ],
    )


def _help(turn: Turn) -> Reply:
    """It goes on and on: when and whom to ask."""
    _ = turn.words.gettext
    first, *others = [step.statement.text for step in _steps(turn, Phase.HELP)]
    whom = red_flags.whom_to_call(turn, Urgency.SAME_DAY)
    text = fill("<b>{first}</b>\n{others}\n\n{whom}", first=first, others=_plain(others), whom=whom)
    return Reply(
        text,
        buttons=[
            [Button(_("Signs that need help right now"), Press("doctor", (Urgency.EMERGENCY.value,)), style="danger")],
            [Button(_("‹ Back"), Press("now", ("start",)))],
        ],
    )


def _steps(turn: Turn, phase: Phase) -> list[Step]:
    return [step for step in turn.edition.first_aid if step.phase is phase]


def _plain(lines: Iterable[str]) -> Markup:
    return in_lines(fill("{line}", line=line) for line in lines)


def _sources(turn: Turn, steps: Iterable[Step]) -> Markup:
    cited = primaries_first(citation.source for step in steps for citation in step.statement.citations)
    names = wording.sources(turn.words, cited, at_most=_SOURCES_AT_FIRST)
    return fill(turn.words.gettext("<i>Sources: {sources}</i>"), sources=names)


def _muscles(turn: Turn, shown: str) -> list[Button]:
    labels = {muscle: turn.words.gettext(label) for muscle, label in _LABELS.items()}
    return [Button(f"• {label}" if name == shown else label, Press("now", (name,))) for name, label in labels.items()]


def _ways_on(turn: Turn) -> list[list[Button]]:
    _ = turn.words.gettext
    return [
        [
            Button(_("It has let go"), Press("now", ("after",)), style="success"),
            Button(_("It won't let go"), Press("now", ("help",))),
        ],
        [Button(_("Not just a cramp?"), Press("doctor", (Urgency.EMERGENCY.value,)))],
    ]
