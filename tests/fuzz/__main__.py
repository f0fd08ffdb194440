"""`python -m tests.fuzz [--updates N] [--seed S]`: generated updates through the real bot, on SQLite.

Prints how many, how long, and resident memory after the first tenth and at the end. Exit status 1 for any problem.
"""

import argparse
import asyncio
import logging
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests import databases
from tests.fuzz.arena import Arena, arena_on, resident

_SHOWN = 20
# More than this is no warm-up any more.
_MOST_GROWTH_MB = 30.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.ERROR, handlers=[logging.NullHandler()])
    with TemporaryDirectory(prefix="cc-") as folder, databases.sqlite(Path(folder) / "data") as maker:
        return asyncio.run(_run(maker.migrated(), wanted.seed, wanted.updates))


async def _run(database: str, seed: int, total: int) -> int:
    console, began = Console(), time.monotonic()
    async with arena_on(database) as arena:
        warm = total // 10
        await _feed(arena, seed, warm, f"seed {seed}, warming up")
        before = resident()
        await _feed(arena, seed + 1, total - warm, f"seed {seed + 1}")
        after = resident()
    console.print(
        f"{total:,} updates in {time.monotonic() - began:.0f} s; memory {before:.0f} MB after {warm:,}, "
        f"{after:.0f} MB at the end; {len(arena.problems)} problems"
    )
    for problem in arena.problems[:_SHOWN]:
        console.print(problem, markup=False)
    return int(bool(arena.problems) or after - before > _MOST_GROWTH_MB)


async def _feed(arena: Arena, seed: int, total: int, title: str) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=total)
        await arena.feed(seed, total, lambda number: progress.update(task, completed=number))


if __name__ == "__main__":
    sys.exit(main())
