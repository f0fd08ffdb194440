"""/next: exactly what will come, and when; what is left out, and what waits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from markupsafe import Markup

from bot.dialogue import outlook, personal, wording
from bot.dialogue.nudges import faces
from bot.dialogue.reminder_words import other_clock, rests, schedule, waits
from bot.dialogue.turn import Answer, Button, Press, Reply, Turn
from bot.dialogue.words import fill, in_lines, mark
from db import deliveries, reminders
from db.models import Reminder, ReminderState
from jobs.compose import MOST_ASKED
from jobs.forecast import Coming, Fate, occasions, on_the_way, wanted
from jobs.memory import histories

_SHOWN = 8
_NOTES: Mapping[Fate, str] = {
    Fate.HELD: mark("held back from {due} by your quiet hours"),
    Fate.LEFT_OUT: mark("left out: quiet hours until {end}"),
    Fate.ASKS: mark("first I ask whether these shall go on"),
    Fate.ON_ITS_WAY: mark("on its way"),
    Fate.PUT_OFF: mark("put off by you"),
    Fate.AGAIN: mark("asks again, {asked} of {most}"),
}


async def command(turn: Turn) -> Answer:
    """The next nudges in order: what was put off, and what the reminders will bring."""
    _ = turn.words.gettext
    shown = list(islice(await coming(turn), _SHOWN))
    mine = await reminders.of_user(turn.session, turn.user.id)
    below = list(dict.fromkeys(_waiting(turn, mine)))
    if not shown and not below:
        nothing = fill(_("Nothing is planned. Set a reminder: /remind stretch 21:30"))
        return Reply(
            in_lines((*outlook.pause(turn), nothing)),
            buttons=[[Button(_("Set a reminder"), Press("say", ("/remind",)), style="primary")]],
        )
    lines = [_line(turn, item) for item in shown] or [fill(_("Nothing has a time yet."))]
    return Reply(in_lines((_head(turn), *lines, *below)), buttons=_buttons(turn, mine))


async def coming(turn: Turn) -> Iterator[Coming]:
    """What comes, earliest first, without end where reminders have none."""
    mine = await reminders.of_user(turn.session, turn.user.id)
    found = list(
        on_the_way(
            await deliveries.waiting(turn.session, turn.user.id),
            await deliveries.to_ask_again(turn.session, turn.user.id),
            mine,
        )
    )
    for reminder in mine:
        if not _is_withheld(turn, reminder):
            found += occasions(reminder, turn.user, turn.now)
    history = await histories(turn.session, [turn.user.id], turn.now)
    return wanted(found, turn.user, turn.edition, history[turn.user.id])


def sent(found: Iterable[Coming]) -> Iterator[Coming]:
    """Of these, what is really sent."""
    return (item for item in found if item.fate is not Fate.LEFT_OUT)


def _head(turn: Turn) -> Markup:
    _ = turn.words.gettext
    until = turn.user.paused_until
    if until is None or until <= turn.now:
        return fill(_("<b>What comes next</b> ({zone})"), zone=str(turn.zone))
    moment = wording.moment(turn.words, until, now=turn.now, zone=turn.zone)
    return fill(_("<b>Paused until {moment}.</b> Then ({zone}):"), moment=moment, zone=str(turn.zone))


def _line(turn: Turn, item: Coming) -> Markup:
    """As in "today 07:30  🦵 Stretch (held back from 06:00 by your quiet hours)"."""
    notes = [_note(turn, item)] if item.fate in _NOTES else []
    if item.reminder is not None and (elsewhere := other_clock(turn, item.reminder)) is not None:
        notes.append(turn.words.gettext("by the clock of {city}").format(city=elsewhere))
    return fill(
        "{when}  {kind}{note}",
        when=wording.moment(turn.words, item.at, now=turn.now, zone=turn.zone),
        kind=faces.label(turn.words, item.kind),
        note=f" ({'; '.join(notes)})" if notes else "",
    )


def _note(turn: Turn, item: Coming) -> str:
    end = turn.almanac.quiet_until(item.due_at) or item.due_at
    return turn.words.gettext(_NOTES[item.fate]).format(
        due=wording.clock(turn.words, item.due_at.astimezone(turn.zone)),
        end=wording.clock(turn.words, end.astimezone(turn.zone)),
        asked=item.asked,
        most=MOST_ASKED,
    )


def _waiting(turn: Turn, mine: Sequence[Reminder]) -> Iterator[Markup]:
    """What is on and has no next time, with what it waits for; and what safety leaves out."""
    _ = turn.words.gettext
    for reminder in mine:
        if reminder.state != ReminderState.ON:
            continue
        kind = faces.label(turn.words, reminder.kind)
        if _is_withheld(turn, reminder):
            yield fill(_("{kind}: I leave that out, by what you told me."), kind=kind)
        elif rests(reminder):
            yield fill(_("{kind} waits for your answer: shall it go on?"), kind=kind)
        elif (state := waits(turn, reminder)) is not None:
            yield fill("{kind}, {schedule}. {state}", kind=kind, schedule=schedule(turn, reminder), state=state)


def _is_withheld(turn: Turn, reminder: Reminder) -> bool:
    return personal.not_for_you(turn, reminder.kind) is not None


def _buttons(turn: Turn, mine: Sequence[Reminder]) -> list[list[Button]]:
    """The end of a pause, and an answer for each kind that waits for one."""
    _ = turn.words.gettext
    rows = []
    if turn.user.paused_until is not None and turn.user.paused_until > turn.now:
        rows.append([Button(_("Resume now"), Press("pause", ("resume",)))])
    for kind, reminder in {reminder.kind: reminder for reminder in mine if rests(reminder)}.items():
        label = _("Go on: {kind}").format(kind=faces.label(turn.words, kind))
        rows.append([Button(label, Press("reminder", (str(reminder.id), "keep")))])
    return rows
