"""Time outdoors, without minutes and without a vitamin claim: skin and place are unknown."""

from jobs.suggest import safety
from jobs.suggest.suggestion import Occasion, Suggestion


def suggest(occasion: Occasion) -> Suggestion:
    return Suggestion("sun", variant=occasion.ordinal, caution=safety.caution("sun"))
