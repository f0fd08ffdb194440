"""/check: the questions, one at a time in the same message. A red flag ends them at once.

`check_run` is where a person stands, `check_screens` what they see, `check_result` how it ends.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from bot.dialogue import check_result, check_screens, check_summary
from bot.dialogue.check_run import Run
from bot.dialogue.turn import Answer, Refusal, Reply, Turn
from bot.dialogue.words import fill


async def command(turn: Turn) -> Answer:
    """What it is and what is kept, or where the person stopped last time."""
    run = _running(turn)
    return check_screens.welcome(turn) if run is None else check_screens.welcome_back(turn, run)


async def pressed(turn: Turn) -> Answer:
    """The buttons of this conversation; those of a question carry the run's name and the question's id."""
    run = _running(turn)
    verb, *rest = turn.args or ("",)
    if verb in _DOORS:
        return _DOORS[verb](turn, run, rest)
    if run is None or rest[:1] != [str(run.begun)]:
        return _over(turn)
    if verb == "stop":
        return _given_up(turn)
    if verb not in _STEPS or rest[1:2] != [run.question.id]:
        # Continue, and a second tap on what is answered already: where we are.
        return _question(turn, run)
    return _STEPS[verb](turn, run, "".join(rest[2:]))


def _running(turn: Turn) -> Run | None:
    """The person's check; one that can't go on is deleted."""
    run = Run.from_json(turn.user.check, turn.edition.questionnaire, turn.now)
    if run is None:
        _keep(turn, None)
    return run


def _keep(turn: Turn, run: Run | None) -> None:
    turn.user.check = run.to_json() if run else None
    turn.user.check_begun_at = datetime.fromtimestamp(run.begun, UTC) if run else None


def _begin(turn: Turn, run: Run | None, _rest: Sequence[str]) -> Reply:
    """They agreed; a second tap does not begin anew."""
    return _question(turn, run or Run.begin(turn.edition.questionnaire, turn.now))


def _again(turn: Turn, run: Run | None, _rest: Sequence[str]) -> Reply:
    return _question(turn, Run.begin(turn.edition.questionnaire, turn.now)) if run else _over(turn)


def _later(turn: Turn, _run: Run | None, _rest: Sequence[str]) -> Reply:
    return Reply(fill(turn.words.gettext("All right. /check is here when you want it.")), edit=True)


def _summary(turn: Turn, _run: Run | None, rest: Sequence[str]) -> Answer:
    return check_summary.summary(turn, rest) or _over(turn)


_DOORS: Mapping[str, Callable[[Turn, Run | None, Sequence[str]], Answer]] = {
    "begin": _begin,
    "again": _again,
    "later": _later,
    "summary": _summary,
}


def _question(turn: Turn, run: Run) -> Reply:
    """Ask on from here; what was answered so far is kept."""
    _keep(turn, run)
    return check_screens.question(turn.words, run)


def _over(turn: Turn) -> Reply:
    """Nothing changes: the message may be the result by now, whose buttons are still good."""
    return turn.refuse(Refusal.STALE, turn.words.gettext("This check is over. /check begins a new one."))


def _given_up(turn: Turn) -> Reply:
    _keep(turn, None)
    text = turn.words.gettext("Stopped, and your answers are deleted. /check begins anew.")
    return Reply(fill(text), edit=True)


# Answering ----------------------------------------------------------------------------------------


def _pick(turn: Turn, run: Run, name: str) -> Answer:
    """Give an answer: the only one of its question goes on at once, and a red flag ends it all."""
    answer = run.answer(name)
    if answer is None:
        return _question(turn, run)
    given = run.giving(answer)
    if answer.stop:
        return _ended(turn, given)
    if run.question.many:
        return _question(turn, given)
    return _onward(turn, given)


def _drop(turn: Turn, run: Run, name: str) -> Reply:
    answer = run.answer(name)
    return _question(turn, run.without(answer) if answer else run)


def _next(turn: Turn, run: Run, _name: str) -> Answer:
    if not run.picked:
        return Reply(toast=turn.words.gettext("Choose at least one. “None of these” counts too."))
    return _onward(turn, run)


def _back(turn: Turn, run: Run, _name: str) -> Reply:
    return _question(turn, run.moved(-1))


_STEPS: Mapping[str, Callable[[Turn, Run, str], Answer]] = {"on": _pick, "off": _drop, "next": _next, "back": _back}


def _onward(turn: Turn, run: Run) -> Answer:
    return _ended(turn, run) if run.last else _question(turn, run.moved(1))


def _ended(turn: Turn, run: Run) -> Answer:
    _keep(turn, None)
    return check_result.finished(turn, run.answers)
