"""python -m bot backup FILE: a copy of the database to keep, made while the bot runs."""

import asyncio
from pathlib import Path

from bot.errors import StartError
from bot.progress import counting
from bot.settings import Settings
from bot.stopping import stop_on_signals
from db import backup

_PG_DUMP = (
    "DATABASE_URL is PostgreSQL, which has its own tool for this: "
    'pg_dump --format=custom --file={file} "$DATABASE_URL"; docs/operations.md says how to bring it back.'
)


async def back_up(settings: Settings, file: Path) -> int:
    """Copy the SQLite database to a new file, with a progress bar on a terminal. Raises StartError."""
    if not backup.is_file(settings.database):
        raise StartError(_PG_DUMP.format(file=file))
    stop = stop_on_signals()
    try:
        with counting("Copying") as progress:
            await asyncio.to_thread(backup.copy, settings.database, file, progress=progress, stopped=stop.is_set)
    except backup.BackupError as error:
        raise StartError(str(error)) from error
    print(
        f"The database is saved in {file}, which holds people's data: keep it where only you can read it. "
        "What is about health can be read with its key only: keep that one elsewhere."
    )
    return 0
