"""What a connection to PostgreSQL is made with, so that one that dies without a word ends.

A power cut, a dropped NAT entry, a frozen machine: nobody says so to the other end, and by the defaults of Linux it
waits for up to two hours. Others may wait with it: an open transaction keeps its locks.
"""

import asyncio
from typing import Any, TypeVar

from psycopg import AsyncConnection, OperationalError
from psycopg.abc import PQGen

T = TypeVar("T")

# How long our transactions may do nothing. Then the server ends them: whoever began it is gone, frozen or far too slow,
# and with it would stand still who waits for what it has locked, as for the row of the token's budget.
_IDLE = "10s"
# Both ends look for each other after half a minute of silence, and give up after half a minute more (libpq; in
# milliseconds where it says so). Without effect on a socket of Unix, which knows when its other end is gone.
_KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
_SETTINGS = (
    "SET TIME ZONE 'UTC'",  # instants come as they are needed, and need not be moved one by one
    f"SET idle_in_transaction_session_timeout = '{_IDLE}'",
    *(f"SET tcp_{name} = {value}" for name, value in _KEEPALIVES.items() if name.startswith("keepalives")),
)
# Seconds for what is known to take long.
_HOUR = 3600.0


class Patient(AsyncConnection[Any]):
    """Gives up on a server that does not answer. Raises OperationalError then."""

    patience = 60.0
    """Seconds within which a statement is answered: a proxy may go on taking what nobody gets any more."""

    async def wait(self, gen: PQGen[T], *given: Any, **more: Any) -> T:
        try:
            async with asyncio.timeout(self.patience):
                return await super().wait(gen, *given, **more)
        except TimeoutError as error:
            raise OperationalError(f"no answer within {self.patience:.0f} s") from error


CONNECT = {"async_creator_fn": Patient.connect, "connect_timeout": 10, **_KEEPALIVES}
"""For SQLAlchemy."""


def prepare(connection: Any, _record: object) -> None:
    """A new one."""
    cursor = connection.cursor()
    for setting in _SETTINGS:
        cursor.execute(setting)
    cursor.close()
    connection.commit()  # else it would end with the first rollback


def be_patient(driver: Any) -> None:
    """Each statement over this connection of the driver may take an hour, until it is given back."""
    driver.patience = _HOUR


def give_back(connection: Any, _record: object) -> None:
    """The next one to use it is in the usual hurry."""
    if connection is not None:
        vars(connection.driver_connection).pop("patience", None)
