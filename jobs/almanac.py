"""A person's own time: their zone, when their day begins, quiet hours, and the moments that reminders go by.

Pure. Instants that come in are aware, those that come out are in UTC; days are the person's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from db.models import Reminder, User
from jobs import solar, sunlight
from jobs.preferences import Preferences, Quiet
from jobs.recurrence import instant_of, next_due, upcoming
from jobs.rules import Landmark, Once, Rule
from jobs.suggest.profile import Profile
from jobs.zones import zone_of

_DAY = timedelta(days=1)
# Whoever set so many quiet hours that they never end gets no further answer than this.
_LONGEST_QUIET = timedelta(days=8)


@dataclass(frozen=True)
class Almanac:
    """`pause`: no reminder fires before it; None for no pause. `clock`: the zone whose wall clock a rule goes by where
    that is not the person's; their days and quiet hours stay their own."""

    zone: ZoneInfo
    preferences: Preferences = field(default_factory=Preferences)
    profile: Profile = field(default_factory=Profile)
    pause: datetime | None = None
    clock: ZoneInfo | None = None

    @classmethod
    def of(cls, user: User, reminder: Reminder | None = None) -> Self:
        """The person's own; with the clock of a reminder where that keeps another one. Raises UnreadableError."""
        elsewhere = reminder.zone if reminder is not None else None
        return cls(
            zone_of(user.zone),
            Preferences.from_json(user.preferences),
            Profile.from_json(user.profile),
            user.paused_until,
            zone_of(elsewhere) if elsewhere else None,
        )

    @property
    def rule_zone(self) -> ZoneInfo:
        """The zone in which times of a rule are read."""
        return self.clock or self.zone

    # Days ---------------------------------------------------------------------------------------------

    def day_of(self, instant: datetime) -> date:
        """The day that something belongs to: before the start of day it is still yesterday."""
        date_there = instant.astimezone(self.zone).date()
        return date_there if self.begin(date_there) <= instant else date_there - _DAY

    def begin(self, day: date) -> datetime:
        """The first instant of a day; the day before ends here."""
        return instant_of(day, self.preferences.day_start, self.zone)

    def end(self, day: date) -> datetime:
        return self.begin(day + _DAY)

    # Quiet hours --------------------------------------------------------------------------------------

    def quiet_until(self, instant: datetime) -> datetime | None:
        """When the quiet hours end in which an instant lies; None outside of them."""
        if not self.preferences.quiet:
            return None
        until = None
        moment = instant
        while moment - instant < _LONGEST_QUIET:  # one may follow another
            end = max((end for quiet in self.preferences.quiet for end in self._ends(quiet, moment)), default=None)
            if end is None:
                break
            until = moment = end
        return until

    def _ends(self, quiet: Quiet, instant: datetime) -> Sequence[datetime]:
        today = instant.astimezone(self.zone).date()
        return [
            end
            for day in (today - _DAY, today)
            if day.weekday() in quiet.days
            and instant_of(day, quiet.start, self.zone) <= instant
            and (end := instant_of(day + _DAY if quiet.end <= quiet.start else day, quiet.end, self.zone)) > instant
        ]

    # Reminders ----------------------------------------------------------------------------------------

    def next_due(self, rule: Rule, after: datetime) -> datetime | None:
        """As `recurrence.next_due`, with this person's landmarks."""
        return next_due(rule, self.rule_zone, after, self.landmarks)

    def upcoming(self, rule: Rule, after: datetime, count: int) -> list[datetime]:
        """As `recurrence.upcoming`, with this person's landmarks; nothing within a pause."""
        if self.pause is not None and self.pause > after:
            if isinstance(rule, Once):  # it would never come, so it waits for the end
                return [max(rule.at, self.pause)] if rule.at > after else []
            after = self.pause - timedelta(microseconds=1)
        return upcoming(rule, self.rule_zone, after, count, self.landmarks)

    def landmarks(self, landmark: Landmark, day: date) -> Sequence[datetime]:
        """The instants of a landmark on a day; none where the person told nothing about it."""
        match landmark:
            case Landmark.BEDTIME:
                return self._bedtime(day)
            case Landmark.WORKOUT:
                return self._workouts(day)
            case Landmark.NOON | Landmark.SUNSET | Landmark.SUN:
                return self._sun(landmark, day)

    def _bedtime(self, day: date) -> Sequence[datetime]:
        bedtime = self.preferences.bedtime
        if bedtime is None:
            return ()
        return (instant_of(day + _DAY if bedtime < self.preferences.day_start else day, bedtime, self.zone),)

    def _workouts(self, day: date) -> Sequence[datetime]:
        """When the workouts of a day end."""
        return [
            instant_of(day, workout.start, self.zone) + timedelta(minutes=workout.minutes)
            for workout in self.profile.workouts
            if workout.start is not None and day.weekday() in workout.days
        ]

    def _sun(self, landmark: Landmark, day: date) -> Sequence[datetime]:
        spot, begin = self.profile.place, self.begin(day)
        if spot is None:
            return ()
        if landmark is Landmark.SUN:
            window = self.sun_window(day)
            moment = window.start if window is not None else None
        elif landmark is Landmark.SUNSET:
            moment = solar.next_sunset(spot, begin)
        else:
            moment = solar.next_noon(spot, begin)
        # To the minute, as everything that people read.
        return () if moment is None else (moment.replace(second=0),)

    def sun_window(self, day: date) -> sunlight.Window | None:
        """The best hours of a day for a little sun, outside quiet hours; None without a place or daylight."""
        spot = self.profile.place
        if spot is None:
            return None
        return sunlight.best_window(
            spot, self.profile.skin, self.begin(day), self.end(day), lambda at: self.quiet_until(at) is not None
        )
