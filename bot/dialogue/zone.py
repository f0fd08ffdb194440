"""The person's time zone: from a location, a city or zone they type, or the time it is for them now.

Only the zone is kept, never the coordinates.
"""

from collections.abc import Sequence
from datetime import UTC, timedelta
from zoneinfo import available_timezones

from markupsafe import Markup

from bot.dialogue import wording
from bot.dialogue.turn import Answer, Button, Hide, Keyboard, Press, Redirect, Reply, Turn
from bot.dialogue.words import Words, fill
from db.places.places import Place
from jobs import schedule

_CLOCKS_A_ROW = 4


async def timezone(turn: Turn) -> Answer:
    """`/timezone`, `/timezone Lisbon`, `/timezone Europe/Berlin`."""
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
        placeholder=_("Your city, e.g. Lisbon"),
    )
    return Reply(Markup("\n\n").join(parts), keyboard=keyboard)


async def typed(turn: Turn) -> Answer:
    """A city or zone in words, or the label of the button that asks by clock."""
    _ = turn.words.gettext
    if turn.text == _pick_by_clock(turn.words):
        return _by_clock(turn)
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
    return Reply(fill(_("Which one do you mean?")), buttons=_choices(turn.words, found))


async def located(turn: Turn) -> Answer:
    """A shared location; forgotten as soon as its zone is known."""
    place = turn.place
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
        case ("clock", minutes) if minutes.lstrip("-").isdecimal() and abs(int(minutes)) < 24 * 60:
            return _cities_showing(turn, int(minutes))
        case ("set", zone) if zone in available_timezones():
            return await _settle(turn, zone, edit=True)
        case ("ok",):
            return _confirmed(turn)
        case ("again",):
            return [Reply(edit=True), ask(turn)]
    return Reply(toast=turn.words.gettext("This button no longer works."))


async def _settle(turn: Turn, zone: str, *, edit: bool = False) -> Answer:
    """Keep the zone, move the reminders, and show the clock to be checked."""
    _ = turn.words.gettext
    asked = turn.user.expecting or {}
    turn.user.zone, turn.user.expecting = zone, None
    await schedule.realign(turn.session, turn.user, turn.now)
    replies: list[Reply | Redirect] = []
    if asked.get("what") == "zone":
        replies.append(Reply(fill(_("Thank you. I keep this: {zone}."), zone=zone), keyboard=Hide.KEYBOARD))
    replies.append(
        Reply(
            fill(_("It is <b>{time}</b> for you, right? ({zone})"), **_clock(turn)),
            buttons=[
                [
                    Button(_("Yes"), Press("zone", ("ok",)), style="success"),
                    Button(_("No, choose again"), Press("zone", ("again",))),
                ]
            ],
            edit=edit and not replies,
        )
    )
    if then := asked.get("then"):
        replies.append(Redirect(str(then)))
    return replies


def _confirmed(turn: Turn) -> Reply:
    _ = turn.words.gettext
    return Reply(
        fill(_("Good: {time} in {zone}. All times I show are yours; /timezone changes it when you travel.\n\n"
               "What next? Try /why magnesium, or /remind stretch 21:30."), **_clock(turn)),
        edit=True,
    )  # fmt: skip


def _by_clock(turn: Turn) -> Reply:
    _ = turn.words.gettext
    _keep_asking(turn)
    here = turn.now.astimezone(UTC).replace(tzinfo=None, second=0, microsecond=0)
    buttons = []
    for shown in turn.house.places.clock_choices(turn.now):
        offset = round((shown - here).total_seconds() / 60)
        buttons.append(Button(wording.clock(turn.words, shown), Press("zone", ("clock", str(offset)))))
    rows = [buttons[i : i + _CLOCKS_A_ROW] for i in range(0, len(buttons), _CLOCKS_A_ROW)]
    return Reply(fill(_("What time is it for you now?")), buttons=rows)


def _cities_showing(turn: Turn, offset: int) -> Reply:
    _ = turn.words.gettext
    found = turn.house.places.zones_with_clock(turn.now, timedelta(minutes=offset))
    return Reply(
        fill(_("Which of these is nearest to you? Places in one row share the clock all year.")),
        buttons=[*_choices(turn.words, found), [Button(_("Back"), Press("zone", ("clocks",)))]],
        edit=True,
    )


def _choices(words: Words, found: Sequence[Place]) -> list[list[Button]]:
    return [[Button(_label(words, place), Press("zone", ("set", place.zone)))] for place in found]


def _label(words: Words, place: Place) -> str:
    """As in "Portland, OR, United States"."""
    country = words.locale.territories.get(place.country, "")
    return ", ".join(part for part in (place.name, place.region, country) if part)


def _pick_by_clock(words: Words) -> str:
    return words.gettext("🕐 Choose by the time it is now")


def _keep_asking(turn: Turn) -> None:
    """A text that follows is still the answer, and what was wanted before is not lost."""
    turn.user.expecting = {"what": "zone", "then": (turn.user.expecting or {}).get("then")}


def _clock(turn: Turn) -> dict[str, str]:
    return {"time": wording.clock(turn.words, turn.local), "zone": str(turn.user.zone)}
