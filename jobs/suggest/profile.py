"""What a person told about themself. Everything may be unknown; unknown is never taken for "no"."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Life, Sex


@dataclass(frozen=True)
class Profile:
    """`traits` are conditions and medicines of the safety table; `dislikes` are ids of foods.

    `age` is in whole years, the lower end where only a band was told. `weight` is in kg.
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
    more: Mapping[str, Any] = field(default_factory=dict)
    """What later versions wrote: kept, not understood."""

    def to_json(self) -> dict[str, Any]:
        """The stored form; what is unknown is left out."""
        values = {name: value for name, value in asdict(self).items() if name != "more"}
        known = {name: sorted(v) if isinstance(v, frozenset) else v for name, v in values.items()}
        told = {name: value for name, value in known.items() if value not in (None, [], Life.GENERAL)}
        return {**self.more, **told}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Self:
        """Read what `to_json` wrote. Raises ValueError for values that cannot be."""
        stored = dict(stored or {})
        names = {own.name for own in fields(cls)} - {"more"}
        known = {name: _READERS.get(name, _same)(stored.pop(name)) for name in list(stored) if name in names}
        return cls(**known, more=stored)


def _same(value: Any) -> Any:
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "diet": Diet,
    "allergens": lambda names: frozenset(Allergen(name) for name in names),
    "dislikes": frozenset,
    "traits": frozenset,
    "sex": Sex,
    "life": Life,
}
