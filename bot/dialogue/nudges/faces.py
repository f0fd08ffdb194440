"""THE table of how kinds of nudges look and speak: one file beside this one and one row here for each."""

from collections.abc import Mapping

from bot.dialogue.nudges import food, hydrate, stretch, sun, today
from bot.dialogue.nudges.scene import Face
from bot.dialogue.words import Words

FACES: Mapping[str, Face] = {
    "stretch": stretch.FACE,
    "hydrate": hydrate.FACE,
    "sun": sun.FACE,
    "food": food.FACE,
    "today": today.FACE,
}


def label(words: Words, kind: str) -> str:
    """A nudge kind with its icon, as in "🦵 Stretch"."""
    face = FACES[kind]
    return f"{face.icon} {words.gettext(face.name)}"


def names() -> Mapping[str, str]:
    """Every name and alias of a kind, to the kind. English for every language: people type what the menu says."""
    return {name: kind for kind, face in FACES.items() for name in (kind, *face.aliases)}


def find(name: str) -> str | None:
    """The kind of this name or alias."""
    return names().get(name.lower())
