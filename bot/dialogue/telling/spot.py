"""The coarse place for the sun: a city in words, a shared location, or coordinates; about 10 km is kept of it."""

import re
from collections.abc import Sequence

from babel.numbers import format_decimal

from bot.dialogue.telling.kept import profile_is
from bot.dialogue.telling.way import Ask, Offer, Told, says_nothing
from bot.dialogue.turn import Place, Turn
from bot.dialogue.words import Words, fill
from bot.dialogue.zone_clock import place_label
from jobs.suggest.profile import Spot

_COORDINATES = re.compile(r"(-?\d{1,3}(?:\.\d{1,8})?)[,;\s]\s*(-?\d{1,3}(?:\.\d{1,8})?)")
_FINER = re.compile(r"(\d[.,]\d)\d+")


class WhereTheSunIs:
    """A spot on the map, rounded to a tenth of a degree."""

    async def shown(self, turn: Turn) -> Sequence[str]:
        """As in "near 52.5° N, 13.4° E"."""
        spot = turn.profile.place
        return [_said(turn.words, spot)] if spot is not None else []

    async def offers(self, _turn: Turn) -> Sequence[Offer]:
        """None: the world is too big for buttons."""
        return ()

    async def pick(self, _turn: Turn, _key: str) -> Told:
        """Nothing has a button."""
        return None

    async def read(self, turn: Turn, text: str) -> Told:
        """A city; one of several is asked back."""
        _ = turn.words.gettext
        if says_nothing(text):
            return self._keep(turn, None)
        if match := _COORDINATES.fullmatch(text.strip()):
            return self._located(turn, float(match[1]), float(match[2]))
        found = turn.house.places.cities(text, language=turn.words.language)
        if not found:
            return Ask(fill(_("I don't know a city called “{place}”. Try a bigger one nearby, or share your location."),
                            place=text.strip()[:60]))  # fmt: skip
        if len(found) > 1:
            options = {place_label(turn.words, city): written(*city.spot) for city in found if city.spot is not None}
            return Ask(fill(_("Which one do you mean?")), options)
        latitude, longitude = found[0].spot or (0.0, 0.0)
        return self._located(turn, latitude, longitude)

    def _located(self, turn: Turn, latitude: float, longitude: float) -> Told:
        if turn.house.places.zone_at(latitude, longitude) is None:
            return Ask(fill(turn.words.gettext("I could not place that on the map. Please write your city instead.")))
        return self._keep(turn, Spot(latitude, longitude))

    def _keep(self, turn: Turn, spot: Spot | None) -> Told:
        profile_is(turn, place=spot)
        return None

    async def clear(self, turn: Turn) -> None:
        """Only the time zone is known."""
        self._keep(turn, None)


def written(latitude: float, longitude: float) -> str:
    """A place as a text that is understood, with no more of it than is kept."""
    return f"{latitude:.1f} {longitude:.1f}"


def coarse(text: str) -> str:
    """A text that names a place, with no more digits of coordinates than are kept."""
    match = _COORDINATES.fullmatch(text.strip())
    return written(float(match[1]), float(match[2])) if match else _FINER.sub(r"\1", text)


def shared(place: Place) -> str:
    """A shared location as such a text."""
    return written(place.latitude, place.longitude)


def _said(words: Words, spot: Spot) -> str:
    _ = words.gettext
    north, east = spot.latitude >= 0, spot.longitude >= 0
    return _("near {latitude}° {ns}, {longitude}° {ew}").format(
        latitude=format_decimal(abs(spot.latitude), locale=words.locale),
        ns=_("N") if north else _("S"),
        longitude=format_decimal(abs(spot.longitude), locale=words.locale),
        ew=_("E") if east else _("W"),
    )
