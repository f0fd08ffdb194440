"""For whom what must not be suggested: condition or medicine against food, pills, salt, sun, drinking, stretching."""

from collections.abc import Callable, Collection, Iterator, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache, total_ordering
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from db.knowledge.bibliography import Bibliography
from db.knowledge.files import Claim
from db.knowledge.foods import Food, FoodTag
from db.knowledge.models import Id, Statement, Strict, Subject
from db.knowledge.shelf import Shelf

EVERYONE = "everyone"


@total_ordering
class Verdict(StrEnum):
    """In rising order. CAUTION: only together with the reason. WITHHELD: not at all; the reason may be shown."""

    ALLOWED = "allowed"
    CAUTION = "caution"
    WITHHELD = "withheld"

    def __lt__(self, other: str) -> bool:
        order = list(Verdict)
        return order.index(self) < order.index(Verdict(other))


class Target(Strict):
    """What a rule speaks of. Without `nutrient` and `tag`: all of the subject."""

    subject: Subject
    nutrient: Id | None = None
    tag: FoodTag | None = None

    def covers(self, asked: "Target") -> bool:
        """Whether a rule on this decides what is asked; a rule on one food tag decides only foods with it."""
        return (
            self.subject is asked.subject and self.nutrient in (None, asked.nutrient) and self.tag in (None, asked.tag)
        )


def parsed(written: str) -> dict[str, str]:
    """`salt`, `supplement.b6` or `tag.salty` as the fields of a Target."""
    subject, _, rest = written.partition(".")
    if subject == "tag":
        return {"subject": Subject.FOOD, "tag": rest}
    return {"subject": subject, "nutrient": rest} if rest else {"subject": subject}


class TraitKind(StrEnum):
    CONDITION = "condition"
    MEDICINE = "medicine"
    AGE = "age"
    SKIN = "skin"


class Trait(Strict):
    """A condition, a group of medicines, an age or a skin that safety depends on. `phrases`: how people say it."""

    id: Id
    kind: TraitKind
    name: str
    phrases: tuple[str, ...]


class Rule(Strict):
    """Whoever has one of `traits` gets `verdict` on each of `targets`, because of `reason`."""

    traits: frozenset[Id]
    targets: tuple[Target, ...]
    verdict: Verdict
    reason: Statement


class Judgement(Strict):
    """The strictest verdict found, and the rules that gave it, in the order of the table."""

    verdict: Verdict
    rules: tuple[Rule, ...]

    @property
    def reasons(self) -> tuple[Statement, ...]:
        return tuple(rule.reason for rule in self.rules)


class Safety(Strict):
    """The safety table in one language: ask `judge` before suggesting anything."""

    traits: tuple[Trait, ...]
    rules: tuple[Rule, ...]

    # Foods are asked about by the hundred and nudges by the thousand; few differ in what the table looks at.
    @cached_property
    def _judge(self) -> Callable[[frozenset[str], tuple[Target, ...]], Judgement]:
        return lru_cache(maxsize=4096)(self._strictest)

    @cached_property
    def _judge_food(self) -> Callable[[frozenset[str], frozenset[FoodTag], str | None], Judgement]:
        return lru_cache(maxsize=4096)(self._judge_food_anew)

    def judge(self, traits: Collection[str], asked: Target) -> Judgement:
        """What a person with `traits` may be offered of `asked`. The rules for everyone always count.

        ValueError: a trait that the table does not know, for silence about it would read as leave.
        """
        return self._judge(frozenset(traits), (asked,))

    def judge_food(self, traits: Collection[str], food: Food, nutrient: str | None = None) -> Judgement:
        """What a person with `traits` may be offered of a food, for the sake of a nutrient or none.

        Looks at the food itself and its tags, so that a food for one nutrient is withheld for another it holds.
        """
        return self._judge_food(frozenset(traits), food.tags, nutrient)

    def _judge_food_anew(self, traits: frozenset[str], tags: frozenset[FoodTag], nutrient: str | None) -> Judgement:
        asked = [Target(subject=Subject.FOOD, nutrient=nutrient)]
        asked += [Target(subject=Subject.FOOD, tag=tag) for tag in sorted(tags)]
        return self._strictest(traits, asked)

    def judge_all(self, traits: Collection[str], asked: Collection[Target]) -> Judgement:
        """What a person with `traits` may be offered of something that is all of these at once."""
        return self._judge(frozenset(traits), tuple(asked))

    def _strictest(self, traits: frozenset[str], asked: Sequence[Target]) -> Judgement:
        if unknown := traits - {trait.id for trait in self.traits}:
            raise ValueError(f"the safety table knows no '{min(unknown)}'")
        rules = list(self._rules_on({*traits, EVERYONE}, asked))
        verdict = max((rule.verdict for rule in rules), default=Verdict.ALLOWED)
        return Judgement(verdict=verdict, rules=tuple(rule for rule in rules if rule.verdict is verdict))

    def _rules_on(self, traits: set[str], asked: Sequence[Target]) -> Iterator[Rule]:
        for rule in self.rules:
            if rule.traits & traits and any(t.covers(question) for t in rule.targets for question in asked):
                yield rule


class TraitRow(Strict):
    id: Id
    kind: TraitKind


class RuleClaim(Claim):
    traits: Annotated[frozenset[Id], Field(min_length=1)]
    targets: Annotated[tuple[Annotated[Target, BeforeValidator(parsed)], ...], Field(min_length=1)]
    verdict: Verdict


class SafetyFile(Strict):
    traits: tuple[TraitRow, ...]
    rules: tuple[RuleClaim, ...]

    @model_validator(mode="after")
    def _knows_its_traits(self) -> Self:
        known = {row.id for row in self.traits}
        for rule in self.rules:
            if unknown := rule.traits - known - {EVERYONE}:
                raise ValueError(f"the rule '{rule.id}' names the unknown trait '{min(unknown)}'")
        return self


class SafetyShelf(Shelf[SafetyFile]):
    """Reads safety.toml and its words."""

    def __init__(self, root: Path, library: Bibliography, nutrients: Collection[str]) -> None:
        super().__init__(root, "safety", SafetyFile, library)
        for number, rule in enumerate(self.file.rules):
            for place, target in enumerate(rule.targets):
                if target.nutrient not in (None, *nutrients):
                    where = self.where.at("rules", number, "targets", place)
                    raise where.error(f"there is no nutrient '{target.nutrient}'")

    def make(self, language: str) -> Safety:
        prose = self.open(language, {})
        traits = tuple(
            Trait(
                id=row.id,
                kind=row.kind,
                name=prose.take(f"traits.{row.id}"),
                phrases=tuple(prose.take(f"phrases.{row.id}").split("; ")),
            )
            for row in self.file.traits
        )
        reasons = self.say(self.file.rules, "rules", prose)
        self.close(prose)
        rules = tuple(
            Rule(traits=claim.traits, targets=claim.targets, verdict=claim.verdict, reason=reason)
            for claim, reason in zip(self.file.rules, reasons, strict=True)
        )
        return Safety(traits=traits, rules=rules)
