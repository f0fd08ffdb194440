"""Asked on every path that suggests something: cards, foods, stretches, nudges, answers.

The table itself is data (`db/knowledge/safety.toml`); here a person's profile meets it.
"""

from collections.abc import Collection
from functools import lru_cache

from db.knowledge.foods import Food
from db.knowledge.intakes import Life
from db.knowledge.models import Subject
from db.knowledge.safety import EVERYONE, Judgement, Safety, Target, Trait, Verdict
from jobs.suggest.profile import Profile

ADULT = 18


def traits_of(profile: Profile) -> frozenset[str]:
    """What the table knows of this person: told conditions and medicines, and what age, life and skin imply."""
    return _with_implied(
        profile.traits,
        under_18=profile.age is not None and profile.age < ADULT,
        pregnant=profile.life is Life.PREGNANT,
        skin_type_1=profile.skin == 1,
    )


@lru_cache(maxsize=1024)  # every path that suggests asks, some several times
def _with_implied(told: frozenset[str], **implied: bool) -> frozenset[str]:
    return told.union(trait for trait, holds in implied.items() if holds)


def judge(table: Safety, profile: Profile, subject: Subject, nutrient: str | None = None) -> Judgement:
    """Whether a subject (food, supplement, salt, sun, stretching, drinking) may be suggested to this person."""
    return table.judge(traits_of(profile), Target(subject=subject, nutrient=nutrient))


def judge_all(table: Safety, profile: Profile, asked: Collection[Target]) -> Judgement:
    """Whether something that touches several subjects at once may be suggested to this person."""
    return table.judge_all(traits_of(profile), asked)


def judge_food(table: Safety, profile: Profile, food: Food, nutrient: str | None = None) -> Judgement:
    """Whether a food may be suggested to this person for the sake of a nutrient. Diet and allergies come besides."""
    return table.judge_food(traits_of(profile), food, nutrient)


def exclusions(table: Safety, subject: Subject) -> tuple[Trait, ...]:
    """Each trait that alone is enough to withhold a subject, in the order of the table."""
    asked = Target(subject=subject)
    return tuple(trait for trait in table.traits if table.judge({trait.id}, asked).verdict is Verdict.WITHHELD)


def cautions(judgement: Judgement) -> tuple[str, ...]:
    """Ids of the rules that hold for this person more than for everybody, and must be said with what is suggested."""
    if judgement.verdict is not Verdict.CAUTION:
        return ()
    return tuple(dict.fromkeys(rule.reason.id for rule in judgement.rules if EVERYONE not in rule.traits))
