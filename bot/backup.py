"""python -m bot backup FILE: a copy of the database to keep, made while the bot runs."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot.opening import StartError
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
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Copying", total=None)
        try:
            await asyncio.to_thread(
                backup.copy,
                settings.database,
                file,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
                stopped=stop.is_set,
            )
        except backup.BackupError as error:
            raise StartError(str(error)) from error
    print(f"The database is saved in {file}, which holds people's data: keep it where only you can read it.")
    return 0
