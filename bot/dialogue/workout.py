"""/workout: what was just done, in words or in one or two taps; and the answers to "did you train?"."""

from dataclasses import dataclass, replace
from datetime import timedelta

from markupsafe import Markup

from bot.dialogue import answers, free_text, nudging, personal, wording
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn, row_id
from bot.dialogue.words import fill, in_lines
from bot.dialogue.workout_text import Problem, Unclear, read_done, shown, sorry
from bot.dialogue.workout_words import EFFORT_NAMES, SPORTS
from db.models import Delivery, Status
from jobs import schedule, trained
from jobs.compose import compose
from jobs.memory import suggestion_of
from jobs.suggest import hydrate
from jobs.suggest.suggestion import Silence
from jobs.workouts import LONGEST, Effort, Workout

EXAMPLES = ("/workout 45 run hot", "/workout 1h30 cycling hard", "/workout 20 min")
_LENGTHS = (30, 45, 60, 90, 120)
_SAID = 200
# A length that is typed is behind what was said before; this one only completes a text without one.
_ANY_LENGTH = "60 min"


@dataclass(frozen=True)
class Choice:
    """What the buttons stand at. `delivery`: the question that they answer, None for a workout of one's own accord."""

    effort: Effort = Effort.MODERATE
    hot: bool = False
    sport: str = ""
    delivery: int | None = None

    @classmethod
    def of(cls, workout: Workout, delivery: int | None = None) -> "Choice":
        return cls(workout.effort, workout.hot, workout.sport or "", delivery)

    def workout(self, minutes: int) -> Workout:
        return Workout(minutes, self.effort, self.hot, self.sport or None)

    def button(self, label: str, action: str, *more: str) -> Button:
        """A button that carries all of it; `_read_choice` reads it back."""
        number = "" if self.delivery is None else str(self.delivery)
        return Button(
            label, Press("workout", (action, self.effort, "1" if self.hot else "", self.sport, number, *more))
        )


async def command(turn: Turn) -> Answer:
    """`/workout`, `/workout 45 run hot`."""
    if not turn.text:
        return _ask(turn)
    return await _said(turn, turn.text)


async def typed(turn: Turn) -> Answer:
    """How long it was, or all of it, in words; what was said before counts."""
    before = str((turn.user.expecting or {}).get("said") or "")
    both = f"{before} {turn.text}".strip()
    if isinstance(read_done(both, language=turn.words.language), Workout):
        return await _said(turn, both)
    found = read_done(turn.text, language=turn.words.language)
    unknown = isinstance(found, Unclear) and found.problem is Problem.UNKNOWN_WORD and not found.options
    if unknown and not any(sign.isdigit() for sign in turn.text):  # they talk of something else
        turn.user.expecting = None
        return await free_text.answer(turn)
    return await _said(turn, turn.text)


async def _said(turn: Turn, text: str) -> Answer:
    match read_done(text, language=turn.words.language):
        case Workout() as workout:
            return await _log(turn, workout)
        case Unclear(problem=Problem.NO_LENGTH) as unclear:
            found = read_done(f"{text} {_ANY_LENGTH}", language=turn.words.language)
            choice = Choice.of(found) if isinstance(found, Workout) else Choice()
            turn.user.expecting = {"what": "workout", "said": text[:_SAID]}
            return Reply(sorry(turn.words, unclear), buttons=_buttons(turn, choice))
        case unclear:
            turn.user.expecting = {"what": "workout"}
            return _asked_back(turn, unclear)


def _asked_back(turn: Turn, unclear: Unclear) -> Reply:
    """What was not understood, what it may have meant, and how to write it."""
    _ = turn.words.gettext
    examples = (fill("• <code>{example}</code>", example=example) for example in EXAMPLES)
    presses = {option: Press("say", (f"/workout {option}",)) for option in unclear.options}
    buttons = [[Button(option, press)] for option, press in presses.items() if press.fits]
    guess = [fill(_("Did you mean:"))] if buttons else []
    text = in_lines((sorry(turn.words, unclear), fill(_("Write it like this:")), *examples, *guess))
    return Reply(text, buttons=buttons)


def _ask(turn: Turn) -> Reply:
    """As planned, where that was a short while ago; else how long it was, one tap from the answer."""
    _ = turn.words.gettext
    turn.user.expecting = {"what": "workout"}
    last = hydrate.latest_ended(turn.almanac, turn.now)
    if last is None or turn.now - last[1] > trained.PASSED:
        return Reply(_question(turn), buttons=_buttons(turn, Choice()))
    workout = last[0]
    choice = Choice.of(workout)
    text = fill(_("As planned: {workout}? Or how long was it?"), workout=shown(turn.words, workout))
    yes = replace(choice.button(_("Yes"), "log", str(workout.minutes)), style="success")
    return Reply(text, buttons=[[yes], *_buttons(turn, choice)])


def _question(turn: Turn) -> Markup:
    return fill(turn.words.gettext("How long was it? First tap how hard and how hot, if you like. Or write it, as in "
                                   "<code>/workout 45 run hot</code>."))  # fmt: skip


