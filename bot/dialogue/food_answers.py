"""What can be said to a food nudge besides: another one, or never this one again. All in place."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from bot.dialogue import consent, nudging, personal
from bot.dialogue.telling.kept import profile_is
from bot.dialogue.turn import Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, in_paragraphs
from db.models import Delivery, Status
from jobs import schedule
from jobs.compose import compose
from jobs.memory import suggestion_of
from jobs.suggest import food
from jobs.suggest.suggestion import Silence, Suggestion

_TURNED_DOWN = "turned_down"


async def _another(turn: Turn, delivery: Delivery, name: str) -> Reply:
    """Another food instead of the named one."""
    made = await _open(turn, delivery, name)
    return made if isinstance(made, Reply) else await _instead(turn, delivery, made)


async def _not_for_me(turn: Turn, delivery: Delivery, name: str) -> Reply:
    """Another food, and never again the named one, where the person agreed that I keep what they tell."""
    _ = turn.words.gettext
    made = await _open(turn, delivery, name)
    if isinstance(made, Reply):
        return made
    gone = turn.edition.larder.foods[name].name
    if not consent.given(turn):
        once = fill(
            _("<i>{food}: left out this time. I can remember it if you agree: /settings dislikes.</i>"), food=gone
        )
        return await _instead(turn, delivery, made, note=once)
    profile_is(turn, dislikes=turn.profile.dislikes | {name})
    always = fill(_("<i>{food}: I leave it out from now on. Your list: /settings dislikes.</i>"), food=gone)
    undo = Button(_("Undo"), Press("nudge", (str(delivery.id), "for_me", name)))
    return await _instead(turn, delivery, made, note=always, undo=undo)


async def _for_me(turn: Turn, delivery: Delivery, name: str) -> Reply:
    """Take "Not for me" back: the food is on no list any more, and the nudge is as it was before."""
    made = await _open(turn, delivery)
    if isinstance(made, Reply):
        return made
    if name not in turn.profile.dislikes:
        nothing = turn.words.gettext("Nothing to undo.")
        return replace(await nudging.again(turn, delivery), toast=nothing, refused=Refusal.REPLAYED)
    profile_is(turn, dislikes=turn.profile.dislikes - {name})
    others = [other for other in _turned_down(made) if other != name]
    delivery.suggestion = _with(made, others, food=name).to_json()
    return _put(turn, delivery, compose(await nudging.case_of(turn, delivery), turn.now))


ACTIONS: Mapping[str, Callable[[Turn, Delivery, str], Awaitable[Reply]]] = {
    "another": _another,
    "not_for_me": _not_for_me,
    "for_me": _for_me,
}


async def _open(turn: Turn, delivery: Delivery, name: str | None = None) -> Suggestion | Reply:
    """What the nudge proposes, while it waits for an answer and still speaks of the named food; else what to say."""
    _ = turn.words.gettext
    if delivery.kind != food.KIND:
        return turn.refuse(Refusal.MISSING, _("I can't find that nudge any more."))
    if delivery.status in nudging.ANSWERED:
        return replace(nudging.outcome(turn, delivery), toast=_("That is noted already."), refused=Refusal.REPLAYED)
    if withheld := personal.not_for_you(turn, delivery.kind):
        return replace(withheld, edit=True)
    made = suggestion_of(delivery) or compose(await nudging.case_of(turn, delivery), turn.now)
    if isinstance(made, Silence):
        return replace(nudging.silence(turn, delivery.kind, made), edit=True)
    if name is not None and (name != made.facts.get("food") or name not in turn.edition.larder.foods):
        gone = _("That one is gone already.")
        return replace(await nudging.again(turn, delivery), toast=gone, refused=Refusal.REPLAYED)
    return made


async def _instead(
    turn: Turn, delivery: Delivery, made: Suggestion, *, note: Markup | None = None, undo: Button | None = None
) -> Reply:
    """Another food in place of what was proposed."""
    name = str(made.facts["food"])
    await schedule.heard(turn.session, turn.user, kind=delivery.kind, now=turn.now)
    chosen = await _choose(turn, delivery, (*_turned_down(made), name))
    if isinstance(chosen, Suggestion) and chosen.facts["food"] == name:
        return Reply(toast=turn.words.gettext("I know no other food that fits you here."))
    return _put(turn, delivery, chosen, note, undo)


async def _choose(turn: Turn, delivery: Delivery, turned_down: Sequence[str]) -> Suggestion | Silence:
    """What to propose after these; once all were turned down it begins anew, but not with the last of them."""
    case = await nudging.case_of(turn, delivery)
    made = compose(case, turn.now, avoid=frozenset(turned_down))
    if isinstance(made, Suggestion) and made.facts["food"] in turned_down:
        made = compose(case, turn.now, avoid=frozenset(turned_down[-1:]))
        turned_down = ()
    return made if isinstance(made, Silence) else _with(made, turned_down)


def _put(
    turn: Turn, delivery: Delivery, made: Suggestion | Silence, note: Markup | None = None, undo: Button | None = None
) -> Reply:
    """The nudge in place, and below it what came of the tap."""
    if delivery.status == Status.CLAIMED:  # a tap that overtakes the record of the sending is not overwritten by it
        delivery.status, delivery.asked = Status.SENT, max(1, delivery.asked)
    if isinstance(made, Silence):
        reply = nudging.silence(turn, delivery.kind, made)
    else:
        reply = nudging.put(turn, delivery, made)
    text = in_paragraphs(part for part in (reply.text, note) if part)
    return replace(reply, text=text, buttons=[*reply.buttons, *([[undo]] if undo else [])], edit=True)


def _turned_down(made: Suggestion) -> tuple[str, ...]:
    """The foods that this very nudge has been through, in their order."""
    return tuple(made.facts.get(_TURNED_DOWN, ()))


def _with(made: Suggestion, turned_down: Sequence[str], **facts: str) -> Suggestion:
    return made._replace(facts={**made.facts, **facts, _TURNED_DOWN: list(turned_down)})
