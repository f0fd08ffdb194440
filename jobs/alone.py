"""A row that cannot be read or written must not stop the others that are in the same transaction."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from db.engine import is_away

Done = TypeVar("Done")


async def each_alone(
    numbers: Iterable[int], work: Callable[[int], Awaitable[Done]]
) -> tuple[Sequence[Done], Mapping[int, Exception]]:
    """What `work` does for each of these rows, and of those for which it fails, why.

    Raises what says that the database is away; and the first fault where none succeeds, for then it may be no row's.
    """
    done, broken = list[Done](), dict[int, Exception]()
    for number in numbers:
        try:
            done.append(await work(number))
        except Exception as fault:
            if can_pass(fault):
                raise
            broken[number] = fault
    if broken and not done:
        raise next(iter(broken.values()))
    return done, broken


def can_pass(error: Exception) -> bool:
    """The same transaction can succeed later."""
    return is_away(error) or isinstance(error, OSError)
