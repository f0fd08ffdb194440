"""/why: what is known about a nutrient, how well, and where it is written."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from bot.dialogue import personal, wording
from bot.dialogue.searching.index import STRETCHING as _STRETCHING
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import Words, fill, in_lines, in_paragraphs, mark
from db.knowledge.cards import Card, Question, Section
from db.knowledge.models import Grade, Source, Statement, Status, Subject
from db.knowledge.stretches import Stretching
from jobs.suggest import safety
from jobs.suggest.kinds import KINDS

STRETCHING = _STRETCHING
# Sources named on the first screen; all of them are one tap away.
_SOURCES_AT_FIRST = 3
_LINE_LIMIT = 3500
_FIRST_SCREEN = 1200

GRADES: Mapping[Grade, str] = {
    Grade.STRONG: mark("▰▰▰▰ strong"),
    Grade.MODERATE: mark("▰▰▰▱ moderate"),
    Grade.WEAK: mark("▰▱▱▱ weak"),
    Grade.NONE: mark("▱▱▱▱ no usable study"),
    Grade.AGAINST: mark("✕ studies speak against it"),
}

SECTIONS: Mapping[Section, str] = {
    Section.MUSCLES: mark("In your muscles"),
    Section.SIGNS: mark("Signs"),
    Section.RISK: mark("Who is at risk"),
    Section.EVIDENCE: mark("Evidence"),
    Section.LIMITS: mark("Limits"),
    Section.TESTS: mark("Tests"),
    Section.ARTICLE: mark("What people say"),
}

_MET: Mapping[Status, str] = {
    Status.SEEN: mark("Read"),
    Status.SECOND_HAND: mark("Read only in a copy"),
    Status.UNVERIFIED: mark("Not yet checked"),
}

# What has no nutrient: bot/dialogue/topics.py shows them.
_TOPICS: Mapping[str, str] = {
    "night_cramps": mark("Night cramps"),
    "exercise_cramps": mark("Exercise cramps"),
    "other_remedies": mark("Other remedies"),
}
_SOURCES = "sources"
_PERSONAL = "you"


async def pressed(turn: Turn) -> Answer:
    """A card's buttons: another screen of it, in place."""
    match turn.args:
        case (card,) if card in (*turn.house.knowledge.nutrients, STRETCHING):
            return first_screen(turn, card, edit=True)
        case (card, section) if card in turn.house.knowledge.nutrients:
            return _screen(turn, turn.house.knowledge.card(card, turn.words.language), section)
    return turn.refuse(Refusal.STALE, turn.words.gettext("I no longer have that card."))


def picker(turn: Turn) -> Reply:
    _ = turn.words.gettext
    cards = [turn.house.knowledge.card(name, turn.words.language) for name in turn.house.knowledge.nutrients]
    buttons = [Button(card.name, Press("why", (card.id,))) for card in cards]
    buttons.append(Button(_("Stretching"), Press("why", (STRETCHING,))))
    topics = [Button(_(label), Press("topic", (topic,))) for topic, label in _TOPICS.items()]
    return Reply(
        fill(_("<b>Why do legs cramp?</b>\n\nMost night cramps have no clear cause; tired muscles and their nerves are "
               "suspected. Lack of a nutrient is one possible reason among many, and often the wrong "
               "one.\n\nWhich one would you like to know about?")),
        buttons=[*(buttons[i : i + 2] for i in range(0, len(buttons), 2)), topics],
    )  # fmt: skip


def first_screen(turn: Turn, name: str, *, edit: bool = False) -> Reply:
    """The card in short, with its other screens behind buttons."""
    if name == STRETCHING:
        return Reply(_stretching_for(turn), buttons=_reminders(turn, name), edit=edit)
    card = turn.house.knowledge.card(name, turn.words.language)
    text, mine = in_short(turn.words, card), personal.of_nutrient(turn, name)
    for line in mine:
        if len((longer := text + Markup("\n\n") + line).striptags()) <= _FIRST_SCREEN:
            text = longer
    return Reply(text, buttons=_buttons(turn, card, mine=bool(mine)), edit=edit)


def in_short(words: Words, card: Card) -> Markup:
    """The first screen, the same for everybody."""
    _ = words.gettext
    brief, named = card.brief, wording.sources(words, card.brief.sources, at_most=_SOURCES_AT_FIRST)
    return fill(
        _("<b>{name}</b>\n<b>{line}</b>\n\n<b>In your muscles:</b> {muscle}\n<b>When it is low:</b> {low}\n"
          "<b>More at risk:</b> {risk}\n\n<b>Does lack of it cause cramps?</b> {cause_grade}\n{cause}\n"
          "<b>Does taking it help?</b> {relief_grade}\n{relief}\n\n<b>See a doctor:</b> {doctor}\n\n"
          "<i>Sources: {sources}</i>"),
        name=card.name, line=brief.line.text, muscle=brief.muscle.text, low=brief.low.text, risk=brief.risk.text,
        cause_grade=_grade(words, card.cause, card.cases.get(Question.CAUSE)), cause=brief.cause.text,
        relief_grade=_grade(words, card.relief, card.cases.get(Question.RELIEF)),
        relief=brief.relief.text, doctor=brief.doctor.text, sources=named,
    )  # fmt: skip


