"""In another zone: shall reminders keep their hour, or the moment at which they came so far? Asked once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.reminder_words import city
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn, row_id
from bot.dialogue.words import fill, in_lines
from db import reminders
from db.models import Reminder
from db.places import zones
from jobs import schedule
from jobs.recurrence import next_due
from jobs.rule_json import from_json

# Later the hours of reminders may have been chosen in the new place, and then the question no longer fits.
_ANSWERED_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class _Question:
    """Who came from the zone `before` was asked at `at`."""

    before: str
    at: datetime

    def press(self, choice: str) -> Press:
        return Press("travel", (choice, self.before, str(int(self.at.timestamp()))))


async def arrived(turn: Turn) -> None:
    """What keeps the clock of the zone in which the person is now simply goes by theirs again."""
    for reminder in await reminders.of_user(turn.session, turn.user.id):
        if reminder.zone == turn.user.zone:
            reminder.zone = None


async def question(turn: Turn, before: str) -> Reply | None:
    """Keep the hour or the moment? None for whoever has nothing to decide: the clocks go together, or no reminder goes
    by them."""
    _ = turn.words.gettext
    here = turn.user.zone
    if here is None or zones.clock_rule(before, turn.now) == zones.clock_rule(here, turn.now):
        return None
    example = await _example(turn, before)
    if example is None:
        return None
    asked = _Question(before, turn.now)
    text = fill(
        _("<b>Your reminders: keep the hour, or the moment?</b>\n• The hour: {there} stays {there} here.\n"
          "• The moment: {there} in {city} is {here} here.\nIf you don't choose, they keep the hour."),
        there=wording.clock(turn.words, example.astimezone(ZoneInfo(before))), city=city(turn.words, before),
        here=wording.clock(turn.words, example.astimezone(turn.zone)),
    )  # fmt: skip
    hour = Button(_("Keep the hour"), asked.press("hour"))
    return Reply(text, buttons=[[hour, Button(_("Keep the moment"), asked.press("moment"))]])


async def pressed(turn: Turn) -> Answer:
    """`hour` or `moment`, with the zone the person came from and when they were asked."""
    _ = turn.words.gettext
    choice, before, asked_at = (*turn.args, "", "", "")[:3]
    asked = _read(turn, before, asked_at)
    if asked is None or choice not in ("hour", "moment"):
        return turn.refuse(Refusal.STALE, _("This button no longer works. /reminders changes each one."))
    if asked.before == turn.user.zone:
        return turn.refuse(Refusal.STALE, _("You are back in that zone, so both are the same now."))
    if choice == "hour":
        await schedule.keep_hour(turn.session, turn.user, zone=before, now=turn.now)
        said = fill(_("✓ Your reminders keep the hour."))
        other = Button(_("Keep the moment instead"), asked.press("moment"))
    else:
        kept = await schedule.keep_moment(turn.session, turn.user, zone=before, told_at=asked.at, now=turn.now)
        if not kept:
            return turn.refuse(Refusal.STALE, _("There is no reminder left that this could change."))
        said = fill(_("✓ Your reminders keep the moment, by the clock of {city}. Once you tell me that you are back, "
                      "they go by yours again."), city=city(turn.words, before))  # fmt: skip
        other = Button(_("Keep the hour instead"), asked.press("hour"))
    return Reply(in_lines((said, *await _next(turn))), buttons=[[other]], edit=True)


def _read(turn: Turn, before: str, asked_at: str) -> _Question | None:
    """None for a button that is made up or old."""
    seconds = row_id(asked_at)
    if seconds is None or before not in available_timezones() or turn.user.zone is None:
        return None
    since = turn.now.timestamp() - seconds
    if not 0 <= since <= _ANSWERED_WITHIN.total_seconds():
        return None
    return _Question(before, datetime.fromtimestamp(seconds, turn.now.tzinfo))


async def _example(turn: Turn, before: str) -> datetime | None:
    """When the first of the reminders in question would come by the old clock."""
    dues = [
        due
        for reminder in await schedule.going_by_clock(turn.session, turn.user)
        if reminder.zone is None and (due := next_due(from_json(reminder.rule), ZoneInfo(before), turn.now)) is not None
    ]
    return min(dues, default=None)


async def _next(turn: Turn) -> list[Markup]:
    """When the next one comes now."""
    mine = await reminders.of_user(turn.session, turn.user.id)
    dues = [due for due in map(_due, mine) if due is not None]
    if not dues:
        return []
    moment = wording.moment(turn.words, min(dues), now=turn.now, zone=turn.zone)
    return [fill(turn.words.gettext("Next: {moment}."), moment=moment)]


def _due(reminder: Reminder) -> datetime | None:
    return reminder.next_due_at
