"""What a person told about themself. Everything may be unknown; unknown is never taken for "no"."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Life, Sex
from jobs.stored import Stored
from jobs.workouts import Workout


class Cramps(StrEnum):
    """When cramps come."""

    NIGHT = "night"
    EXERCISE = "exercise"
    BOTH = "both"


@dataclass(frozen=True)
class Spot:
    """A place on the map in degrees, coarse on purpose: rounded to a tenth, about 10 km."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]

    def __post_init__(self) -> None:
        # The only way to make one, so that nothing finer can be stored.
        object.__setattr__(self, "latitude", round(self.latitude, 1))
        object.__setattr__(self, "longitude", round(self.longitude, 1))


@dataclass(frozen=True)
class Profile(Stored):
    """`traits` are conditions and medicines of the safety table; `dislikes` are ids of foods.

    `age` is in whole years, the lower end where only a band was told. `weight` is in kg. `sun`: wants minutes of
    sun. `nutrients`: which ones food nudges are about; magnesium where none was picked.
    """

    diet: Diet | None = None
    allergens: frozenset[Allergen] = frozenset()
    dislikes: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    age: int | None = None
    sex: Sex | None = None
    life: Life = Life.GENERAL
    skin: int | None = None
    weight: float | None = None
    cramps: Cramps | None = None
    workouts: tuple[Workout, ...] = ()
    place: Spot | None = None
    sun: bool = False
    nutrients: frozenset[str] = frozenset()
