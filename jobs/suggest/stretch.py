"""Calf and hamstring stretches, the pair that a trial tested before sleep."""

from jobs.suggest.suggestion import Occasion, Suggestion


def suggest(occasion: Occasion) -> Suggestion:
    return Suggestion("stretch", "pair", occasion.variant("stretch"))
