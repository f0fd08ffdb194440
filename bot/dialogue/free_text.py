"""Plain words that answer no question of ours: a red flag first, then what they ask for, or an honest no."""

import re
from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue import food_screen, guided, pause, red_flags, topics, why, zone
from bot.dialogue.nudges import faces
from bot.dialogue.search import find
from bot.dialogue.searching.index import STRETCHING, Kind, Target
from bot.dialogue.times import Misunderstood, Reason, parse
from bot.dialogue.turn import Answer, Button, Press, Redirect, Refusal, Reply, Turn
from bot.dialogue.words import fill
from db.knowledge.care import Urgency

_SHOWN = 60
_OFFERED = 3
# 9, 21:30, 9pm
_CLOCK = re.compile(r"\d{1,2}([:.]\d\d)?([ap]m)?")
_WORDS_OF_A_WISH = 6
# Offered where nothing comes near.
_STARTS = (Target(Kind.TOPIC, "night_cramps"), Target(Kind.TOPIC, "prevention"), Target(Kind.COMMAND, "why"))

_REMIND = Target(Kind.COMMAND, "remind")
_PAUSE = Target(Kind.COMMAND, "pause")


async def alarm(turn: Turn) -> Reply | None:
    """The answer to a red flag that cannot wait; None where the words name none. Asked before anything else.

    Nobody is told to go on stretching beside it: a guided session ends.
    """
    flag = red_flags.red_flag_in(turn.text, turn.edition)
    if flag is None:
        return None
    await guided.stop(turn)
    return red_flags.flag_screen(turn, flag)


async def answer(turn: Turn) -> Answer:
    """What the words ask for. A red flag that can wait for days comes before it, but not before a command."""
    finding = find(turn.text, turn.house.index(turn.words.language))
    if finding.target == _REMIND or _asks_for_reminder(turn.text):
        return Redirect(f"/remind {_kind_and_time(turn.text)}".strip())
    if finding.target == _PAUSE or (finding.target is None and pause.is_wish(turn)):
        return Redirect(f"/pause {turn.text}")
    if _may_be_reminder(turn.text):
        return _reminder_pointer(turn)
    if finding.target is not None and finding.target.kind is Kind.COMMAND:
        return show(turn, finding.target)
    flag = red_flags.red_flag_in(turn.text, turn.edition, least=Urgency.SOON)
    warnings = [red_flags.flag_screen(turn, flag)] if flag else []
    if finding.target is not None:
        return [*warnings, show(turn, finding.target)]
    return warnings or await zone.unasked(turn) or _unknown(turn, finding.nearest)


async def instead_of_a_time(turn: Turn) -> Answer | None:
    """The answer to words that are no time but name something else, while a time is awaited; None for all others."""
    read = parse(turn.text, now=turn.now, zone=turn.zone, language=turn.words.language)
    is_time = not isinstance(read, Misunderstood) or read.reason is not Reason.UNKNOWN_WORD
    if is_time or find(turn.text, turn.house.index(turn.words.language)).target is None:
        return None
    turn.user.expecting = None
    return await answer(turn)


async def pressed(turn: Turn) -> Answer:
    """A button of "the nearest that I know"."""
    index = turn.house.index(turn.words.language)
    target = next((entry.target for entry in index.entries if turn.args == (entry.target.kind, entry.target.id)), None)
    if target is None or target.kind is Kind.BEYOND:
        return turn.refuse(Refusal.STALE, turn.words.gettext("I no longer have that."))
    return show(turn, target)


def show(turn: Turn, target: Target) -> Reply | Redirect:
    """What a target leads to."""
    match target:
        case Target(Kind.CARD, name):
            return why.first_screen(turn, name)
        case Target(Kind.TOPIC, name):
            return topics.topic_screen(turn, name)
        case Target(Kind.FOOD, name):
            return food_screen.screen(turn, name)
        case Target(_, name):
            return Redirect(f"/{name}")


def _unknown(turn: Turn, nearest: Sequence[Target]) -> Reply:
    _ = turn.words.gettext
    if nearest:
        sorry = fill(_("I don't know about that: “{text}”."), text=_short(turn.text))
    else:
        sorry = fill(_("I am not sure what you mean."))
    offered = list(dict.fromkeys((*nearest, *_STARTS)))[:_OFFERED]
    more = fill(_("I know about leg cramps, some nutrients and foods; /help shows everything. Maybe one of these?"))
    return Reply(
        Markup(" ").join((sorry, more)),
        buttons=[[Button(_name(turn, target), Press("find", (target.kind, target.id)))] for target in offered],
    )


def _name(turn: Turn, target: Target) -> str:
    match target:
        case Target(Kind.CARD, name):
            return turn.words.gettext("Stretching") if name == STRETCHING else turn.edition.cards[name].name
        case Target(Kind.TOPIC, name):
            return turn.edition.topics[name].title
        case Target(Kind.FOOD, name):
            return turn.edition.larder.foods[name].name
        case Target(_, name):
            return turn.words.gettext(turn.house.routes[name].menu)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"


def _may_be_reminder(text: str) -> bool:
    """`please stretch at 9`: a few words, among them a kind and a time."""
    words = text.lower().split()
    return len(words) <= _WORDS_OF_A_WISH and any(map(faces.find, words)) and any(map(_CLOCK.fullmatch, words))


def _asks_for_reminder(text: str) -> bool:
    """`remind me to drink after my workout`: whatever else the words name."""
    words = text.lower().split()
    return "remind" in words and any(map(faces.find, words[words.index("remind") :]))


def _reminder_pointer(turn: Turn) -> Reply:
    _ = turn.words.gettext
    return Reply(
        fill(_("Would you like a reminder? Then write it like this: /remind stretch 21:30")),
        buttons=[[Button(_("Set a reminder"), Press("say", ("/remind",)), style="primary")]],
    )


def _kind_and_time(text: str) -> str:
    """What stands behind "remind me to", from the kind on; empty where none is named."""
    words = text.lower().split()
    start = next((place for place, word in enumerate(words) if faces.find(word)), len(words))
    return " ".join(words[start:])
