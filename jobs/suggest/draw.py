"""Drawing by a seed: the same seed and the same choices give the same, on every machine, without a state."""

from collections.abc import Callable, Sequence
from hashlib import sha256

_BYTES = 6  # no more, so that a float holds every number exactly
_NUMBERS = 1 << 8 * _BYTES
# Where all weights are a fiftieth of the highest, one draw in half a billion needs more. The last one looked at then
# serves.
_ATTEMPTS = 1000


def draw(seed: int, names: Sequence[str], weight: Callable[[str], float] = lambda _name: 1.0, most: float = 1.0) -> str:
    """One of the names, each as likely as its weight (above 0, up to `most`) among all. Raises ValueError for no names.

    A name at random is taken as often as its weight is of `most`, else another one is looked at: rejection sampling,
    von Neumann 1951. It weighs a few names only, where a race of all of them by weight has to weigh each.
    """
    if not names:
        raise ValueError("nothing to draw from")
    name = names[0]
    for attempt in range(_ATTEMPTS):
        # By how many there are, too: else, with one taken away, the same seed would mostly find its neighbour.
        place, height = divmod(_number(seed, len(names), attempt) * len(names), 1)
        name = names[int(place)]
        if height * most < weight(name):
            break
    return name


def not_lately(names: Sequence[str], shown: Sequence[str]) -> Sequence[str]:
    """Those that were not shown, newest first in `shown`; where all were, the one that was shown longest ago."""
    lately = frozenset(shown)
    return [name for name in names if name not in lately] or sorted(names, key=shown.index)[-1:]


def _number(*which: int) -> float:
    """From 0 on and below 1."""
    digest = sha256(" ".join(map(str, which)).encode()).digest()
    return int.from_bytes(digest[:_BYTES]) / _NUMBERS
