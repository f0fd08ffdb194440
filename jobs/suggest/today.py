"""The plan of the day, for those who want it in the morning."""

from jobs.suggest.suggestion import Occasion, Silence, Suggestion


def suggest(occasion: Occasion) -> Suggestion | Silence:
    """The day as it stands, its lines as facts (`jobs.agenda.lines_of`); silence where nothing is asked on it."""
    if occasion.agenda is None or occasion.agenda.is_free:
        return Silence("nothing planned")
    return Suggestion("today", "plan", occasion.variant("today"), occasion.agenda.to_json())
