"""The person's time zone: from a location, a city or zone they type, or the time it is for them now.

Only the zone is kept, never the coordinates: those are for /settings to ask, coarse and with consent.
"""

import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import available_timezones

from markupsafe import Markup

from bot.dialogue import setup_run, travel, wording, zone_clock
from bot.dialogue.telling import spot
from bot.dialogue.turn import Answer, Button, Hide, Keyboard, Press, Redirect, Refusal, Reply, Turn
from bot.dialogue.words import Words, fill, in_paragraphs
from db import reminders
from jobs import schedule

# Words that ask nothing of ours are read as a place up to this length, and misspelled ones from that length on.
_LONGEST_PLACE = 40
_SURE_LETTERS = 6


async def timezone(turn: Turn) -> Answer:
    """`/timezone`, `/timezone Lisbon`, `/timezone Europe/Berlin`, `/timezone 14:30`."""
    return await typed(turn) if turn.text else ask(turn)


def ask(turn: Turn, *, intro: Markup | None = None, then: str | None = None) -> Reply:
    """Ask where the person is. Their next text answers it; `then` is what they wanted before."""
    _ = turn.words.gettext
    turn.user.expecting = {"what": "zone", "then": then}
    parts = [intro] if intro else []
    if turn.user.zone is not None:
        parts.append(fill(_("It is {time} for you now ({zone})."), **_clock(turn)))
    parts.append(
        fill(_("<b>Where are you?</b> So that 21:30 is your 21:30: write your city, share your location "
               "(I keep only the time zone), or choose by the time it is for you now."))
    )  # fmt: skip
    keyboard = Keyboard(
        location=_("📍 Share my location"),
        others=(_pick_by_clock(turn.words),),
        placeholder=_("Your city"),
    )
    return Reply(in_paragraphs(parts), keyboard=keyboard)


async def typed(turn: Turn) -> Answer:
    """A city or zone in words, the time it is there, or the label of the button that asks by clock."""
    _ = turn.words.gettext
    if turn.text == _pick_by_clock(turn.words):
        return _by_clock(turn)
    if offsets := zone_clock.offsets_showing(turn):
        _keep_asking(turn)
        return zone_clock.cities(turn, offsets)
    found = turn.house.places.find(turn.text, language=turn.words.language)
    zones = {place.zone for place in found}
    if len(zones) == 1:
        return await _settle(turn, zones.pop())
    _keep_asking(turn)
    if not found:
        return Reply(
            fill(_("I don't know a place called “{place}”. Try a bigger city nearby, or a zone like Europe/Berlin; "
                   "or choose by the time it is for you now."), place=turn.text[:60]),
            buttons=[[Button(_pick_by_clock(turn.words), Press("zone", ("clocks",)))]],
        )  # fmt: skip
    return Reply(fill(_("Which one do you mean?")), buttons=zone_clock.choices(turn.words, found))


async def unasked(turn: Turn) -> Answer | None:
    """The answer to words that tell where somebody is of whom we do not know it yet; None for other words."""
    if turn.user.zone is not None or not _may_be_place(turn):
        return None
    _keep_asking(turn)
    return await typed(turn)


def _may_be_place(turn: Turn) -> bool:
    if turn.text == _pick_by_clock(turn.words):
        return True
    if len(turn.text) > _LONGEST_PLACE:
        return False
    found = turn.house.places.find(turn.text, language=turn.words.language)
    said = turn.text.casefold()
    return any(len(said) >= _SURE_LETTERS or said == place.name.casefold() for place in found)


async def located(turn: Turn) -> Answer:
    """A shared location; forgotten as soon as its zone is known, unless /settings asked for the place."""
    place = turn.place
    if place is not None and (turn.user.expecting or {}).get("field") == "place":
        return Redirect(spot.shared(place))
    zone = turn.house.places.zone_at(place.latitude, place.longitude) if place else None
    if zone is None:
        _keep_asking(turn)
        return Reply(fill(turn.words.gettext("I could not place that on the map. Please write your city instead.")))
    return await _settle(turn, zone)


