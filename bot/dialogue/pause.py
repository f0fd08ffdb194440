"""/pause and /resume: nothing comes for some days, then all goes on by itself."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from bot.dialogue import outlook, pause_text, upcoming, wording, zone
from bot.dialogue.nudges import faces
from bot.dialogue.pause_text import Why, Wish
from bot.dialogue.timetext.outcome import Misunderstood, Reason
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, in_lines, in_paragraphs, mark
from db import deliveries
from jobs import schedule

LONGEST = timedelta(days=366)
_READ = 200
_A_ROW = 2
_DAYS: Mapping[str, str] = {
    "1": mark("The rest of today"),
    "3": mark("3 days"),
    "7": mark("1 week"),
    "14": mark("2 weeks"),
}
_KIND_WORDS: Mapping[Why, str] = {
    Why.INJURY: mark("I am sorry that you are hurt. Get well soon. Some signs should not wait: /doctor"),
    Why.ILL: mark("Get well soon. If you are not sure whether it can wait: /doctor"),
    Why.AWAY: mark("Have a good time."),
}
_REFUSALS: Mapping[Reason, str] = {
    Reason.PASSED: mark("“{part}” has passed already."),
    Reason.BAD_DATE: mark("“{part}” is not a date I can use."),
    Reason.BAD_DURATION: mark("I pause for whole days. For a few hours, tap Later on a nudge."),
    Reason.TOO_FAR: mark("I can pause for a year at most."),
}
_UNREAD = mark("I don't understand “{part}” as a time for a pause.")


async def command(turn: Turn) -> Answer:
    """`/pause 3d`, `/pause until monday`, `/pause injury`, `/pause off`."""
    if turn.user.zone is None:
        return zone.ask(turn, then=f"/pause {turn.text}".strip())
    if pause_text.is_end(turn.text):
        return await resume(turn)
    return await _read(turn, until=False)


async def typed(turn: Turn) -> Answer:
    """The answer to "for how long?"; a date alone is its end."""
    if pause_text.is_end(turn.text):
        turn.user.expecting = None
        return await resume(turn)
    return await _read(turn, until=True)


def is_wish(turn: Turn) -> bool:
    """Whether plain words say that somebody is away, and for how long: that is a wish for a pause."""
    today, language = turn.almanac.day_of(turn.now), turn.words.language
    wish = pause_text.read(turn.text[:_READ], today=today, language=language)
    return wish.why is Why.AWAY and bool(wish.ends)


async def resume(turn: Turn) -> Answer:
    """All goes on now."""
    _ = turn.words.gettext
    if turn.user.paused_until is None or turn.user.paused_until <= turn.now:
        return Reply(fill(_("You have no pause. /next shows what comes.")))
    await schedule.pause(turn.session, turn.user, until=None, now=turn.now)
    text = fill(_("▶ The pause is over, and all goes on."))
    return Reply(in_lines((text, *await _first(turn))), buttons=[[_what_comes(turn)]])


async def pressed(turn: Turn) -> Answer:
    """A length, a day, or the end of the pause."""
    _ = turn.words.gettext
    today = turn.almanac.day_of(turn.now)
    match turn.args:
        case ("resume",):
            over = await resume(turn)
            return Reply(over.text, buttons=over.buttons, edit=True) if isinstance(over, Reply) else over
        case ("date",):
            return _ask_date(turn)
        case ("for", days) if days in _DAYS and turn.user.zone is not None:
            return await _pause(turn, today + timedelta(days=int(days)), edit=True)
        case ("until", day) if (end := _day(day)) is not None and turn.user.zone is not None:
            if end <= today or end - today > LONGEST:
                return turn.refuse(Refusal.STALE, _("That day has passed. /pause asks anew."))
            return await _pause(turn, end, edit=True)
    return turn.refuse(Refusal.FORGED)


async def _read(turn: Turn, *, until: bool) -> Answer:
    _ = turn.words.gettext
    today = turn.almanac.day_of(turn.now)
    wish = pause_text.read(turn.text[:_READ], today=today, language=turn.words.language, until=until)
    if wish.refused is not None:
        return _ask(turn, wish, _refusal(turn, wish, wish.refused))
    if not wish.ends:
        return _ask(turn, wish, ())
    if len(wish.ends) > 1 or not wish.sure:
        question = fill(_("Which day do you mean? I don't want to guess."))
        return Reply(question, buttons=[[_until(turn, end)] for end in wish.ends])
    if wish.ends[0] - today > LONGEST:
        return _ask(turn, wish, [fill(_(_REFUSALS[Reason.TOO_FAR]))])
    return await _pause(turn, wish.ends[0], why=wish.why)


def _refusal(turn: Turn, wish: Wish, refused: Misunderstood) -> Sequence[Markup]:
    """Why it was not understood; of a mere reason nothing more was to be."""
    if wish.why is not None and refused.reason not in _REFUSALS:
        return ()
    return [fill(turn.words.gettext(_REFUSALS.get(refused.reason, _UNREAD)), part=refused.part)]


def _ask(turn: Turn, wish: Wish, before: Sequence[Markup]) -> Reply:
    """For how long? With a kind word where there is a reason for one."""
    _ = turn.words.gettext
    turn.user.expecting = {"what": "pause"}
    kind = [fill(_(_KIND_WORDS[wish.why]))] if wish.why else []
    question = fill(_("<b>For how long shall I pause?</b> Choose, or write it, as in 3d or until monday. Your score is "
                      "kept."))  # fmt: skip
    choices = [Button(_(label), Press("pause", ("for", days))) for days, label in _DAYS.items()]
    rows = [choices[i : i + _A_ROW] for i in range(0, len(choices), _A_ROW)]
    rows.append([Button(_("Until a date…"), Press("pause", ("date",)))])
    if now := outlook.pause(turn):
        rows.append([Button(_("Resume now"), Press("pause", ("resume",)))])
    return Reply(in_paragraphs((*before, *kind, *now, question)), buttons=rows)


def _ask_date(turn: Turn) -> Reply:
    turn.user.expecting = {"what": "pause"}
    return Reply(
        fill(turn.words.gettext("Until when? Write the day on which all goes on, as in friday or 3 april. Or /cancel."))
    )


async def _pause(turn: Turn, end: date, *, why: Why | None = None, edit: bool = False) -> Reply:
    """Until that day begins for the person."""
    _ = turn.words.gettext
    turn.user.expecting = None
    dropped = await deliveries.waiting(turn.session, turn.user.id)
    await schedule.pause(turn.session, turn.user, until=turn.almanac.begin(end), now=turn.now)
    until = turn.user.paused_until or turn.now
    moment = wording.moment(turn.words, until, now=turn.now, zone=turn.zone)
    lines = [
        *([fill(_(_KIND_WORDS[why]))] if why else []),
        fill(_("⏸ <b>Paused until {moment}.</b>"), moment=moment),
        fill(_("Nothing comes before. Then all goes on by itself, and your score is kept.")),
        *([fill(_("What was on its way or put off does not come any more."))] if dropped else []),
        *await _first(turn),
    ]
    buttons = [Button(_("Resume now"), Press("pause", ("resume",))), _what_comes(turn)]
    return Reply(in_lines(lines), buttons=[buttons], edit=edit)


async def _first(turn: Turn) -> list[Markup]:
    """What comes first when it goes on."""
    _ = turn.words.gettext
    first = next(iter(upcoming.sent(await upcoming.coming(turn))), None)
    if first is None:
        return [fill(_("You have no reminder with a next time. What you set goes by the pause as well."))]
    moment = wording.moment(turn.words, first.at, now=turn.now, zone=turn.zone)
    return [fill(_("First comes: {moment}, {kind}."), moment=moment, kind=faces.label(turn.words, first.kind))]


def _what_comes(turn: Turn) -> Button:
    return Button(turn.words.gettext("What comes next"), Press("say", ("/next",)))


def _until(turn: Turn, end: date) -> Button:
    day = wording.day(turn.words, end, turn.almanac.day_of(turn.now))
    label = turn.words.gettext("Until {day}").format(day=day)
    return Button(label, Press("pause", ("until", f"{end:%Y%m%d}")))


def _day(text: str) -> date | None:
    """A day out of a button; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
