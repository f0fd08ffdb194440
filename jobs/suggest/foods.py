"""Which foods hold most of a nutrient for one person. Diet, allergies, dislikes and safety come before amounts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple, Self

from db.knowledge.cards import Edition
from db.knowledge.foods import Allergen, Diet, Food, FoodTag
from db.knowledge.models import Quantity, Subject
from db.knowledge.safety import EVERYONE, Judgement, Rule, Safety, Verdict
from jobs.suggest import safety
from jobs.suggest.advised import FOR_AWARENESS, Reference, Share
from jobs.suggest.profile import Profile

MOST = 10
# Of what is advised a day; below that a food is no source worth naming (US labels call 5 % or less low).
LEAST_SHARE = Decimal("0.05")
# Amounts that the body hardly takes up.
_MISLEADING: Mapping[str, frozenset[FoodTag]] = {"calcium": frozenset({FoodTag.OXALATE})}
_MOST_OF_A_GROUP = 3
# The first digits of a number of USDA's are its food group: 11 vegetables, 12 nuts and seeds, 15 fish.
_GROUP_DIGITS = 2


@dataclass(frozen=True)
class Wishes:
    """What is asked for once, besides the profile. `foods` are ids of foods to leave out."""

    diet: Diet | None = None
    allergens: frozenset[Allergen] = frozenset()
    foods: frozenset[str] = frozenset()

    def added_to(self, profile: Profile) -> Profile:
        """The profile with these wishes: never freer than it was."""
        return replace(
            profile,
            diet=strictest(self.diet, profile.diet),
            allergens=profile.allergens | self.allergens,
            dislikes=profile.dislikes | self.foods,
        )


@dataclass(frozen=True)
class Offer:
    """A food, what one serving holds (exact), and the share of the day."""

    food: Food
    amount: Quantity
    share: Share | None

    @cached_property
    def most(self) -> float | None:
        """The upper end of its share; reading it from the exact one takes longer than to draw by it."""
        return None if self.share is None else float(self.share.high)


@dataclass(frozen=True)
class Candidate:
    """An offer that fits what the person eats, and what safety says of it."""

    offer: Offer
    judgement: Judgement

    @property
    def withheld(self) -> bool:
        """Whether it must not be offered to this person."""
        return self.judgement.verdict is Verdict.WITHHELD


@dataclass(frozen=True)
class Ranking:
    """The richest first. `withheld`: why richer ones, or all where there are no offers, are left out for this person;
    `cautions`: what must be said with the offers."""

    offers: tuple[Offer, ...] = ()
    withheld: tuple[Rule, ...] = ()
    cautions: tuple[Rule, ...] = ()


def strictest(*diets: Diet | None) -> Diet | None:
    """The diet that keeps all of these; None keeps nothing."""
    return next((diet for diet in Diet if diet in diets), None)


def rank(edition: Edition, profile: Profile, nutrient: str, advised: Reference | None) -> Ranking:
    """The best foods for a nutrient that this person may be offered, or the reasons why there are none."""
    return _ranked(edition, _Eater.of(profile), nutrient, advised)


def allowed(
    edition: Edition,
    profile: Profile,
    nutrient: str,
    advised: Reference | None,
    *,
    without: frozenset[FoodTag] = frozenset(),
) -> Mapping[str, Candidate]:
    """Every food for a nutrient that this person may be offered, by its id, the richest first; none with such tags."""
    return _allowed(edition, _Eater.of(profile), nutrient, advised, without)


@lru_cache(maxsize=512)
def kin(edition: Edition, food: str) -> frozenset[str]:
    """The ids of all foods that are akin to this one, itself included; none for an id that is no food's any more."""
    foods = edition.larder.foods
    this = foods.get(food)
    return frozenset() if this is None else frozenset(name for name, other in foods.items() if akin(other, this))


def akin(food: Food, other: Food) -> bool:
    """Whether they are of one food group, or forms of the same food."""
    return _group(food) == _group(other) or _same_food(food, other)


class _Eater(NamedTuple):
    """No more of a profile than foods depend on: most people are alike in that."""

    diet: Diet | None
    allergens: frozenset[Allergen]
    dislikes: frozenset[str]
    traits: frozenset[str]

    @classmethod
    def of(cls, profile: Profile) -> Self:
        return cls(profile.diet, profile.allergens, profile.dislikes, safety.traits_of(profile))

    def as_profile(self) -> Profile:
        return Profile(**self._asdict())


