"""Asked on every path that suggests something: cards, foods, stretches, nudges, answers.

The table itself is data (`db/knowledge/safety.toml`); here a person's profile meets it. Nudges do not know the
person yet, so nothing in them may depend on who they are: no amounts, no minutes of sun, no salt, no supplement,
and each kind carries the caution that matters most for strangers (facts base, sections 2.3, 3.2, 3.4 and 4.5).
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from db.knowledge.foods import Food
from db.knowledge.intakes import Life
from db.knowledge.models import Subject
from db.knowledge.safety import Judgement, Safety, Target
from jobs.suggest.profile import Profile

ADULT = 18


def traits_of(profile: Profile) -> frozenset[str]:
    """What the table knows of this person: told conditions and medicines, and what age, life and skin imply."""
    implied = {
        "under_18": profile.age is not None and profile.age < ADULT,
        "pregnant": profile.life is Life.PREGNANT,
        "skin_type_1": profile.skin == 1,
    }
    return profile.traits | {trait for trait, holds in implied.items() if holds}


def judge(table: Safety, profile: Profile, subject: Subject, nutrient: str | None = None) -> Judgement:
    """Whether a subject (food, supplement, salt, sun, stretching, drinking) may be suggested to this person."""
    return table.judge(traits_of(profile), Target(subject=subject, nutrient=nutrient))


def judge_all(table: Safety, profile: Profile, asked: Collection[Target]) -> Judgement:
    """Whether something that touches several subjects at once may be suggested to this person."""
    return table.judge_all(traits_of(profile), asked)


def judge_food(table: Safety, profile: Profile, food: Food, nutrient: str | None = None) -> Judgement:
    """Whether a food may be suggested to this person for the sake of a nutrient. Diet and allergies come besides."""
    return table.judge_food(traits_of(profile), food, nutrient)


class Caution(StrEnum):
    """Which safety text goes with a nudge."""

    SWOLLEN_CALF = "swollen_calf"
    OVERDRINKING = "overdrinking"
    SUN_UNKNOWN = "sun_unknown"
    FOOD_UNKNOWN = "food_unknown"


_FOR_STRANGERS: Mapping[str, Caution] = {
    "stretch": Caution.SWOLLEN_CALF,
    "hydrate": Caution.OVERDRINKING,
    "sun": Caution.SUN_UNKNOWN,
    "food": Caution.FOOD_UNKNOWN,
}


def caution(kind: str) -> Caution:
    """The caution that a nudge of this kind must carry. Raises KeyError for a kind nobody judged."""
    return _FOR_STRANGERS[kind]
