"""What the sun nudge still wants to know, said when a reminder of it is set."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.words import Words, fill
from jobs import sunlight
from jobs.almanac import Almanac


def when_set(words: Words, almanac: Almanac, dues: Sequence[datetime]) -> Sequence[Markup]:
    """What it brings until the rest is told, and when the sun will be too strong for it; nothing where all is well."""
    _ = words.gettext
    profile = almanac.profile
    told = {"skin": profile.skin is not None, "age": profile.age is not None, "sun on": profile.sun}
    missing = [f"/settings {name}" for name, is_told in told.items() if not is_told]
    parts = []
    if profile.place is None:
        parts.append(fill(_("Until I know roughly where you are, it brings an idea to eat instead: /settings place")))
    if missing:
        parts.append(
            fill(_("For minutes of sun I need to know more: {settings}"), settings=wording.listed(words, missing))
        )
    return [*parts, *_too_strong(words, almanac, dues[:1])]


def _too_strong(words: Words, almanac: Almanac, dues: Sequence[datetime]) -> list[Markup]:
    """The first of these moments at which nothing would come."""
    spot = almanac.profile.place
    for due in dues:
        uv = sunlight.highest_soon(spot, due) if spot is not None else 0.0
        if uv >= sunlight.TOO_STRONG:
            return [
                fill(words.gettext("At {time} the sun is too strong on a clear day (UV index about {uv}), so nothing "
                                   "comes then. Better: /remind sun best time"),
                     time=wording.clock(words, due.astimezone(almanac.zone)), uv=f"{uv:.0f}")
            ]  # fmt: skip
    return []
