"""THE table of commands, buttons and awaited answers. Menu, help and aliases are derived from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from bot.dialogue import (
    about,
    admin,
    answers,
    asking,
    check,
    done_at,
    foods,
    free_text,
    guided,
    help,  # noqa: A004 - the /help room
    landmarks,
    now,
    pause,
    red_flags,
    remind,
    reminder_changes,
    reminders,
    resting,
    settings,
    setup,
    start,
    stretch,
    today,
    topics,
    travel,
    upcoming,
    waiting,
    week,
    why,
    workout,
    zone,
)
from bot.dialogue.privacy import deleting, exporting
from bot.dialogue.privacy import screens as privacy
from bot.dialogue.telling import damaged
from bot.dialogue.turn import (
    Answer,
    Command,
    Handler,
    Incoming,
    Later,
    Place,
    Press,
    Redirect,
    Reply,
    Text,
    Turn,
    Unreadable,
)
from bot.dialogue.words import mark
from db import sealing

# A redirect leads to one command, which may need the time zone first; more would be a circle.
_MOST_REDIRECTS = 7
# Of this field even words that name a warning sign are kept.
_CONDITIONS = "conditions"


class Rights(Enum):
    """Who has a command. For all others it is unknown, like a word that never was one."""

    EVERYBODY = auto()
    OPERATORS = auto()


@dataclass(frozen=True)
class Route:
    """A command. `menu` is what Telegram's menu says; `help` its line in /help, with HTML."""

    name: str
    handler: Handler
    menu: str
    help: str
    rights: Rights = Rights.EVERYBODY


_TABLE = (
    Route("now", now.command, mark("A cramp right now: what to do"),
          mark("/now — a cramp right now: what to do this second")),
    Route("why", asking.command, mark("What is known about cramps, with sources"),
          mark("/why — what is known: /why magnesium, /why b6")),
    Route("stretch", stretch.command, mark("Stretch your legs, step by step"),
          mark("/stretch — stretches in pictures, and I count with you")),
    Route("foods", foods.command, mark("Where magnesium and the others are in food"),
          mark("/foods — where a nutrient is in food: <code>/foods magnesium vegan</code>")),
    Route("check", check.command, mark("Questions: what may be worth raising with a doctor"),
          mark("/check — questions: what may be worth raising with a doctor")),
    Route("remind", remind.remind, mark("Set a reminder"),
          mark("/remind — set a reminder: <code>/remind stretch 21:30</code>")),
    Route("reminders", reminders.command, mark("Your reminders: change, turn off, delete"),
          mark("/reminders — change, turn off or delete them")),
    Route("next", upcoming.command, mark("What comes next, and when"),
          mark("/next — what comes next, and when")),
    Route("pause", pause.command, mark("Nothing for some days; your score is kept"),
          mark("/pause — nothing for some days: <code>/pause 3d</code>, <code>/pause until monday</code>")),
    Route("resume", pause.resume, mark("End the pause"),
          mark("/resume — end the pause")),
    Route("workout", workout.command, mark("After a workout: what to drink"),
          mark("/workout — just trained? What to drink: <code>/workout 45 run hot</code>")),
    Route("today", today.command, mark("Today's plan: tick what is done"),
          mark("/today — today's plan: tick what is done; also the last days")),
    Route("week", week.command, mark("Your week as a small picture"),
          mark("/week — your week as a small picture")),
    Route("nudge", answers.command, mark("See a nudge right now"),
          mark("/nudge — see one now: <code>/nudge stretch</code>")),
    Route("settings", settings.command, mark("How I talk to you, and what you told me"),
          mark("/settings — quiet hours, diet, allergies: <code>/settings diet vegan</code>")),
    Route("setup", setup.command, mark("Tell me about yourself, step by step"),
          mark("/setup — tell me about yourself, step by step: two minutes")),
    Route("prevent", topics.prevent, mark("What may lead to fewer cramps"),
          mark("/prevent — what may lead to fewer cramps")),
    Route("doctor", red_flags.command, mark("Signs that it is more than a cramp, and whom to call"),
          mark("/doctor — signs that it is more than a cramp, and whom to call")),
    Route("timezone", zone.timezone, mark("Your time zone"),
          mark("/timezone — when you travel: <code>/timezone Lisbon</code>")),
    Route("start", start.start, mark("Begin, and set your time zone"),
          mark("/start — what I am, and first steps")),
    Route("help", help.command, mark("What I can do"),
          mark("/help — this list")),
    Route("privacy", privacy.command, mark("Your data: what I keep, and who can see it"),
          mark("/privacy — what I keep about you, why, how long, and who can see it")),
    Route("export", exporting.command, mark("Take along all that I keep about you"),
          mark("/export — all that I keep about you, as one file")),
    Route("delete", deleting.command, mark("Delete all that I keep about you"),
          mark("/delete — delete all that I keep about you")),
    Route("about", about.command, mark("Who made this, sources, licence"),
          mark("/about — who made this, where it comes from")),
    Route("cancel", help.cancel, mark("Forget what I just asked you"),
          mark("/cancel — forget what I just asked")),
    Route("admin", admin.command, mark("Counts and health of this bot"),
          mark("/admin — counts and health of this bot"), rights=Rights.OPERATORS),
)  # fmt: skip

