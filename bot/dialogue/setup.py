"""/setup: about two minutes, one question after the other in the same message. Each can be skipped, and all stopped.

The questions are the fields of /settings; `setup_run` is where a person stands, `setup_screens` what they see,
`setup_nudges` the last step.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from bot.dialogue import consent, settings, setup_nudges, zone
from bot.dialogue.fields import FIELDS
from bot.dialogue.setup_run import FOR_SUN, NUDGES, STEPS, SUN, Run
from bot.dialogue.setup_screens import may_ask, nav, nudges, show, summary, wait
from bot.dialogue.telling import damaged, screens, sunny
from bot.dialogue.telling.field import find
from bot.dialogue.telling.way import Problem
from bot.dialogue.turn import Answer, Button, Redirect, Refusal, Reply, Turn, row_id
from bot.dialogue.words import fill

# Steps with one answer: it leads on to the next.
_LEADS_ON = frozenset({"cramps", "diet", "age", "skin", "bedtime"})
# On a button: the person says that nothing speaks against minutes of sun.
_NONE_IS_MINE = "none"
_YES, _NO = frozenset({"yes", "y", "please", "on"}), frozenset({"no", "n", "off"})


async def command(turn: Turn) -> Answer:
    """`/setup` begins, or goes on at the question that is open; `/setup bedtime` begins there."""
    _ = turn.words.gettext
    if broken := damaged.found(turn):
        return broken
    if turn.user.zone is None:
        return zone.ask(turn, then=f"/setup {turn.text}".strip())
    run = _named(turn.text) or _open(turn) or Run()
    intro = fill(_("About two minutes. Skip what you like, stop when you like: /setup goes on."))
    return await show(turn, run, intro=None if turn.text else intro)


def _named(text: str) -> Run | None:
    """The way that leads to a step of this name."""
    found = find(tuple(FIELDS[step] for step in STEPS if step != NUDGES), text) if text else None
    name = found[0].name if found else text.strip().casefold()
    return Run(name, sun=name in FOR_SUN) if name in STEPS else None


def _open(turn: Turn) -> Run | None:
    asked = turn.user.expecting or {}
    return Run.read(str(asked.get("run")), str(asked.get("field"))) if asked.get("what") == "setup" else None


async def pressed(turn: Turn) -> Answer:
    """`<run>, <step>, <verb>` with more behind it."""
    code, step, verb, *more = (*turn.args, "", "", "")
    run = Run.read(code, step)
    if run is None or verb not in _VERBS:
        return turn.refuse(Refusal.STALE, turn.words.gettext("This button no longer works. /setup begins anew."))
    if broken := damaged.found(turn):
        return replace(broken, edit=True)
    return await _VERBS[verb](turn, run, more)


async def typed(turn: Turn) -> Answer:
    """An answer in words, or a shared location; what comes next is a new message."""
    if broken := damaged.found(turn):
        return broken
    run = _open(turn)
    if run is None or run.step == NUDGES or not may_ask(turn, run):
        return await command(turn.having())
    said = turn.text.strip().casefold()
    if said in {"skip", "next"}:
        return await _onward(turn, run)
    if run.step == SUN:
        return await _interest(turn, run, yes=said in _YES) if said in _YES | _NO else await show(turn, run)
    return await _say(turn, run, turn.text, edit=False)


# Answers ------------------------------------------------------------------------------------------


async def _onward(turn: Turn, run: Run, *, edit: bool = False, intro: Markup | None = None) -> Answer:
    return await show(turn, run.after or run, edit=edit, intro=intro)


async def _say(turn: Turn, run: Run, text: str, *, edit: bool) -> Answer:
    _ = turn.words.gettext
    field = FIELDS[run.step]
    told = await settings.told_of(turn, field, await field.way.read(turn, text))
    if isinstance(told, Redirect):
        return told
    if told is not None:
        return await _asked_back(turn, run, told, edit=edit)
    value = await screens.value(turn, field)
    echo = fill(_("✓ <b>{title}</b>: {value}"), title=_(field.title), value=value)
    return await _onward(turn, _still(turn, run), edit=edit, intro=echo)


async def _asked_back(turn: Turn, run: Run, problem: Problem, *, edit: bool) -> Reply:
    """The question stays open: the next text answers it as well."""
    wait(turn, run)
    reply = screens.back(turn, FIELDS[run.step], problem, command="", press=lambda text: run.press("say", text))
    return replace(reply, buttons=[*reply.buttons, await nav(turn, run)], edit=edit)


def _still(turn: Turn, run: Run) -> Run:
    """Without the questions for the sun once it is plain that it is not for this person."""
    hindrance = sunny.hindrance(turn) if run.sun else None
    return replace(run, sun=False) if hindrance and not hindrance.fields else run


async def _pick(turn: Turn, run: Run, more: list[str]) -> Answer:
    key, page, *_rest = (*more, "", "")
    if run.step == SUN and key in {"yes", "no"}:
        return await _interest(turn, run, yes=key == "yes", edit=True)
    if run.step in (SUN, NUDGES) or not may_ask(turn, run):
        return await show(turn, run, edit=True)
    field = FIELDS[run.step]
    if key in {offer.key for offer in await field.way.offers(turn)}:
        told = await settings.told_of(turn, field, await field.way.pick(turn, key))
        if isinstance(told, Redirect):
            return told
        if told is not None:
            return await _asked_back(turn, run, told, edit=True)
        if run.step in _LEADS_ON and any(o.chosen for o in await field.way.offers(turn) if o.key == key):
            return await _onward(turn, _still(turn, run), edit=True)
    return await show(turn, run, edit=True, page=row_id(page) or 0)


async def _interest(turn: Turn, run: Run, *, yes: bool, edit: bool = False) -> Answer:
    """Whether to ask for skin and place; not where the sun is not for this person, and then why."""
    hindrance = sunny.hindrance(turn) if yes else None
    if hindrance is not None and not hindrance.fields:
        return await _onward(turn, replace(run, sun=False), edit=edit, intro=hindrance.text)
    return await _onward(turn, replace(run, sun=yes), edit=edit)


# Verbs --------------------------------------------------------------------------------------------


async def _show_it(turn: Turn, run: Run, _more: list[str]) -> Answer:
    return await show(turn, run, edit=True)


async def _say_it(turn: Turn, run: Run, more: list[str]) -> Answer:
    if run.step in (SUN, NUDGES) or not may_ask(turn, run):
        return await show(turn, run, edit=True)
    return await _say(turn, run, ":".join(more).rstrip(":"), edit=True)


async def _agree(turn: Turn, run: Run, more: list[str]) -> Answer:
    """A yes to an older text leads to the present one."""
    consent.agree(turn, more[0] if more else "")
    return await show(turn, run, edit=True)


async def _tick(turn: Turn, run: Run, more: list[str]) -> Answer:
    return await nudges(turn, replace(run, step=NUDGES), picked=more[0], edit=True)


async def _set(turn: Turn, run: Run, more: list[str]) -> Answer:
    """The nudges that are ticked, as if the person had typed them."""
    picked = [wish for wish in await setup_nudges.wishes(turn) if wish.number in more[0]]
    if setup_nudges.must_ask(turn, picked) and _NONE_IS_MINE not in more:
        return _make_sure(turn, run, picked)
    if consent.given(turn):
        setup_nudges.opt_in(turn, picked)
    done = await summary(turn, run)
    return [done, *(Redirect(f"/remind {wish.kind} {wish.schedule}") for wish in picked)]


def _make_sure(turn: Turn, run: Run, picked: Sequence[setup_nudges.Wish]) -> Reply:
    """Whom minutes of sun would harm; the other nudges are set in any case."""
    numbers = "".join(wish.number for wish in picked)
    none, not_now = sunny.answers(turn)
    rows = [
        [Button(none, run.press("set", numbers, _NONE_IS_MINE))],
        [Button(not_now, run.press("set", setup_nudges.without_asking(picked)))],
        [Button(turn.words.gettext("‹ Back"), run.press("tick", numbers))],
    ]
    return Reply(sunny.exclusions(turn), buttons=rows, edit=True)


async def _stop(turn: Turn, run: Run, _more: list[str]) -> Answer:
    _ = turn.words.gettext
    turn.user.expecting = None
    text = fill(_("Stopped. What you told me so far is kept. Go on whenever you like, also with /setup {step}."),
                step=run.step)  # fmt: skip
    return Reply(text, buttons=[[Button(_("Go on"), run.press("show"))]], edit=True)


async def _finish(turn: Turn, run: Run, _more: list[str]) -> Answer:
    turn.user.expecting = None
    return await summary(turn, run)


_VERBS: Mapping[str, Callable[[Turn, Run, list[str]], Awaitable[Answer]]] = {
    "show": _show_it,
    "pick": _pick,
    "say": _say_it,
    "agree": _agree,
    "tick": _tick,
    "set": _set,
    "stop": _stop,
    "end": _finish,
}
