"""The table of docs/benchmarks.md, written by the run that measured it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.clock import system_clock
from tests.bench.bench import Row

MARKS: Mapping[bool | None, str] = {True: "yes", False: "NO", None: ""}
_TABLE = re.compile(r"(?<=<!-- figures -->\n).*(?=<!-- end of figures -->)", re.DOTALL)


def write(path: Path, rows: Sequence[Row]) -> None:
    """Put the rows between the two marks of the page. Raises LookupError for a page without them."""
    text = path.read_text()
    if not _TABLE.search(text):
        raise LookupError(f"{path} has no place for the figures")
    path.write_text(_TABLE.sub(lambda _old: _table(rows), text))


def _table(rows: Sequence[Row]) -> str:
    lines = [
        f"Measured on {system_clock():%Y-%m-%d}, 2 cores, shared, by `make bench`.",
        "",
        "| figure | measured | beside it, in the same run | to reach | reached |",
        "|---|---|---|---|---|",
        *(f"| {row.figure} | {row.ours} | {row.beside} | {row.goal} | {MARKS[row.met]} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"
