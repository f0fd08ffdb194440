"""Python's search for cycles, set up for a process that has much that stays and makes much that goes at once."""

import gc

# Objects made before the youngest are looked through. A nudge makes hundreds, and hardly any of them in a cycle: at
# Python's own 700 to 2,000 the search is 6 to 8% of a burst's work.
_YOUNG = 20_000


def settle() -> None:
    """What is there now stays, and is not looked through any more: call it once, when the program is built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
