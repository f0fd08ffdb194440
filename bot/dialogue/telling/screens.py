"""What a person sees of /settings: the card, a field, and what is said instead of keeping a value."""

from collections.abc import Callable, Sequence
from itertools import accumulate

from markupsafe import Markup

from bot.dialogue import consent
from bot.dialogue.fields import PREFERENCES, PROFILE
from bot.dialogue.telling.field import Field
from bot.dialogue.telling.way import Ask, Offer, Problem, Unclear
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import fill, in_lines, in_paragraphs

_A_PAGE = 8
_ON_CARD = 2
# Characters of a value where there is room for it.
_ROOM = 600
_A_ROW = 3
# Labels up to this length share a row.
_SHORT = 8
_CUT = 35


async def card(turn: Turn, *, edit: bool = False, intro: Markup | None = None) -> Reply:
    """How I talk to you, and below what the person told, or the way to the consent question."""
    _ = turn.words.gettext
    parts = [*([intro] if intro else []), await _part(turn, fill(_("<b>How I talk to you</b>")), PREFERENCES)]
    rows = _titles(turn, PREFERENCES)
    forget = [Button(_("Forget all of this"), Press("settings", ("forget",)), style="danger")]
    if consent.given(turn):
        parts.append(await _part(turn, fill(_("<b>What you told me</b>")), PROFILE))
        rows += [*_titles(turn, PROFILE), forget]
    else:
        rows.append([Button(_("Tell me about yourself"), Press("settings", ("consent",)))])
        if turn.user.profile:  # told when the question said less
            rows.append(forget)
    return Reply(in_paragraphs(parts), buttons=rows, edit=edit)


async def _part(turn: Turn, head: Markup, fields: Sequence[Field]) -> Markup:
    lines = [
        fill(
            "<b>{title}:</b> {value}", title=turn.words.gettext(field.title), value=await value(turn, field, brief=True)
        )
        for field in fields
    ]
    return in_lines((head, *lines))


def _titles(turn: Turn, fields: Sequence[Field]) -> list[Sequence[Button]]:
    buttons = [Button(turn.words.gettext(field.title), Press("settings", (field.name,))) for field in fields]
    return [buttons[i : i + _A_ROW] for i in range(0, len(buttons), _A_ROW)]


async def value(turn: Turn, field: Field, *, brief: bool = False) -> str:
    """What is kept of a field, in words, as far as there is room; `brief`: only the first of many, cut short."""
    labels = await field.way.shown(turn)
    if not labels:
        return turn.words.gettext(field.unset)
    gap = "; " if any("," in label for label in labels) else ", "
    shown = [_cut(label) for label in labels[:_ON_CARD]] if brief else labels[: _fitting(labels)]
    more, names = len(labels) - len(shown), gap.join(shown)
    if not more:
        return names
    return turn.words.ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=names, n=more)


def _fitting(labels: Sequence[str]) -> int:
    """How many of the first there is room for."""
    return sum(end <= _ROOM for end in accumulate(len(label) for label in labels))


def _cut(label: str) -> str:
    return label if len(label) <= _CUT else f"{label[: _CUT - 1].rstrip()}…"


async def screen(turn: Turn, field: Field, *, edit: bool = False, page: int = 0) -> Reply:
    """One field: why it is asked, what is known, its choices, and how to type it."""
    _ = turn.words.gettext
    last = [
        Button(_("Clear, or rather not say"), Press("settings", (field.name, "clear"))),
        Button(_("‹ Back"), Press("settings", ("card",))),
    ]
    rows = choices(await field.way.offers(turn), page, lambda key, at: Press("settings", (field.name, key, str(at))))
    return Reply(in_paragraphs((await about(turn, field), _how_to_type(turn, field))), buttons=[*rows, last], edit=edit)


async def about(turn: Turn, field: Field) -> Markup:
    """A field with what is known, and why it is asked."""
    _ = turn.words.gettext
    return fill(_("<b>{title}</b>: {value}\n\n{reason}"), title=_(field.title),
                value=await value(turn, field), reason=_(field.reason))  # fmt: skip


def _how_to_type(turn: Turn, field: Field) -> Markup:
    _ = turn.words.gettext
    how = _("Or type it: <code>/settings {name} {example}</code>")
    if field.awaits:
        how = _("Write it now, as in <code>{example}</code>, or at any time: "
                "<code>/settings {name} {example}</code>")  # fmt: skip
    return fill(how, name=field.name, example=field.example)


def choices(offers: Sequence[Offer], page: int, press: Callable[[str, int], Press]) -> list[Sequence[Button]]:
    """Buttons for a page of choices, ticked where they are chosen, and for turning pages (`press` of "page")."""
    if not offers:
        return []
    last = (len(offers) - 1) // _A_PAGE
    page = min(page, last)
    shown = offers[page * _A_PAGE : (page + 1) * _A_PAGE]
    buttons = [Button(f"{'☑' if offer.chosen else '☐'} {offer.label}", press(offer.key, page)) for offer in shown]
    wide = max(len(offer.label) for offer in shown) > _SHORT
    in_row = 1 if wide else _A_ROW
    rows: list[Sequence[Button]] = [buttons[i : i + in_row] for i in range(0, len(buttons), in_row)]
    turns = [(page - 1, "‹"), (page + 1, "›")]
    pages = [Button(sign, press("page", to)) for to, sign in turns if 0 <= to <= last]
    return [*rows, pages] if pages else rows


def back(turn: Turn, field: Field, problem: Problem, *, command: str, press: Callable[[str], Press]) -> Reply:
    """Nothing was changed: say why, with what can be meant as buttons. `command` stands before what is typed."""
    _ = turn.words.gettext
    if isinstance(problem, Unclear):
        problem = _unclear(turn, field, problem, command)
    fitting = {label: press(text) for label, text in problem.options.items() if press(text).fits}
    texts = [f"{command}{text}" for text in problem.options.values()]
    said = problem.text
    if len(fitting) < len(texts):
        listed = in_lines(fill("• <code>{text}</code>", text=text) for text in texts)
        said = in_lines((said, fill(_("Write one of these:")), listed))
        fitting = {}
    rows = [[Button(label, pressed)] for label, pressed in fitting.items()]
    return Reply(said, buttons=rows)


def _unclear(turn: Turn, field: Field, problem: Unclear, command: str) -> Ask:
    _ = turn.words.gettext
    if problem.close:
        asked = _("I don't know “{word}” here, so nothing is changed. Did you mean:")
        return Ask(fill(asked, word=problem.word), {phrase: phrase for phrase in problem.close})
    asked = _("I don't know “{word}” here, so nothing is changed. Write it like this: {example}")
    return Ask(fill(asked, word=problem.word, example=f"{command}{field.example}"))