COMMANDS: Mapping[str, Route] = {route.name: route for route in _TABLE if route.rights is Rights.EVERYBODY}
"""What everybody has."""

_ALL: Mapping[str, Route] = {route.name: route for route in _TABLE}

BUTTONS: Mapping[str, Handler] = {
    "why": why.pressed,
    "check": check.pressed,
    "foods": foods.pressed,
    "zone": zone.pressed,
    "reminder": reminders.pressed,
    "rest": resting.pressed,
    "pause": pause.pressed,
    "travel": travel.pressed,
    "bedtime": landmarks.pressed,
    "nudge": answers.pressed,
    "today": today.pressed,
    "week": week.pressed,
    "workout": workout.pressed,
    "stretch": stretch.pressed,
    "guide": guided.pressed,
    "settings": settings.pressed,
    "setup": setup.pressed,
    "now": now.pressed,
    "doctor": red_flags.pressed,
    "topic": topics.pressed,
    "privacy": privacy.pressed,
    "delete": deleting.pressed,
    "find": free_text.pressed,
    "say": help.say,
}

AWAITED: Mapping[str, Handler] = {
    "consent": settings.awaited,
    "setting": settings.typed,
    "setup": setup.typed,
    "zone": zone.typed,
    "kind": remind.typed_kind,
    "time": remind.typed,
    "bedtime": landmarks.typed,
    "retime": reminder_changes.retyped,
    "pause": pause.typed,
    "done_at": done_at.typed,
    "workout": workout.typed,
}


async def dispatch(turn: Turn, incoming: Incoming) -> list[Reply | Later]:
    """Run the handler of what came in, and of what it redirects to."""
    waiting.forget_old(turn)
    waited = waiting.words(turn)
    replies: list[Reply | Later] = []
    pending: list[Incoming] = [incoming]
    for _step in range(_MOST_REDIRECTS):
        if not pending:
            break
        for part in _parts(await _or_sorry(turn, pending.pop(0))):
            if isinstance(part, Redirect):
                pending.append(understand(part.text))
            else:
                replies.append(part)
    waiting.date(turn, waited)
    return replies


async def _or_sorry(turn: Turn, incoming: Incoming) -> Answer:
    """The handler's answer; where it needs what cannot be read about the person, nothing changes and that is said."""
    broken = damaged.found(turn)
    if broken is None:
        return await _handle(turn, incoming)
    if damaged.is_locked(turn):  # by a rotation that this process missed: what it writes needs its own key on record
        await sealing.learn_own(turn.session)
    try:
        async with turn.session.begin_nested():
            return await _handle(turn, incoming)
    except ValueError:  # UnreadableError, or what comes of it further down
        await turn.session.refresh(turn.user)
        return broken


def understand(text: str) -> Command | Text:
    """A message's words: a command, with or without @bot, or plain text."""
    text = text.strip()
    if not text.startswith("/") or len(text) == 1:
        return Text(text)
    name, *rest = text[1:].split(maxsplit=1)
    return Command(name.partition("@")[0].lower(), rest[0] if rest else "")


async def _handle(turn: Turn, incoming: Incoming) -> Answer:
    match incoming:
        case Command(name, rest):
            return await _command(turn, name, rest)
        case Press(action, args) if action in BUTTONS:
            return await BUTTONS[action](turn.having(args=args))
        case Press():
            return await help.unreadable(turn.having(text=Unreadable.OLD_BUTTON))
        case Text(text):
            return await _text(turn.having(text=text))
        case Place():
            return await zone.located(turn.having(place=incoming))
        case Unreadable():
            return await help.unreadable(turn.having(text=incoming))


async def _text(turn: Turn) -> Answer:
    """A red flag is answered first, also where something else was asked. Who names one of their conditions when asked
    for them tells something to keep as well."""
    asked = turn.user.expecting or {}
    awaited = AWAITED.get(str(asked.get("what")), free_text.answer)
    alarm = await free_text.alarm(turn)
    if alarm is None:
        return await awaited(turn)
    return [alarm, *_parts(await awaited(turn))] if asked.get("field") == _CONDITIONS else alarm


async def _command(turn: Turn, name: str, rest: str) -> Answer:
    """`/why magnesium` and `/why_magnesium` alike. A red flag is answered first, whatever the command, or none of ours.
    A command ends what was asked unless it asks anew."""
    asked = turn.user.expecting
    commands = _ALL if turn.user.chat_id in turn.house.operators.ids else COMMANDS
    head, _, tail = name.partition("_")
    if name not in commands and head in commands and tail:
        name, rest = head, f"{tail.replace('_', ' ')} {rest}".strip()
    said = rest if name in commands else f"{name.replace('_', ' ')} {rest}"
    alarm = await free_text.alarm(turn.having(text=said)) if said else None
    if alarm is not None and not (name == "settings" and settings.names(rest, _CONDITIONS)):
        return alarm
    if name not in commands:
        return await help.unknown_command(turn.having(text=name))
    answer = await commands[name].handler(turn.having(text=rest))
    if turn.user.expecting is asked and name != "help":
        turn.user.expecting = None
    return answer if alarm is None else [alarm, *_parts(answer)]


def _parts(answer: Answer) -> list[Reply | Later | Redirect]:
    return [answer] if isinstance(answer, Reply | Later | Redirect) else list(answer)
