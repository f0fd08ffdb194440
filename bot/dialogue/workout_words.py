"""The words of workouts: sports, how hard, how hot, as people type them and as they are shown."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.dialogue import wording
from bot.dialogue.words import Words, mark
from jobs.workouts import Effort, Workout


@dataclass(frozen=True)
class Sport:
    """`name`: marked for translation. `phrases`: how people type it, in small letters."""

    name: str
    phrases: tuple[str, ...]


# The first phrase of each is its id as well, so that what is stored can be typed.
SPORTS: Mapping[str, Sport] = {
    "run": Sport(mark("run"), ("run", "running", "runs", "ran", "jog", "jogging", "jogged", "treadmill", "marathon",
                               "half marathon", "race")),
    "walk": Sport(mark("walk"), ("walk", "walking", "walks", "walked", "nordic walking", "brisk walk")),
    "cycling": Sport(mark("cycling"), ("cycling", "cycle", "cycled", "bike", "biking", "biked", "bicycle", "bike ride",
                                       "ride", "riding", "spinning", "spin", "mountain bike", "mountain biking")),
    "swim": Sport(mark("swimming"), ("swim", "swimming", "swam", "laps", "aqua", "aqua fitness")),
    "gym": Sport(mark("gym"), ("gym", "strength", "strength training", "weights", "weight training", "lifting",
                               "weightlifting", "fitness", "crossfit", "legs day", "leg day")),
    "football": Sport(mark("football"), ("football", "soccer", "futsal", "rugby", "hockey", "handball", "basketball",
                                         "volleyball", "match")),
    "tennis": Sport(mark("tennis"), ("tennis", "badminton", "squash", "padel", "table tennis", "ping pong")),
    "yoga": Sport(mark("yoga"), ("yoga", "pilates", "tai chi", "gymnastics")),
    "hiking": Sport(mark("hiking"), ("hiking", "hike", "hiked", "trek", "trekking", "climbing", "climb", "bouldering")),
    "dance": Sport(mark("dancing"), ("dance", "dancing", "danced", "zumba", "aerobics", "ballet")),
    "rowing": Sport(mark("rowing"), ("rowing", "row", "rowed", "rowing machine", "kayak", "kayaking", "canoe",
                                     "paddling")),
    "other": Sport(mark("another sport"), ("other", "workout", "training", "trained", "exercise", "sport", "sports",
                                           "class", "session")),
}  # fmt: skip

EFFORTS: Mapping[Effort, tuple[str, ...]] = {
    Effort.EASY: ("easy", "light", "gentle", "slow", "relaxed"),
    Effort.MODERATE: ("moderate", "medium", "normal", "steady"),
    Effort.HARD: ("hard", "very hard", "intense", "tough", "strenuous", "heavy", "vigorous"),
}
EFFORT_NAMES: Mapping[Effort, str] = {
    Effort.EASY: mark("easy"),
    Effort.MODERATE: mark("moderate"),
    Effort.HARD: mark("hard"),
}

# "sun" is Sunday. Sweating a lot counts as heat: either way more is lost.
HEAT: Mapping[bool, tuple[str, ...]] = {
    True: ("hot", "very hot", "heat", "in the heat", "hot day", "humid", "it was hot", "sweaty", "sweated a lot"),
    False: ("not hot", "cool", "cold", "no heat", "it was not hot"),
}

FILLERS: Collection[str] = (
    "a", "an", "i", "did", "went", "just", "for", "with", "my", "today", "was", "it was", "done", "long", "in", "of",
)  # fmt: skip


def shown(words: Words, workout: Workout) -> str:
    """As in "on Mon and Wed at 18:00, 45 minutes, run, hard, hot"; one that was just done begins with its length."""
    _ = words.gettext
    parts = [wording.span(words, timedelta(minutes=workout.minutes))]
    if workout.start is not None:
        when = _("{days} at {times}").format(
            days=wording.days(words, workout.days), times=wording.clock(words, workout.start)
        )
        parts.insert(0, when)
    if workout.sport is not None and workout.sport in SPORTS:
        parts.append(_(SPORTS[workout.sport].name))
    if workout.effort is not Effort.MODERATE:
        parts.append(_(EFFORT_NAMES[workout.effort]))
    if workout.hot:
        parts.append(_("hot"))
    return ", ".join(parts)
