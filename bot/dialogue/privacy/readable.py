"""Words for what the database keeps as ids: those that the chat has for them."""

import re
from collections.abc import Mapping
from typing import Any

from babel.dates import get_day_names

from bot.dialogue import answers
from bot.dialogue.nudges import message
from bot.dialogue.nudges.scene import Scene
from bot.dialogue.telling import choices
from bot.dialogue.telling.by_choice import Choices
from bot.dialogue.telling.choices import table
from bot.dialogue.telling.phrases import Choice
from bot.dialogue.turn import Turn
from bot.dialogue.workout_words import SPORTS
from db.knowledge.safety import TraitKind
from jobs.suggest.suggestion import Suggestion

_ANSWERS = "check.answers."
_NUMBER = re.compile(r"\.\d+")


def _nutrients(turn: Turn) -> Mapping[str, Choice]:
    return {name: Choice(card.name, ()) for name, card in turn.edition.cards.items()}


def _sports(turn: Turn) -> Mapping[str, Choice]:
    return {name: Choice(turn.words.gettext(sport.name), ()) for name, sport in SPORTS.items()}


def _weekdays(turn: Turn) -> Mapping[str, Choice]:
    return {str(day): Choice(name, ()) for day, name in get_day_names("wide", locale=turn.words.locale).items()}


def _lock_screen(turn: Turn) -> Mapping[str, Choice]:
    """By whether it is neutral."""
    previews = table(choices.PREVIEWS)(turn)
    return {"False": previews["full"], "True": previews["neutral"]}


# By the paths of `tables`, without the numbers in them.
_IDS: Mapping[str, Choices] = {
    "profile.diet": table(choices.DIETS),
    "profile.allergens": table(choices.ALLERGENS),
    "profile.dislikes": choices.foods,
    "profile.traits": choices.traits(*TraitKind),
    "profile.age": table(choices.AGES),
    "profile.sex": table(choices.SEXES),
    "profile.skin": table(choices.SKINS),
    "profile.cramps": table(choices.CRAMPS),
    "profile.workouts.sport": _sports,
    "profile.workouts.days": _weekdays,
    "profile.nutrients": _nutrients,
    "preferences.units": table(choices.UNITS),
    "preferences.tone": table(choices.TONES),
    "preferences.quiet.days": _weekdays,
    "preferences.neutral": _lock_screen,
}


def told(turn: Turn, item: str, value: object) -> str:
    """An item of profile.csv in words; nothing where it speaks for itself, or is not known any more."""
    if item.startswith(_ANSWERS):
        return _answer(turn, item.removeprefix(_ANSWERS).partition(".")[0], value)
    known = _IDS.get(_NUMBER.sub("", item))
    choice = known(turn).get(str(value)) if known else None
    return "" if choice is None else choice.label


def _answer(turn: Turn, question_id: str, value: object) -> str:
    for question in turn.edition.questionnaire.questions:
        for answer in question.answers:
            if (question.id, answer.id) == (question_id, value):
                return " ".join((question.text, answer.label))
    return ""


def reason(turn: Turn, name: object) -> object:
    """Why a nudge was skipped; what is no reason, or none any more, as it is stored."""
    label = answers.REASONS.get(name) if isinstance(name, str) else None
    return name if label is None else turn.words.gettext(label)


def proposal(turn: Turn, nudge: Mapping[str, Any]) -> object:
    """What a nudge proposed, as it was said, without its formatting; as it is stored where it cannot be read."""
    stored = nudge["suggestion"]
    if stored is None:
        return None
    try:
        made = Suggestion.from_json(nudge["kind"], stored)
        scene = Scene(turn.words, turn.edition, turn.preferences, turn.zone, nudge["id"], made)
        said = message.render(scene, opened=True).text
    except Exception:  # noqa: BLE001 - of another version, or damaged, in whatever way: people get it all the same
        return stored
    return stored if said is None else said.striptags()
