"""/prevent and the other topics: each line with its evidence and who says so, as far as safety allows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.dialogue import permitted, why
from bot.dialogue.nudges import faces
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import Words, fill, in_paragraphs
from db.knowledge.care import Urgency
from db.knowledge.models import Statement
from db.knowledge.topics import NudgeKind, TopicLine
from jobs.suggest.kinds import KINDS

PREVENTION = "prevention"
QUININE = "quinine"
# Where one topic leads on to others.
_RELATED: Mapping[str, tuple[str, ...]] = {
    "night_cramps": (PREVENTION,),
    "exercise_cramps": (PREVENTION,),
    "other_remedies": (QUININE, PREVENTION),
}
# Characters that are seen, title and page numbers apart, so that a screen stays under 1,200.
_PAGE = 1000


async def prevent(turn: Turn) -> Answer:
    """`/prevent`: what may lead to fewer cramps."""
    return topic_screen(turn, PREVENTION)


async def pressed(turn: Turn) -> Answer:
    """A topic, or another page of it, in place."""
    match turn.args:
        case (name,) if name in turn.edition.topics:
            return topic_screen(turn, name, edit=True)
        case (name, page) if name in turn.edition.topics and page.isdecimal() and len(page) == 1:
            return topic_screen(turn, name, edit=True, page=int(page))
    return turn.refuse(Refusal.STALE, turn.words.gettext("I no longer have that screen."))


def topic_screen(turn: Turn, name: str, *, edit: bool = False, page: int = 1) -> Reply:
    """One page of a topic. KeyError: no such topic. A page that is not there is the nearest one."""
    topic = turn.edition.topics[name]
    pages = _pages([_piece(turn, line) for line in topic.lines])
    page = min(max(page, 1), len(pages))
    title = fill("<b>{title}</b>", title=topic.title)
    if len(pages) > 1:
        title += fill(" ({page}/{pages})", page=page, pages=len(pages))
    shown = pages[page - 1]
    nudges = [piece.nudge for piece in shown if piece.nudge]
    legend = fill(turn.words.gettext("<i>General knowledge: not checked at its first source.</i>"))
    return Reply(
        in_paragraphs((title, *(piece.text for piece in shown), legend)),
        buttons=[*_reminders(turn.words, nudges), *_ways_on(turn, name, page, len(pages))],
        edit=edit,
    )


@dataclass(frozen=True)
class _Piece:
    """A line as this person may read it, and the nudge that may be offered with it."""

    text: Markup
    nudge: NudgeKind | None


def _piece(turn: Turn, line: TopicLine) -> _Piece:
    """What has a nudge is advice on the subject of the nudge, also where the line names none."""
    leave = permitted.ask(turn, line.subject)
    if line.subject is None and line.nudge:
        leave = replace(permitted.ask(turn, KINDS[line.nudge].touches[0].subject), general=())
    text = permitted.line(leave, line.statement.text)
    if leave.withheld:
        return _Piece(text, None)
    return _Piece(fill("{text}\n<i>{mark}</i>", text=text, mark=_mark(turn.words, line.statement)), line.nudge)


def _mark(words: Words, said: Statement) -> str:
    """How good the evidence is, where that was judged, and who says so: by name only where that was read there."""
    grade = [words.gettext(why.GRADES[said.grade])] if said.grade else []
    return " · ".join((*grade, said.authority.short if said.authority else words.gettext("general knowledge")))


def _pages(pieces: Iterable[_Piece]) -> list[list[_Piece]]:
    """As many a page as are read at a glance."""
    pages: list[list[_Piece]] = []
    room = 0
    for piece in pieces:
        length = len(piece.text.striptags()) + 2
        if length > room:
            pages.append([])
            room = _PAGE
        room -= length
        pages[-1].append(piece)
    return pages


def _reminders(words: Words, nudges: Iterable[NudgeKind]) -> list[list[Button]]:
    label = words.gettext("⏰ Remind me: {kind}")
    return [
        [Button(label.format(kind=words.gettext(faces.FACES[nudge].name)), Press("say", (f"/remind {nudge}",)))]
        for nudge in nudges
    ]


def _ways_on(turn: Turn, name: str, page: int, pages: int) -> list[list[Button]]:
    _ = turn.words.gettext
    turns = []
    if page > 1:
        turns.append(Button(_("‹ Back"), Press("topic", (name, str(page - 1)))))
    elif name == QUININE:
        turns.append(Button(_("‹ Back"), Press("doctor", (Urgency.EMERGENCY.value,))))
    if page < pages:
        turns.append(Button(_("More ›"), Press("topic", (name, str(page + 1)))))
    related = [[Button(turn.edition.topics[other].title, Press("topic", (other,)))] for other in _RELATED.get(name, ())]
    return [*([turns] if turns else []), *related]
