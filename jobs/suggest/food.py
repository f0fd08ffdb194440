"""A food that holds magnesium, or another nutrient that the person picked: never against diet, allergies or safety."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from db.knowledge.cards import Edition
from db.knowledge.foods import Diet, FoodTag
from db.knowledge.intakes import Life, Region
from jobs.suggest import safety
from jobs.suggest.advised import FOR_AWARENESS, Reference, reference, region_of
from jobs.suggest.draw import draw, not_lately
from jobs.suggest.foods import LEAST_SHARE, Candidate, allowed, kin
from jobs.suggest.profile import Profile
from jobs.suggest.season import Climate, climate_of, in_season
from jobs.suggest.suggestion import History, Occasion, Past, Silence, Suggestion

KIND = "food"
USUAL = "magnesium"
# How often a food comes up, compared with one that has no season.
_BY_SEASON: Mapping[bool | None, float] = {True: 2.0, None: 1.0, False: 0.25}
# A richer food comes up more often, up to this share of a day's amount.
_RICH = 0.25
_HEAVIEST = _RICH * max(_BY_SEASON.values())
# A nudge comes unasked: what is to be eaten with care, whoever the person is, is left to those who look it up.
_NOT_UNASKED = frozenset(
    {FoodTag.VERY_SALTY, FoodTag.HIGH_MERCURY, FoodTag.VITAMIN_A_RICH, FoodTag.SELENIUM_RICH}
)  # fmt: skip


def suggest(occasion: Occasion) -> Suggestion | Silence:
    """One food. Facts: `food` and `nutrient` (ids), `amount` and `unit` of one serving, `share_low` and `share_high` of
    the day's amount of a `region` (None where none fits the person), `known` whether that figure is for people like
    this one, `why` the nutrient (see `_nutrients`), `season` (True in, False out, None where there is none), `days`
    since it was named last (None: not as far back as is remembered), `heeded` what it was chosen by, without the
    values: they are in the profile, and go when the person clears it. `turned_down`: foods that this nudge named
    before this one; empty with `occasion.avoid`, of which only who turned them down knows the order.
    """
    for nutrient, why in _nutrients(occasion):
        advised = reference(occasion.edition.cards[nutrient], occasion.profile, _region(occasion))
        candidates = _candidates(occasion, nutrient, advised)
        if candidates:
            chosen = candidates.get(_kept(occasion)) or _pick(occasion, candidates)
            return _suggestion(occasion, chosen, nutrient, advised, why)
    return Silence("nothing")


def _region(occasion: Occasion) -> Region:
    return region_of(occasion.almanac.zone.key)


def _nutrients(occasion: Occasion) -> Iterator[tuple[str, str]]:
    """Which nutrient it is about, and why: "picked" ones in turn, after the one of the last nudge. Then the usual one:
    "usual" where none was picked, "instead" where nothing of those picked can be proposed.
    """
    picked = _picked(occasion.edition, occasion.profile.nutrients) if occasion.profile.nutrients else []
    last = next(iter(occasion.history.proposed(KIND, "nutrient")), None)
    start = picked.index(last) + 1 if last in picked else 0
    now = occasion.before.facts.get("nutrient") if occasion.before is not None else None
    if now in picked:
        start = picked.index(now)
    yield from ((name, "picked") for name in (*picked[start:], *picked[:start]))
    yield USUAL, "instead" if picked else "usual"


def _picked(edition: Edition, nutrients: Collection[str]) -> Sequence[str]:
    """Those of them that foods are chosen by, in the order of the cards."""
    held = {name for food in edition.larder.foods.values() for name in food.per_100g} - FOR_AWARENESS
    return [name for name in edition.cards if name in nutrients and name in held]


def _candidates(occasion: Occasion, nutrient: str, advised: Reference | None) -> Mapping[str, Candidate]:
    """By id. Where no figure fits the person, as for most under eighteen, an adult's says what is a source at all."""
    found = allowed(occasion.edition, occasion.profile, nutrient, advised, without=_NOT_UNASKED)
    measure = reference(occasion.edition.cards[nutrient], Profile(), _region(occasion)) if advised is None else None
    if measure is None:
        return found
    return {name: one for name, one in found.items() if measure.share(one.offer.amount).high >= LEAST_SHARE}