async def pressed(turn: Turn) -> Answer:
    """The buttons of this conversation."""
    match turn.args:
        case ("clocks",):
            return _by_clock(turn)
        case ("clock", minutes) if re.fullmatch(r"-?[0-9]{1,4}", minutes) and abs(int(minutes)) < 24 * 60:
            return zone_clock.cities(turn, [timedelta(minutes=int(minutes))], edit=True)
        case ("set", zone) if zone in available_timezones():
            return await _settle(turn, zone, edit=True)
        case ("ok", *before) if set(before) <= {"", *available_timezones()}:
            return await _confirmed(turn, before[0] if before else "")
        case ("again", before) if before in {"", *available_timezones()}:
            await _keep(turn, before or None)
            return [Reply(edit=True), ask(turn)]
    return turn.refuse(Refusal.FORGED)


async def _settle(turn: Turn, zone: str, *, edit: bool = False) -> Answer:
    """Go by the zone at once, so that what waits for it goes on, and show the clock to be checked."""
    _ = turn.words.gettext
    is_asked, then, before = _is_waiting(turn, "zone"), _then(turn), turn.user.zone or ""
    if not _is_waiting(turn, "consent"):
        turn.user.expecting = None
    await _keep(turn, zone)
    replies: list[Reply | Redirect] = []
    if is_asked:
        thanks = fill(_("Thank you. Of where you are I keep nothing but the time zone. Let us check it:"))
        replies.append(Reply(thanks, keyboard=Hide.KEYBOARD))
    replies.append(
        Reply(
            fill(_("It is <b>{time}</b> for you, right? ({zone})"), **_clock(turn)),
            buttons=[
                [
                    Button(_("Yes"), Press("zone", ("ok", before)), style="success"),
                    Button(_("No, choose again"), Press("zone", ("again", before))),
                ]
            ],
            edit=edit and not replies,
        )
    )
    if then:
        replies.append(Redirect(then))
    return replies


async def _keep(turn: Turn, zone: str | None) -> None:
    """The zone, and the reminders by its clock."""
    await schedule.move(turn.session, turn.user, zone=zone, now=turn.now)


async def _confirmed(turn: Turn, before: str) -> Reply:
    """The clock is right. Whoever came from another one says what that means for their reminders."""
    _ = turn.words.gettext
    await travel.arrived(turn)
    good = fill(
        _("Good: {time} in {zone}. All times I show are yours; /timezone changes it when you travel."), **_clock(turn)
    )
    if before and (question := await travel.question(turn, before)) is not None:
        return replace(question, text=in_paragraphs((good, question.text or Markup())), edit=True)
    mine = await reminders.of_user(turn.session, turn.user.id)
    dues = [reminder.next_due_at for reminder in mine if reminder.next_due_at is not None]
    rows = []
    if dues:
        soonest = wording.moment(turn.words, min(dues), now=turn.now, zone=turn.zone)
        then = fill(_("Your reminders move along. Next: {moment}."), moment=soonest)
    else:
        then = fill(_("What next? Try /why magnesium, or /remind stretch 21:30."))
        rows = [setup_run.offer(turn.words)]
    return Reply(in_paragraphs((good, then)), buttons=rows, edit=True)


def _by_clock(turn: Turn) -> Reply:
    _keep_asking(turn)
    return zone_clock.grid(turn)


def _pick_by_clock(words: Words) -> str:
    return words.gettext("🕐 Choose by the time it is now")


def _keep_asking(turn: Turn) -> None:
    """A text that follows is still the answer, and what was wanted before is not lost."""
    # Words come here only by a command while consent is asked, and a command ends what was asked.
    if not _is_waiting(turn, "consent") or turn.text:
        turn.user.expecting = {"what": "zone", "then": _then(turn)}


def _is_waiting(turn: Turn, what: str) -> bool:
    return (turn.user.expecting or {}).get("what") == what


def _then(turn: Turn) -> str | None:
    """What was wanted before the zone was asked for; other questions keep other things there."""
    return (turn.user.expecting or {}).get("then") if _is_waiting(turn, "zone") else None


def _clock(turn: Turn) -> dict[str, str]:
    return {"time": wording.clock(turn.words, turn.local), "zone": str(turn.user.zone)}
