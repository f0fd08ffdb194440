"""/stretch: the routine of the trial first, then the others; a screen a stretch with its steps in pictures."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from markupsafe import Markup

from bot.dialogue import guided, personal, why, wording
from bot.dialogue.turn import Answer, Button, Press, Reply, Turn
from bot.dialogue.words import Words, fill, mark
from bot.pictures.figures.figures import figure
from db.knowledge.models import Subject
from db.knowledge.stretches import Moment, Position, Stretch
from jobs import guide
from jobs.guide_tick import KIND
from jobs.suggest import routines, safety
from jobs.suggest.routines import Plan

_SOURCES_NAMED = 2

_POSITIONS: Mapping[Position, str] = {
    Position.STANDING: mark("Standing: for those who are steady on their feet. Hold on to something."),
    Position.SEATED: mark("Sitting: for almost everybody."),
    Position.LYING: mark("Lying: for those who are in bed already."),
}

_MOMENTS: Mapping[Moment, str] = {
    Moment.BEDTIME: mark("Best before sleep."),
    Moment.EVENING: mark("Best in the evening."),
    Moment.AFTER_EXERCISE: mark("Best after exercise, with warm muscles."),
    Moment.ANY: mark("At any time of the day."),
}


async def command(turn: Turn) -> Answer:
    """`/stretch`, or `/stretch calf in bed`. A session that is running comes down to the chat's end instead."""
    if withheld := personal.not_for_you(turn, KIND):
        return withheld
    if await guided.already_running(turn):
        return ()
    asked = turn.text.casefold()
    every = (*routines.routines(turn.edition.stretching, turn.profile), *_single(turn))
    plan = next((plan for plan in every if asked in {plan.id.replace("_", " "), plan.name.casefold()}), None)
    return _screen(turn, plan)


async def pressed(turn: Turn) -> Answer:
    """The first screen, another routine, one stretch at one of its steps, or all there are."""
    if withheld := personal.not_for_you(turn, KIND):
        return withheld
    match turn.args:
        case ():
            return _screen(turn, None, edit=True)
        case ("more",):
            return _all(turn)
        case (name,) if plan := _suitable(turn, name):
            return _screen(turn, plan, edit=True)
        case (name, step) if (plan := _suitable(turn, name)) and step in _pictured(plan.stretches[0]):
            return _one(turn, plan, step, edit=True)
    return Reply(toast=turn.words.gettext("I no longer have that stretch."))


def _suitable(turn: Turn, name: str) -> Plan | None:
    plan = routines.find(turn.edition.stretching, name)
    return plan if plan is not None and routines.suits(plan, turn.profile) else None


def _single(turn: Turn) -> tuple[Plan, ...]:
    return routines.single(turn.edition.stretching, turn.profile)


def _screen(turn: Turn, plan: Plan | None, *, edit: bool = False) -> Reply:
    """A routine or one stretch; without a plan the first routine that suits."""
    plan = plan or next(iter(routines.routines(turn.edition.stretching, turn.profile)), None)
    if plan is None:
        return _all(turn)
    if plan.weeks is None:
        return _one(turn, plan, _pictured(plan.stretches[0])[0], edit=edit)
    return _routine(turn, plan, edit=edit)


def _routine(turn: Turn, plan: Plan, *, edit: bool) -> Reply:
    lines = [
        fill("{n}. {name}: {timing}", n=n, name=stretch.name, timing=_timing(turn.words, stretch))
        for n, stretch in enumerate(plan.stretches, 1)
    ]
    every_night = turn.words.ngettext(
        "Every night for {n} week, then judge.", "Every night for {n} weeks, then judge.", plan.weeks or 0
    )
    head = fill("<b>{name}</b> · {time}", name=plan.name, time=_time(turn.words, plan))
    text = Markup("\n\n").join(
        (head, Markup("\n").join(lines), fill(every_night, n=plan.weeks), *_evidence(turn, plan), _care(turn))
    )
    return Reply(text, buttons=_buttons(turn, plan), edit=edit)


def _evidence(turn: Turn, plan: Plan) -> list[Markup]:
    """What the trial of exactly this routine found."""
    return [
        fill("{text} <i>({who})</i>", text=said.text, who=said.authority.short)
        for said in turn.edition.stretching.evidence
        if said.id == plan.id and said.authority is not None
    ]


def _buttons(turn: Turn, plan: Plan) -> list[list[Button]]:
    _ = turn.words.gettext
    more = Button(_("More stretches"), Press("stretch", ("more",)))
    return [
        [_start(turn.words, plan)],
        *([Button(stretch.name, Press("stretch", (stretch.id,)))] for stretch in plan.stretches),
        *_seated(turn, plan),
        [more, Button(_("Does it help?"), Press("why", (why.STRETCHING,)))],
        [Button(_("⏰ Remind me"), Press("say", (f"/remind {KIND}",)), style="primary")],
    ]


