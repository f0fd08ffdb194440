"""Water to thirst; amounts and salts only after a workout that really happened."""

from jobs.suggest.suggestion import Occasion, Suggestion


def suggest(occasion: Occasion) -> Suggestion:
    return Suggestion("hydrate", "thirst", occasion.variant("hydrate"))
