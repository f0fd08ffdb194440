"""Water to thirst: amounts and salts need to know the person."""

from jobs.suggest import safety
from jobs.suggest.suggestion import Occasion, Suggestion


def suggest(occasion: Occasion) -> Suggestion:
    return Suggestion("hydrate", variant=occasion.ordinal, caution=safety.caution("hydrate"))
