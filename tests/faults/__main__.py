"""`make faults`: real processes, killed and tormented; what is counted is printed as a table. Status 1 if anything is
lost or comes too often."""

import argparse
import asyncio
import secrets
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.faults.powers import Power, power
from tests.faults.report import Report
from tests.faults.scenarios import SCENARIOS, Run

_MOST_SEEDS = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the scenarios one after the other; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(_MOST_SEEDS), help="draws the same again")
    parser.add_argument("--kills", type=int, default=200, help="of the bot, on each database (200)")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS), help="some of them")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # nothing that was started stays behind
    console = Console()
    console.print(f"Seed {given.seed}. Everything happens on this machine's own 127.0.0.1.")
    # Not pytest's folder: a PostgreSQL socket's path may have 107 characters at most.
    with TemporaryDirectory(prefix="cc-") as folder, power(Path(folder) / "data") as postgresql:
        reports = asyncio.run(_play(console, Path(folder), postgresql, given))
    return 1 if any(report.wrong for report in reports) else 0


async def _play(console: Console, folder: Path, postgresql: Power, given: argparse.Namespace) -> list[Report]:
    reports = []
    for name in given.only:
        scenario, began, own = SCENARIOS[name], monotonic(), folder / name
        own.mkdir()
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
        ) as bar:
            task = bar.add_task(name)

            step = partial(_say, bar, task, name)
            run = Run(own, postgresql, Random(f"{given.seed} {name}"), step, given.kills)  # noqa: S311 - the same draws for a seed
            report = await scenario.play(run, scenario.kind)
        reports.append(report)
        _show(console, f"{name}: {scenario.what} ({monotonic() - began:.0f} s)", report)
    return reports


def _say(bar: Progress, task: TaskID, name: str, what: str) -> None:
    bar.update(task, description=f"{name}: {what}")


def _show(console: Console, title: str, report: Report) -> None:
    console.print(title, style="bold")
    table = Table(show_header=False)
    for what, figure in report.figures.items():
        table.add_row(what, str(figure))
    for phase, times in report.phases.most_common():
        table.add_row(f"kills: {phase}", str(times))
    console.print(table)
    for sentence in report.wrong:
        console.print(f"WRONG: {sentence}", style="bold red")


if __name__ == "__main__":
    sys.exit(main())
