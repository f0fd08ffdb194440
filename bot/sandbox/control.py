"""What the sandbox needs of whoever owns the bot's clock."""

from datetime import datetime
from typing import Protocol


class ClockControl(Protocol):
    """A clock that can be moved, held by the composition root. Every instant is aware UTC."""

    def now(self) -> datetime:
        """The bot's present instant."""
        ...

    async def next_due(self) -> datetime | None:
        """The instant of the earliest owed nudge, or None when nothing is planned."""
        ...

    async def advance(self, to: datetime) -> None:
        """Move the clock forward to `to` and return once all that fell due has been sent."""
        ...
