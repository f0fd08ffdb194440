"""A schedule in a person's words becomes rules, or a question that remembers what was said already."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from bot.dialogue.nudges import faces
from bot.dialogue.times import Ambiguous, Misunderstood, Outcome, Question, Reason, Understood, parse
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import fill, mark
from jobs.rules import AtTimes, Rule

REFUSALS: Mapping[Reason, str] = {
    Reason.EMPTY: mark("When shall it come?"),
    Reason.UNKNOWN_WORD: mark("I don't understand “{part}” as a time."),
    Reason.UNCLEAR: mark("I can't make out when you mean, around “{part}”."),
    Reason.BAD_TIME: mark("“{part}” is not a time of the day."),
    Reason.BAD_DATE: mark("“{part}” is not a date I can use."),
    Reason.BAD_DURATION: mark("I can't use “{part}” as a length of time."),
    Reason.PASSED: mark("“{part}” has passed already."),
    Reason.TOO_FAR: mark("“{part}” is too far ahead for me."),
    Reason.NO_TIME: mark("At what time of the day?"),
    Reason.NO_WINDOW: mark("From when to when shall it repeat?"),
    Reason.NO_INTERVAL: mark("How often between those times?"),
    Reason.STEP_TOO_SHORT: mark("That is very often: I can repeat every 15 minutes or less often."),
    Reason.STEP_TOO_LONG: mark("The interval is longer than the time it has."),
    Reason.TOO_MANY: mark("Those are more times a day than I can keep: 12 times, or an interval of 24."),
}

QUESTIONS: Mapping[Question, str] = {
    Question.MORNING_OR_EVENING: mark("Morning or evening? I don't want to guess."),
    Question.WHICH_WINDOW: mark("Which hours do you mean? I don't want to guess."),
    Question.WHICH_DATE: mark("Which day do you mean? I don't want to guess."),
}


# What was said is right so far, something is missing.
_INCOMPLETE = {Reason.NO_TIME, Reason.NO_WINDOW, Reason.NO_INTERVAL}
_SAID_LENGTH = 200
_LONGEST = 300


def read(turn: Turn, text: str, *, kind: str, retry: str) -> Sequence[Rule] | Reply:
    """The rules that a text means, with what was said before; or a question, noted in `expecting`, or a refusal.

    `retry` is the command that a button repeats.
    """
    _ = turn.words.gettext
    asked = dict(turn.user.expecting or {})
    said, outcome = _read_on(turn, asked, text[:_LONGEST])
    match outcome:
        case Understood(rules):
            return rules
        case Ambiguous(question, options):
            turn.user.expecting = {**asked, "said": text[:_SAID_LENGTH], "options": list(options)}
            presses = [Press("say", (f"{retry} {option}".strip(),)) for option in options]
            if all(press.fits for press in presses):
                buttons = [[Button(option, press)] for option, press in zip(options, presses, strict=True)]
                return Reply(fill(_(QUESTIONS[question])), buttons=buttons)
            listed = Markup("\n").join(fill("• <code>{option}</code>", option=option) for option in options)
            return Reply(
                fill(_("{question} Write one of these:\n{options}"), question=_(QUESTIONS[question]), options=listed)
            )
        case Misunderstood(reason, part):
            turn.user.expecting = {**asked, "said": said[:_SAID_LENGTH] if reason in _INCOMPLETE else "", "options": []}
            refusal = fill(_(REFUSALS[reason]), part=part[:40])
            if reason in _INCOMPLETE:
                return Reply(refusal)
            return Reply(Markup("\n\n").join((refusal, fill(_("Write it like this:")), examples(kind))))


def examples(kind: str) -> Markup:
    """Times the bot understands, to copy."""
    return Markup("\n").join(
        fill("• <code>{example}</code>", example=example) for example in faces.FACES[kind].examples
    )


def _read_on(turn: Turn, asked: Mapping[str, Any], text: str) -> tuple[str, Outcome]:
    """The first reading of the answer that makes sense, and its text; else the answer's own."""

    def outcome(words: str) -> Outcome:
        return parse(words, now=turn.now, zone=turn.zone, language=turn.words.language)

    for option in asked.get("options") or ():
        if _same_times(outcome(option), outcome(text)):
            return option, outcome(option)
    for words in _joined(str(asked.get("said") or ""), text):
        if not isinstance(found := outcome(words), Misunderstood) or found.reason in _INCOMPLETE:
            return words, found
    return text, outcome(text)


def _joined(said: str, text: str) -> Iterator[str]:
    if said:
        yield f"{said} {text}"
        yield f"{text} {said}"


def _same_times(option: Outcome, answer: Outcome) -> bool:
    """Whether an answer such as "21:00" picks this option, which may carry days besides."""
    return _times(option) == _times(answer) != ()


def _times(outcome: Outcome) -> tuple[object, ...]:
    if not isinstance(outcome, Understood):
        return ()
    return tuple(rule.times for rule in outcome.rules if isinstance(rule, AtTimes))
