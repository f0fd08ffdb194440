"""What the gateway tells whoever counts updates."""

from enum import StrEnum
from typing import Protocol

from bot.dialogue.turn import Refusal


class Result(StrEnum):
    """What became of an update."""

    HANDLED = "handled"
    REPEATED = "repeated"
    """It had been handled before."""
    FAILED = "failed"
    """A fault of ours, for which the person got an apology."""
    UNREADABLE = "unreadable"
    LEFT_OUT = "left out"
    """One of too many from one chat."""


class Tally(Protocol):
    """Must not wait, and must not raise."""

    def updated(self, result: Result, *, seconds: float | None) -> None:
        """An update ended like this, so many seconds after its turn had come; None: it had none."""

    def failed(self, what: str) -> None:
        """Something went wrong, by the name of its kind: never a person's words."""

    def refused(self, why: Refusal) -> None:
        """A tap changed nothing."""
