"""What the people of a benchmark are like, and what the bot would have proposed to each sort of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Sex
from db.knowledge.loader import load
from db.models import Status
from jobs.almanac import Almanac
from jobs.preferences import Preferences, Quiet, Tone
from jobs.rules import AtTimes, Every, Rule
from jobs.suggest.kinds import suggest
from jobs.suggest.profile import Cramps, Profile, Spot
from jobs.suggest.suggestion import History, Occasion, Past, Suggestion
from jobs.workouts import Effort, Workout

RULES: dict[str, Rule] = {
    "stretch": AtTimes((time(21, 30),)),
    "hydrate": Every(120, time(9), time(19)),
    "food": AtTimes((time(12, 30),)),
    "sun": AtTimes((time(10, 15),)),
}

_BERLIN, _MADRID = Spot(52.5, 13.4), Spot(40.4, -3.7)
_QUIET = Preferences(quiet=(Quiet(time(22), time(6)),), bedtime=time(22, 30))
_NEUTRAL = Preferences(tone=Tone.BRIEF, neutral=True)
PEOPLE = (
    (Profile(), Preferences()),
    (Profile(diet=Diet.VEGAN, age=34, sex=Sex.FEMALE, cramps=Cramps.NIGHT), _QUIET),
    (Profile(allergens=frozenset({Allergen.DAIRY}), age=61, weight=82.0, place=_BERLIN, skin=2, sun=True), _QUIET),
    (Profile(age=45, weight=74.0, workouts=(Workout(45, Effort.HARD, start=time(18)),), place=_MADRID), _NEUTRAL),
    (Profile(traits=frozenset({"high_blood_pressure"}), age=68, sex=Sex.FEMALE, cramps=Cramps.BOTH), Preferences()),
    (Profile(diet=Diet.VEGETARIAN, allergens=frozenset({Allergen.TREE_NUTS}), age=29), _NEUTRAL),
)
"""Sorts of people, by profile and preferences."""

_FATES = (Status.DONE, Status.SENT, Status.DONE, Status.SKIPPED, Status.DONE)


@dataclass(frozen=True)
class Bygone:
    """A nudge of the past: of which sort of person, kind and day (1 is yesterday), and what became of it."""

    sort: int
    kind: int
    day: int
    status: Status
    suggestion: dict[str, Any] | None


def bygones(days: int, *, zone: str, now: datetime) -> Iterator[Bygone]:
    """What the bot proposed to each sort of people on the last `days` days, each day knowing the days before."""
    edition = load().edition("en")
    for sort, (profile, preferences) in enumerate(PEOPLE):
        almanac = Almanac(ZoneInfo(zone), preferences, profile)
        past: tuple[Past, ...] = ()
        for day, (kind, name) in product(range(days, 0, -1), enumerate(RULES)):
            at, seed = now - timedelta(days=day), sort * 31 + kind * 7 + day
            made = suggest(name, Occasion(at, seed, profile, almanac, edition, History(past), RULES[name]))
            proposed = made if isinstance(made, Suggestion) else None
            status = _FATES[seed % len(_FATES)] if proposed else Status.SKIPPED
            past = (Past(0, None, name, status, None, at, None, proposed), *past)
            yield Bygone(sort, kind, day, status, proposed.to_json() if proposed else None)