def _grade(words: Words, grade: Grade, case: str | None) -> str:
    """The grade, and of which case alone it speaks: a skimmer reads no further."""
    said = words.gettext(GRADES[grade])
    return words.gettext("{grade}, {case}").format(grade=said, case=case) if case else said


def _screen(turn: Turn, card: Card, section: str) -> Reply:
    _ = turn.words.gettext
    if section == _PERSONAL:
        title, lines = _("For you"), personal.of_nutrient(turn, card.id)
    elif section == _SOURCES:
        title, lines = _("Sources"), _listed(turn.words, card.sources)
    elif section in card.sections:
        chosen = Section(section)
        title, lines = _(SECTIONS[chosen]), _said(turn.words, card.sections[chosen])
    else:
        return turn.refuse(Refusal.STALE, _("I no longer have that card."))
    head = fill("<b>{name} · {title}</b>", name=card.name, title=title)
    return Reply(
        in_paragraphs((head, *_fitting(lines))),
        buttons=[[Button(_("‹ Back"), Press("why", (card.id,)))]],
        edit=True,
    )


def _buttons(turn: Turn, card: Card, *, mine: bool) -> list[list[Button]]:
    _ = turn.words.gettext
    labels = [(section.value, SECTIONS[section]) for section in SECTIONS if card.sections.get(section)]
    labels.append((_SOURCES, mark("Sources")))
    if mine:
        labels.insert(0, (_PERSONAL, mark("For you")))
    more = [Button(_(label), Press("why", (card.id, section))) for section, label in labels]
    more.append(Button(_("Foods"), Press("foods", (card.id,))))
    rows = [more[i : i + 2] for i in range(0, len(more), 2)]
    return rows + _reminders(turn, card.id)


def _reminders(turn: Turn, card: str) -> list[list[Button]]:
    """A button for each nudge that this card explains, unless safety speaks against it."""
    kinds = [kind.name for kind in KINDS.values() if kind.card == card]
    return [[_remind(turn.words, kind)] for kind in kinds if personal.not_for_you(turn, kind) is None]


def _remind(words: Words, kind: str) -> Button:
    return Button(words.gettext("⏰ Remind me"), Press("say", (f"/remind {kind}",)), style="primary")


def _said(words: Words, statements: Sequence[Statement]) -> list[Markup]:
    """Each sentence with who says so, and what the signs among them mean."""
    lines = [fill("• {text} <i>({who})</i>", text=said.text, who=wording.credit(said)) for said in statements]
    return [*lines, *wording.legend(words, statements)]


def _listed(words: Words, sources: Iterable[Source]) -> list[Markup]:
    """The sources by how they were met, those that were read first."""
    found = list(sources)
    groups = [(label, [source for source in found if source.status is met]) for met, label in _MET.items()]
    return [
        in_lines((fill("<b>{label}</b>", label=words.gettext(label)), *map(_source, group)))
        for label, group in groups
        if group
    ]


def _source(source: Source) -> Markup:
    """Its short name as the card uses it, then title, publisher and year."""
    title = fill('<a href="{url}">{title}</a>', url=source.url, title=source.title) if source.url else source.title
    year = f", {source.year}" if source.year else ""
    return fill("• {short} — {title}, {publisher}{year}", short=source.short, title=title, publisher=source.publisher,
                year=year)  # fmt: skip


def _fitting(lines: Iterable[Markup]) -> list[Markup]:
    """As many as one message holds."""
    kept, room = [], _LINE_LIMIT
    for line in lines:
        room -= len(line.striptags()) + 2
        if room < 0:
            break
        kept.append(line)
    return kept


def _stretching_for(turn: Turn) -> Markup:
    mine = safety.judge(turn.edition.safety, turn.assumed, Subject.STRETCHING)
    return stretching(turn.words, turn.edition.stretching, personal.reasons(turn, mine.rules))


def stretching(words: Words, known: Stretching, mine: Sequence[Markup] = ()) -> Markup:
    """No nutrient, but what most people can try: the trials, and when not to. `mine` is said first."""
    _ = words.gettext
    head = fill(_("<b>Stretching</b>\n<b>It may make night cramps milder, and it costs little to try.</b>"))
    evidence = in_lines(_said(words, known.evidence))
    cautions = in_lines(fill("• {text}", text=said.text) for said in known.cautions)
    return in_paragraphs((head, *mine, evidence, fill(_("<b>Take care:</b>\n{cautions}"), cautions=cautions)))
