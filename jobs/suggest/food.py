"""A food that holds magnesium, in general words: diet and allergies are unknown."""

from jobs.suggest import safety
from jobs.suggest.suggestion import Occasion, Suggestion


def suggest(occasion: Occasion) -> Suggestion:
    return Suggestion("food", variant=occasion.ordinal, caution=safety.caution("food"))
