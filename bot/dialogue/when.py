"""A schedule in a person's words becomes rules, or a question that remembers what was said already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.nudges import faces
from bot.dialogue.times import Ambiguous, Misunderstood, Outcome, Question, Reason, Understood, parse
from bot.dialogue.turn import Button, Press, Reply, Turn
from bot.dialogue.words import fill, in_lines, in_paragraphs, mark
from jobs.rules import ALL_DAYS, AtTimes, Landmark, Once, Relative, Rule

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
    Reason.TOO_LONG: mark("“{part}” is too long: I can come up to 12 hours before or after."),
    Reason.ONLY_AFTER: mark(
        "I learn of a workout by its end, so I can come after it: after workout, or 30 min after "
        "workout. A fixed time works too, as in 17:30 mon wed."
    ),
    Reason.NOT_BESIDE: mark(
        "I can't keep “{part}” together with bedtime, the sun or a workout. Weekdays work, as in at sunset mon wed."
    ),
}

QUESTIONS: Mapping[Question, str] = {
    Question.MORNING_OR_EVENING: mark("Morning or evening? I don't want to guess."),
    Question.WHICH_WINDOW: mark("Which hours do you mean? I don't want to guess."),
    Question.WHICH_DATE: mark("Which day do you mean? I don't want to guess."),
    Question.HOW_LONG: mark("How long before or after? I don't want to guess."),
}  # fmt: skip


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
            return _offer(turn, fill(_(QUESTIONS[question])), {option: option for option in options}, retry)
        case Misunderstood(reason, part, instead):
            turn.user.expecting = {
                **asked, "said": said[:_SAID_LENGTH] if reason in _INCOMPLETE else "", "options": list(instead)
            }  # fmt: skip
            refusal = fill(_(REFUSALS[reason]), part=part[:40])
            if instead:
                labels = {option: _moments(turn, option) for option in instead}
                return _offer(turn, refusal + fill(_(" Shall it come then?")), labels, retry)
            if reason in _INCOMPLETE:
                return Reply(refusal)
            return Reply(in_paragraphs((refusal, fill(_("Write it like this:")), examples(kind))))


def _offer(turn: Turn, question: Markup, options: Mapping[str, str], retry: str) -> Reply:
    """Texts that are understood, with their labels: as buttons, or to be written where one does not fit."""
    presses = [Press("say", (f"{retry} {option}".strip(),)) for option in options]
    if all(press.fits for press in presses):
        buttons = [[Button(label, press)] for label, press in zip(options.values(), presses, strict=True)]
        return Reply(question, buttons=buttons)
    listed = in_lines(fill("• <code>{option}</code>", option=option) for option in options)
    return Reply(
        fill(turn.words.gettext("{question} Write one of these:\n{options}"), question=question, options=listed)
    )


def _moments(turn: Turn, text: str) -> str:
    """A text of single times as the person reads them, as in "tomorrow 08:00"."""
    found = _outcome(turn, text)
    once = [rule.at for rule in found.rules if isinstance(rule, Once)] if isinstance(found, Understood) else []
    return wording.listed(turn.words, (wording.moment(turn.words, at, now=turn.now, zone=turn.zone) for at in once))


def is_time(turn: Turn, text: str) -> bool:
    """Whether a text means a time, or a part of one."""
    found = _outcome(turn, text)
    return not isinstance(found, Misunderstood) or found.reason in _INCOMPLETE


def goes_by(turn: Turn, text: str, landmark: Landmark) -> bool:
    """Whether a text is a schedule by this landmark."""
    found = _outcome(turn, text)
    rules = found.rules if isinstance(found, Understood) else ()
    return any(isinstance(rule, Relative) and rule.landmark is landmark for rule in rules)


def examples(kind: str) -> Markup:
    """Times the bot understands, to copy."""
    return in_lines(fill("• <code>{example}</code>", example=example) for example in faces.FACES[kind].examples)


def _read_on(turn: Turn, asked: Mapping[str, Any], text: str) -> tuple[str, Outcome]:
    """The first reading of the answer that makes sense, and its text; else the answer's own."""
    answer = _outcome(turn, text)
    for option in asked.get("options") or ():
        if _same_times(_outcome(turn, option), answer):
            return option, _outcome(turn, option)
        if (own := _with_days(_outcome(turn, option), answer)) is not None:
            return text, own
    for words in _joined(str(asked.get("said") or ""), text):
        if not isinstance(found := _outcome(turn, words), Misunderstood) or found.reason in _INCOMPLETE:
            return words, found
    return text, answer


def _outcome(turn: Turn, text: str) -> Outcome:
    return parse(text, now=turn.now, zone=turn.zone, language=turn.words.language)


def _joined(said: str, text: str) -> Iterator[str]:
    """The answer behind what was said and before it; a bare number also in minutes."""
    if said:
        for answer in (text, f"{text} min") if text.strip().isdecimal() else (text,):
            yield f"{said} {answer}"
            yield f"{answer} {said}"


def _same_times(option: Outcome, answer: Outcome) -> bool:
    """Whether an answer such as "21:00" picks this option, which may carry days besides."""
    return _times(option) == _times(answer) != ()


def _with_days(option: Outcome, answer: Outcome) -> Understood | None:
    """An answer such as "45 min before bed", which is none of the options, with the days that they share."""
    match option, answer:
        case Understood((Relative() as offered,)), Understood((Relative(days=days, until=None) as own,)):
            kept = offered.days if days == ALL_DAYS else days
            return Understood((replace(own, days=kept, until=offered.until),))
    return None


def _times(outcome: Outcome) -> tuple[object, ...]:
    if not isinstance(outcome, Understood):
        return ()
    repeated = (rule for rule in outcome.rules if isinstance(rule, AtTimes | Relative))
    return tuple((rule.landmark, rule.minutes) if isinstance(rule, Relative) else rule.times for rule in repeated)
