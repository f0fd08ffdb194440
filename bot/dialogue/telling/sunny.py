"""Minutes of sun: off until the person wants them, can be told how many are safe, and says that nothing speaks
against them.
"""

from collections.abc import Sequence

from markupsafe import Markup

from bot.dialogue import personal, wording
from bot.dialogue.telling.kept import profile_is
from bot.dialogue.telling.way import Ask, Offer, Told, Unclear
from bot.dialogue.turn import Turn
from bot.dialogue.words import fill, in_lines, in_paragraphs, mark
from db.knowledge.models import Subject
from db.knowledge.safety import TraitKind, Verdict
from jobs.suggest import safety

_ON = frozenset(("on", "yes", "please", "true"))
_OFF = frozenset(("off", "no", "none", "nothing", "clear", "delete", "rather not say", "-", "false"))
# What is said by the button under the list of those who must not.
_NONE_IS_MINE = "none of these is mine"
# What age and skin say is asked for by itself.
_LISTED = frozenset((TraitKind.CONDITION, TraitKind.MEDICINE))
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
        """Yes or no. A yes is asked back where something is missing or speaks against it, and once to make sure."""
        said = " ".join(text.casefold().split())
        if said not in _ON | _OFF | {_NONE_IS_MINE}:
            return Unclear(said[:40], ("on", "off"))
        if said not in _OFF and (ask := hindrance(turn)):
            return ask
        if said in _ON and not turn.profile.sun:
            return _make_sure(turn)
        profile_is(turn, sun=said not in _OFF)
        return None

    async def clear(self, turn: Turn) -> None:
        """Off."""
        profile_is(turn, sun=False)


def _make_sure(turn: Turn) -> Ask:
    none, not_now = answers(turn)
    return Ask(exclusions(turn), {none: _NONE_IS_MINE, not_now: "off"}, fields=("conditions", "medicines"))


def answers(turn: Turn) -> tuple[str, str]:
    """Labels of the two answers to `exclusions`: only the first leads to minutes of sun."""
    _ = turn.words.gettext
    return _("None of these is mine"), _("Not now")


def exclusions(turn: Turn) -> Markup:
    """For whom minutes of sun are not, as a question: what was not told is not taken for "no"."""
    _ = turn.words.gettext
    traits = (trait for trait in safety.exclusions(turn.edition.safety, Subject.SUN) if trait.kind in _LISTED)
    return in_paragraphs(
        (
            fill(_("Before I name minutes of sun: they are not for everybody. Is one of these yours?")),
            in_lines(fill("• {name}", name=trait.name) for trait in traits),
            fill(_("If so, or if you are not sure, take “{not_now}”. You can tell me about it in /settings conditions "
                   "and /settings medicines."), not_now=answers(turn)[1]),
        )
    )  # fmt: skip


def hindrance(turn: Turn) -> Ask | None:
    """Why minutes of sun cannot be suggested to this person, or not yet; None where they can."""
    _ = turn.words.gettext
    judged = safety.judge(turn.edition.safety, turn.profile, Subject.SUN)
    if judged.verdict is Verdict.WITHHELD:
        sorry = fill(_("I don't suggest minutes of sun to you, so this stays off."))
        return Ask(in_paragraphs((sorry, *personal.reasons(turn, judged.rules))))
    missing = [name for name in _NEEDED if getattr(turn.profile, name) is None]
    if not missing:
        return None
    named = wording.listed(turn.words, (_(_NEEDED[name]) for name in missing))
    return Ask(
        fill(_("How much sun is safe depends on a few things. Tell me first: {missing}. Until then the sun nudge is "
               "a walk or a food, without minutes."), missing=named),
        fields=tuple(missing),
    )  # fmt: skip
