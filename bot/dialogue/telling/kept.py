"""Where values are kept: in the profile, for which consent is needed, or in the preferences, for which it is not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from bot.dialogue.turn import Turn
from db.knowledge.safety import TraitKind
from jobs.preferences import Preferences

Chosen = frozenset[str]


def profile_is(turn: Turn, **values: Any) -> None:
    """Keep these attributes of the profile. Raises UnreadableError, with nothing overwritten."""
    turn.user.profile = replace(turn.profile, **values).to_json()


def preferences_are(turn: Turn, **values: Any) -> None:
    """Keep these attributes of the preferences. Raises UnreadableError, with nothing overwritten."""
    turn.user.preferences = replace(Preferences.from_json(turn.user.preferences), **values).to_json()


def usual(attribute: str) -> Any:
    """What an attribute of the preferences is until the person tells."""
    return next(own.default for own in fields(Preferences) if own.name == attribute)


class Place(Protocol):
    """Where the choices of a field are kept, by their names."""

    def chosen(self, turn: Turn) -> Chosen: ...

    def keep(self, turn: Turn, chosen: Chosen) -> None: ...


@dataclass(frozen=True)
class OneValue:
    """One attribute of the profile; `read` makes it of the choice's name."""

    attribute: str
    read: Callable[[str], object] = str

    def chosen(self, turn: Turn) -> Chosen:
        value = getattr(turn.profile, self.attribute)
        return frozenset() if value is None else frozenset({f"{value:g}" if isinstance(value, float) else str(value)})

    def keep(self, turn: Turn, chosen: Chosen) -> None:
        profile_is(turn, **{self.attribute: next(map(self.read, chosen), None)})


@dataclass(frozen=True)
class ManyValues:
    """A set of the profile."""

    attribute: str
    read: Callable[[str], object] = str

    def chosen(self, turn: Turn) -> Chosen:
        return frozenset(str(value) for value in getattr(turn.profile, self.attribute))

    def keep(self, turn: Turn, chosen: Chosen) -> None:
        profile_is(turn, **{self.attribute: frozenset(map(self.read, chosen))})


@dataclass(frozen=True)
class TraitsOfKind:
    """Conditions and medicines share one set of the profile; each field minds its own part."""

    kind: TraitKind

    def chosen(self, turn: Turn) -> Chosen:
        return turn.profile.traits & self._mine(turn)

    def keep(self, turn: Turn, chosen: Chosen) -> None:
        profile_is(turn, traits=turn.profile.traits - self._mine(turn) | chosen)

    def _mine(self, turn: Turn) -> Chosen:
        return frozenset(trait.id for trait in turn.edition.safety.traits if trait.kind is self.kind)


@dataclass(frozen=True)
class Preference:
    """One attribute of the preferences: the names of its choices, with the value of each."""

    attribute: str
    values: Mapping[str, object]

    def chosen(self, turn: Turn) -> Chosen:
        value = getattr(turn.preferences, self.attribute)
        return frozenset(name for name, own in self.values.items() if own == value)

    def keep(self, turn: Turn, chosen: Chosen) -> None:
        value = next((self.values[name] for name in chosen), usual(self.attribute))
        preferences_are(turn, **{self.attribute: value})
