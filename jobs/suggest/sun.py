"""Time outdoors."""

from jobs.suggest.suggestion import Occasion, Suggestion


def suggest(occasion: Occasion) -> Suggestion:
    return Suggestion("sun", "walk", occasion.variant("sun"))
