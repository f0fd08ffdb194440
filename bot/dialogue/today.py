"""/today: the plan of a day with a tick for each line, up to a week back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.dialogue import day_card, ticking, zone
from bot.dialogue.nudges import plan
from bot.dialogue.turn import Answer, Button, Refusal, Reply, Turn
from db.models import Status
from jobs.agenda import OPEN


async def command(turn: Turn) -> Answer:
    """`/today`."""
    if turn.user.zone is None:
        return zone.ask(turn, then="/today")
    return await day_card.show(turn, day_card.today(turn))


async def pressed(turn: Turn) -> Answer:
    """`<day>` and what to do: nothing, `done` or `open` with a line and how often it is done, `skips`, `skip` with an
    occasion, or `add` with a kind."""
    _ = turn.words.gettext
    written, action, what, count, *_more = (*turn.args, "", "", "", "")
    day = _read(written)
    if day is None or action not in _ACTIONS:
        return turn.refuse(Refusal.FORGED)
    ago = (day_card.today(turn) - day).days
    if ago < 0:
        return turn.refuse(Refusal.FORGED, _("That day has not come yet."))
    if ago > day_card.DAYS_BACK:
        over = _("That was more than a week ago, so it stays as it is. /today shows the last days.")
        return turn.refuse(Refusal.STALE, over)
    return await _ACTIONS[action](turn, day, what, count)


def _read(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


async def _show(turn: Turn, day: date, _what: str = "", _count: str = "") -> Reply:
    return replace(await day_card.show(turn, day), edit=True)


async def _done(turn: Turn, day: date, key: str, count: str) -> Reply:
    """`count` makes two quick taps one."""
    group = (await day_card.agenda_of(turn, day)).find(key)
    if group is None:
        return await _changed(turn, day)
    item = group.next_open(turn.now)
    if item is not None and str(group.line.done) == count:
        await ticking.answer(turn, item, Status.DONE, over=day < day_card.today(turn))
    return await _show(turn, day)


async def _open(turn: Turn, day: date, key: str, count: str) -> Reply:
    group = (await day_card.agenda_of(turn, day)).find(key)
    if group is None:
        return await _changed(turn, day)
    item = group.last_done
    if item is not None and str(group.line.done) == count:
        await ticking.reopen(turn, item)
    return await _show(turn, day)


async def _skip(turn: Turn, day: date, key: str, _count: str) -> Reply:
    item = (await day_card.agenda_of(turn, day)).item(key)
    if item is None:
        return await _changed(turn, day)
    if item.state in OPEN:
        await ticking.answer(turn, item, Status.SKIPPED, over=day < day_card.today(turn))
    return await _show(turn, day)


async def _skips(turn: Turn, day: date, _what: str, _count: str) -> Reply:
    """The same card, asking which line to skip; of one that counts, the occasion that a tick would count."""
    _ = turn.words.gettext
    rows = []
    for group in (await day_card.agenda_of(turn, day)).groups[: plan.MOST_LINES]:
        item = group.next_open(turn.now)
        if item is not None and item.state in OPEN:
            label = _("Skip {item}").format(item=plan.name(turn.words, turn.zone, group.line))
            rows.append([Button(label, plan.press(day, "skip", item.key))])
    return replace(await _show(turn, day), buttons=[*rows, [Button(_("‹ Back"), plan.press(day))]])


async def _add(turn: Turn, day: date, kind: str, _count: str) -> Reply:
    """Done without a reminder; once, for then it is a line of its own."""
    if kind in day_card.addable(turn, await day_card.agenda_of(turn, day)):
        await ticking.add(turn, kind, day)
    return await _show(turn, day)


async def _changed(turn: Turn, day: date) -> Reply:
    toast = turn.words.gettext("Your plan has changed since. This is how it stands.")
    return replace(await _show(turn, day), toast=toast, refused=Refusal.STALE)


_ACTIONS: Mapping[str, Callable[[Turn, date, str, str], Awaitable[Reply]]] = {
    "": _show,
    "done": _done,
    "open": _open,
    "skip": _skip,
    "skips": _skips,
    "add": _add,
}
