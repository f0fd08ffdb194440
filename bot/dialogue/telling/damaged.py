"""What is kept about a person but cannot be read: they are told, and can clear it."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from bot.dialogue.turn import Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, mark
from db import deliveries
from db.crypto import LOCKED
from jobs import schedule
from jobs.preferences import Preferences
from jobs.stored import UnreadableError
from jobs.suggest import hydrate


@dataclass(frozen=True)
class _Part:
    """`sorry`, `locked` and `gone`: marked for translation. `locked`: what is said while only the key is missing."""

    sorry: str
    gone: str
    locked: str = ""


_PARTS: Mapping[str, _Part] = {
    "profile": _Part(
        sorry=mark("I cannot read what I kept about you. Clear it, and tell me anew. Until then I don't know what is "
                   "wrong for you, such as an allergy."),
        gone=mark("Cleared. Tell me anew in /settings."),
        locked=mark("I cannot read just now what you told me about yourself. It is still there, and it may come back: "
                    "whoever runs this bot has been told. Until then I leave out what depends on it; /now and /doctor "
                    "work."),
    ),
    "preferences": _Part(
        sorry=mark("I cannot read how you want to be talked to, such as your quiet hours. Clear it, and tell me anew."),
        gone=mark("Cleared. Tell me anew in /settings."),
    ),
}  # fmt: skip


def found(turn: Turn) -> Reply | None:
    """Say which part cannot be read; None where all is well. What only lacks its key must not be cleared."""
    _ = turn.words.gettext
    for name, part in _PARTS.items():
        if name == "profile" and is_locked(turn):
            return Reply(fill(_(part.locked)))
        if _is_damaged(turn, name):
            clear = Button(_("Clear it"), Press("settings", ("mend", name)), style="danger")
            return Reply(fill(_(part.sorry)), buttons=[[clear]])
    return None


def cautious(turn: Turn) -> Markup:
    """Why this person is given less than others: said with what is left out."""
    return fill(turn.words.gettext("I cannot read just now what you told me about yourself, so I am careful. Whoever "
                                   "runs this bot has been told."))  # fmt: skip


async def cleared(turn: Turn, name: str) -> Reply:
    """The part is as if nothing had been told; one that can be read stays."""
    _ = turn.words.gettext
    if name not in _PARTS or not _is_damaged(turn, name) or (name == "profile" and is_locked(turn)):
        return turn.refuse(Refusal.STALE)
    setattr(turn.user, name, None)
    if name == "profile":
        await deliveries.forget_proposals(turn.session, turn.user.id, spare=hydrate.ASK)
    await schedule.realign(turn.session, turn.user, turn.now)
    return Reply(fill(_(_PARTS[name].gone)), edit=True)


def _is_damaged(turn: Turn, name: str) -> bool:
    if name == "profile":
        return not turn.is_readable
    try:
        Preferences.from_json(turn.user.preferences)
    except UnreadableError:
        return True
    return False


def is_locked(turn: Turn) -> bool:
    """Whether the profile, the only part that is sealed, lacks its key here."""
    stored = turn.user.profile
    return isinstance(stored, Mapping) and LOCKED.items() <= stored.items()
