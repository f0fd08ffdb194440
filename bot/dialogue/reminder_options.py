"""What a reminder can do besides coming at its time: in quiet hours too, asked again, only so often, by which clock."""

from collections.abc import Sequence
from datetime import timedelta

from bot.dialogue import reminder_card, wording
from bot.dialogue.reminder_words import summary
from bot.dialogue.turn import Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill
from db import deliveries
from db.models import Reminder
from jobs import schedule
from jobs.compose import MOST_ASKED
from jobs.rule_json import from_json
from jobs.suggest.kinds import KINDS

_WAITS = (10, 20, 30, 60)
_GOALS = range(2, 9)
_A_ROW = 4
_CHOSEN = "✓ "


async def anyway(turn: Turn, reminder: Reminder, wish: str) -> Reply:
    """It comes in quiet hours too, or keeps to them again with `off`."""
    _ = turn.words.gettext
    if wish not in ("", "on", "off"):
        return turn.refuse(Refusal.FORGED)
    reminder.anyway = wish != "off"
    await schedule.change(turn.session, turn.user, reminder, now=turn.now)
    toast = _("It comes in your quiet hours too.") if reminder.anyway else _("It keeps to your quiet hours.")
    return reminder_card.card(turn, reminder, toast=toast)


async def nag(turn: Turn, reminder: Reminder, chosen: str) -> Reply:
    """First the choices, then whether and when an unanswered nudge is asked again."""
    _ = turn.words.gettext
    if not KINDS[reminder.kind].habit:
        return reminder_card.card(turn, reminder)
    choices = {"0": _("Off")} | {str(n): wording.span(turn.words, timedelta(minutes=n)) for n in _WAITS}
    if chosen in choices:
        reminder.nag = int(chosen)
        if not reminder.nag:
            await deliveries.stop_asking(turn.session, reminder_id=reminder.id)
        await schedule.change(turn.session, turn.user, reminder, now=turn.now)
        toast = _("I ask again.") if reminder.nag else _("I ask once only.")
        return reminder_card.card(turn, reminder, toast=toast)
    text = fill(
        _("{reminder}\n\n<b>Ask again?</b> If you don't answer, I ask again after the time that you choose: {n} times "
          "in all, no more. It stops when you tap Done or Skip, in your quiet hours, at the end of your day, and when "
          "the next one comes."), reminder=summary(turn, reminder), n=MOST_ASKED)  # fmt: skip
    rows = _rows(reminder, "nag", choices, str(reminder.nag))
    return Reply(text, buttons=[*rows, _back(turn, reminder)], edit=True)


async def goal(turn: Turn, reminder: Reminder, chosen: str) -> Reply:
    """First the choices, then after how many Dones of a day the rest of it stays away."""
    _ = turn.words.gettext
    if not reminder_card.has_goal(reminder, from_json(reminder.rule)):
        return reminder_card.card(turn, reminder)
    choices = {str(n): str(n) for n in _GOALS} | {"0": _("No limit")}
    if chosen in choices:
        reminder.goal = int(chosen) or None
        await schedule.change(turn.session, turn.user, reminder, now=turn.now)
        return reminder_card.card(turn, reminder, toast=_("Noted."))
    text = fill(
        _("{reminder}\n\n<b>How often is enough for a day?</b> After so many times Done I leave out the rest of that "
          "day."), reminder=summary(turn, reminder))  # fmt: skip
    rows = _rows(reminder, "goal", choices, str(reminder.goal or 0))
    return Reply(text, buttons=[*rows, _back(turn, reminder)], edit=True)


async def here(turn: Turn, reminder: Reminder, _more: str) -> Reply:
    """It goes by its owner's clock again, with the same hour."""
    reminder.zone = None
    await schedule.change(turn.session, turn.user, reminder, now=turn.now)
    return reminder_card.card(turn, reminder, toast=turn.words.gettext("It goes by your clock now."))


def _rows(reminder: Reminder, action: str, choices: dict[str, str], current: str) -> Sequence[Sequence[Button]]:
    buttons = [
        Button(f"{_CHOSEN if key == current else ''}{label}", Press("reminder", (str(reminder.id), action, key)))
        for key, label in choices.items()
    ]
    return [buttons[i : i + _A_ROW] for i in range(0, len(buttons), _A_ROW)]


def _back(turn: Turn, reminder: Reminder) -> list[Button]:
    return [Button(turn.words.gettext("‹ Back"), Press("reminder", (str(reminder.id), "open")))]
