"""Drawing by a seed: the same seed and the same choices give the same, on every machine, without a state."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import log

_BYTES = 6  # no more, so that a float holds every number exactly
_NUMBERS = 1 << 8 * _BYTES


def draw(seed: int, weights: Mapping[str, float]) -> str:
    """One of the names, each as likely as its weight (above 0) among all. Raises ValueError where there are none.

    The others stay in their order when one is taken away. Every name has a number out of its own hash, and the
    smallest -ln(number) / weight wins: Efraimidis and Spirakis 2006, weighted sampling with a reservoir.
    """
    return min(sorted(weights), key=lambda name: -log(_number(seed, name)) / weights[name])


def not_lately(names: Sequence[str], shown: Sequence[str]) -> Sequence[str]:
    """Those that were not shown, newest first in `shown`; where all were, the one that was shown longest ago."""
    return [name for name in names if name not in shown] or sorted(names, key=shown.index)[-1:]


def _number(seed: int, name: str) -> float:
    """Between 0 and 1, and neither of them."""
    digest = sha256(f"{seed} {name}".encode()).digest()
    return (int.from_bytes(digest[:_BYTES]) + 0.5) / _NUMBERS
