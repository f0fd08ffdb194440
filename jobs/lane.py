"""The two lanes of the budget."""

from enum import IntEnum


class Lane(IntEnum):
    """Lower goes first: a reply, for which someone waits, before bulk, for which nobody does."""

    REPLY = 0
    BULK = 1
