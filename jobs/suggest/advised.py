"""What a person is advised to eat of a nutrient a day: a figure to compare with, never advice of ours."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Self

from db.knowledge.cards import Card
from db.knowledge.intakes import Intake, Life, Region, Sex
from db.knowledge.models import Citation, Quantity
from jobs.suggest import safety
from jobs.suggest.profile import Profile

# Most people get more than enough of these: a share of the day would make them a goal.
FOR_AWARENESS = frozenset({"sodium"})

_UK_ZONES = frozenset(f"Europe/{name}" for name in ("London", "Belfast", "Guernsey", "Isle_of_Man", "Jersey"))
# Whoever chose "18 to 30" is kept as 18, and figures for the grown up begin at 18 or 19.
_GROWN = 19
# In this order, where a region has no figure of its own.
_WITH_FIGURES = (Region.US, Region.EU, Region.UK)


@dataclass(frozen=True)
class Share:
    """A part of what is advised a day: 0.25 is a quarter. Both ends are the same where one figure holds."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Reference:
    """What people like this one are advised a day, to compare with; a span where not enough of them is known."""

    region: Region
    low: Quantity
    high: Quantity
    citations: tuple[Citation, ...]

    def share(self, amount: Quantity) -> Share:
        """Raises ValueError for another unit."""
        if not amount.unit is self.low.unit is self.high.unit:
            raise ValueError(f"{amount.unit} cannot be compared with {self.low.unit}")
        return Share(amount.value / self.high.value, amount.value / self.low.value)


class _Person(NamedTuple):
    """No more of a profile than figures depend on. `age` None: grown up, as far as is known."""

    age: int | None
    sex: Sex | None
    life: Life

    @classmethod
    def of(cls, profile: Profile) -> Self:
        life = Life.PREGNANT if "pregnant" in profile.traits else profile.life
        age = _GROWN if profile.age == safety.ADULT else profile.age
        return cls(age, profile.sex if life is Life.GENERAL else Sex.FEMALE, life)


def region_of(zone: str | None) -> Region:
    """Whose figures people in a time zone know best; the US where nothing better is known."""
    if zone is None or not zone.startswith("Europe/"):
        return Region.US
    return Region.UK if zone in _UK_ZONES else Region.EU


def reference(card: Card, profile: Profile, region: Region) -> Reference | None:
    """What the person is advised a day: by their region, else by the next that has a figure for them.

    None where no figure fits, as for most of those under eighteen. Of those whose age is unknown we assume
    that they are grown up.
    """
    return _reference(card, _Person.of(profile), region)


@lru_cache(maxsize=4096)
def _reference(card: Card, person: _Person, region: Region) -> Reference | None:
    for own in (region, *(other for other in _WITH_FIGURES if other is not region)):
        rows = [row for row in card.intakes if row.region is own and _may_fit(row, person)]
        if rows and card.id not in FOR_AWARENESS:
            amounts = sorted((row.amount for row in rows), key=lambda amount: amount.value)
            return Reference(own, amounts[0], amounts[-1], tuple(dict.fromkeys(row.citation for row in rows)))
    return None


def _may_fit(row: Intake, person: _Person) -> bool:
    of_age = row.ages.first >= safety.ADULT if person.age is None else person.age in row.ages
    return row.life is person.life and of_age and (person.sex is None or row.sex in (None, person.sex))
