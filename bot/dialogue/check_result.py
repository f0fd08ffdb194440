"""How /check ends: a red flag with what to do, or the topics with every point and why."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from bot.dialogue import red_flags, why, wording
from bot.dialogue.check_run import pack
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import fill
from db.knowledge.care import Urgency
from db.knowledge.models import Statement, Status, primaries_first
from db.knowledge.questionnaire import Answer
from jobs.suggest.check import Answers, Result, Scored, Stop, chosen, outcome

_SOURCES = 4
_MESSAGE = 4096
_LINE, _PARAGRAPH = Markup("\n"), Markup("\n\n")

_ICONS: Mapping[Urgency, str] = {Urgency.EMERGENCY: "🚨", Urgency.SAME_DAY: "⚠️", Urgency.SOON: "🩺"}


def finished(turn: Turn, answers: Answers) -> list[Reply]:
    """The end of the questions, in place of the last one."""
    found = outcome(turn.edition, answers, turn.assumed)
    return [_stopped(turn, found)] if isinstance(found, Stop) else _result(turn, answers, found)


def _stopped(turn: Turn, stop: Stop) -> Reply:
    """What to do now, before everything else."""
    _ = turn.words.gettext
    action = turn.edition.red_flags.actions[stop.flag.urgency]
    parts = [
        fill("{icon} {action}", icon=_ICONS[stop.flag.urgency], action=red_flags.whom_to_call(turn, stop.flag.urgency)),
        fill(_("You chose: {answer}."), answer=stop.answer.label),
        fill(
            _("<b>The sign:</b> {sign}\n<b>It may mean:</b> {means}"), sign=stop.flag.sign.text, means=stop.flag.means
        ),
    ]
    if stop.withheld:
        reasons = _LINE.join(fill("• {text}", text=reason.text) for reason in stop.withheld)
        parts.append(fill(_("<b>Until then, no supplements, potassium or salt on your own:</b>\n{reasons}"),
                          reasons=reasons))  # fmt: skip
    parts.append(fill(_("The questions end here, and your answers are deleted. Only a doctor can tell what it is.")))
    parts += _settings(turn, [stop.answer])
    parts += _sources(turn, (action, stop.flag.sign, *stop.withheld))
    buttons = [_doctor(turn), [Button(_("Start over"), Press("say", ("/check",)))]]
    return Reply(_PARAGRAPH.join(parts), buttons=buttons, edit=True)


def messages(paragraphs: Sequence[Markup]) -> list[Markup]:
    """The paragraphs in as few messages as hold them; nobody's paragraph is longer than a message."""
    texts = [paragraphs[0]]
    for paragraph in paragraphs[1:]:
        together = _PARAGRAPH.join((texts[-1], paragraph))
        texts[-1:] = [together] if len(together) <= _MESSAGE else [texts[-1], paragraph]
    return texts


# The result ---------------------------------------------------------------------------------------


def _result(turn: Turn, answers: Answers, result: Result) -> list[Reply]:
    """In as many messages as it takes, with the buttons under the last."""
    _ = turn.words.gettext
    parts = [
        fill(_("<b>Your result</b>")),
        *_section(turn, _("Worth raising with a doctor"), result.worth),
        *_nothing(turn, result),
        *_section(turn, _("Mention it if you are there anyway"), result.mention),
        *_food_first(turn, result),
        *_section(turn, _("For your doctor alone: I suggest nothing here"), result.withheld),
        _LINE.join(fill("{text}", text=said.text) for said in turn.edition.questionnaire.closing),
        fill(_("<i>The points are a proposal of this project. Nobody has tested them. From {worth} points on, a topic "
               "counts as worth raising. I have deleted your answers: for the summary they are in the button "
               "below.</i>"), worth=turn.edition.questionnaire.worth),
    ]  # fmt: skip
    parts += _settings(turn, chosen(turn.edition.questionnaire, answers))
    every = (*result.worth, *result.mention, *result.withheld)
    parts += _sources(turn, (reason.because for scored in every for reason in scored.reasons if reason.because))
    *before, last = messages(parts)
    replies = [Reply(text, edit=True) for text in before[:1]] + [Reply(text) for text in before[1:]]
    return [*replies, Reply(last, buttons=_offers(turn, answers, result), edit=not before)]


