"""/remind: a nudge kind and a schedule in words become reminders; what was understood is echoed."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from rapidfuzz import fuzz, process

from bot.dialogue import personal, wording, zone
from bot.dialogue.times import Ambiguous, Misunderstood, Question, Reason, Understood, parse
from bot.dialogue.turn import Answer, Button, Press, Reply, Turn
from bot.dialogue.words import Words, fill, mark
from db import reminders
from db.models import Reminder, ReminderState
from jobs import schedule
from jobs.recurrence import Rule, to_json, upcoming
from jobs.suggest.kinds import KINDS

MOST_REMINDERS = 30
_CLOSE = 70

# English for every language: people type what the menu says. Translations add their own.
ALIASES: Mapping[str, str] = {
    "stretching": "stretch", "stretches": "stretch", "calves": "stretch", "calf": "stretch",
    "water": "hydrate", "drink": "hydrate", "drinking": "hydrate", "hydration": "hydrate", "electrolytes": "hydrate",
    "sunlight": "sun", "daylight": "sun", "walk": "sun", "light": "sun",
    "eat": "food", "magnesium": "food", "meal": "food", "snack": "food",
}  # fmt: skip

SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "stretch": ("21:30", "22:00", "22:30"),
    "hydrate": ("every 2h 9-18", "18:30", "20:00"),
    "sun": ("10:00", "12:30", "16:00"),
    "food": ("08:00", "13:00", "18:00"),
}

REFUSALS: Mapping[Reason, str] = {
    Reason.EMPTY: mark("When shall it come?"),
    Reason.UNKNOWN_WORD: mark("I don't understand “{part}” as a time."),
    Reason.UNCLEAR: mark("I can't make out when you mean, around “{part}”."),
    Reason.BAD_TIME: mark("“{part}” is not a time of the day."),
    Reason.BAD_DATE: mark("“{part}” is not a date I can use."),
    Reason.BAD_DURATION: mark("I can't use “{part}” as a length of time."),
    Reason.PASSED: mark("“{part}” has passed already."),
    Reason.TOO_FAR: mark("“{part}” is too far ahead for me."),
    Reason.NO_TIME: mark("At what time of the day?"),
    Reason.NO_WINDOW: mark("From when to when shall it repeat?"),
    Reason.NO_INTERVAL: mark("How often between those times?"),
    Reason.STEP_TOO_SHORT: mark("That is very often: I repeat every 15 minutes at most."),
    Reason.STEP_TOO_LONG: mark("The interval is longer than the time it has."),
    Reason.TOO_MANY: mark("Those are too many times for one reminder."),
}

QUESTIONS: Mapping[Question, str] = {
    Question.MORNING_OR_EVENING: mark("Morning or evening? I don't want to guess."),
    Question.WHICH_WINDOW: mark("Which hours do you mean? I don't want to guess."),
    Question.WHICH_DATE: mark("Which day do you mean? I don't want to guess."),
}


async def remind(turn: Turn) -> Answer:
    """`/remind`, `/remind stretch`, `/remind stretch 21:30 weekdays`."""
    name, _, rest = turn.text.partition(" ")
    if not turn.text:
        return _which(turn.words, "")
    kind = find(name)
    if kind is None:
        return _unknown_kind(turn, name, rest)
    if withheld := personal.not_for_you(turn, kind):
        return withheld
    if turn.user.zone is None:
        return zone.ask(turn, then=f"/remind {turn.text}")
    return await _set(turn, kind, rest.strip()) if rest.strip() else _when(turn, kind)


async def typed(turn: Turn) -> Answer:
    """The answer to "when?"."""
    return await _set(turn, str((turn.user.expecting or {})["kind"]), turn.text)


def find(name: str) -> str | None:
    """The kind of this name or alias."""
    name = name.lower()
    return name if name in KINDS else ALIASES.get(name)


def _which(words: Words, rest: str) -> Reply:
    _ = words.gettext
    return Reply(
        fill(_("<b>What shall I remind you of?</b>\nOr write it at once, as in /remind stretch 21:30")),
        buttons=[[_kind_button(words, kind, rest)] for kind in KINDS],
    )


def _kind_button(words: Words, kind: str, rest: str) -> Button:
    return Button(wording.kind(words, kind), Press("say", (f"/remind {kind} {rest}".strip(),)))


def _unknown_kind(turn: Turn, name: str, rest: str) -> Reply:
    _ = turn.words.gettext
    if any(character.isdigit() for character in name):
        return _which(turn.words, turn.text[:30])
    close = process.extractOne(name.lower(), [*KINDS, *ALIASES], scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if close is None:
        reply = _which(turn.words, "")
        sorry = fill(_("I can't remind of “{name}”, only of these:"), name=name[:60])
        return Reply(Markup("\n\n").join((sorry, reply.text or Markup())), buttons=reply.buttons)
    kind = find(close[0]) or name
    return Reply(
        fill(_("I don't know “{name}”. Did you mean:"), name=name[:60]),
        buttons=[[_kind_button(turn.words, kind, rest[:40])]],
    )


def _when(turn: Turn, kind: str) -> Reply:
    _ = turn.words.gettext
    turn.user.expecting = {"what": "time", "kind": kind}
    buttons = [Button(text, Press("say", (f"/remind {kind} {text}",))) for text in SUGGESTED[kind]]
    return Reply(
        fill(_("<b>{kind}</b>: when? Choose, or write it your way:\n{examples}"),
             kind=wording.kind(turn.words, kind), examples=examples()),
        buttons=[buttons],
    )  # fmt: skip


async def _set(turn: Turn, kind: str, text: str) -> Answer:
    match read(turn, text, retry=f"/remind {kind}"):
        case Reply() as question:
            turn.user.expecting = {"what": "time", "kind": kind}
            return question
        case rules:
            turn.user.expecting = None
            return await _add(turn, kind, rules)


def read(turn: Turn, text: str, *, retry: str) -> Sequence[Rule] | Reply:
    """The rules that a text means, or a question or refusal; `retry` is the command that a button repeats."""
    _ = turn.words.gettext
    match parse(text, now=turn.now, zone=turn.zone, language=turn.words.language):
        case Understood(rules):
            return rules
        case Ambiguous(question, options):
            return Reply(
                fill(_(QUESTIONS[question])),
                buttons=[[Button(option, Press("say", (f"{retry} {option}".strip(),)))] for option in options],
            )
        case Misunderstood(reason, part):
            refusal = fill(_(REFUSALS[reason]), part=part[:40])
            return Reply(Markup("\n\n").join((refusal, fill(_("Write it like this:")), examples())))


def examples() -> Markup:
    """Times the bot understands, to copy."""
    shown = ("21:30", "9:30pm weekdays", "08:00 13:00 mon wed fri", "every 2h 9-18", "in 10 minutes")
    return Markup("\n").join(fill("• <code>{example}</code>", example=example) for example in shown)


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
    return echo(turn, kept, rules)


def echo(turn: Turn, kept: Sequence[Reminder], rules: Sequence[Rule]) -> Reply:
    """What was understood, and the next two times it will come."""
    _ = turn.words.gettext
    lines = [wording.schedule(turn.words, rule, now=turn.now, zone=turn.zone) for rule in rules]
    text = fill(
        _("✓ <b>{kind}</b>: {schedule}."), kind=wording.kind(turn.words, kept[0].kind), schedule="; ".join(lines)
    )
    soon = sorted(due for rule in rules for due in upcoming(rule, turn.zone, turn.now, 2))[:2]
    if len(soon) > 1:
        times = (wording.moment(turn.words, due, now=turn.now, zone=turn.zone) for due in soon)
        text += fill(_("\nNext: {times}."), times=wording.listed(turn.words, times))
    if len(kept) > 1:
        return Reply(text, buttons=[[Button(_("My reminders"), Press("reminder", ("list",)))]])
    number = str(kept[0].id)
    return Reply(
        text,
        buttons=[
            [
                Button(_("Change"), Press("reminder", (number, "open"))),
                Button(_("Delete"), Press("reminder", (number, "delete"))),
            ]
        ],
    )
