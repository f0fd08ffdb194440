"""What a person can show their doctor of /check: plain text, made out of the result's own button."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from markupsafe import Markup

from bot.dialogue import check_result
from bot.dialogue.check_run import unpack
from bot.dialogue.turn import Reply, Turn, row_id
from bot.dialogue.words import fill
from db.knowledge.questionnaire import Question
from jobs.suggest.check import Answers, Result, Scored, Stop, outcome

_LINE = Markup("\n")


def summary(turn: Turn, args: Sequence[str]) -> list[Reply]:
    """Plain text to show to a doctor or to copy: one message, unless nearly everything was ticked.

    Nothing for what no result's button says.

    `args`: the day of the check, counted as `date.toordinal` does, and the packed answers.
    """
    match args:
        case (day, made_for, digits):
            told_on, answers = row_id(day), unpack(turn.edition.questionnaire, (made_for, digits))
        case _:
            return []
    if not answers or not told_on or told_on > date.max.toordinal():
        return []
    found = outcome(turn.edition, answers, turn.assumed)
    if isinstance(found, Stop):
        return []
    parts = _paragraphs(turn, date.fromordinal(told_on), answers, found)
    return [Reply(text) for text in check_result.messages(parts)]


def _paragraphs(turn: Turn, day: date, answers: Answers, result: Result) -> list[Markup]:
    _ = turn.words.gettext
    questions = turn.edition.questionnaire.questions
    answered = (_answered(turn, question, answers[question.id]) for question in questions)
    return [
        fill(_("For my doctor: leg cramps, {date}"), date=format_date(day, "long", locale=turn.words.locale)),
        fill(_("Made by the chat bot Cramp Coach from answers to {n} questions. It is no diagnosis, and nobody has "
               "tested the questionnaire."), n=len(questions)),
        *_talk(_("To talk about:"), turn, result.worth),
        *_talk(_("Perhaps also:"), turn, result.mention),
        *_talk(_("For the doctor alone to decide:"), turn, result.withheld),
        _LINE.join((fill(_("What was answered:")), *answered)),
    ]  # fmt: skip


def _talk(title: str, turn: Turn, topics: Sequence[Scored]) -> list[Markup]:
    if not topics:
        return []
    return [_LINE.join((fill("{title}", title=title), *(_because(turn, scored) for scored in topics)))]


def _because(turn: Turn, scored: Scored) -> Markup:
    reasons = "; ".join(reason.because.text for reason in scored.reasons if reason.because)
    title = check_result.title(turn, scored)
    if not reasons:
        return fill("• {title}", title=title)
    return fill(turn.words.gettext("• {title}, because {reasons}"), title=title, reasons=reasons)


def _answered(turn: Turn, question: Question, ids: frozenset[str]) -> Markup:
    """The question and the answers; of a list of which nothing was chosen also what was on it."""
    labels = "; ".join(answer.label for answer in question.answers if answer.id in ids)
    if any(answer.clears for answer in question.answers if answer.id in ids):
        others = "; ".join(answer.label for answer in question.answers if not answer.clears)
        template = turn.words.gettext("• {question} {answer} ({others})")
        return fill(template, question=question.text, answer=labels, others=others)
    return fill("• {question} {answer}", question=question.text, answer=labels)
