"""/settings: what a person tells about themself, as a card that edits in place, or typed.

Nothing is asked or kept before the person has agreed to it.
"""

from markupsafe import Markup

from bot.dialogue.fields import FIELDS, Chosen, Field, Unclear
from bot.dialogue.turn import Answer, Button, Press, Redirect, Reply, Turn, row_id
from bot.dialogue.words import fill
from jobs.suggest.profile import Profile

# Raise it when the text of `_ask_consent` says more than before: everybody is asked again.
CONSENT = 1

_A_PAGE = 8
_SHOWN = 3
_MOST_KEPT = 5
# What is left of a button's 64 bytes beside "1:say:/settings conditions ".
_BUTTON_ROOM = 36


async def command(turn: Turn) -> Answer:
    """`/settings`, `/settings diet`, `/settings conditions kidney`, `/settings conditions none`."""
    _ = turn.words.gettext
    if turn.user.consent != CONSENT:
        return _ask_consent(turn)
    name, _space, text = turn.text.partition(" ")
    field = FIELDS.get(name.lower())
    if not turn.text:
        return _card(turn)
    if field is None:
        return Reply(fill(_("I keep these: {names}. For example: /settings {example}"), names=", ".join(FIELDS),
                          example="diet vegan"))  # fmt: skip
    return _typed(turn, field, text) if text.strip() else _screen(turn, field)


async def pressed(turn: Turn) -> Answer:
    """Buttons of consent, of the card, and of a field's choices."""
    if turn.args == ("agree",):
        return _agreed(turn)
    if turn.args == ("without",):
        turn.user.expecting = None
        return Reply(fill(turn.words.gettext("All right: cards, first aid and reminders work without it.")), edit=True)
    if turn.user.consent != CONSENT:
        return _ask_consent(turn)
    if turn.args == ("card",):
        return _card(turn, edit=True)
    if turn.args[:1] == ("forget",):
        return _forget(turn) if turn.args[1:] == ("yes",) else _really_forget(turn)
    return _pressed_field(turn)


def _pressed_field(turn: Turn) -> Reply:
    """`<field>`, `<field>, clear`, `<field>, page, <n>` or `<field>, <choice>, <page>`."""
    name, choice, page, *_rest = (*turn.args, "", "", "")
    field = FIELDS.get(name)
    if field is None:
        return Reply(toast=turn.words.gettext("This button no longer works."))
    if choice == "clear":
        _keep(turn, field, frozenset())
    elif choice in field.choices(turn.words, turn.edition):
        _toggle(turn, field, choice)
    elif choice not in ("", "page"):
        return Reply(toast=turn.words.gettext("This button no longer works."))
    return _screen(turn, field, edit=True, page=row_id(page) or 0)


async def awaited(turn: Turn) -> Answer:
    """Plain words while consent is asked."""
    return _ask_consent(turn, again=True)


def _ask_consent(turn: Turn, *, again: bool = False) -> Reply:
    """What was typed before consent is kept until then, in the row that says what we wait for."""
    _ = turn.words.gettext
    asked = turn.user.expecting or {}
    kept = list(asked.get("then") or ()) if asked.get("what") == "consent" else []
    if not again:
        kept = [*kept, f"/settings {turn.text}".strip()][-_MOST_KEPT:]
    turn.user.expecting = {"what": "consent", "then": kept}
    return Reply(
        fill(_("<b>May I keep what you tell me about yourself?</b>\n\n"
               "<b>What:</b> diet, allergies, conditions, medicines, age, sex, skin, weight: only what you tell.\n"
               "<b>Why:</b> to leave out foods, salt, sun or stretches that are wrong for you.\n"
               "<b>Where:</b> in this bot's own database, and nowhere else.\n"
               "<b>How long:</b> until you clear it here, at any time.\n\n"
               "Cards, first aid and reminders work without any of it.")),
        buttons=[
            [Button(_("Agree"), Press("settings", ("agree",)), style="success")],
            [Button(_("Use without a profile"), Press("settings", ("without",)))],
        ],
    )  # fmt: skip


def _agreed(turn: Turn) -> Answer:
    _ = turn.words.gettext
    asked = turn.user.expecting or {}
    then = [str(text) for text in asked.get("then") or ()] if asked.get("what") == "consent" else []
    turn.user.consent, turn.user.consented_at, turn.user.expecting = CONSENT, turn.now, None
    return [
        Reply(fill(_("Thank you. You can clear everything in /settings.")), edit=True),
        *(Redirect(text) for text in then or ["/settings"]),
    ]


