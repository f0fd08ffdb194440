"""Minutes of sun: off until the person wants them, and can be told how many are safe."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue import personal, wording
from bot.dialogue.telling.kept import profile_is
from bot.dialogue.telling.way import Ask, Offer, Told, Unclear
from bot.dialogue.turn import Turn
from bot.dialogue.words import fill, mark
from db.knowledge.models import Subject
from db.knowledge.safety import Verdict
from jobs.suggest import safety

_ON = frozenset(("on", "yes", "please", "true"))
_OFF = frozenset(("off", "no", "none", "nothing", "clear", "delete", "rather not say", "-", "false"))
# What has to be known before minutes can be safe, and how it is called in a sentence.
_NEEDED = {"age": mark("your age"), "skin": mark("your skin"), "place": mark("your place")}


class MinutesOfSun:
    """On or off."""

    async def shown(self, turn: Turn) -> Sequence[str]:
        """Nothing while it is off. What was told since may speak against it."""
        _ = turn.words.gettext
        if not turn.profile.sun:
            return []
        return [_("on, but something is missing or speaks against it") if hindrance(turn) else _("on")]

    async def offers(self, turn: Turn) -> Sequence[Offer]:
        """One switch."""
        return [Offer("on", turn.words.gettext("Minutes of sun, please"), turn.profile.sun)]

    async def pick(self, turn: Turn, _key: str) -> Told:
        """On, unless it is."""
        return await self.read(turn, "off" if turn.profile.sun else "on")

    async def read(self, turn: Turn, text: str) -> Told:
        """Yes or no; a yes is asked back where something is missing or speaks against it."""
        said = " ".join(text.casefold().split())
        if said not in _ON | _OFF:
            return Unclear(said[:40], ("on", "off"))
        if said in _ON and (ask := hindrance(turn)):
            return ask
        profile_is(turn, sun=said in _ON)
        return None

    async def clear(self, turn: Turn) -> None:
        """Off."""
        profile_is(turn, sun=False)


def hindrance(turn: Turn) -> Ask | None:
    """Why minutes of sun cannot be suggested to this person, or not yet; None where they can."""
    _ = turn.words.gettext
    judged = safety.judge(turn.edition.safety, turn.profile, Subject.SUN)
    if judged.verdict is Verdict.WITHHELD:
        sorry = fill(_("I don't suggest minutes of sun to you, so this stays off."))
        return Ask(Markup("\n\n").join((sorry, *personal.reasons(turn, judged.rules))))
    missing = [name for name in _NEEDED if getattr(turn.profile, name) is None]
    if not missing:
        return None
    named = wording.listed(turn.words, (_(_NEEDED[name]) for name in missing))
    return Ask(
        fill(_("How much sun is safe depends on a few things. Tell me first: {missing}. Until then the sun nudge is "
               "a walk or a food, without minutes."), missing=named),
        fields=tuple(missing),
    )  # fmt: skip
