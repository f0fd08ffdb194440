"""What a person told, kept as JSON in their row: one codec for everything of that kind."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Self, cast

from pydantic import TypeAdapter

from db.crypto import UNREADABLE


class UnreadableError(ValueError):
    """What is stored cannot be read: damaged, of another shape, or its key is not here."""


@dataclass(frozen=True)
class Stored:
    """A frozen dataclass whose fields all have a usual value; what has it is left out of the stored form."""

    more: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    """What later versions wrote: kept, not understood."""

    def to_json(self) -> dict[str, Any]:
        """The stored form; sets are sorted so that equal values are stored alike."""
        told = _adapter(cast(Hashable, type(self))).dump_python(
            self, mode="json", exclude_defaults=True, exclude={"more"}
        )
        return {**self.more, **{name: _in_order(getattr(self, name), value) for name, value in told.items()}}

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """Read what `to_json` wrote. Raises UnreadableError for values that cannot be."""
        if not stored:
            return cls()
        if not isinstance(stored, dict) or UNREADABLE.items() <= stored.items():
            raise UnreadableError("it cannot be read")
        names = _names(cast(Hashable, cls))
        if more := {name: value for name, value in stored.items() if name not in names}:
            stored = {"more": more, **{name: value for name, value in stored.items() if name in names}}
        try:
            read: Self = _adapter(cast(Hashable, cls)).validator.validate_python(stored)
        except ValueError as error:
            raise UnreadableError(str(error)) from error
        return read


@cache
def _names(shape: Any) -> frozenset[str]:
    return frozenset(own.name for own in fields(shape)) - {"more"}


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _in_order(value: object, dumped: Any) -> Any:
    return sorted(dumped) if isinstance(value, frozenset) else dumped