def _buttons(turn: Turn, choice: Choice) -> list[list[Button]]:
    """How hard and how hot, which stay, and lengths, which lead to the answer."""
    _ = turn.words.gettext
    efforts = [
        replace(choice, effort=effort).button(f"• {_(name)}" if effort is choice.effort else _(name), "pick")
        for effort, name in EFFORT_NAMES.items()
    ]
    heat_label = _("it was hot")
    heat = replace(choice, hot=not choice.hot).button(f"{'☑' if choice.hot else '☐'} {heat_label}", "pick")
    lengths = [
        choice.button(wording.span(turn.words, timedelta(minutes=minutes)), "log", str(minutes)) for minutes in _LENGTHS
    ]
    back = [] if choice.delivery is None else [[Button(_("‹ Back"), Press("nudge", (str(choice.delivery), "back")))]]
    return [efforts, [heat], lengths[:3], lengths[3:], *back]


async def pressed(turn: Turn) -> Answer:
    """`pick` and `log` with a choice; `yes`, `more` and `no` with the number of a delivery that asked."""
    match turn.args:
        case ("pick", *rest) if (choice := _read_choice(rest)) is not None:
            return await _picked(turn, choice)
        case ("log", *rest, minutes) if (choice := _read_choice(rest)) is not None and _is_length(minutes):
            return await _chosen(turn, choice, choice.workout(int(minutes)))
        case (("yes" | "more" | "no") as answer, number):
            return await _answered(turn, row_id(number), answer)
    return turn.refuse(Refusal.FORGED)


def _read_choice(args: list[str]) -> Choice | None:
    """What `Choice.button` wrote; None for what it never writes."""
    match args:
        case [effort, "" | "1" as hot, sport, number] if effort in list(Effort) and sport in ("", *SPORTS):
            delivery = row_id(number)
            return None if number and delivery is None else Choice(Effort(effort), bool(hot), sport, delivery)
    return None


def _is_length(text: str) -> bool:
    number = row_id(text)
    return number is not None and 1 <= number <= LONGEST


async def _picked(turn: Turn, choice: Choice) -> Reply:
    """The same buttons, standing at another choice."""
    if choice.delivery is not None and isinstance(found := await _asking(turn, choice.delivery), Reply):
        return found
    return Reply(_question(turn), buttons=_buttons(turn, choice), edit=True)


async def _chosen(turn: Turn, choice: Choice, workout: Workout) -> Reply:
    if choice.delivery is None:
        return replace(await _log(turn, workout), edit=True)
    match await _asking(turn, choice.delivery):
        case Reply() as stale:
            return stale
        case delivery:
            return await _happened(turn, delivery, workout)


async def _log(turn: Turn, workout: Workout) -> Reply:
    """It counts for what follows workouts, whether or not drinking may be spoken of."""
    turn.user.expecting = None
    reply = await nudging.begin(turn, hydrate.KIND, workout=workout)
    await trained.count(turn.session, turn.user, turn.now)
    return reply


async def _answered(turn: Turn, number: int | None, answer: str) -> Reply:
    match await _asking(turn, number):
        case Reply() as stale:
            return stale
        case delivery:
            workout = hydrate.workout_of((delivery.suggestion or {})["facts"])
    if answer == "yes":
        return await _happened(turn, delivery, workout)
    if answer == "more":
        return Reply(_question(turn), buttons=_buttons(turn, Choice.of(workout, delivery.id)), edit=True)
    await answers.answer(turn, delivery, Status.SKIPPED)
    return nudging.outcome(turn, delivery)


async def _asking(turn: Turn, number: int | None) -> Delivery | Reply:
    """The person's own question of this number that has no answer yet; else what to say instead."""
    delivery = await nudging.own(turn, number)
    made = suggestion_of(delivery) if delivery is not None else None
    if delivery is None or made is None or made.kind != hydrate.KIND or made.form == hydrate.THIRST:
        return turn.refuse(Refusal.MISSING, turn.words.gettext("I can't find that nudge any more."))
    if delivery.status in nudging.ANSWERED:
        return answers.known(turn, delivery)
    if made.form != hydrate.ASK:
        noted = turn.words.gettext("That is noted already.")
        return replace(await nudging.again(turn, delivery), toast=noted, refused=Refusal.REPLAYED)
    return delivery


async def _happened(turn: Turn, delivery: Delivery, workout: Workout) -> Reply:
    """The question becomes the nudge after that workout, in place."""
    made = compose(await nudging.case_of(turn, delivery), turn.now, workout=workout)
    if isinstance(made, Silence):
        reason = personal.not_for_you(turn, delivery.kind) or nudging.silence(turn, delivery.kind, made)
        return replace(reason, edit=True)
    # No longer a claim, so that a tap that overtakes the record of the sending is not overwritten by it.
    delivery.status, delivery.asked, delivery.again_at = Status.SENT, max(1, delivery.asked), None
    delivery.sent_at = delivery.sent_at or turn.now
    await schedule.heard(turn.session, turn.user, kind=delivery.kind, now=turn.now)
    return replace(nudging.put(turn, delivery, made), edit=True)