def _really_forget(turn: Turn) -> Reply:
    _ = turn.words.gettext
    return Reply(
        fill(_("Forget all that you told me about yourself? Then nothing keeps foods, salt, sun or stretches from you "
               "that are wrong for you.")),
        buttons=[
            [Button(_("Forget it"), Press("settings", ("forget", "yes")), style="danger"),
             Button(_("‹ Back"), Press("settings", ("card",)))]
        ],
        edit=True,
    )  # fmt: skip


def _forget(turn: Turn) -> Reply:
    turn.user.profile = turn.user.consent = turn.user.consented_at = None
    turn.user.check = turn.user.expecting = None
    return Reply(
        fill(turn.words.gettext("Forgotten: I know nothing about you but your time zone and your reminders.")),
        edit=True,
    )


def _card(turn: Turn, *, edit: bool = False) -> Reply:
    _ = turn.words.gettext
    lines = [
        fill("<b>{title}:</b> {value}", title=_(field.title), value=_value(turn, field)) for field in FIELDS.values()
    ]
    buttons = [Button(_(field.title), Press("settings", (field.name,))) for field in FIELDS.values()]
    return Reply(
        Markup("\n").join((fill(_("<b>What you told me</b>\n")), *lines)),
        buttons=[
            *(buttons[i : i + 3] for i in range(0, len(buttons), 3)),
            [Button(_("Forget all of this"), Press("settings", ("forget",)), style="danger")],
        ],
        edit=edit,
    )


def _value(turn: Turn, field: Field, *, at_most: int = _SHOWN) -> str:
    _ = turn.words.gettext
    labels = field.labels(field.place.chosen(turn.profile, turn.edition), turn.words, turn.edition)
    if not labels:
        return _("not told")
    more = len(labels) - at_most
    shown = ", ".join(labels[:at_most])
    if more <= 0:
        return shown
    return turn.words.ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=shown, n=more)


def _screen(turn: Turn, field: Field, *, edit: bool = False, page: int = 0) -> Reply:
    """One field: why it is asked, what is known, its choices, and how to type it."""
    _ = turn.words.gettext
    text = fill(
        _("<b>{title}</b>: {value}\n\n{reason}\n\nOr type it: <code>/settings {name} {example}</code>"),
        title=_(field.title), value=_value(turn, field, at_most=100), reason=_(field.reason), name=field.name,
        example=field.example,
    )  # fmt: skip
    last = [
        Button(_("Clear, or rather not say"), Press("settings", (field.name, "clear"))),
        Button(_("‹ Back"), Press("settings", ("card",))),
    ]
    return Reply(text, buttons=[*_choices(turn, field, page), last], edit=edit)


def _choices(turn: Turn, field: Field, page: int) -> list[list[Button]]:
    if not field.offered:
        return []
    choices = list(field.choices(turn.words, turn.edition).items())
    last = (len(choices) - 1) // _A_PAGE
    page = min(page, last)
    chosen = field.place.chosen(turn.profile, turn.edition)
    rows = [
        [Button(f"{'☑' if name in chosen else '☐'} {choice.label}", Press("settings", (field.name, name, str(page))))]
        for name, choice in choices[page * _A_PAGE : (page + 1) * _A_PAGE]
    ]
    turns = [(page - 1, "‹"), (page + 1, "›")]
    pages = [Button(sign, Press("settings", (field.name, "page", str(to)))) for to, sign in turns if 0 <= to <= last]
    return [*rows, pages] if pages else rows


def _toggle(turn: Turn, field: Field, choice: str) -> None:
    chosen = field.place.chosen(turn.profile, turn.edition)
    _keep(turn, field, chosen ^ {choice} if field.many else frozenset({choice}) - chosen)


def _keep(turn: Turn, field: Field, chosen: Chosen) -> None:
    profile: Profile = field.place.keep(turn.profile, chosen, turn.edition)
    turn.user.profile = profile.to_json()


def _typed(turn: Turn, field: Field, text: str) -> Reply:
    _ = turn.words.gettext
    read = field.read(text, turn.words, turn.edition)
    if isinstance(read, Unclear):
        buttons = [
            [Button(phrase, Press("say", (f"/settings {field.name} {phrase}",)))]
            for phrase in read.close
            if len(phrase.encode()) < _BUTTON_ROOM
        ]
        asked = _("I don't know “{word}” here, so nothing is changed. Type it like this: /settings {name} {example}")
        if buttons:
            asked = _("I don't know “{word}” here, so nothing is changed. Did you mean:")
        return Reply(fill(asked, word=read.word, name=field.name, example=field.example), buttons=buttons)
    _keep(turn, field, read)
    return Reply(
        fill(_("✓ <b>{title}</b>: {value}"), title=_(field.title), value=_value(turn, field, at_most=100)),
        buttons=[[Button(_("Change"), Press("settings", (field.name,)))]],
    )
