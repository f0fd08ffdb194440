"""The guided session: what its message says, and its buttons. The tick sends and edits; taps change the row."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from markupsafe import Markup

from bot.dialogue import personal, wording
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Rows, Turn, row_id
from bot.dialogue.words import Words, fill, in_lines, mark
from db import deliveries, sessions
from db.models import GuidedSession
from jobs import guide, guide_session
from jobs.guide import Frame, Phase
from jobs.guide_session import Moment, View
from jobs.guide_tick import KIND
from jobs.memory import suggestion_of
from jobs.suggest import routines

_BAR = 10

_SIDES = (mark("right leg"), mark("left leg"))

_DOING: Mapping[Phase, str] = {
    Phase.READY: mark("<b>Get ready</b>"),
    Phase.HOLD: mark("<b>Hold: {side}</b>"),
    Phase.REST: mark("<b>Let go</b>"),
    Phase.MOVE: mark("<b>Move: {side}</b>"),
}

_TAPS: Mapping[str, tuple[Callable[[GuidedSession, datetime], None], str]] = {
    "pause": (guide_session.pause, mark("Paused.")),
    "resume": (guide_session.resume, mark("On we go.")),
    "stop": (guide_session.stop, mark("Stopped.")),
}


async def pressed(turn: Turn) -> Answer:
    """Start a routine or stretch, from its screen or from a nudge; Pause, Resume, Stop."""
    _ = turn.words.gettext
    match turn.args:
        case ("start", name):
            return await _start(turn, name)
        case ("nudge", number):
            return await _from_nudge(turn, number, "routine")
        case ("nudge", number, "sitting"):
            return await _from_nudge(turn, number, "sitting")
        case (tap,) if tap in _TAPS:
            running = await sessions.of_user(turn.session, turn.user.id)
            if running is None:
                return turn.refuse(Refusal.STALE, _("That session is over."))
            change, said = _TAPS[tap]
            change(running, turn.now)
            return Reply(toast=_(said))
    return turn.refuse(Refusal.STALE, _("I no longer have that stretch."))


async def stop(turn: Turn) -> None:
    """End the person's session, if one runs, without a word of its own."""
    running = await sessions.of_user(turn.session, turn.user.id)
    if running is not None:
        guide_session.stop(running, turn.now)


async def already_running(turn: Turn) -> bool:
    """Whether the person has a session, which then comes down to the end of the chat."""
    running = await sessions.of_user(turn.session, turn.user.id)
    if running is not None:
        guide_session.bring_down(running, turn.now)
    return running is not None


async def _from_nudge(turn: Turn, number: str, fact: str) -> Reply:
    """The plan that this fact of the nudge names; the first that suits where it names none that still does."""
    delivery = None
    if (delivery_id := row_id(number)) is not None:
        delivery = await deliveries.owned(turn.session, user_id=turn.user.id, delivery_id=delivery_id)
    if delivery is None or delivery.kind != KIND:
        return turn.refuse(Refusal.MISSING, turn.words.gettext("I can't find that nudge any more."))
    made = suggestion_of(delivery)
    named = made.facts.get(fact) if made is not None else None
    plan = routines.find(turn.edition.stretching, named) if named else None
    if plan is None or not routines.suits(plan, turn.profile):
        plan = next(iter(routines.routines(turn.edition.stretching, turn.profile)), None)
    return await _start(turn, plan.id if plan is not None else "", delivery.id)


async def _start(turn: Turn, name: str, delivery_id: int | None = None) -> Reply:
    _ = turn.words.gettext
    if withheld := personal.not_for_you(turn, KIND):
        return withheld
    plan = routines.find(turn.edition.stretching, name)
    if plan is None or not routines.suits(plan, turn.profile):
        return turn.refuse(Refusal.STALE, _("I no longer have that stretch."))
    if await already_running(turn):
        return turn.refuse(Refusal.REPLAYED, _("One session at a time: yours is below."))
    await sessions.begin(turn.session, user_id=turn.user.id, plan=plan.id, delivery_id=delivery_id, now=turn.now)
    return Reply(toast=_("Get ready: it starts below."))


def render(words: Words, view: View) -> Reply:
    """The session's message at one moment."""
    _ = words.gettext
    if view.frame is not None:
        return Reply(_counting(words, view, view.frame), buttons=_controls(words, view))
    again = Button(_("▶ Once more"), Press("guide", ("start", view.plan.id)))
    if view.moment is Moment.STOPPED:
        text = fill(_("<b>{name}</b>\nStopped. That is fine."), name=view.plan.name)
        return Reply(text, buttons=[[again]])
    taken = wording.span(words, timedelta(seconds=guide.length(view.plan.stretches)))
    text = fill(_("<b>{name}</b>\n✓ Done: {time} for your legs. Well done."), name=view.plan.name, time=taken)
    remind = Button(_("⏰ Remind me"), Press("say", (f"/remind {KIND}",)), style="primary")
    return Reply(text, buttons=[[again, remind]])


def _controls(words: Words, view: View) -> Rows:
    _ = words.gettext
    toggle = Button(_("⏸ Pause"), Press("guide", ("pause",)))
    if view.moment is Moment.PAUSED:
        toggle = Button(_("▶ Resume"), Press("guide", ("resume",)), style="success")
    return [[toggle, Button(_("⏹ Stop"), Press("guide", ("stop",)))]]


def _counting(words: Words, view: View, frame: Frame) -> Markup:
    _ = words.gettext
    of = fill(_(" ({n} of {count})"), n=frame.number, count=len(view.plan.stretches))
    head = fill("<b>{name}</b>{of}", name=frame.stretch.name, of=of if len(view.plan.stretches) > 1 else "")
    doing = fill(_(_DOING[frame.phase]), side=_side(words, frame.side))
    if view.moment is Moment.PAUSED:
        doing = Markup(" · ").join((fill(_("⏸ <b>Paused</b>")), doing))
    filled = round(view.share * _BAR)
    bar = fill("{bar}", bar="▰" * filled + "▱" * (_BAR - filled))
    return in_lines((head, doing, _clock(words, frame), bar, Markup(), *_advice(words, view, frame)))


def _clock(words: Words, frame: Frame) -> Markup:
    _ = words.gettext
    seconds = fill(_("⏱ {n} s"), n=frame.seconds_left)
    if frame.phase is not Phase.HOLD:
        return seconds
    hold = fill(_("{n} of {count}"), n=frame.rep, count=frame.stretch.timing.reps)
    return Markup(" · ").join((seconds, hold))


def _advice(words: Words, view: View, frame: Frame) -> list[Markup]:
    """What to do in this phase, or to prepare for the next."""
    _ = words.gettext
    match frame.phase:
        case Phase.READY:
            steps = [fill("{n}. {text}", n=n, text=step.text) for n, step in enumerate(frame.stretch.steps, 1)]
            first = fill(_("Begin with the {side}."), side=_side(words, 1))
            return [*steps, first, Markup(), *(fill("<i>{text}</i>", text=text) for text in view.cautions)]
        case Phase.HOLD:
            return [fill(_("You feel it {felt}. A mild pull, never pain. Breathe."), felt=frame.stretch.felt)]
        case Phase.MOVE:
            return [fill("{text}", text=frame.stretch.steps[0].text)]
        case Phase.REST:
            return [fill(_("Next: {side}."), side=_side(words, frame.side + frame.ends_side))]


def _side(words: Words, number: int) -> str:
    return words.gettext(_SIDES[number - 1])
