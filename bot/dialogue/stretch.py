"""/stretch: the routine of the trial first, then the others, and every stretch by itself."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue import guided, personal, stretch_card, stretch_parts, why
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, in_lines, in_paragraphs
from jobs.guide_tick import KIND
from jobs.suggest import routines
from jobs.suggest.routines import Plan


async def command(turn: Turn) -> Answer:
    """`/stretch`, or `/stretch calf in bed`. A session that is running comes down to the chat's end instead."""
    if withheld := personal.not_for_you(turn, KIND):
        return withheld
    if await guided.already_running(turn):
        return ()
    asked = turn.text.casefold()
    plan = next((plan for plan in _every(turn) if asked in {plan.id.replace("_", " "), plan.name.casefold()}), None)
    return _screen(turn, plan)


async def pressed(turn: Turn) -> Answer:
    """The first screen, a routine, a stretch at one of its steps, or all there are."""
    if withheld := personal.not_for_you(turn, KIND):
        return withheld
    match turn.args:
        case ():
            return _screen(turn, None, edit=True)
        case ("more",):
            return _all(turn)
        case (name,) if plan := _suitable(turn, name):
            return _screen(turn, plan, edit=True)
        case (name, step) if (plan := _suitable(turn, name)) and step in _steps(plan):
            return stretch_card.show(turn, plan, step, edit=True)
    return turn.refuse(Refusal.STALE, turn.words.gettext("I no longer have that stretch."))


def _every(turn: Turn) -> tuple[Plan, ...]:
    stretching, profile = turn.edition.stretching, turn.profile
    return (*routines.routines(stretching, profile), *routines.single(stretching, profile))


def _suitable(turn: Turn, name: str) -> Plan | None:
    return next((plan for plan in _every(turn) if plan.id == name), None)


def _steps(plan: Plan) -> Sequence[str]:
    """The steps of a stretch alone; a routine has none of its own."""
    return stretch_card.drawn(plan.stretches[0]) if plan.weeks is None else ()


def _screen(turn: Turn, plan: Plan | None, *, edit: bool = False) -> Reply:
    """A routine or one stretch; without a plan the first that suits."""
    plan = plan or _every(turn)[0]
    if plan.weeks is None:
        return stretch_card.show(turn, plan, _steps(plan)[0], edit=edit)
    return _routine(turn, plan, plan.weeks, edit=edit)


def _routine(turn: Turn, plan: Plan, weeks: int, *, edit: bool) -> Reply:
    lines = [
        fill("{n}. {name}: {timing}", n=n, name=stretch.name, timing=stretch_parts.timing(turn.words, stretch))
        for n, stretch in enumerate(plan.stretches, 1)
    ]
    every_night = turn.words.ngettext(
        "Every night for {n} week, then judge.", "Every night for {n} weeks, then judge.", weeks
    )
    head = fill("<b>{name}</b> · {time}", name=plan.name, time=stretch_parts.time(turn.words, plan))
    parts = (head, in_lines(lines), fill(every_night, n=weeks), *_evidence(turn, plan))
    text = in_paragraphs((*parts, stretch_parts.care(turn)))
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
        stretch_parts.begin(turn, plan),
        *([Button(stretch.name, Press("stretch", (stretch.id,)))] for stretch in plan.stretches),
        [more, Button(_("Does it help?"), Press("why", (why.STRETCHING,)))],
        [Button(_("⏰ Remind me"), Press("say", (f"/remind {KIND}",)), style="primary")],
    ]


def _all(turn: Turn) -> Reply:
    """Everything that suits this person, as buttons."""
    head = fill(turn.words.gettext("<b>All stretches</b>\nEach opens with its steps."))
    buttons = [[Button(plan.name, Press("stretch", (plan.id,)))] for plan in _every(turn)]
    return Reply(in_paragraphs((head, stretch_parts.care(turn))), buttons=buttons, edit=True)