def _section(turn: Turn, title: str, topics: Sequence[Scored]) -> list[Markup]:
    if not topics:
        return []
    return [fill("<b><u>{title}</u></b>", title=title), *(_topic(turn, scored) for scored in topics)]


def _nothing(turn: Turn, result: Result) -> list[Markup]:
    if result.nothing:
        return [_LINE.join(fill("{text}", text=said.text) for said in result.nothing)]
    return [] if result.worth else [fill(turn.words.gettext("No topic has enough points to raise it."))]


def _topic(turn: Turn, scored: Scored) -> Markup:
    """The topic with its points, each point's reason, and what to take care of."""
    _ = turn.words.gettext
    head = turn.words.ngettext("<b>{title}</b>: {n} point", "<b>{title}</b>: {n} points", scored.points)
    lines = [fill(head, title=title(turn, scored), n=scored.points)]
    given = sum(reason.points for reason in scored.reasons)
    if given > scored.points:
        lines[0] += fill(_(" (of {given}; no more count)"), given=given)
    everybody = _("everybody starts here: most cramps are of tired muscles")
    lines += [fill("+{n} {because}", n=reason.points, because=reason.because.text if reason.because else everybody)
              for reason in scored.reasons]  # fmt: skip
    lines += [fill("❗ {text}", text=said.text) for said in (*scored.withheld, *scored.cautions)]
    lines += [fill(_("❗ No pills: {text}"), text=said.text) for said in scored.pills]
    return _LINE.join(lines)


def title(turn: Turn, scored: Scored) -> str:
    """Of what is withheld only the name, for a title may suggest something."""
    if scored.withheld and scored.topic.card is not None:
        return turn.edition.cards[scored.topic.card].name
    return scored.topic.title


def _food_first(turn: Turn, result: Result) -> list[Markup]:
    names = [scored.topic.title for scored in result.mention if scored.food_first]
    if not names:
        return []
    text = turn.words.gettext("Food first, before any pill: {names}.")
    return [fill(text, names=wording.listed(turn.words, names))]


def _offers(turn: Turn, answers: Answers, result: Result) -> list[list[Button]]:
    """The summary first, then what is known on the topics, in messages of their own."""
    _ = turn.words.gettext
    packed = pack(turn.edition.questionnaire, answers)
    press = Press("check", ("summary", str(turn.local.toordinal()), *packed))
    rows = [[Button(_("Summary for my doctor"), press, style="primary")]]
    cards = [Button(turn.edition.cards[card].name, Press("say", (f"/why {card}",))) for card in result.cards]
    if any(scored.topic.id == why.STRETCHING for scored in (*result.worth, *result.mention)):
        cards.insert(0, Button(_("Stretching"), Press("say", (f"/why {why.STRETCHING}",))))
    rows += [cards[i : i + 2] for i in range(0, len(cards), 2)]
    return [*rows, _doctor(turn)]


def _doctor(turn: Turn) -> list[Button]:
    return [Button(turn.words.gettext("🚩 When to see a doctor"), Press("say", ("/doctor",)))]


def _settings(turn: Turn, given: Iterable[Answer]) -> list[Markup]:
    """What was told here is forgotten: later suggestions know only what the profile says."""
    if not any(answer.traits for answer in given):
        return []
    return [
        fill(turn.words.gettext("So that I mind your illnesses and medicines from now on, tell them to /settings."))
    ]


def _sources(turn: Turn, said: Iterable[Statement]) -> list[Markup]:
    """Those that were read themselves come by name; a list that could name none is left out."""
    cited = primaries_first(citation.source for one in said for citation in one.citations)
    if not any(source.status is Status.SEEN for source in cited):
        return []
    named = wording.sources(turn.words, cited, at_most=_SOURCES)
    return [fill(turn.words.gettext("<i>Sources: {sources}</i>"), sources=named)]