# Going through all foods takes milliseconds, and in a burst of nudges each of them would do it.
_for_alike_eaters = lru_cache(maxsize=256)


@_for_alike_eaters
def _ranked(edition: Edition, eater: _Eater, nutrient: str, advised: Reference | None) -> Ranking:
    whole = safety.judge(edition.safety, eater.as_profile(), Subject.FOOD, nutrient)
    if whole.verdict is Verdict.WITHHELD:
        return Ranking(withheld=whole.rules)
    offers: list[Offer] = []
    rules: dict[Verdict, list[Rule]] = {verdict: [] for verdict in Verdict}
    for candidate in _judged(edition, eater, nutrient, advised):
        if len(offers) == MOST:
            break
        if _adds_variety(candidate.offer.food, [other.food for other in offers]):
            rules[candidate.judgement.verdict] += candidate.judgement.rules
            if not candidate.withheld:
                offers.append(candidate.offer)
    return Ranking(tuple(offers), _personal(rules[Verdict.WITHHELD]), _once(rules[Verdict.CAUTION]))


@_for_alike_eaters
def _allowed(
    edition: Edition, eater: _Eater, nutrient: str, advised: Reference | None, without: frozenset[FoodTag]
) -> Mapping[str, Candidate]:
    if safety.judge(edition.safety, eater.as_profile(), Subject.FOOD, nutrient).verdict is Verdict.WITHHELD:
        return {}
    judged = _judged(edition, eater, nutrient, advised)
    return {one.offer.food.id: one for one in judged if not one.withheld and not one.offer.food.tags & without}


@_for_alike_eaters
def _judged(edition: Edition, eater: _Eater, nutrient: str, advised: Reference | None) -> Sequence[Candidate]:
    profile = eater.as_profile()
    richest = _richest(edition.larder.foods.values(), profile, nutrient, advised)
    return tuple(Candidate(offer, _judge(edition.safety, profile, offer.food, nutrient)) for offer in richest)


def _judge(table: Safety, profile: Profile, food: Food, nutrient: str) -> Judgement:
    """Where salt hides is a warning: nobody needs it more than those to whom salt is not offered."""
    if nutrient in FOR_AWARENESS:
        salt = safety.judge(table, profile, Subject.SALT)
        return Judgement(verdict=Verdict.CAUTION, rules=_personal(salt.rules))
    return safety.judge_food(table, profile, food, nutrient)


def _richest(foods: Collection[Food], profile: Profile, nutrient: str, advised: Reference | None) -> list[Offer]:
    """All that the person eats and that holds enough to be named, the richest serving first."""
    offers = [
        Offer(food, amount, advised.share(amount) if advised is not None else None)
        for food in foods
        if _suits(food, profile, nutrient) and (amount := food.per_serving(nutrient)) is not None and amount.value > 0
    ]
    enough = [offer for offer in offers if offer.share is None or offer.share.high >= LEAST_SHARE]
    return sorted(enough, key=lambda offer: (-offer.amount.value, offer.food.id))


def _suits(food: Food, profile: Profile, nutrient: str) -> bool:
    return (
        (profile.diet is None or profile.diet.allows(food.diet))
        and food.safe_without(profile.allergens)
        and food.id not in profile.dislikes
        and not food.tags & _MISLEADING.get(nutrient, frozenset())
    )


def _adds_variety(food: Food, taken: Collection[Food]) -> bool:
    """Whether it is neither another form of a food that is there, nor one too many of its group."""
    if any(_same_food(food, other) for other in taken):
        return False
    return Counter(map(_group, taken))[_group(food)] < _MOST_OF_A_GROUP


def _same_food(food: Food, other: Food) -> bool:
    """Whether they are forms of the same food, such as raw and roasted."""
    return food.id.startswith(f"{other.id}_") or other.id.startswith(f"{food.id}_")


def _group(food: Food) -> str:
    return food.ndb_no[:_GROUP_DIGITS]


def _personal(rules: Collection[Rule]) -> tuple[Rule, ...]:
    return tuple(rule for rule in _once(rules) if EVERYONE not in rule.traits)


def _once(rules: Collection[Rule]) -> tuple[Rule, ...]:
    return tuple({rule.reason.id: rule for rule in rules}.values())
