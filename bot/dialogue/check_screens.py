"""What a person sees of /check while it runs: the consent, the questions, the welcome back."""

from datetime import UTC, datetime
from math import ceil

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.check_run import Run
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import Words, fill, in_lines, in_paragraphs
from db.knowledge.questionnaire import Answer as Choice
from jobs.suggest.check import KEPT

# Longer answers stand in the text, with a number as their button: an app cuts off what does not fit its button.
_LABEL = 32
_NUMBERS_A_ROW = 4


def welcome(turn: Turn) -> Reply:
    """What is asked, what is kept, why and for how long; nothing is kept before they agree."""
    _ = turn.words.gettext
    text = fill(
        _("<b>What might be worth raising with my doctor?</b>\n\n"
          "I ask {n} short questions: signs, illnesses, medicines, habits. Then you get topics to talk about, with the "
          "reason for each. It is no diagnosis. The points are our own idea, and nobody has tested them.\n\n"
          "<b>Your answers are about your health.</b> I keep them, encrypted, only to ask on from where you are, so "
          "you can take a break. They are deleted when the check ends, when you stop it, or after {days} days. I use "
          "them for nothing else. Until then, whoever runs this bot could read them. The messages stay in this chat."),
        n=len(turn.edition.questionnaire.questions), days=KEPT.days,
    )  # fmt: skip
    agree = Button(_("Agree and begin"), Press("check", ("begin",)), style="primary")
    return Reply(text, buttons=[[agree], [Button(_("Not now"), Press("check", ("later",)))]])


def welcome_back(turn: Turn, run: Run) -> Reply:
    _ = turn.words.gettext
    gone = datetime.fromtimestamp(run.begun, UTC) + KEPT
    text = fill(
        _("You have begun the check: {progress}.\n\nYour answers are kept until {moment}, and deleted then."),
        progress=_progress(turn.words, run), moment=wording.moment(turn.words, gone, now=turn.now, zone=turn.zone),
    )  # fmt: skip
    go_on = Button(_("Continue"), Press("check", ("continue", str(run.begun))), style="primary")
    anew = Button(_("Start over"), Press("check", ("again",)))
    return Reply(text, buttons=[[go_on], [anew], [_stop(turn.words, run)]])


def question(words: Words, run: Run) -> Reply:
    """The question where the run is, with what was answered to it before."""
    _ = words.gettext
    numbered = any(len(answer.label) > _LABEL for answer in run.question.answers)
    parts = [fill("<b>{progress}</b>\n\n<b>{text}</b>", progress=_progress(words, run), text=run.question.text)]
    if numbered:
        parts.append(in_lines(_line(run, n, choice) for n, choice in enumerate(run.question.answers, 1)))
    parts.append(fill("<i>{hint}</i>", hint=_("Tap all that fit, then Next.") if run.question.many else _("Tap one.")))
    rows = _numbers(run) if numbered else [[_choice(run, choice, choice.label)] for choice in run.question.answers]
    return Reply(in_paragraphs(parts), buttons=[*rows, *_ways(words, run)], edit=True)


def _progress(words: Words, run: Run) -> str:
    return words.gettext("{n} of {total}").format(n=run.at + 1, total=len(run.check.questions))


def _line(run: Run, number: int, choice: Choice) -> Markup:
    mark = f"{_box(run, choice)} " if run.question.many else ""
    return fill("{mark}<b>{n}</b>  {label}", mark=mark, n=number, label=choice.label)


def _box(run: Run, choice: Choice) -> str:
    if run.question.many:
        return "☑" if choice.id in run.picked else "☐"
    return "✓" if choice.id in run.picked else ""


def _choice(run: Run, choice: Choice, label: str) -> Button:
    """Says what shall be rather than what to change, so that a double tap counts once."""
    step = "off" if run.question.many and choice.id in run.picked else "on"
    press = Press("check", (step, str(run.begun), run.question.id, choice.id))
    return Button(f"{_box(run, choice)} {label}".strip(), press)


def _numbers(run: Run) -> list[list[Button]]:
    """A number for each answer, in even rows; "none of these" in words, in a row of its own."""
    choices = run.question.answers
    buttons = [_choice(run, choice, str(n)) for n, choice in enumerate(choices, 1) if not choice.clears]
    width = ceil(len(buttons) / ceil(len(buttons) / _NUMBERS_A_ROW))
    rows = [buttons[i : i + width] for i in range(0, len(buttons), width)]
    return rows + [[_choice(run, choice, choice.label)] for choice in choices if choice.clears]


def _ways(words: Words, run: Run) -> list[list[Button]]:
    """Back and onward, and the way out."""
    _ = words.gettext
    here = (str(run.begun), run.question.id)
    ways = []
    if run.at > 0:
        ways.append(Button(_("‹ Back"), Press("check", ("back", *here))))
    if run.question.many or run.picked:
        ways.append(Button(_("Next ›"), Press("check", ("next", *here)), style="primary"))
    return [row for row in (ways, [_stop(words, run)]) if row]


def _stop(words: Words, run: Run) -> Button:
    return Button(words.gettext("Stop and delete"), Press("check", ("stop", str(run.begun))))
