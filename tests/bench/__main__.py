"""`python -m tests.bench [name …]`: the figures of docs/benchmarks.md.

Exit status 1 if a goal is missed, 2 for bad input.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.bench import page
from tests.bench.bench import SMOKE, Bench, Row, Size
from tests.bench.figures.bursts import bursts
from tests.bench.figures.claims import claims
from tests.bench.figures.flood import flood
from tests.bench.figures.halt import halt
from tests.bench.figures.lateness import lateness
from tests.bench.figures.million import million
from tests.bench.figures.nudges import nudges
from tests.bench.figures.replies import replies
from tests.bench.figures.server import server
from tests.bench.figures.workers import workers
from tests.bench.processes import ChildError
from tests.bench.program import ProgramError

FIGURES: Mapping[str, Callable[[Bench], Iterator[Row]]] = {
    figure.__name__: figure
    for figure in (server, nudges, bursts, halt, replies, flood, lateness, workers, million, claims)
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Benchmarks; about half an hour.")
    parser.add_argument("name", nargs="*", help=f"which figures, of: {', '.join(FIGURES)}; all by default")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes: whether it works, not how fast")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table into this page")
    wanted = parser.parse_args(arguments)
    if unknown := [name for name in wanted.name if name not in FIGURES]:
        parser.error(f"there is no figure {', '.join(unknown)}: choose of {', '.join(FIGURES)}")
    signal.signal(signal.SIGTERM, _leave)
    rows = _run(wanted.name or list(FIGURES), SMOKE if wanted.smoke else Size())
    Console().print(_table(rows))
    if wanted.write is not None:
        page.write(wanted.write, rows)
    return int(any(row.met is False for row in rows))


def _leave(number: int, _frame: object) -> None:
    """What was started ends on the way out."""
    sys.exit(128 + number)


def _run(names: Sequence[str], size: Size) -> list[Row]:
    rows: list[Row] = []
    columns = (
        SpinnerColumn(),
        MofNCompleteColumn(),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(names))
        name = ""

        def say(doing: str) -> None:
            progress.update(task, description=f"{name}: {doing}")
            if not progress.console.is_terminal:
                progress.console.print(f"{time.strftime('%H:%M:%S')} {name}: {doing}")

        with Bench(size=size, say=say) as bench:
            for name in names:
                for row in _measured(name, bench):
                    rows.append(row)
                    progress.console.print(f"{row.figure}: {row.ours or row.beside} {page.MARKS[row.met]}")
                progress.advance(task)
    return rows


def _measured(name: str, bench: Bench) -> Iterator[Row]:
    """The rows of a figure; one that fails costs only itself."""
    try:
        yield from FIGURES[name](bench)
    except (ChildError, ProgramError, TimeoutError) as error:
        yield Row(name, f"failed: {error}", met=False)


def _table(rows: Sequence[Row]) -> Table:
    table = Table("figure", "ours", "beside it", "to reach", "", show_lines=True)
    for row in rows:
        table.add_row(row.figure, row.ours, row.beside, row.goal, page.MARKS[row.met])
    return table


if __name__ == "__main__":
    sys.exit(main())
