"""What the sun nudge still wants to know, said when a reminder of it is set."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.words import Words, fill
from jobs.suggest.profile import Profile


def when_set(words: Words, profile: Profile) -> Sequence[Markup]:
    """What it brings until the rest is told; nothing where all is."""
    _ = words.gettext
    told = {"skin": profile.skin is not None, "age": profile.age is not None, "sun on": profile.sun}
    missing = [f"/settings {name}" for name, is_told in told.items() if not is_told]
    parts = []
    if profile.place is None:
        parts.append(fill(_("Until I know roughly where you are, it brings an idea to eat instead: /settings place")))
    if missing:
        parts.append(
            fill(_("For minutes of sun I need to know more: {settings}"), settings=wording.listed(words, missing))
        )
    return parts
