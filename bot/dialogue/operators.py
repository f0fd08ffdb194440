"""Those who run this bot."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Operators:
    """`ids`: theirs at Telegram; nobody's by default. `rate`: messages a second, all chats together.

    `tick_age`: seconds since this process last planned; infinite where it does not. `contact`: how people reach them,
    in their own words.
    """

    ids: frozenset[int] = frozenset()
    rate: int = 30
    tick_age: Callable[[], float] = lambda: float("inf")
    contact: str | None = None
