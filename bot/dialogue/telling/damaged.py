"""What is kept about a person but cannot be read: they are told, and can clear it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.turn import Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, mark
from db import deliveries
from jobs import schedule
from jobs.preferences import Preferences
from jobs.suggest import hydrate
from jobs.suggest.profile import Profile


@dataclass(frozen=True)
class _Part:
    """`sorry` and `gone`: marked for translation."""

    sorry: str
    gone: str


_PARTS: Mapping[str, _Part] = {
    "profile": _Part(
        mark("I cannot read what I kept about you. Clear it, and tell me anew. Until then I don't know what is wrong "
             "for you, such as an allergy."),
        mark("Cleared. Tell me anew in /settings."),
    ),
    "preferences": _Part(
        mark("I cannot read how you want to be talked to, such as your quiet hours. Clear it, and tell me anew."),
        mark("Cleared. Tell me anew in /settings."),
    ),
}  # fmt: skip


def found(turn: Turn) -> Reply | None:
    """Say which part cannot be read; None where all is well."""
    _ = turn.words.gettext
    for name, part in _PARTS.items():
        if _is_damaged(turn, name):
            clear = Button(_("Clear it"), Press("settings", ("mend", name)), style="danger")
            return Reply(fill(_(part.sorry)), buttons=[[clear]])
    return None


async def cleared(turn: Turn, name: str) -> Reply:
    """The part is as if nothing had been told; one that can be read stays."""
    _ = turn.words.gettext
    if name not in _PARTS or not _is_damaged(turn, name):
        return turn.refuse(Refusal.STALE)
    setattr(turn.user, name, None)
    if name == "profile":
        await deliveries.forget_proposals(turn.session, turn.user.id, spare=hydrate.ASK)
    await schedule.realign(turn.session, turn.user, turn.now)
    return Reply(fill(_(_PARTS[name].gone)), edit=True)


def _is_damaged(turn: Turn, name: str) -> bool:
    try:
        if name == "preferences":
            Preferences.from_json(turn.user.preferences)
            return False
        known = {trait.id for trait in turn.edition.safety.traits}
        # The safety table cannot judge what it does not know.
        return not Profile.from_json(turn.user.profile).traits <= known
    except ValueError:
        return True
