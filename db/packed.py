"""Many rows at once. PostgreSQL gets them as JSON in one parameter and makes a table of it: with a parameter for each
value, as SQLAlchemy writes it, to put a statement together and take it apart again is most of what writing a hundred
rows costs. SQLite has no round trips to save, and keeps to parameters.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import JSON, Dialect, Table, TableValuedAlias, Text, Update, bindparam, cast, column, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.crypto import Sealed
from db.models import UTCDateTime


async def write(session: AsyncSession, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change these rows of a table by their `id`. All have the same columns; objects in the session hear nothing."""
    dialect, names = session.get_bind().dialect, tuple(name for name in rows[0] if name != "id")
    if dialect.name == "postgresql":
        await session.execute(_from_given(table, names), packed(table, rows, dialect))
    else:
        changes = [{"number": row["id"], **{name: row[name] for name in names}} for row in rows]
        await session.execute(update(table).where(table.c.id == bindparam("number")), changes)


def packed(table: Table, rows: Sequence[Mapping[str, Any]], dialect: Dialect) -> dict[str, str]:
    """The parameter for `given`: rows with the same columns of this table, sealed where the table has them sealed.
    Raises ValueError for an instant without a zone."""
    own = {name: type_ for name in rows[0] if isinstance(type_ := table.c[name].type, Sealed | UTCDateTime)}
    rows = [
        {**row, **{name: type_.process_bind_param(row[name], dialect) for name, type_ in own.items()}} for row in rows
    ]
    return {"packed": orjson.dumps(rows).decode()}


def given(table: Table, names: Sequence[str]) -> TableValuedAlias:
    """The rows that the parameter `packed` brings, with these columns of a table. PostgreSQL only."""
    columns = [column(name, table.c[name].type) for name in names]
    rows = func.json_to_recordset(cast(bindparam("packed", type_=Text()), JSON))
    return rows.table_valued(*columns, name="given").render_derived(name="given", with_types=True)


@cache
def _from_given(table: Table, names: tuple[str, ...]) -> Update:
    rows = given(table, ("id", *names))
    return update(table).where(table.c.id == rows.c.id).values({name: rows.c[name] for name in names})
