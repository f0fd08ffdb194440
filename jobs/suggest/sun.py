"""Minutes of sun for those who asked for them and may have them; else a walk, or food that brings vitamin D.

Never into strong sun. What a place's sky does is not known: see `jobs.sunlight` for what the figures are.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from db.knowledge.foods import FoodTag
from db.knowledge.models import Subject
from db.knowledge.safety import Verdict
from jobs import solar, sunlight
from jobs.suggest import advised, foods, safety
from jobs.suggest.draw import draw, not_lately
from jobs.suggest.foods import Offer
from jobs.suggest.profile import Profile, Spot
from jobs.suggest.suggestion import Occasion, Silence, Suggestion

NUTRIENT = "vitamin_d"
# Fine to look up, but too much of something else to be proposed to anybody unasked.
_NOT_UNASKED = frozenset({FoodTag.VITAMIN_A_RICH, FoodTag.HIGH_MERCURY})


def suggest(occasion: Occasion) -> Suggestion | Silence:
    """The form that suits the hour: "minutes", "walk" or "food"; silence while the sun is too strong for anybody.

    Facts: `missing`, what minutes would need to be told; with a place `uv` now, `soon`, the highest of the next half
    hour, and `highest` of the day, cut to a tenth, `elevation` in degrees, `skin`, and `window`, the best hours still
    to come (ISO, UTC) or None. Then by form: `minutes`, `band` and `redness` in minutes; or `because`, why it is food,
    and where there is one its `food` (id), its `amount` and `unit` in one serving, and `share_low` and `share_high` of
    what is advised a day (None where no figure fits the person).
    """
    missing = {"missing": _missing(occasion.profile)}
    spot = occasion.profile.place
    if spot is None:
        return _food(occasion, {**missing, "because": "place"})
    elevation = solar.elevation(spot, occasion.now)
    uv, highest = sunlight.uv_index(elevation), _highest(occasion, spot)
    soon = sunlight.highest_soon(spot, occasion.now)
    if soon >= sunlight.TOO_STRONG:
        return Silence("uv")
    facts = missing | {
        "uv": _cut(uv),
        "soon": _cut(soon),
        "highest": _cut(max(uv, highest)),
        "elevation": round(elevation, 1),
        "skin": occasion.profile.skin,
        "window": _window(occasion, spot, highest),
    }
    if max(uv, highest) < sunlight.LITTLE:
        return _food(occasion, {**facts, "because": "dark"})
    if elevation <= 0:
        return _food(occasion, {**facts, "because": "night"})
    return _outside(occasion, uv, soon, facts)


def _outside(occasion: Occasion, uv: float, soon: float, facts: Mapping[str, Any]) -> Suggestion:
    """Minutes if this person may have them in this sun, else a walk.

    They count by the strongest that the sun becomes in them, but there are none while it is weak now.
    """
    profile, variant = occasion.profile, occasion.variant("sun")
    band = sunlight.band_of(soon) if uv >= sunlight.LITTLE else None
    minutes = sunlight.minutes_cap(profile.skin, soon)
    redness = None if band is None else sunlight.minutes_to_redness(profile.skin, band.reckoned)
    withheld = safety.judge(occasion.edition.safety, profile, Subject.SUN).verdict is Verdict.WITHHELD
    if facts["missing"] or withheld or not minutes or band is None or redness is None:
        return Suggestion("sun", "walk", variant, facts)
    reckoned = {"minutes": minutes, "band": asdict(band), "redness": int(redness)}
    return Suggestion("sun", "minutes", variant, {**facts, **reckoned})


def _missing(profile: Profile) -> list[str]:
    """What the person would have to tell for minutes of sun."""
    told = {
        "opt_in": profile.sun,
        "place": profile.place is not None,
        "skin": profile.skin is not None,
        "age": profile.age is not None,
    }
    return [name for name, is_told in told.items() if not is_told]


# The sun of the day ---------------------------------------------------------------------------------


def _highest(occasion: Occasion, spot: Spot) -> float:
    almanac = occasion.almanac
    day = almanac.day_of(occasion.now)
    return sunlight.highest_uv(spot, almanac.begin(day), almanac.end(day))


def _window(occasion: Occasion, spot: Spot, highest: float) -> dict[str, str] | None:
    """The best hours of today; when they are over, the best of what is left."""
    almanac, now = occasion.almanac, occasion.now
    day = almanac.day_of(now)
    window = almanac.sun_window(day)
    if window is not None and window.end <= now:
        begin = almanac.begin(day)
        rest = begin + math.ceil((now - begin) / sunlight.STEP) * sunlight.STEP
        window = sunlight.best_window(
            spot, occasion.profile.skin, rest, almanac.end(day), lambda at: almanac.quiet_until(at) is not None
        )
    # Where the day has better, the last of its light is not called its best.
    if window is None or (window.uv < sunlight.LITTLE <= highest):
        return None
    return {"start": window.start.isoformat(), "end": window.end.isoformat()}


def _cut(uv: float) -> float:
    """To a tenth, and never up: 7.97 must not read as 8."""
    return math.floor(uv * 10) / 10


# Food -----------------------------------------------------------------------------------------------


def _food(occasion: Occasion, facts: Mapping[str, Any]) -> Suggestion | Silence:
    """A food with vitamin D; without a name where none suits this person."""
    table, profile = occasion.edition.safety, occasion.profile
    if safety.judge(table, profile, Subject.FOOD, NUTRIENT).verdict is Verdict.WITHHELD:
        return Silence("withheld for safety")
    offer, variant = _pick(occasion), occasion.variant("sun")
    if offer is None:
        return Suggestion("sun", "food", variant, facts)
    named = {
        "food": offer.food.id,
        "amount": str(offer.amount.value),
        "unit": offer.amount.unit.value,
        "share_low": None if offer.share is None else str(offer.share.low),
        "share_high": None if offer.share is None else str(offer.share.high),
    }
    cautions = safety.cautions(safety.judge_food(table, profile, offer.food, NUTRIENT))
    return Suggestion("sun", "food", variant, {**facts, **named}, cautions)


def _pick(occasion: Occasion) -> Offer | None:
    """One by the seed, of those not proposed lately; where all were, the one that is longest ago."""
    edition, profile = occasion.edition, occasion.profile
    reference = advised.reference(edition.cards[NUTRIENT], profile, advised.region_of(occasion.almanac.zone.key))
    wanted = replace(profile, dislikes=profile.dislikes | occasion.avoid) if occasion.avoid else profile
    ranking = foods.rank(edition, wanted, NUTRIENT, reference)
    offers = {offer.food.id: offer for offer in ranking.offers if not offer.food.tags & _NOT_UNASKED}
    left = not_lately(list(offers), occasion.history.proposed("sun", "food"))
    return offers[draw(occasion.seed, left)] if left else None
