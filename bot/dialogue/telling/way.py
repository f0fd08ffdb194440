"""How a field's value is told, shown and kept: what every kind of field can do, whatever its values are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from markupsafe import Markup

from bot.dialogue.turn import Redirect, Turn


@dataclass(frozen=True)
class Offer:
    """A value as a button: `key` is what the button carries, without colons."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Unclear:
    """A word that fits no value, and phrases that come close."""

    word: str
    close: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ask:
    """Something to say instead of keeping a value. `options`: texts that are understood, by their labels.
    `fields`: names of fields to tell first."""

    text: Markup
    options: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()


Problem = Unclear | Ask
Told = Problem | Redirect | None
"""What telling a value leads to: None once it is kept, a problem when nothing was changed, or another command."""


class Way(Protocol):
    """`pick` gets keys of `offers` only. `read` takes all of a text or none of it."""

    async def shown(self, turn: Turn) -> Sequence[str]:
        """What is kept now, in words; nothing where it is unset."""

    async def offers(self, turn: Turn, /) -> Sequence[Offer]:
        """The values that have a button."""

    async def pick(self, turn: Turn, key: str, /) -> Told:
        """A button was tapped: a value of many is switched, another is set or unset."""

    async def read(self, turn: Turn, text: str) -> Told:
        """Keep what a text says."""

    async def clear(self, turn: Turn) -> None:
        """Keep nothing."""


# What people write to have nothing kept.
NOTHING = frozenset(("none", "nothing", "clear", "delete", "rather not say", "off", "no", "-"))


def says_nothing(text: str) -> bool:
    """Whether a text clears a field."""
    return " ".join(text.casefold().split()) in NOTHING
