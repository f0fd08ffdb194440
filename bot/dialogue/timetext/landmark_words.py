"""What people call the moments of their day that are no fixed times, in English."""

from collections.abc import Mapping

from jobs.rules import Landmark

LANDMARKS = tuple(Landmark)
"""A word's sense is an index into these."""

_PHRASES: Mapping[Landmark, tuple[str, ...]] = {
    Landmark.BEDTIME: (
        "bed", "bedtime", "bed time", "bed-time", "sleep", "sleeping", "sleep time", "going to bed", "i go to bed",
        "going to sleep", "i go to sleep", "i sleep", "when i go to bed", "when i go to sleep",
    ),
    Landmark.WORKOUT: (
        "workout", "workouts", "work-out", "working out", "i work out", "training", "i train", "exercise",
        "exercising", "i exercise", "sport", "sports", "gym",
    ),
    Landmark.SUNSET: (
        "sunset", "sun set", "sundown", "sun sets", "sun goes down", "when the sun sets", "when the sun goes down",
    ),
    Landmark.NOON: (
        "solar noon", "true noon", "sun is highest", "when the sun is highest", "sun is at its highest",
        "highest sun",
    ),
    Landmark.SUN: (
        "best sun", "best time", "best sun time", "best time for sun", "best time for the sun", "best time of sun",
        "best hours", "best hours of sun", "best hours for sun", "in the best hours of sun",
        "best hours of sun begin",
    ),
}  # fmt: skip

TABLE: Mapping[str, int] = {
    phrase: LANDMARKS.index(landmark) for landmark, phrases in _PHRASES.items() for phrase in phrases
}
