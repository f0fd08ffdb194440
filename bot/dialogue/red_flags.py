"""/doctor: the signs of more than a cramp, by urgency, and whom to call; and the red flag that a message names."""

from collections.abc import Mapping, Sequence

from babel.lists import format_list
from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.phrases import Message, phrase
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, in_lines, mark
from db.knowledge.cards import Edition
from db.knowledge.care import RedFlag, Urgency
from db.knowledge.models import primaries_first
from db.places import emergency

_SOURCES_AT_FIRST = 3

_TITLES: Mapping[Urgency, str] = {
    Urgency.EMERGENCY: mark("Is it more than a cramp?"),
    Urgency.SAME_DAY: mark("More than a cramp: for today"),
    Urgency.SOON: mark("More than a cramp: for the next weeks"),
}
_LABELS: Mapping[Urgency, str] = {
    Urgency.EMERGENCY: mark("Now"),
    Urgency.SAME_DAY: mark("Today"),
    Urgency.SOON: mark("Soon"),
}


async def command(turn: Turn) -> Answer:
    """`/doctor`: the emergencies first."""
    return screen(turn, Urgency.EMERGENCY)


async def pressed(turn: Turn) -> Answer:
    """Another urgency, in place."""
    match turn.args:
        case (name,) if name in list(Urgency):
            return screen(turn, Urgency(name), edit=True)
    return turn.refuse(Refusal.STALE, turn.words.gettext("I no longer have that screen."))


def screen(turn: Turn, urgency: Urgency, *, edit: bool = False) -> Reply:
    """All signs of one urgency, and what to do about them where the eye is: at the end, beside the buttons."""
    _ = turn.words.gettext
    flags = turn.edition.red_flags.of(urgency)
    cited = primaries_first(citation.source for flag in flags for citation in flag.sign.citations)
    text = fill(
        _("{title}\nMost cramps pass and do no harm. With one of these signs it is better to be sure:\n\n"
          "{signs}\n\n{whom}\n\n<i>Sources: {sources}</i>"),
        title=_title(turn, urgency), signs=in_lines(_sign(flag) for flag in flags),
        whom=whom_to_call(turn, urgency), sources=wording.sources(turn.words, cited, at_most=_SOURCES_AT_FIRST),
    )  # fmt: skip
    return Reply(text, buttons=_buttons(turn, urgency), edit=edit)


def flag_screen(turn: Turn, flag: RedFlag) -> Reply:
    """The answer to a message that names a red flag: what to do first, then why."""
    _ = turn.words.gettext
    text = fill(
        _("<b>This may be more than a cramp.</b>\n{whom}\n\n<b>The sign:</b> {sign}\n<b>It can be:</b> {means}\n\n"
          "<i>I only saw some of your words and cannot tell what it is. Better one call too many.</i>"),
        whom=whom_to_call(turn, flag.urgency), sign=flag.sign.text, means=flag.means,
    )  # fmt: skip
    return Reply(text, buttons=_buttons(turn, flag.urgency))


def whom_to_call(turn: Turn, urgency: Urgency) -> Markup:
    """What to do about a red flag, with the numbers of the country that the person's zone belongs to."""
    action = fill("<b>{action}</b>", action=turn.edition.red_flags.actions[urgency].text)
    numbers = _numbers(turn, urgency)
    return action + Markup("\n") + numbers if numbers else action


def red_flag_in(text: str, edition: Edition, *, least: Urgency = Urgency.SAME_DAY) -> RedFlag | None:
    """The most urgent red flag that a message names; what is less urgent than `least` does not count."""
    flags, counted = edition.red_flags, list(Urgency)[: list(Urgency).index(least) + 1]
    message = Message(text, flags.negators, flags.fillers)
    named = (
        flag
        for urgency in counted
        for flag in flags.of(urgency)
        if any(phrase(written, flags.negators).found_in(message) for written in flag.phrases)
    )
    return next(named, None)


def _title(turn: Turn, urgency: Urgency) -> Markup:
    """In an emergency with the number, for those who read no further."""
    title = fill("<b>{title}</b>", title=turn.words.gettext(_TITLES[urgency]))
    if urgency is not Urgency.EMERGENCY:
        return title
    known = emergency.numbers_for(turn.user.zone)
    return title + fill(" 📞 {numbers}", numbers=_either(turn, known.emergency if known else (emergency.ANYWHERE,)))


def _sign(flag: RedFlag) -> Markup:
    """With what it may mean, except in an emergency, where that can wait."""
    if flag.urgency is Urgency.EMERGENCY:
        return fill("• {sign}", sign=flag.sign.text)
    return fill("• {sign} <i>{means}</i>", sign=flag.sign.text, means=flag.means)


def _numbers(turn: Turn, urgency: Urgency) -> Markup | None:
    _ = turn.words.gettext
    known = emergency.numbers_for(turn.user.zone)
    if urgency is Urgency.EMERGENCY and known is None:
        return fill(_("📞 <b>{number}</b> works in many countries."), number=emergency.ANYWHERE)
    if known is None or urgency is Urgency.SOON or not (urgency is Urgency.EMERGENCY or known.advice):
        return None
    numbers = known.emergency if urgency is Urgency.EMERGENCY else (known.advice,)
    return fill(
        _("📞 {country}: <b>{numbers}</b> (by your time zone; elsewhere, ask for the local number)"),
        country=turn.words.locale.territories.get(known.country, known.country),
        numbers=_either(turn, numbers),
    )


def _either(turn: Turn, numbers: Sequence[str]) -> str:
    return format_list(list(numbers), "or", locale=turn.words.locale)


def _buttons(turn: Turn, shown: Urgency) -> list[list[Button]]:
    _ = turn.words.gettext
    labels = {urgency: _(_LABELS[urgency]) for urgency in Urgency}
    labels[shown] = f"• {labels[shown]}"
    return [
        [Button(label, Press("doctor", (urgency.value,))) for urgency, label in labels.items()],
        [Button(_("Quinine and tonic water"), Press("topic", ("quinine",)))],
        [Button(_("A cramp right now"), Press("now", ("start",)))],
    ]
