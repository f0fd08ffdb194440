"""/next: exactly what will come, and when."""

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.nudges import faces
from bot.dialogue.turn import Answer, Button, Press, Reply, Turn
from bot.dialogue.words import fill
from db import deliveries, reminders
from db.models import ReminderState, Status
from jobs.recurrence import upcoming
from jobs.rule_json import from_json

_SHOWN = 8


async def command(turn: Turn) -> Answer:
    """The next nudges in order: what was put off, and what the reminders will bring."""
    _ = turn.words.gettext
    coming = []
    for delivery in await deliveries.waiting(turn.session, turn.user.id):
        note = _("put off by you") if delivery.status == Status.SNOOZED else _("on its way")
        coming.append((delivery.send_at, delivery.kind, note))
    for reminder in await reminders.of_user(turn.session, turn.user.id):
        if reminder.state == ReminderState.ON:
            dues = upcoming(from_json(reminder.rule), turn.zone, turn.now, _SHOWN)
            coming += [(due, reminder.kind, "") for due in dues]
    if not coming:
        return Reply(
            fill(_("Nothing is planned. Set a reminder: /remind stretch 21:30")),
            buttons=[[Button(_("Set a reminder"), Press("say", ("/remind",)), style="primary")]],
        )
    lines = [
        fill(
            "{when}  {kind}{note}",
            when=wording.moment(turn.words, due, now=turn.now, zone=turn.zone),
            kind=faces.label(turn.words, kind),
            note=f" ({note})" if note else "",
        )
        for due, kind, note in sorted(set(coming))[:_SHOWN]
    ]
    head = fill(_("<b>What comes next</b> ({zone})"), zone=str(turn.zone))
    return Reply(Markup("\n").join((head, *lines)))
