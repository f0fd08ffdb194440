"""Advice as this person may be given it: as it stands, with the caution that goes with it, or its reason instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from bot.dialogue import personal
from bot.dialogue.turn import Turn
from bot.dialogue.words import fill, mark
from db.knowledge.models import Subject
from db.knowledge.safety import EVERYONE, Verdict
from jobs.suggest import safety

_NAMES: Mapping[Subject, str] = {
    Subject.FOOD: mark("What to eat"),
    Subject.SUPPLEMENT: mark("Supplements"),
    Subject.SALT: mark("Salt and salty drinks"),
    Subject.SUN: mark("Sun"),
    Subject.STRETCHING: mark("Stretching"),
    Subject.DRINKING: mark("Drinking"),
}


@dataclass(frozen=True)
class Leave:
    """`general` must be said to everybody with the advice; `mine` is why this person must take care, or do without."""

    withheld: bool = False
    general: tuple[Markup, ...] = ()
    mine: tuple[Markup, ...] = ()


def ask(turn: Turn, subject: Subject | None) -> Leave:
    """What safety says of a subject for this person. Food without a name may be any: the strictest nutrient counts."""
    if subject is None:
        return Leave()
    nutrients = [None, *turn.house.knowledge.nutrients] if subject is Subject.FOOD else [None]
    judged = [safety.judge(turn.edition.safety, turn.assumed, subject, nutrient) for nutrient in nutrients]
    strictest = max(judgement.verdict for judgement in judged)
    rules = [rule for judgement in judged if judgement.verdict is strictest for rule in judgement.rules]
    texts = dict.fromkeys(rule.reason.text for rule in rules if EVERYONE in rule.traits)
    general = tuple(fill("{text}", text=text) for text in texts)
    mine = tuple(personal.reasons(turn, rules))
    if strictest is not Verdict.WITHHELD:
        return Leave(general=general, mine=mine)
    name = turn.words.gettext(_NAMES[subject])
    sorry = fill(turn.words.gettext("{subject}: I leave that out for you."), subject=name)
    return Leave(withheld=True, mine=(sorry, *(mine or general)))


def line(leave: Leave, advice: str) -> Markup:
    """A piece of advice with its cautions in italics; the reasons instead where it is withheld."""
    if leave.withheld:
        return Markup(" ").join(leave.mine)
    text = fill("{advice}", advice=advice)
    new = [reason for reason in (*leave.general, *leave.mine) if reason not in text]
    return Markup(" ").join((text, *(fill("<i>{reason}</i>", reason=reason) for reason in new)))
