"""Water to thirst; amounts and salts only after a workout that really happened, and salts only where safety allows.

The forms: `thirst` (no amount), `ask` (did the planned workout happen?), `after` (one that did).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from db.knowledge.models import Subject
from db.knowledge.safety import EVERYONE, Verdict
from jobs import fluids
from jobs.almanac import Almanac
from jobs.recurrence import instant_of
from jobs.rules import Landmark, Relative, Rule
from jobs.suggest import safety
from jobs.suggest.profile import Profile
from jobs.suggest.suggestion import Occasion, Suggestion
from jobs.workouts import Effort, Workout

KIND = "hydrate"
THIRST, ASK, AFTER = "thirst", "ask", "after"

FRESH = timedelta(hours=4)
"""How long after a workout amounts mean anything."""

_LONG, _LONG_AND_HARD, _LONG_IN_HEAT = 90, 60, 45
# Lighter than this (kg), somebody of unknown age may well be a child.
_LIGHT_FOR_AN_ADULT = 40
# A workout that began yesterday may have ended today.
_LOOK_BACK_DAYS = 2


class Salts(StrEnum):
    """Whether electrolytes are named, and why not."""

    YES = "yes"
    NO_NEED = "no_need"
    WITHHELD = "withheld"
    UNTOLD = "untold"


class Bare(StrEnum):
    """Why there is no amount, besides what `fluids.Nothing` says."""

    LATE = "late"
    YOUNG = "young"
    CARE = "care"


def suggest(occasion: Occasion) -> Suggestion:
    """What fits: the workout that was told, a question about the one that was planned, or thirst alone."""
    if occasion.workout is not None:
        return _after(occasion, occasion.workout, _ended(occasion))
    told = told_before(occasion.before)
    if told is None and _follows_workouts(occasion.rule):
        planned = latest_ended(occasion.almanac, occasion.now)
        told = _told_lately(occasion, planned)
        if told is None and planned is not None:
            return _suggestion(occasion, ASK, facts_of(*planned))
    return _suggestion(occasion, THIRST, {}) if told is None else _after(occasion, *told)


def _follows_workouts(rule: Rule | None) -> bool:
    """Whether it comes when one has ended, so that it can be asked about."""
    return isinstance(rule, Relative) and rule.landmark is Landmark.WORKOUT and rule.minutes >= 0


def latest_ended(almanac: Almanac, now: datetime) -> tuple[Workout, datetime] | None:
    """The planned workout that ended last, as one that was done, and when (UTC); none within the last days: None."""
    return max(_ended_lately(almanac, now), key=lambda found: found[1], default=None)


def facts_of(workout: Workout, ended: datetime) -> dict[str, Any]:
    """What `workout_of` reads."""
    return {
        "minutes": workout.minutes,
        "effort": workout.effort.value,
        "hot": workout.hot,
        "sport": workout.sport,
        "ended": ended.isoformat(),
    }


def workout_of(facts: Mapping[str, Any]) -> Workout:
    """The workout that a suggestion of the forms `ask` and `after` is about."""
    return Workout(facts["minutes"], Effort(facts["effort"]), facts["hot"], facts["sport"])


def told_before(made: Suggestion | None) -> tuple[Workout, datetime] | None:
    """The workout that an earlier suggestion followed, and when it ended; None where it followed none."""
    if made is None or made.form != AFTER:
        return None
    return workout_of(made.facts), datetime.fromisoformat(made.facts["ended"])


def _ended_lately(almanac: Almanac, now: datetime) -> Iterator[tuple[Workout, datetime]]:
    today = now.astimezone(almanac.zone).date()
    for back in range(_LOOK_BACK_DAYS + 1):
        day = today - timedelta(days=back)
        for planned in almanac.profile.workouts:
            if planned.start is None or day.weekday() not in planned.days:
                continue
            ended = instant_of(day, planned.start, almanac.zone) + timedelta(minutes=planned.minutes)
            if ended <= now:
                yield Workout(planned.minutes, planned.effort, planned.hot, planned.sport), ended


def _ended(occasion: Occasion) -> datetime:
    """When the workout ended that was told right now: where it was asked about, as planned."""
    before = occasion.before
    return occasion.now if before is None or before.form != ASK else datetime.fromisoformat(before.facts["ended"])


def _told_lately(occasion: Occasion, planned: tuple[Workout, datetime] | None) -> tuple[Workout, datetime] | None:
    """A workout that another nudge follows already, unless a planned one began after it."""
    found = (told_before(past.suggestion) for past in occasion.history.of(KIND))
    told = max((told for told in found if told is not None), key=lambda told: told[1], default=None)
    if told is None or occasion.now - told[1] > FRESH:
        return None
    if planned is not None and planned[1] - timedelta(minutes=planned[0].minutes) > told[1]:
        return None
    return told


def _after(occasion: Occasion, workout: Workout, ended: datetime) -> Suggestion:
    late = occasion.now - ended > FRESH
    estimate = fluids.estimate(workout, occasion.profile.weight)
    bare = _bare(occasion, late=late) or estimate.nothing
    salts, reasons = _salts(occasion, workout, late=late)
    facts = {
        **facts_of(workout, ended),
        "amount": None if bare else estimate.amount,
        "bare": bare.value if bare else None,
        "an_hour": estimate.an_hour,
        "caps": [] if bare else [cap.value for cap in estimate.caps],
        # Not the weight itself: it is the person's to clear, and this row stays.
        "weighed": occasion.profile.weight is not None,
        "salts": salts.value,
        "reasons": reasons if salts is Salts.WITHHELD else [],
    }
    return _suggestion(occasion, AFTER, facts, tuple(reasons) if salts is Salts.YES else ())


def _bare(occasion: Occasion, *, late: bool) -> Bare | None:
    """Why this person is told no amount."""
    table, profile = occasion.edition.safety, occasion.profile
    if _may_be_young(profile):
        return Bare.YOUNG
    if safety.cautions(safety.judge(table, profile, Subject.DRINKING)):
        return Bare.CARE
    return Bare.LATE if late else None


def _may_be_young(profile: Profile) -> bool:
    """Whether the person is under age, or of a weight that speaks for it where the age is unknown."""
    if profile.age is None:
        return profile.weight is not None and profile.weight < _LIGHT_FOR_AN_ADULT
    return profile.age < safety.ADULT


def _salts(occasion: Occasion, workout: Workout, *, late: bool) -> tuple[Salts, list[str]]:
    """Whether electrolytes may be named, with the ids of the rules that say so or speak against it.

    Only to those who told that they are adults: unknown is never taken for "no".
    """
    if late or not _long_or_hot(workout):
        return Salts.NO_NEED, []
    judged = safety.judge(occasion.edition.safety, occasion.profile, Subject.SALT)
    mine = [rule.reason.id for rule in judged.rules if EVERYONE not in rule.traits]
    if mine or judged.verdict is Verdict.WITHHELD:
        return Salts.WITHHELD, mine
    if occasion.profile.age is None or occasion.profile.age < safety.ADULT:
        return Salts.UNTOLD, []
    return Salts.YES, [rule.reason.id for rule in judged.rules]


def _long_or_hot(workout: Workout) -> bool:
    hard = workout.effort is Effort.HARD
    return (
        workout.minutes >= _LONG
        or (hard and workout.minutes >= _LONG_AND_HARD)
        or (workout.hot and workout.minutes >= _LONG_IN_HEAT)
    )


def _suggestion(occasion: Occasion, form: str, facts: Mapping[str, Any], cautions: tuple[str, ...] = ()) -> Suggestion:
    return Suggestion(KIND, form, occasion.variant(KIND), facts, cautions)