def _one(turn: Turn, plan: Plan, step: str, *, edit: bool) -> Reply:
    """One stretch at one of its steps, which is drawn and set in bold."""
    _ = turn.words.gettext
    [stretch] = plan.stretches
    steps = [
        fill("<b>{n}. {text}</b>" if one.id == step else "{n}. {text}", n=n, text=one.text)
        for n, one in enumerate(stretch.steps, 1)
    ]
    named = wording.sources(turn.words, [c.source for c in stretch.citations], at_most=_SOURCES_NAMED)
    text = Markup("\n\n").join((
        fill("<b>{name}</b> · {timing}", name=stretch.name, timing=_timing(turn.words, stretch)),
        Markup("\n").join(steps), _for_whom(turn.words, stretch), _care(turn),
        *([fill(_("<i>Sources: {sources}</i>"), sources=named)] if named else []),
    ))  # fmt: skip
    return Reply(
        text,
        picture=figure(stretch.id, step),
        buttons=[
            _steps(stretch, step), [_start(turn.words, plan)], *_seated(turn, plan),
            [Button(_("‹ Back"), Press("stretch"))],
        ],
        edit=edit,
    )  # fmt: skip


def _all(turn: Turn) -> Reply:
    """Everything that suits this person, as buttons."""
    _ = turn.words.gettext
    every = (*routines.routines(turn.edition.stretching, turn.profile), *_single(turn))
    text = Markup("\n\n").join((fill(_("<b>All stretches</b>\nEach opens with its steps.")), _care(turn)))
    return Reply(text, buttons=[[Button(plan.name, Press("stretch", (plan.id,)))] for plan in every], edit=True)


def _steps(stretch: Stretch, shown: str) -> list[Button]:
    """The drawn steps by number; none where there is only one."""
    numbers = {step.id: n for n, step in enumerate(stretch.steps, 1)}
    drawn = _pictured(stretch)
    labels = {step: f"· {numbers[step]} ·" if step == shown else str(numbers[step]) for step in drawn}
    return [Button(labels[step], Press("stretch", (stretch.id, step))) for step in drawn if len(drawn) > 1]


def _pictured(stretch: Stretch) -> Sequence[str]:
    """The steps that have a drawing; "change legs" has none."""
    return [step.id for step in stretch.steps if _has_figure(stretch.id, step.id)]


def _has_figure(stretch: str, step: str) -> bool:
    try:
        figure(stretch, step)
    except KeyError:
        return False
    return True


def _start(words: Words, plan: Plan) -> Button:
    label = words.gettext("▶ Start ({time})").format(time=_time(words, plan))
    return Button(label, Press("guide", ("start", plan.id)), style="success")


def _seated(turn: Turn, plan: Plan) -> list[list[Button]]:
    seated = routines.seated(turn.edition.stretching, plan)
    if seated is None or not routines.suits(seated, turn.profile):
        return []
    return [[Button(turn.words.gettext("🪑 Rather sitting"), Press("stretch", (seated.id,)))]]


def _time(words: Words, plan: Plan) -> str:
    return wording.span(words, timedelta(seconds=guide.length(plan.stretches)))


def _timing(words: Words, stretch: Stretch) -> str:
    """As in "10 s × 3, each leg"."""
    _ = words.gettext
    timing = stretch.timing
    if not timing.hold:
        return words.ngettext("{n} time, each leg", "{n} times, each leg", timing.reps).format(n=timing.reps)
    return _("{hold} s × {reps}, each leg").format(hold=timing.hold, reps=timing.reps)


def _for_whom(words: Words, stretch: Stretch) -> Markup:
    _ = words.gettext
    parts = [_(_POSITIONS[stretch.position]), _(_MOMENTS[stretch.when])]
    if stretch.in_pregnancy:
        parts.append(_("Fine in pregnancy too."))
    if stretch.longer_hold:
        parts.append(_("Some teach a hold of {n} s.").format(n=stretch.longer_hold))
    return fill("{text}", text=" ".join(parts))


def _care(turn: Turn) -> Markup:
    """Cautions: everybody's, then those for what the person told."""
    judged = safety.judge(turn.edition.safety, turn.profile, Subject.STRETCHING)
    told = safety.traits_of(turn.profile)
    general = [fill("{text}", text=rule.reason.text) for rule in judged.rules if not rule.traits & told]
    mild = [fill("{text}", text=said.text) for said in turn.edition.stretching.cautions[:1]]
    lines = Markup(" ").join((*mild, *general))
    own = personal.reasons(turn, judged.rules)
    return Markup("\n").join((fill(turn.words.gettext("<b>Take care:</b> {lines}"), lines=lines), *own))
