"""/settings: how to be talked to, and what a person tells about themself, as a card that edits in place, or typed.

Nothing about health is asked or kept before the person has agreed to it.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue import consent
from bot.dialogue.fields import FIELDS
from bot.dialogue.telling import damaged, screens, spot
from bot.dialogue.telling.field import Field, find, near
from bot.dialogue.telling.way import Ask, Problem, Told, says_nothing
from bot.dialogue.turn import Answer, Button, Handler, Press, Redirect, Refusal, Reply, Turn, row_id
from bot.dialogue.words import fill
from db import deliveries
from jobs import schedule
from jobs.suggest import hydrate

_ALL = tuple(FIELDS.values())
_PLACE = "place"


async def command(turn: Turn) -> Answer:
    """`/settings`, `/settings diet`, `/settings conditions kidney`, `/settings quiet 22:00-07:00`."""
    if broken := damaged.found(turn):
        return broken
    if not turn.text.strip():
        return await screens.card(turn) if consent.given(turn) else consent.ask(turn, None)
    found = find(_ALL, turn.text)
    if found is None:
        return _unknown(turn)
    field, text = found
    if not says_nothing(text) and _needs_consent(turn, field):
        return consent.ask(turn, f"/settings {field.name} {_until_consent(field, text)}".strip())
    return await _typed(turn, field, text) if text else await _open(turn, field)


def names(text: str, name: str) -> bool:
    """Whether what is typed behind /settings is about the field of this name."""
    found = find(_ALL, text)
    return found is not None and found[0].name == name


def _needs_consent(turn: Turn, field: Field) -> bool:
    """Whether the person has to agree first; to clear a field, nobody has to."""
    return field.health and not consent.given(turn)


def _until_consent(field: Field, text: str) -> str:
    """What is kept of a text until the person has agreed: all of it, but of a place no more than its area."""
    return spot.coarse(text) if field.name == _PLACE else text


async def pressed(turn: Turn) -> Answer:
    """Buttons of consent, of the card, and of a field's choices."""
    if turn.args[:1] == ("mend",):
        return await damaged.cleared(turn, turn.args[-1])
    if broken := damaged.found(turn):
        return replace(broken, edit=True)
    if turn.args[:1] == ("agree",):
        return consent.agreed(turn)
    return await _DOORS.get(turn.args, _pressed_field)(turn)


async def _asked(turn: Turn) -> Answer:
    return replace(consent.ask(turn, None), edit=True)


async def _without(turn: Turn) -> Answer:
    turn.user.expecting = None
    if asked := consent.declined(turn):
        return asked
    without = turn.words.gettext("All right: cards, first aid and reminders work without it.")
    return await screens.card(turn, edit=True, intro=fill(without))


async def _card(turn: Turn) -> Answer:
    _wait_no_longer(turn)
    return await screens.card(turn, edit=True)


async def _really_forget(turn: Turn) -> Answer:
    return consent.really_forget(turn)


_DOORS: Mapping[tuple[str, ...], Handler] = {
    ("consent",): _asked,
    ("without",): _without,
    ("card",): _card,
    ("forget",): _really_forget,
    ("forget", "yes"): consent.forget,
}


async def awaited(turn: Turn) -> Answer:
    """Plain words while consent is asked."""
    return consent.ask(turn, None)


async def typed(turn: Turn) -> Answer:
    """Plain words, or a shared location, while a field's screen is open."""
    return await command(turn.having(text=f"{(turn.user.expecting or {}).get('field')} {turn.text}"))


