"""A food that holds magnesium."""

from jobs.suggest.suggestion import Occasion, Suggestion


def suggest(occasion: Occasion) -> Suggestion:
    return Suggestion("food", "idea", occasion.variant("food"))
