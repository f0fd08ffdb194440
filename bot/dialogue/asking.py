"""/why: the card, topic or food that somebody names; a misspelling is asked back."""

from collections.abc import Mapping

from markupsafe import Markup
from rapidfuzz import fuzz, process

from bot.dialogue import free_text, why
from bot.dialogue.search import find
from bot.dialogue.searching.index import STRETCHING, Kind, Target
from bot.dialogue.turn import Answer, Button, Press, Reply, Turn
from bot.dialogue.words import fill, in_paragraphs

_CLOSE = 70
_OFFERED = 3
_SHOWN = 60
_EXPLAINED = frozenset({Kind.CARD, Kind.TOPIC, Kind.FOOD})


async def command(turn: Turn) -> Answer:
    """`/why`, `/why magnesium?`, `/why night cramps`; a misspelling is asked back."""
    if not turn.text:
        return why.picker(turn)
    named = _named(turn)
    if named is None:
        close = _close(turn)
        if close:
            return _did_you_mean(turn, close)
        named = find(turn.text, turn.house.index(turn.words.language)).target
    if named is not None and named.kind in _EXPLAINED:
        return free_text.show(turn, named)
    return _no_card(turn)


def _named(turn: Turn) -> Target | None:
    """What these very words name, in any case and whatever marks stand round them."""
    index = turn.house.index(turn.words.language)
    return index.exact.get(tuple(index.words.split(turn.text)))


def _close(turn: Turn) -> list[str]:
    """The cards with a name nearly like this, best first."""
    names = _names(turn)
    found = process.extract(turn.text.lower(), list(names), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=2 * _OFFERED)
    return list(dict.fromkeys(names[name] for name, _score, _index in found))[:_OFFERED]


def _names(turn: Turn) -> Mapping[str, str]:
    return {**turn.edition.names, STRETCHING: STRETCHING}


def _did_you_mean(turn: Turn, cards: list[str]) -> Reply:
    return Reply(
        fill(turn.words.gettext("I don't know “{text}”. Did you mean:"), text=turn.text[:_SHOWN]),
        buttons=[[Button(_title(turn, card), Press("why", (card,)))] for card in cards],
    )


def _title(turn: Turn, card: str) -> str:
    return turn.words.gettext("Stretching") if card == STRETCHING else turn.edition.cards[card].name


def _no_card(turn: Turn) -> Reply:
    reply = why.picker(turn)
    sorry = fill(turn.words.gettext("I have no card about “{text}” yet."), text=turn.text[:_SHOWN])
    return Reply(in_paragraphs((sorry, reply.text or Markup())), buttons=reply.buttons)
