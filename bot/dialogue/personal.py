"""What a person told about themself, met with what is known: why something is not for them, or only with care."""

from collections.abc import Iterable

from markupsafe import Markup

from bot.dialogue.nudges import faces
from bot.dialogue.telling import damaged
from bot.dialogue.turn import Reply, Turn
from bot.dialogue.words import fill, in_paragraphs
from db.knowledge.models import Subject
from db.knowledge.safety import Rule, Verdict
from jobs.suggest import safety
from jobs.suggest.kinds import judge_nudge


def of_nutrient(turn: Turn, nutrient: str) -> list[Markup]:
    """A line for each thing this person told that bears on this nutrient, in food or in pills."""
    judged = [
        safety.judge(turn.edition.safety, turn.assumed, subject, nutrient)
        for subject in (Subject.SUPPLEMENT, Subject.FOOD, *((Subject.SALT,) if nutrient == "sodium" else ()))
    ]
    return reasons(turn, (rule for judgement in judged for rule in judgement.rules)) + _worth_raising(turn, nutrient)


def _worth_raising(turn: Turn, nutrient: str) -> list[Markup]:
    """What the person told that makes this nutrient a topic for their doctor, by the points of the questionnaire."""
    _ = turn.words.gettext
    if not turn.is_readable:
        return []
    about = {topic.id for topic in turn.edition.questionnaire.topics if topic.card == nutrient}
    told = safety.traits_of(turn.profile)
    names = {trait.id: trait.name for trait in turn.edition.safety.traits}
    bearing = sorted(
        {
            names[trait].lower()
            for question in turn.edition.questionnaire.questions
            for answer in question.answers
            if any(effect.topic in about for effect in answer.effects)
            for trait in answer.traits & told
        }
    )
    if not bearing:
        return []
    return [
        fill(
            _("You told me: {traits}. That is a reason to ask your doctor about {nutrient}. "
              "Do not change a medicine by yourself."),
            traits=", ".join(bearing), nutrient=turn.edition.cards[nutrient].name,
        )
    ]  # fmt: skip


def reasons(turn: Turn, rules: Iterable[Rule]) -> list[Markup]:
    """The rules that hold because of what the person told, each once, in words; that it cannot be read, where so."""
    _ = turn.words.gettext
    if not turn.is_readable:
        return [damaged.cautious(turn)]
    told = safety.traits_of(turn.profile)
    names = {trait.id: trait.name for trait in turn.edition.safety.traits}
    return [
        fill(
            _("You told me: {traits}. {reason}"),
            traits=", ".join(names[trait].lower() for trait in sorted(rule.traits & told)),
            reason=rule.reason.text,
        )
        for rule in {rule.reason.id: rule for rule in rules}.values()
        if rule.traits & told
    ]


def not_for_you(turn: Turn, kind: str) -> Reply | None:
    """Why a nudge of this kind is withheld from this person; None where it is not."""
    judgement = judge_nudge(turn.edition.safety, turn.assumed, kind)
    if judgement.verdict is not Verdict.WITHHELD:
        return None
    sorry = fill(turn.words.gettext("<b>{kind}</b>: I leave that out for you."), kind=faces.label(turn.words, kind))
    return Reply(in_paragraphs((sorry, *reasons(turn, judgement.rules))))
