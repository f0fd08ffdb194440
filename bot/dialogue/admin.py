"""/admin, for those who run the bot: counts and health, and nothing about anybody."""

import math
from datetime import timedelta

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.turn import Answer, Reply, Turn
from bot.dialogue.words import fill, in_lines
from bot.version import VERSION
from db import census
from jobs import crowd


async def command(turn: Turn) -> Answer:
    """How many people there are, what waits, when most is due, and whether all goes on."""
    _ = turn.words.gettext
    people = await census.people(turn.session, turn.now)
    lines = (
        fill(_("<b>People:</b> {all}; active in the last day {day}, in the last week {week}"), all=people.all,
             day=people.day, week=people.week),
        fill(_("<b>Reminders on:</b> {n}"), n=await census.reminders_on(turn.session)),
        fill(_("<b>Nudges that wait to be sent:</b> {n}"), n=await census.ripe(turn.session, turn.now)),
        await _worst(turn),
        _health(turn),
    )  # fmt: skip
    return Reply(in_lines(lines))


async def _worst(turn: Turn) -> Markup:
    _ = turn.words.gettext
    due = await census.due_between(turn.session, turn.now, turn.now + crowd.DAY)
    worst = crowd.worst(due, rate=turn.house.operators.rate)
    if worst is None:
        return fill(_("<b>Worst minute of the coming day:</b> nothing is due"))
    moment = wording.moment(turn.words, worst.at, now=turn.now, zone=turn.zone)
    seconds = math.ceil(worst.drains_in.total_seconds())
    return fill(_("<b>Worst minute of the coming day:</b> {moment}: {n} nudges, sent within {seconds} s"),
                moment=moment, n=worst.due, seconds=seconds)  # fmt: skip


def _health(turn: Turn) -> Markup:
    _ = turn.words.gettext
    age = turn.house.operators.tick_age()
    if math.isinf(age):
        return fill(_("<b>Version {version}</b>, in a process that plans no nudges"), version=VERSION)
    ago = wording.span(turn.words, timedelta(seconds=age)) if age >= 60 else _("{n} s").format(n=int(age))  # noqa: PLR2004
    return fill(_("<b>Version {version}</b>, last planned {ago} ago"), version=VERSION, ago=ago)