async def _pressed_field(turn: Turn) -> Answer:
    """`<field>`, `<field>, clear`, `<field>, page, <n>` or `<field>, <choice>, <page>`."""
    name, choice, page, *_rest = (*turn.args, "", "", "")
    field = FIELDS.get(name)
    if field is None:
        return turn.refuse(Refusal.FORGED)
    if choice != "clear" and _needs_consent(turn, field):
        return consent.ask(turn, f"/settings {name}")
    if choice == "clear":
        await field.way.clear(turn)
        await kept(turn, field)
    elif choice in {offer.key for offer in await field.way.offers(turn)}:
        if told := await told_of(turn, field, await field.way.pick(turn, choice)):
            return _instead(turn, field, told)
    elif choice not in ("", "page"):
        return turn.refuse(Refusal.FORGED)
    return await _open(turn, field, edit=True, page=row_id(page) or 0)


async def _open(turn: Turn, field: Field, *, edit: bool = False, page: int = 0) -> Reply:
    """A field's screen; what buttons cannot say may follow in words."""
    if field.awaits:
        _wait(turn, field)
    else:
        _wait_no_longer(turn)
    return await screens.screen(turn, field, edit=edit, page=page)


async def _typed(turn: Turn, field: Field, text: str) -> Answer:
    _ = turn.words.gettext
    told = await told_of(turn, field, await field.way.read(turn, text))
    if isinstance(told, Redirect):
        return told
    if told is not None:
        if field.awaits:
            _wait(turn, field)
        return _back(turn, field, told)
    _wait_no_longer(turn)
    value = await screens.value(turn, field)
    return Reply(
        fill(_("✓ <b>{title}</b>: {value}"), title=_(field.title), value=value),
        buttons=[[Button(_("Change"), Press("settings", (field.name,)))]],
    )


async def told_of(turn: Turn, field: Field, told: Told) -> Problem | Redirect | None:
    """What telling led to; where a value was kept, the reminders go by it."""
    if told is None:
        await kept(turn, field)
    return told


async def kept(turn: Turn, field: Field) -> None:
    """After a change: earlier nudges no longer tell what the person told before, and reminders that go by this field
    are aimed anew."""
    if field.health:
        await deliveries.forget_proposals(turn.session, turn.user.id, spare=hydrate.ASK)
    if field.moves:
        await schedule.realign(turn.session, turn.user, turn.now)


def _instead(turn: Turn, field: Field, told: Problem | Redirect) -> Answer:
    """After a tap that kept nothing: in place, with the way back."""
    if isinstance(told, Redirect):
        return told
    reply = _back(turn, field, told)
    way_back = Button(turn.words.gettext("‹ Back"), Press("settings", (field.name,)))
    return replace(reply, buttons=[*reply.buttons, [way_back]], edit=True)


def _back(turn: Turn, field: Field, problem: Problem) -> Reply:
    command = f"/settings {field.name} "
    reply = screens.back(turn, field, problem, command=command, press=lambda text: Press("say", (f"{command}{text}",)))
    if not isinstance(problem, Ask):
        return reply
    titles = [Button(turn.words.gettext(FIELDS[name].title), Press("settings", (name,))) for name in problem.fields]
    return replace(reply, buttons=[*reply.buttons, titles]) if titles else reply


def _unknown(turn: Turn) -> Reply:
    """No field of ours: those that come close, or all there are."""
    _ = turn.words.gettext
    word, _space, rest = turn.text.partition(" ")
    presses = {field: Press("say", (f"/settings {field.name} {rest}".strip(),)) for field in near(_ALL, turn.text)}
    if presses:
        rows = [
            [Button(_(field.title), press if press.fits else Press("settings", (field.name,)))]
            for field, press in presses.items()
        ]
        return Reply(fill(_("I don't know “{word}”. Did you mean:"), word=word[:40]), buttons=rows)
    return Reply(fill(_("I keep these: {names}. For example: /settings {example}"), names=", ".join(FIELDS),
                      example="diet vegan"))  # fmt: skip


def _wait(turn: Turn, field: Field) -> None:
    turn.user.expecting = {"what": "setting", "field": field.name}


def _wait_no_longer(turn: Turn) -> None:
    if (turn.user.expecting or {}).get("what") == "setting":
        turn.user.expecting = None
