"""Moves the sandbox's clock, and lets the bot work on the way."""

from datetime import datetime

from bot.clock import MovableClock
from bot.life import App
from db import deliveries, reminders
from db import sessions as guided

_MOST_STEPS = 5000


class SandboxControl:
    """Fulfils `bot.sandbox.control.ClockControl`, stopping at each moment that something is due."""

    def __init__(self, app: App, clock: MovableClock) -> None:
        self._app = app
        self._clock = clock

    def now(self) -> datetime:
        return self._clock()

    async def next_due(self) -> datetime | None:
        """When the next nudge leaves, for anybody; None when nothing is planned."""
        async with self._app.sessions.begin() as session:
            moments = (
                await reminders.earliest_due(session),
                await deliveries.earliest_waiting(session),
                await deliveries.earliest_again(session),
            )
        return min((moment for moment in moments if moment is not None), default=None)

    async def advance(self, to: datetime) -> None:
        """Bring the clock to `to`, and send on the way what falls due, each at its own time."""
        await self._app.tick()
        for _step in range(_MOST_STEPS):
            due = await self._next_stop()
            if due is None or due > to or due <= self._clock():
                break
            self._clock.move_to(due)
            await self._app.tick()
        self._clock.move_to(to)
        await self._app.tick()

    async def _next_stop(self) -> datetime | None:
        """The next nudge or change of a guided session, which lasts minutes and so bounds its steps."""
        async with self._app.sessions.begin() as session:
            edit = await guided.earliest_edit(session)
        return min((moment for moment in (await self.next_due(), edit) if moment is not None), default=None)
