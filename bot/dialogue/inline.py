"""`@bot magnesium` in any chat: cards to share. Nothing in them is about the person who shares."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from bot.dialogue import why
from bot.dialogue.red_flags import red_flag_in
from bot.dialogue.search import find
from bot.dialogue.searching.index import STRETCHING, Kind, Target
from bot.dialogue.turn import House
from bot.dialogue.words import Words, fill, in_paragraphs, words_for
from db.knowledge.cards import Edition
from db.knowledge.care import RedFlag
from db.knowledge.safety import Verdict
from db.knowledge.topics import Topic, TopicLine
from jobs.suggest import safety
from jobs.suggest.profile import Profile

# Telegram shows at most 50 results.
MOST = 50
_STRANGER = Profile()


@dataclass(frozen=True)
class InlineCard:
    """One result: `title` and `description` to choose by, `text` to be sent, and a button that opens the bot."""

    id: str
    title: str
    description: str
    text: Markup
    label: str
    url: str


def cards(house: House, query: str, language: str) -> list[InlineCard]:
    """What a query asks for, before what comes near; all cards where it is empty or asks for none of them.

    A red flag in the query comes first.
    """
    words = words_for(language)
    edition = house.knowledge.edition(words.language)
    finding = find(query, house.index(words.language))
    targets = (finding.target, *_begun(edition, query), *finding.nearest)
    asked = dict.fromkeys(str(target) for target in targets if target is not None)
    known = {card.id: card for card in (_card(house, words, shown) for shown in _all(edition, words))}
    wanted = [known[target] for target in asked if target in known] or list(known.values())
    flag = red_flag_in(query, edition)
    alarm = [_card(house, words, _flag(edition, flag))] if flag else []
    return [*alarm, *wanted][:MOST]


def _begun(edition: Edition, query: str) -> list[Target]:
    """What the letters so far may become: Telegram asks while people type."""
    letters = " ".join(query.lower().split())
    names = {**edition.names, STRETCHING: STRETCHING}
    return [Target(Kind.CARD, card) for name, card in names.items() if letters and name.startswith(letters)]


@dataclass(frozen=True)
class _Shown:
    id: str
    title: str
    line: str
    text: Markup
    start: str = ""


def _card(house: House, words: Words, shown: _Shown) -> InlineCard:
    _ = words.gettext
    return InlineCard(
        id=shown.id,
        title=shown.title,
        description=shown.line,
        text=fill(_("{text}\n\n<i>General information, not medical advice.</i>"), text=shown.text),
        label=_("More, with sources"),
        url=f"https://t.me/{house.username}{shown.start}",
    )


def _flag(edition: Edition, flag: RedFlag) -> _Shown:
    action = edition.red_flags.actions[flag.urgency].text
    text = fill("<b>{action}</b>\n\n{sign}\n{means}", action=action, sign=flag.sign.text, means=flag.means)
    return _Shown(f"flag:{flag.id}", action, flag.sign.text, text, "?start=doctor")


def _all(edition: Edition, words: Words) -> Iterator[_Shown]:
    for card in edition.cards.values():
        text = why.in_short(words, card)
        yield _Shown(str(Target(Kind.CARD, card.id)), card.name, card.brief.line.text, text, f"?start=why_{card.id}")
    known = edition.stretching
    yield _Shown(str(Target(Kind.CARD, STRETCHING)), words.gettext("Stretching"), known.evidence[0].text,
                 why.stretching(words, known), f"?start=why_{STRETCHING}")  # fmt: skip
    for topic in edition.topics.values():
        line = topic.lines[0].statement.text
        yield _Shown(str(Target(Kind.TOPIC, topic.id)), topic.title, line, _topic(edition, topic))


def _topic(edition: Edition, topic: Topic) -> Markup:
    """Its title and lines, with the cautions that anybody may need; of what is withheld only the reason is left."""
    lines = [_line(edition, line) for line in topic.lines]
    return in_paragraphs((fill("<b>{title}</b>", title=topic.title), *lines))


def _line(edition: Edition, line: TopicLine) -> Markup:
    said = [line.statement.text]
    if line.subject is not None:
        judged = safety.judge(edition.safety, _STRANGER, line.subject)
        reasons = [reason.text for reason in judged.reasons]
        said = reasons if judged.verdict is Verdict.WITHHELD else [*said, *reasons]
    return fill("• {text}", text=" ".join(dict.fromkeys(said)))
