"""What is sealed in a database, with which keys, and sealing it anew: for the first key, and for a new one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Row,
    Select,
    Table,
    Text,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    type_coerce,
)
from sqlalchemy import update as change
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from db.crypto import Keyring, Sealed, SealError, keyring_of
from db.engine import scour, take_time
from db.models import Base, DataKey

Progress = Callable[[int, int], None]
"""Told the rows done, and the rows in all."""

# Rows that are held at once: milliseconds for whoever waits for one of them.
_BATCH = 200
# Damaged rows that are named.
_NAMED = 10
_AS_WRITTEN = JSON(none_as_null=True)
# Stands among the keys for as long as something may be in clear, from before there were any.
_CLEAR = "clear"


class LostKeyError(Exception):
    """The database was written with keys that are not here: those of `ids`."""

    def __init__(self, ids: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(ids)))
        self.ids = ids


async def known(engine: AsyncEngine) -> frozenset[str]:
    """The ids of the keys that this database was written with."""
    async with engine.connect() as connection:
        return await _on_record(connection) - {_CLEAR}


async def adopt(engine: AsyncEngine, keyring: Keyring) -> bool:
    """From now on values may be sealed with the first key; whether some may still be in clear.

    One process after the other, so that of several first ones one decides, and before anything is sealed, so that what
    is half sealed asks for its key. Raises LostKeyError, with nothing changed.
    """
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # in SQLite one writes at a time anyway
            await connection.exec_driver_sql(f"LOCK TABLE {DataKey.__tablename__} IN SHARE ROW EXCLUSIVE MODE")
        before = await _on_record(connection)
        if lost := before - {_CLEAR} - keyring.ids:
            raise LostKeyError(lost)
        after = before | {keyring.primary} if before else frozenset({keyring.primary, _CLEAR})
        if after - before:
            await connection.execute(insert(DataKey), [{"id": key} for key in after - before])
    return _CLEAR in after


async def finish(engine: AsyncEngine) -> bool:
    """All is sealed: what is left of it in clear in a SQLite file goes too. False: that has to be done once more."""
    if not await scour(engine):
        return False
    async with engine.begin() as connection:
        await connection.execute(delete(DataKey).where(DataKey.id == _CLEAR))
    return True


async def _on_record(connection: AsyncConnection) -> frozenset[str]:
    return frozenset((await connection.scalars(select(DataKey.id))).all())


async def learn_own(session: AsyncSession) -> None:
    """Say again which key this process seals with: somebody may believe that it is needed no more."""
    own = keyring_of((await session.connection()).dialect).primary
    if await session.get(DataKey, own) is None:
        with suppress(IntegrityError):  # another process says so at the same moment
            async with session.begin_nested():
                session.add(DataKey(id=own))


async def forget_others(engine: AsyncEngine, keyring: Keyring) -> bool:
    """No key but the first is needed any more; False, with nothing forgotten, where some value is still by another."""
    async with engine.begin() as connection:
        await take_time(connection)
        for table, columns in sealed():
            if await connection.scalar(select(func.count()).select_from(table).where(_by_others(columns, keyring))):
                return False
        await connection.execute(delete(DataKey).where(DataKey.id != keyring.primary))
    return True


async def reseal(engine: AsyncEngine, keyring: Keyring, progress: Progress = lambda _done, _total: None) -> int:
    """Seal with the first key what is in clear or sealed with another one; the number of rows.

    In small transactions while others read and write: what is done stays done, so it can be stopped and begun again.
    Raises SealError at the end, with the rows that hold a value that none of the keys opens.
    """
    total = done = 0
    damaged: list[str] = []
    async with engine.connect() as connection:
        await take_time(connection)
        for table, columns in sealed():
            rows = select(func.count()).select_from(table).where(_by_others(columns, keyring))
            total += await connection.scalar(rows) or 0
    for table, columns in sealed():
        last = 0
        while True:
            async with engine.begin() as connection:
                await take_time(connection)  # the next one may be far
                rows = (await connection.execute(_next(table, columns, keyring, last))).all()
                sealings = [await _seal(connection, table, columns, row, keyring) for row in rows]
            damaged += [f"{table.name} {row.key}" for row, done_so in zip(rows, sealings, strict=True) if not done_so]
            if not rows:
                break
            last = rows[-1].key
            done += len(rows)
            progress(done, max(done, total))
    if damaged:
        raise SealError(f"in {', '.join(damaged[:_NAMED])}{' and others' if len(damaged) > _NAMED else ''}")
    return done


def sealed() -> Iterator[tuple[Table, Sequence[Column[Any]]]]:
    """Tables with their columns that are sealed."""
    for table in Base.metadata.sorted_tables:
        if columns := [column for column in table.columns if isinstance(column.type, Sealed)]:
            yield table, columns


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(column, _AS_WRITTEN)


def _by_others(columns: Sequence[Column[Any]], keyring: Keyring) -> ColumnElement[bool]:
    """Not null, and not by the first key. JSON keeps a string in double quotes."""
    mine = f'"{keyring.primary}:%'
    return or_(*(cast(_raw(column), Text).not_like(mine) for column in columns))


def _next(table: Table, columns: Sequence[Column[Any]], keyring: Keyring, last: int) -> Select[Any]:
    (key,) = table.primary_key
    raw = (_raw(column).label(column.name) for column in columns)
    rows = select(key.label("key"), *raw).where(key > last, _by_others(columns, keyring)).order_by(key).limit(_BATCH)
    return rows.with_for_update(key_share=True)


async def _seal(
    connection: AsyncConnection, table: Table, columns: Sequence[Column[Any]], row: Row[Any], keyring: Keyring
) -> bool:
    """False, with nothing changed, for a row with a value that cannot be read."""
    try:
        clear = {column: keyring.clear(getattr(row, column.name)) for column in columns}
    except SealError:
        return False
    # By the columns' own type, which seals with the first key.
    (key,) = table.primary_key
    await connection.execute(change(table).where(key == row.key).values(clear))
    return True
