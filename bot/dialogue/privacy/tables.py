"""Tables of an export: CSV for a spreadsheet, with the person's own times, units in the header, and nothing in a cell
that a spreadsheet would run."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from bot.dialogue import wording
from bot.dialogue.privacy import readable
from bot.dialogue.privacy.words import COLUMNS
from bot.dialogue.turn import Turn
from db import belongings, inventory
from db.engine import Sessions
from db.inventory import Column
from db.models import Base, Delivery, Reminder, User, UTCDateTime
from jobs.rule_json import from_json
from jobs.rules import RuleError

PERSON_HEADER = ("item", "value", "unit", "in words", "meaning")
# Of numbers within what a person told, by their name there.
UNITS: Mapping[str, str] = {
    "weight": "kg", "age": "years", "latitude": "degrees", "longitude": "degrees", "minutes": "minutes",
}  # fmt: skip
# With these a spreadsheet takes a cell for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def header(table: type[Base], zone: ZoneInfo) -> list[str]:
    """The columns of a table with the units of their numbers, and the zone of their times."""
    return [_titled(table, column, zone) for column in inventory.of_table(table)]


async def of_rows(turn: Turn, sessions: Sessions, file: IO[str], table: type[Base]) -> None:
    """A line for each of the person's rows."""
    writer, zone = csv.writer(file), turn.zone
    writer.writerow(header(table, zone))
    async for row in belongings.rows(sessions, table, turn.user.id):
        writer.writerow([_cell(value, zone) for value in _in_words(turn, table, dict(row)).values()])


async def of_person(turn: Turn, sessions: Sessions, file: IO[str]) -> None:
    """A line for each thing that is known about the person, what they told taken apart."""
    writer = csv.writer(file)
    writer.writerow(PERSON_HEADER)
    async for row in belongings.rows(sessions, User, turn.user.id):
        for name, kept in row.items():
            meaning = turn.words.gettext(COLUMNS[User][name])
            for item, value in _taken_apart(name, kept):
                unit = UNITS.get(item.rpartition(".")[2], "")
                said = readable.told(turn, item, value)
                writer.writerow([safe(item), _cell(value, turn.zone), unit, safe(said), meaning])


def _in_words(turn: Turn, table: type[Base], row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with words in place of what only the program understands."""
    if table is Reminder:
        return {**row, "rule": _schedule(turn, row["rule"])}
    if table is Delivery:
        reason, proposal = readable.reason(turn, row["skipped_for"]), readable.proposal(turn, row)
        return {**row, "skipped_for": reason, "suggestion": proposal}
    return row


def safe(cell: str) -> str:
    """The same, but with a quote before what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _titled(table: type[Base], column: Column, zone: ZoneInfo) -> str:
    is_time = isinstance(table.__table__.c[column.name].type, UTCDateTime)
    unit = str(zone) if is_time else column.unit
    return column.name if unit is None else f"{column.name} ({unit})"


def _taken_apart(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What is within a mapping or a list, each with the path that leads there."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _taken_apart(f"{name}.{key}", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for number, inner in enumerate(value, start=1):
            yield from _taken_apart(f"{name}.{number}", inner)
    else:
        yield name, value


def _cell(value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return safe(str(value))


def _schedule(turn: Turn, stored: object) -> object:
    """A rule in words; as it is stored where it cannot be read."""
    try:
        return wording.schedule(turn.words, from_json(stored), now=turn.now, zone=turn.zone)
    except RuleError:
        return stored
