"""/remind: a nudge kind and a schedule in words become reminders; what was understood is echoed."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup
from rapidfuzz import fuzz, process

from bot.dialogue import free_text, landmarks, outlook, personal, reminder_words, when, zone
from bot.dialogue.nudges import faces
from bot.dialogue.times import canonical
from bot.dialogue.turn import Answer, Button, Press, Reply, Turn
from bot.dialogue.words import Words, fill, in_lines
from db import reminders
from db.models import Reminder, ReminderState
from jobs import schedule
from jobs.rule_json import to_json
from jobs.rules import Landmark, Rule
from jobs.suggest.kinds import KINDS

MOST_REMINDERS = 30
_CLOSE = 70
_REST = 200
_A_ROW = 3
_SMALL_WORDS = {"me", "to", "of", "about", "a", "the", "my", "for"}


async def remind(turn: Turn) -> Answer:
    """`/remind`, `/remind stretch`, `/remind stretch 21:30 weekdays`."""
    name, rest = _split(turn.text)
    rest = rest or _kept_rest(turn)
    if not name:
        return _which(turn, "")
    kind = faces.find(name)
    if kind is None:
        return unknown_kind(turn, name, rest)
    if withheld := personal.not_for_you(turn, kind):
        return withheld
    if turn.user.zone is None:
        return zone.ask(turn, then=f"/remind {turn.text}")
    if not rest:
        return _when(turn, kind)
    turn.user.expecting = {"what": "time", "kind": kind}  # what was left open before is no part of it
    return await _set(turn, kind, rest)


def _split(text: str) -> tuple[str, str]:
    """The kind and the schedule, without the small words of "me to stretch at 21:30"."""
    words = text.split()
    while words and words[0].lower() in _SMALL_WORDS:
        words.pop(0)
    if not words:
        return "", ""
    length = 2 if " ".join(words[:2]).lower() in faces.names() else 1  # "morning card 7:30"
    return " ".join(words[:length]), " ".join(words[length:])


def _kept_rest(turn: Turn) -> str:
    """The schedule that was said before the kind was asked for."""
    asked = turn.user.expecting or {}
    return str(asked.get("rest") or "") if asked.get("what") == "kind" else ""


async def typed_kind(turn: Turn) -> Answer:
    """The answer to "of what?"."""
    return await remind(turn)


async def typed(turn: Turn) -> Answer:
    """The answer to "when?", or something else altogether."""
    if said := await free_text.instead_of_a_time(turn):
        return said
    return await _set(turn, str((turn.user.expecting or {})["kind"]), turn.text)


def _wait_for_kind(turn: Turn, rest: str) -> None:
    """Of what was said, a time is kept and nothing else: who writes what a reminder is for tells of themself."""
    rest = rest[:_REST]
    turn.user.expecting = {"what": "kind", "rest": rest if when.is_time(turn, rest) else ""}


def _which(turn: Turn, rest: str) -> Reply:
    _ = turn.words.gettext
    _wait_for_kind(turn, rest)
    return Reply(
        fill(_("<b>What shall I remind you of?</b>\nOr write it at once, as in /remind stretch 21:30")),
        buttons=[[_kind_button(turn.words, kind)] for kind in KINDS],
    )


def _kind_button(words: Words, kind: str, command: str = "remind") -> Button:
    return Button(faces.label(words, kind), Press("say", (f"/{command} {kind}",)))


def unknown_kind(turn: Turn, name: str, rest: str = "", *, command: str = "remind") -> Reply:
    """No kind of ours: what comes close, or all there are."""
    _ = turn.words.gettext
    if any(character.isdigit() for character in name) or when.is_time(turn, f"{name} {rest}"):
        return _which(turn, f"{name} {rest}".strip())
    _wait_for_kind(turn, rest)
    close = process.extractOne(name.lower(), list(faces.names()), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if close is None:
        sorry = fill(_("I can't remind you of “{name}”, only of these:"), name=name[:60])
        return Reply(sorry, buttons=[[_kind_button(turn.words, kind, command)] for kind in KINDS])
    kind = faces.find(close[0]) or name
    return Reply(
        fill(_("I don't know “{name}”. Did you mean:"), name=name[:60]),
        buttons=[[_kind_button(turn.words, kind, command)]],
    )


def _when(turn: Turn, kind: str) -> Reply:
    _ = turn.words.gettext
    turn.user.expecting = {"what": "time", "kind": kind}
    buttons = [Button(text, Press("say", (f"/remind {kind} {text}",))) for text in _suggested(turn, kind)]
    return Reply(
        fill(_("<b>{kind}</b>: when? Choose, or write it your way:\n{examples}"),
             kind=faces.label(turn.words, kind), examples=when.examples(kind)),
        buttons=[buttons[i : i + _A_ROW] for i in range(0, len(buttons), _A_ROW)],
    )  # fmt: skip


def _suggested(turn: Turn, kind: str) -> list[str]:
    """The times for buttons: first those by a bedtime that was told, which are left out until then."""
    texts = faces.FACES[kind].suggested
    by_bedtime = [text for text in texts if when.goes_by(turn, text, Landmark.BEDTIME)]
    others = [text for text in texts if text not in by_bedtime]
    return others if turn.preferences.bedtime is None else [*by_bedtime, *others]


async def _set(turn: Turn, kind: str, text: str) -> Answer:
    if (turn.user.expecting or {}).get("kind") != kind:
        turn.user.expecting = {"what": "time", "kind": kind}
    match when.read(turn, text, kind=kind, retry=f"/remind {kind}"):
        case Reply() as question:
            return question
        case rules:
            turn.user.expecting = None
            return await _ask_first(turn, kind, rules) or await _add(turn, kind, rules)


async def _ask_first(turn: Turn, kind: str, rules: Sequence[Rule]) -> Reply | None:
    """What has to be known before it can be set; None where it can, if only to wait for a place or a workout."""
    lacking, never = landmarks.missing(turn, rules), outlook.never(turn, rules)
    if lacking is Landmark.BEDTIME or (lacking and never):
        return await landmarks.ask(turn, lacking, f"/remind {kind} {canonical(rules, turn.zone)}")
    return never


async def _add(turn: Turn, kind: str, rules: Sequence[Rule]) -> Reply:
    _ = turn.words.gettext
    mine = await reminders.of_user(turn.session, turn.user.id)
    if len(mine) + len(rules) > MOST_REMINDERS:
        return Reply(
            fill(
                _("You have {n} reminders, as many as I can keep. Delete one in /reminders first."),
                n=len(mine),
            )
        )
    there = {(reminder.kind, str(reminder.rule)): reminder for reminder in mine}
    kept = []
    for rule in rules:
        known = there.get((kind, str(to_json(rule))))
        if known is None:
            known = schedule.add(turn.session, turn.user, kind=kind, rule=rule, now=turn.now)
        elif known.state == ReminderState.OFF:
            await schedule.change(turn.session, turn.user, known, now=turn.now, state=ReminderState.ON)
        kept.append(known)
    await turn.session.flush()
    answer = echo(turn, kept, rules)
    if all(reminder in mine for reminder in kept):
        return replace(answer, text=fill(_("You have this one already.")) + Markup("\n") + (answer.text or Markup()))
    return answer


def echo(turn: Turn, kept: Sequence[Reminder], rules: Sequence[Rule]) -> Reply:
    """What was understood, and the next two times it will come."""
    _ = turn.words.gettext
    lines = [reminder_words.schedule(turn, reminder, rule) for reminder, rule in zip(kept, rules, strict=True)]
    text = fill(
        _("✓ <b>{kind}</b>: {schedule}."), kind=faces.label(turn.words, kept[0].kind), schedule="; ".join(lines)
    )
    if all(reminder.state == ReminderState.OFF for reminder in kept):
        return Reply(text + fill(_("\nIt is still turned off.")), buttons=[[_open(turn, kept[0])]])
    text = in_lines((text, *outlook.lines(turn, kept, rules), *_notes(turn, kept, rules)))
    if len(kept) > 1:
        return Reply(text, buttons=[[Button(_("My reminders"), Press("reminder", ("list",)))]])
    number = str(kept[0].id)
    buttons = [[_open(turn, kept[0]), Button(_("Delete"), Press("reminder", (number, "delete")))]]
    if outlook.quiet_occasion(turn, kept[0], rules[0]) is not None:
        buttons.append([Button(_("Let it come anyway"), Press("reminder", (number, "anyway")))])
    return Reply(text, buttons=buttons)


def _notes(turn: Turn, kept: Sequence[Reminder], rules: Sequence[Rule]) -> Sequence[Markup]:
    """What a kind says about itself when it is set, by what the person has told and when it will come."""
    dues = turn.almanac_of(kept[0]).upcoming(rules[0], turn.now, 1)
    return faces.FACES[kept[0].kind].when_set(turn.words, turn.almanac, dues)


def _open(turn: Turn, reminder: Reminder) -> Button:
    return Button(turn.words.gettext("Change"), Press("reminder", (str(reminder.id), "open")))
