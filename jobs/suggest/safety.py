"""Asked on every path that suggests something.

Nothing is known about the person yet, so nothing may depend on who they are: no amounts, no minutes of
sun, no salt, no supplement, and each kind carries the caution that matters most for strangers
(facts base, sections 2.3, 3.2, 3.4 and 4.5).
"""

from collections.abc import Mapping
from enum import StrEnum


class Caution(StrEnum):
    """Which safety text goes with a suggestion."""

    SWOLLEN_CALF = "swollen_calf"
    OVERDRINKING = "overdrinking"
    SUN_UNKNOWN = "sun_unknown"
    FOOD_UNKNOWN = "food_unknown"


_FOR_STRANGERS: Mapping[str, Caution] = {
    "stretch": Caution.SWOLLEN_CALF,
    "hydrate": Caution.OVERDRINKING,
    "sun": Caution.SUN_UNKNOWN,
    "food": Caution.FOOD_UNKNOWN,
}


def caution(kind: str) -> Caution:
    """The caution that a suggestion of this kind must carry. Raises KeyError for a kind nobody judged."""
    return _FOR_STRANGERS[kind]