# Which of them --------------------------------------------------------------------------------------


def _kept(occasion: Occasion) -> str:
    """What this very nudge named when it was shown earlier: put off or asked again, it is still the same one."""
    if occasion.before is None or occasion.avoid:
        return ""
    return str(occasion.before.facts.get("food", ""))


def _pick(occasion: Occasion, candidates: Mapping[str, Candidate]) -> Candidate:
    """Not what was turned down just now, nor what came lately, nor what is like the last one; each only while there are
    others. Of what is left a draw, in which seasons and amounts weigh."""
    shown = named(occasion.history)
    avoid = occasion.avoid or frozenset(_turned_down(occasion.before))
    left = not_lately([name for name in candidates if name not in avoid] or list(candidates), shown)
    if shown:
        relatives = kin(occasion.edition, shown[0])
        left = [name for name in left if name not in relatives] or left
    climate = climate_of(occasion)
    return candidates[draw(occasion.seed, left, lambda name: _weight(candidates[name], climate), _HEAVIEST)]


def named(history: History) -> Sequence[str]:
    """The foods of the food nudges that are remembered, newest first; what was turned down on them was named too."""
    return [food for past in history.of(KIND) for food in _named_by(past)]


def _named_by(past: Past) -> Sequence[str]:
    if past.suggestion is None or "food" not in past.suggestion.facts:
        return ()
    return (past.suggestion.facts["food"], *reversed(_turned_down(past.suggestion)))


def _turned_down(made: Suggestion | None) -> Sequence[str]:
    return made.facts.get("turned_down", ()) if made is not None else ()


def _weight(candidate: Candidate, climate: Climate | None) -> float:
    offer = candidate.offer
    rich = _RICH if offer.most is None or offer.most > _RICH else offer.most
    season = offer.food.season
    return rich if season is None else rich * _BY_SEASON[in_season(season, climate)]


# What it is made of ---------------------------------------------------------------------------------


def _suggestion(
    occasion: Occasion, candidate: Candidate, nutrient: str, advised: Reference | None, why: str
) -> Suggestion:
    offer = candidate.offer
    facts = {
        "food": offer.food.id,
        "nutrient": nutrient,
        "why": why,
        "amount": str(offer.amount.value),
        "unit": offer.amount.unit.value,
        "share_low": None if offer.share is None else str(offer.share.low),
        "share_high": None if offer.share is None else str(offer.share.high),
        "region": None if advised is None else advised.region.value,
        "known": _is_known(occasion.profile),
        "season": in_season(offer.food.season, climate_of(occasion)),
        "days": _days_since(occasion, offer.food.id),
        "heeded": _heeded(occasion.profile),
        "turned_down": [] if occasion.avoid else _turned_down(occasion.before),
    }
    return Suggestion(KIND, "idea", occasion.variant(KIND), facts, safety.cautions(candidate.judgement))


def _is_known(profile: Profile) -> bool:
    return (profile.age, profile.sex) != (None, None) or profile.life is not Life.GENERAL


def _days_since(occasion: Occasion, food: str) -> int | None:
    """The person's days since it was named."""
    almanac = occasion.almanac
    for past in occasion.history.of(KIND):
        if food in _named_by(past):
            return (almanac.day_of(occasion.now) - almanac.day_of(past.due_at)).days
    return None


def _heeded(profile: Profile) -> list[str]:
    told = {
        "diet": profile.diet not in (None, Diet.MEAT),
        "allergens": bool(profile.allergens),
        "dislikes": bool(profile.dislikes),
        "traits": bool(safety.traits_of(profile)),
    }
    return [name for name, is_told in told.items() if is_told]
