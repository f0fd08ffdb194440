"""A sign of life on a terminal while something takes long; nothing where nobody looks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Rich is imported where it is used: it would take 3 MB for as long as the program runs.


@contextmanager
def showing(text: str) -> Iterator[None]:
    """`text` with the seconds gone by, on standard error, gone at the end."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        bar.add_task(text, total=None)
        yield


@contextmanager
def counting(text: str) -> Iterator[Callable[[int, int], None]]:
    """The same with a bar: what it gives is told how many are done, of how many."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
