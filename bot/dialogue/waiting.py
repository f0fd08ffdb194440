"""Words that were typed and wait in `users.expecting` for an answer. They may tell of somebody's health, and nobody has
agreed to anything yet: they are kept for a day at most, whatever was asked. Whoever is silent is seen to by the
housekeeping (`jobs.upkeep`)."""

from collections.abc import Sequence

from bot.dialogue.turn import Turn
from db.inventory import CONSENT_QUESTIONS_KEPT

# Where `expecting` holds them.
_TYPED = ("then", "rest", "said")


def words(turn: Turn) -> Sequence[str]:
    """What waits now."""
    asked = turn.user.expecting or {}
    kept = (asked.get(name) or () for name in _TYPED)
    return [str(text) for one in kept for text in ((one,) if isinstance(one, str) else one)]


def forget_old(turn: Turn) -> None:
    """Words that waited too long are not used any more, though the housekeeping has not come by yet."""
    since = turn.user.consent_asked_at
    if since is not None and since < turn.now - CONSENT_QUESTIONS_KEPT:
        turn.user.expecting = turn.user.consent_asked_at = None


def date(turn: Turn, before: Sequence[str]) -> None:
    """Date what waits by the oldest of it; `before` waited before this turn."""
    now = words(turn)
    waits_on = any(old in new for old in before for new in now)
    since = turn.user.consent_asked_at if waits_on else None
    turn.user.consent_asked_at = (since or turn.now) if now else None
