"""What a person told about themself, met with what is known: why something is not for them, or only with care."""

from collections.abc import Iterable

from markupsafe import Markup

from bot.dialogue.turn import Turn
from bot.dialogue.words import fill
from db.knowledge.models import Subject
from db.knowledge.safety import Rule, Safety, Verdict
from jobs.suggest import safety
from jobs.suggest.kinds import KINDS
from jobs.suggest.profile import Profile


def of_nutrient(turn: Turn, nutrient: str) -> list[Markup]:
    """A line for each thing this person told that bears on this nutrient, in food or in pills."""
    judged = [
        safety.judge(turn.edition.safety, turn.profile, subject, nutrient)
        for subject in (Subject.SUPPLEMENT, Subject.FOOD, *((Subject.SALT,) if nutrient == "sodium" else ()))
    ]
    return reasons(turn, (rule for judgement in judged for rule in judgement.rules))


def reasons(turn: Turn, rules: Iterable[Rule]) -> list[Markup]:
    """The rules that hold because of what the person told, each once, in words."""
    _ = turn.words.gettext
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


def may_nudge(table: Safety, profile: Profile, kind: str) -> bool:
    """Whether a nudge of this kind may be offered to this person."""
    return safety.judge(table, profile, KINDS[kind].subject, KINDS[kind].nutrient).verdict is not Verdict.WITHHELD
