"""What a process is there for. One does everything, or many share the work over one PostgreSQL."""

from enum import StrEnum


class Role(StrEnum):
    """`run` does all; a `worker` sends nudges and hears nobody; a `web` hears people and sends no nudges."""

    RUN = "run"
    WORKER = "worker"
    WEB = "web"

    @property
    def listens(self) -> bool:
        """It takes updates, and answers them."""
        return self is not Role.WORKER

    @property
    def ticks(self) -> bool:
        """It plans and delivers nudges, edits guided sessions, and keeps house."""
        return self is not Role.WEB
