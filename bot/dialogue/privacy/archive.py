"""All that is kept about a person as one zip in memory: everything.json, a table for each part, and README.txt."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO, TextIOWrapper
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.dialogue.privacy import readme, tables
from bot.dialogue.turn import Turn
from db import belongings
from db.engine import Sessions
from db.models import Base, Delivery, GuidedSession, Reminder, User

# By the name that the person reads.
PARTS: Mapping[str, type[Base]] = {"you": User, "reminders": Reminder, "nudges": Delivery, "guided": GuidedSession}


async def pack(turn: Turn, sessions: Sessions) -> bytes:
    """The zip. Its rows pass through memory a page at a time, outside of the turn's own transaction."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        with _file(archive, "README.txt", turn) as file:
            file.write(readme.text(turn, PARTS))
        with _file(archive, "everything.json", turn) as file:
            await _everything(turn, sessions, file)
        with _file(archive, "profile.csv", turn) as file:
            await tables.of_person(turn, sessions, file)
        for name, table in PARTS.items():
            if table is not User:
                with _file(archive, f"{name}.csv", turn) as file:
                    await tables.of_rows(turn, sessions, file, table)
    return packed.getvalue()


@contextmanager
def _file(archive: ZipFile, name: str, turn: Turn) -> Iterator[IO[str]]:
    """A text in the zip, dated by the person's clock: zipfile would look at the machine's."""
    info = ZipInfo(name, turn.local.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    with archive.open(info, "w") as raw, TextIOWrapper(raw, encoding="utf-8", newline="") as file:
        yield file


async def _everything(turn: Turn, sessions: Sessions, file: IO[str]) -> None:
    """Each part with its rows; instants in UTC."""
    file.write(f'{{\n"made_at": {json.dumps(_plain(turn.now))}')
    for name, table in PARTS.items():
        file.write(f',\n"{name}": [')
        separator = "\n"
        async for row in belongings.rows(sessions, table, turn.user.id):
            file.write(separator + json.dumps(dict(row), default=_plain, ensure_ascii=False))
            separator = ",\n"
        file.write("\n]")
    file.write("\n}\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
